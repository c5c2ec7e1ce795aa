"""Tests, in rings by folder: one for each package, and ``journeys`` through running servers."""

"""Builders, fakes and real servers for tests."""

"""``mailgate demo``: a real daemon, real mails, and a story that checks itself; the first thing to see of Mailgate.

Read ``story`` first: it is the list of scenes. Everything happens in a temporary folder and on the loopback address.
``mailgate demo --week`` is another story: see ``week``.
"""

from mailgate.demo.story import run_demo

__all__ = ["run_demo"]

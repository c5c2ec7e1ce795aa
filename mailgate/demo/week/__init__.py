"""``mailgate demo --week``: Easter week of 2024 at a service desk, minute by minute, in well under a minute.

Read ``story`` first: it is the week. Mails go in by SMTP, and the daemon's own parts do the rest; only the time of day
is the demo's, through the same port by which those parts always get it (``domain.ports.Clock``).
"""

from mailgate.demo.week.performance import run_week

__all__ = ["run_week"]

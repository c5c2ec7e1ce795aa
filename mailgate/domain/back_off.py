"""How long a mail is tried, and how long is waited between tries, as values."""

from datetime import datetime, timedelta

GIVE_UP_AFTER = timedelta(days=5)
"""RFC 5321 §4.5.4.1: the give-up time generally needs to be at least 4–5 days."""
_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=4)
_JITTER = 0.25
LONGEST_UNTIL_NEXT = _LONGEST_WAIT * (1 + _JITTER)
"""No mail waits longer than this for its next try."""


def next_attempt(*, attempts: int, now: datetime, jitter: float) -> datetime:
    """When to try again after ``attempts`` tries: 1 min, doubled each time up to 4 h.

    ``jitter``, from 0 to 1, adds up to a quarter, so that mails that failed together do not come back together.
    """
    doublings = min(max(attempts, 1) - 1, 10)
    wait = min(_LONGEST_WAIT, _FIRST_WAIT * (1 << doublings))
    return now + wait * (1 + _JITTER * jitter)


def is_expired(*, queued_at: datetime, now: datetime, give_up_after: timedelta = GIVE_UP_AFTER) -> bool:
    """Whether a mail has been tried long enough."""
    return now - queued_at >= give_up_after

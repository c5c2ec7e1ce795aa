"""The one real clock. Everybody else is given the time, by whoever starts a process."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment, aware, UTC."""
    return datetime.now(UTC)  # noqa: TID251 - everybody else is given the time

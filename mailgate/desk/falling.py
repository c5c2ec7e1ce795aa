"""What is due, with all that mails about it need; and who is to be told of it. Gathered first, worded without a look
into the database (``due_mails``), and made true in one transaction.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from mailgate.domain.news import TicketLine
from mailgate.domain.outgoing import Notice, Recipient
from mailgate.domain.ticket import ServiceLevel, Ticket
from mailgate.store.dues import Due, DueKind

_LAST_LEVEL = max(ServiceLevel) + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the customer was asked last, and when. ``closes``: unanswered, it ends the ticket."""

    asked_at: datetime
    text: str
    closes: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Falling:
    """Something that is due, and its ticket as it is by now.

    ``question``: for those that ask for an answer. ``next_at``: for status mails, when the next one is due.
    ``last_event``: the last thing that happened to the ticket; its calendar entries are numbered by those.
    """

    due: Due
    ticket: Ticket
    line: TicketLine
    question: Question | None = None
    next_at: datetime | None = None
    last_event: int = 0

    @property
    def kind(self) -> DueKind:
        return self.due.kind

    @property
    def key(self) -> str:
        """Tells it apart from everything else that ever falls due."""
        return f"{self.due.ticket_id}.{self.due.kind}.{self.due.due_at:%Y%m%dT%H%M%SZ}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ForOne:
    """What one person is to be told at one time. ``notice``: makes a mail of it, or of a part of it."""

    to: Recipient
    falling: tuple[Falling, ...]
    notice: Callable[[Sequence[Falling]], Notice]


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """What is due, and the people who are to be told of it: nobody in it is in another circle at the same time.

    ``dues``: also what needs not be told any more. ``people``: once each.
    """

    dues: tuple[Due, ...]
    falling: tuple[Falling, ...]
    people: tuple[ForOne, ...]


def worst_first(falling: Iterable[Falling], by: Callable[[Falling], datetime | None]) -> list[Falling]:
    """By service level, and then by a moment of theirs."""

    def order(one: Falling) -> tuple[int, bool, float, int]:
        at = by(one)
        return one.line.level or _LAST_LEVEL, at is None, at.timestamp() if at is not None else 0.0, one.due.ticket_id

    return sorted(falling, key=order)

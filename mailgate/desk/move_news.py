"""What the SuperUser is told of a move; where one mail of ours tells of several, compared with how it stood before."""

from dataclasses import dataclass

from mailgate.domain.customer import Specialist, SuperUser
from mailgate.domain.news import MoveContent
from mailgate.domain.notice_kinds import NoticeKind
from mailgate.domain.ticket import Status, Ticket
from mailgate.store.tickets import Clocks


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """The ticket as its readers know it. ``closes``: what is told now is followed by closing, which tells nothing."""

    ticket: Ticket
    clocks: Clocks
    closes: bool = False


def move_content(
    moved: Ticket, kind: NoticeKind, *, before: Before, now: Clocks, by: Specialist | SuperUser, text: str
) -> MoveContent:
    """How it is by now; what it was before, where that is another."""
    was, running = before.ticket, moved.status is Status.OPEN and not before.closes
    return MoveContent(
        kind=kind,
        number=str(moved.number),
        subject=moved.subject,
        specialist=by.name if isinstance(by, Specialist) else "",
        text=text,
        by_customer=isinstance(by, SuperUser),
        type=moved.type,
        level=moved.level,
        was_type=was.type if was.type is not moved.type else None,
        was_level=was.level if was.level != moved.level else None,
        status=Status.CLOSED if before.closes else None,
        handling_due=now.handling_due if running and now.handling_started_at is None else None,
        solution_due=now.solution_due if running else None,
    )

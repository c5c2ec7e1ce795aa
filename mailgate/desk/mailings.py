"""Mails to many: worded while nobody waits for the database, queued some at a time; the same mail never twice."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from mailgate.desk.house import House
from mailgate.domain.outgoing import Notice, OutgoingMail
from mailgate.store.unit_of_work import UnitOfWork

Worded = tuple[Notice, OutgoingMail]


def untold(uow: UnitOfWork, notices: Iterable[Notice]) -> list[Notice]:
    """Those that are not in the outbox; a read that keeps no writer waiting."""
    all_of_them = list(notices)
    known = uow.outbox.known(notice.key for notice in all_of_them)
    return [notice for notice in all_of_them if notice.key not in known]


def word(house: House, notice: Notice, *, now: datetime) -> Worded:
    """What takes time: the mail itself."""
    return notice, house.composer.compose(notice, now=now, unique=house.token(notice, now=now))


def queue(uow: UnitOfWork, mails: Sequence[Worded], *, now: datetime) -> int:
    """How many are new; one that somebody else has queued in the meantime is not."""
    return sum(
        uow.outbox.add(notice.key, mail, kind=notice.kind, now=now, ticket_id=None, mail_id=None)
        for notice, mail in mails
    )

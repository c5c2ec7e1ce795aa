"""Which waiting mails are taken at once, and how: with a lease, and the attempt counted before it is made."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, or_, update
from sqlmodel import Session, col, select

from mailgate.store.prepared import Prepared
from mailgate.store.rows import is_just
from mailgate.store.tables import MailRow, RawMailRow

RECEIVED = "received"
_BYTES_AT_ONCE = 16 * 1024 * 1024
_SUSPECT_AFTER = 2


class Waiting(NamedTuple):
    """A mail that may be taken."""

    mail_id: int
    attempts: int
    octets: int


_FREE = or_(col(MailRow.lease_until).is_(None), col(MailRow.lease_until) < bindparam("now", None))
_ANY = Prepared(select(MailRow.id).where(is_just(MailRow.state, RECEIVED), _FREE).limit(1))
_FIRST = Prepared(
    select(MailRow.id, MailRow.attempts, RawMailRow.size)
    .join(RawMailRow, col(RawMailRow.sha256) == col(MailRow.raw_sha256))
    .where(is_just(MailRow.state, RECEIVED), _FREE)
    .order_by(col(MailRow.id))
    .limit(bindparam("most", 1))
    .with_for_update(of=MailRow, skip_locked=True)
)
_THIS = Prepared(select(MailRow.id).where(col(MailRow.id) == bindparam("mail_id"), MailRow.state == RECEIVED, _FREE))
_LEASE = Prepared(
    update(MailRow)
    .where(col(MailRow.id) == bindparam("mail_id"))
    .values(attempts=MailRow.attempts + 1, lease_owner=bindparam("owner"), lease_until=bindparam("until"))
)
_COLUMNS: tuple[Any, ...] = (*MailRow.__table__.c, RawMailRow.__table__.c.content)  # type: ignore[attr-defined]
_TAKEN = Prepared(
    select(*_COLUMNS)
    .join(RawMailRow, col(RawMailRow.sha256) == col(MailRow.raw_sha256))
    .where(col(MailRow.id) == bindparam("mail_id"))
)


def is_any_waiting(session: Session, *, now: datetime) -> bool:
    """Whether there is anything to take."""
    return _ANY.scalar(session, now=now) is not None


def is_waiting(session: Session, mail_id: int, *, now: datetime) -> bool:
    """Whether this one may be taken."""
    return _THIS.scalar(session, mail_id=mail_id, now=now) is not None


def first_waiting(session: Session, *, now: datetime, most: int) -> list[int]:
    """Those to take at once, oldest first: suspects alone, and never too many bytes."""
    return _together([Waiting(*row) for row in _FIRST.all(session, now=now, most=most)])


def leased(session: Session, ids: Sequence[int], *, owner: str, until: datetime) -> list[Any]:
    """Take these; their rows, each with the mail's bytes as ``content``."""
    for mail_id in ids:
        _LEASE.run(session, mail_id=mail_id, owner=owner, until=until)
    return [row for mail_id in ids for row in _TAKEN.all(session, mail_id=mail_id)]


def _together(waiting: Sequence[Waiting]) -> list[int]:
    taken: list[int] = []
    total = 0
    for one in waiting:
        total += one.octets
        if taken and (one.attempts >= _SUSPECT_AFTER or total > _BYTES_AT_ONCE):
            break
        taken.append(one.mail_id)
        if one.attempts >= _SUSPECT_AFTER:
            break
    return taken

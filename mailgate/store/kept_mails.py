"""Received mails by the day, to be decided again: in pages, with their bytes, never many of them at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from mailgate.domain.mail import MailId, SpooledMail
from mailgate.store.database import Database
from mailgate.store.mails import MailSummary
from mailgate.store.rows import key_of
from mailgate.store.spool import SETTLED, spooled
from mailgate.store.tables import MailRow, RawMailRow
from mailgate.store.unit_of_work import UnitOfWork

_PAGE = 500
_AT_ONCE = 16
_BYTES_AT_ONCE = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptMail:
    """A mail that was decided on, as it came, and what is known of it."""

    spooled: SpooledMail
    summary: MailSummary


def batches(database: Database, *, start: datetime, end: datetime) -> Iterator[list[MailId]]:
    """The mails that were received in a span and settled, in the order in which they came; a few in each batch."""
    after = 0
    while page := _page(database, after=after, start=start, end=end):
        batch: list[MailId] = []
        total = 0
        for mail_id, size in page:
            if batch and (len(batch) == _AT_ONCE or total + size > _BYTES_AT_ONCE):
                yield batch
                batch, total = [], 0
            batch.append(MailId(mail_id))
            total += size
        yield batch
        after = page[-1][0]


def _page(database: Database, *, after: int, start: datetime, end: datetime) -> list[tuple[int, int]]:
    found = (
        select(MailRow.id, RawMailRow.size)
        .join(RawMailRow, col(RawMailRow.sha256) == col(MailRow.raw_sha256))
        .where(col(MailRow.id) > after, MailRow.state == SETTLED)
        .where(col(MailRow.received_at) >= start, col(MailRow.received_at) < end)
        .order_by(col(MailRow.id))
        .limit(_PAGE)
    )
    with database.reading() as uow:
        return [(key_of(key), size) for key, size in uow.session.exec(found)]


def kept(uow: UnitOfWork, mail_ids: Sequence[MailId]) -> list[KeptMail]:
    """Some mails with their bytes, in order."""
    found = (
        select(MailRow, RawMailRow.content)
        .join(RawMailRow, col(RawMailRow.sha256) == col(MailRow.raw_sha256))
        .where(col(MailRow.id).in_(mail_ids))
        .order_by(col(MailRow.id))
    )
    rows = uow.session.exec(found).all()
    summaries = {one.mail_id: one for one in uow.mails.some(mail_ids)}
    mails = (spooled(row, content) for row, content in rows)
    return [KeptMail(spooled=mail, summary=summaries[mail.mail_id]) for mail in mails]

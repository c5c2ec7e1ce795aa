"""Decisions on quarantined mail: what could not be read once may be read by better code, or after a cause has gone."""

from enum import Enum

from mailgate.domain.mail import MailId
from mailgate.store.spool import QUARANTINED, REFUSED_BY_DOOR
from mailgate.store.unit_of_work import UnitOfWork


class NoRetry(Enum):
    """Why a mail cannot be tried again."""

    NOT_QUARANTINED = "this mail is not in quarantine"
    NOT_WHOLE = (
        "only its beginning was taken, so there is nothing to try again; the mail lies where it was fetched from"
    )


def retry(uow: UnitOfWork, mail_id: MailId) -> NoRetry | None:
    """Send a mail through once more."""
    summary = uow.mails.summary(mail_id)
    if summary is None or summary.state != QUARANTINED:
        return NoRetry.NOT_QUARANTINED
    if summary.rule == REFUSED_BY_DOOR:
        return NoRetry.NOT_WHOLE
    uow.spool.wait_again(mail_id)
    return None

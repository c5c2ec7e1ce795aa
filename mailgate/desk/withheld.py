"""Automatic mail that stays away: because a budget is used up, or because somebody says the same again and again.

What came is a ticket, joins one, or is held as ever; only the automatic mail is missing. That stands with the mail and
in its ticket, and the head of service is told: once a day of each case, of several at one time in one mail.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from mailgate.classify.decide import answers
from mailgate.classify.repetition import REMEMBERED, saying
from mailgate.desk.house import House
from mailgate.desk.mailings import queue, word
from mailgate.domain.budgets import Purse, Span, purses
from mailgate.domain.customer import CustomerId
from mailgate.domain.mail import MailId, ParsedMail
from mailgate.domain.outgoing import Notice, Recipient
from mailgate.domain.ticket import Ticket
from mailgate.domain.verdict import Verdict
from mailgate.domain.withheld import AnswersStoppedContent, stopped
from mailgate.store.tallies import SAID, Withheld
from mailgate.store.unit_of_work import UnitOfWork

log = structlog.get_logger()

_NOT_MORE_OFTEN_THAN = timedelta(hours=1)
_SAME_AGAIN_AFTER = timedelta(days=1)
_MOST_LISTED = 40


def is_affordable(
    uow: UnitOfWork, house: House, notice: Notice, *, now: datetime, mail_id: MailId | None, ticket: Ticket | None
) -> bool:
    """Pay for an automatic mail; False if a budget is used up, and then it is to stay away: that is noted here."""
    customer_id = ticket.customer_id if ticket is not None else None
    paid_by = purses(
        notice.kind,
        recipient=notice.to.address,
        customer_id=customer_id,
        budgets=house.budgets,
        answers=mail_id is not None,
    )
    if not paid_by:
        return True
    empty = _empty(uow, paid_by, now=now)
    if empty is None:
        uow.tallies.use([purse.scope for purse in paid_by], now=now)
        return True
    purse, span = empty
    cause = purse.scope.partition(":")[0]
    uow.tallies.withhold(purse.scope, span)
    _note(uow, f"{notice.kind}: budget of {cause}", mail_id=mail_id, ticket=ticket, now=now)
    log.warning("automatic_mail_withheld", kind=notice.kind.value, cause=cause, mail=mail_id)
    tell_of_withheld(uow, house, now=now)
    return False


def _empty(uow: UnitOfWork, paid_by: Sequence[Purse], *, now: datetime) -> tuple[Purse, Span] | None:
    used = uow.tallies.used([purse.scope for purse in paid_by], now=now)
    return next(
        (
            (purse, span)
            for purse in paid_by
            for span in Span
            if 0 < purse.budget.of(span) <= used.get((purse.scope, span), 0)
        ),
        None,
    )


def said_before(uow: UnitOfWork, mail: ParsedMail, *, now: datetime) -> int:
    """How often its author has said the same of late."""
    scope = _said_scope(mail)
    return uow.tallies.said(scope, since=now - REMEMBERED) if scope else 0


def look_for_loop(  # noqa: PLR0913 - all of it is said of one mail
    uow: UnitOfWork,
    house: House,
    mail: ParsedMail,
    verdict: Verdict,
    *,
    mail_id: MailId,
    ticket: Ticket | None,
    now: datetime,
) -> None:
    """Remember what was said, where it is answered; where it is not because it was said before, tell the desk."""
    repeats, scope = verdict.reason.repeats, _said_scope(mail)
    if not scope or not (repeats or answers(verdict)):
        return
    uow.tallies.say(scope, since=now - REMEMBERED, now=now)
    if repeats:
        uow.tallies.withhold(scope, SAID)
        _note(uow, "the same was said before", mail_id=mail_id, ticket=ticket, now=now)
        log.warning("automatic_mail_withheld", cause=SAID, mail=mail_id)
        tell_of_withheld(uow, house, now=now)


def _said_scope(mail: ParsedMail) -> str:
    return f"said:{saying(mail)[0]}:{mail.author.spec}" if mail.author is not None else ""


def _note(uow: UnitOfWork, why: str, *, mail_id: MailId | None, ticket: Ticket | None, now: datetime) -> None:
    if mail_id is not None:
        uow.mails.note_unanswered(mail_id, why)
    if ticket is not None:
        detail = {"mail": mail_id, "why": why}
        uow.tickets.record(ticket.ticket_id, at=now, kind="unanswered", actor="mailgate", detail=detail)


def withheld_to_tell(uow: UnitOfWork, *, now: datetime) -> list[Withheld]:
    """What it is time to tell: the first case at once, others that follow within the hour together."""
    untold = uow.tallies.untold(told_before=now - _SAME_AGAIN_AFTER)
    last = uow.tallies.last_told() if untold else None
    return untold if last is None or now - last >= _NOT_MORE_OFTEN_THAN else []


def tell_of_withheld(uow: UnitOfWork, house: House, *, now: datetime) -> int:
    """Tell each head of service; of how many cases. Where there is no head, the log has told it."""
    untold = withheld_to_tell(uow, now=now)
    if not untold:
        return 0
    stops = stopped((_readable(uow, one.scope), one.count) for one in untold)
    content = AnswersStoppedContent(stops=stops[:_MOST_LISTED], left_out=len(stops[_MOST_LISTED:]))
    for person in uow.customers.specialists():
        if person.head:
            key = f"answers-stopped:{now.isoformat()}:{person.specialist_id}"
            to = Recipient(address=person.address, name=person.name, language=person.language)
            queue(uow, [word(house, Notice(key=key, to=to, content=content), now=now)], now=now)
    uow.tallies.told(untold, now=now)
    log.error("answers_stopped", cases=len(stops), mails=sum(one.count for one in untold))
    return len(stops)


def _readable(uow: UnitOfWork, scope: str) -> str:
    """Customers by their names."""
    name, _, whose = scope.partition(":")
    if not name.endswith("customer"):
        return scope
    customer = uow.customers.customer(CustomerId(int(whose)))
    return f"{name}:{customer.name}" if customer is not None else scope

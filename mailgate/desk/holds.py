"""Decisions on held mail: released by a specialist, released by itself once paid, or rejected.

A released mail becomes a ticket by going through ``pipeline`` once more, now with other facts.
"""

from datetime import datetime
from enum import Enum

from mailgate.domain.customer import Customer, CustomerId, SuperUser
from mailgate.domain.mail import MailId
from mailgate.domain.verdict import HoldCause, Outcome
from mailgate.store.holds import REJECTED, RELEASED
from mailgate.store.unit_of_work import UnitOfWork


class Refusal(Enum):
    """Why a decision cannot be carried out."""

    NOT_HELD = "this mail is not held"
    NO_CUSTOMER = "nobody knows whose it is: name the SuperUser for whom it becomes a ticket"
    NO_SUPERUSER = "the customer has no SuperUser: appoint one first"
    SPECIALISTS = "a specialist wrote it, or seems to have: that is no customer's ticket, and may hold notes"


def release(
    uow: UnitOfWork, mail_id: MailId, *, superuser: SuperUser | None, by: str, now: datetime
) -> SuperUser | Refusal:
    """Let a held mail be a ticket of ``superuser``; without one, of whoever it most plainly belongs to.

    What was rejected by mistake can still be released. What a specialist wrote never is: as a customer's words it would
    be shown to customers whole, with the notes in it. Its author can send it again with a ticket's number.
    """
    held = uow.holds.get(mail_id)
    if held is None or held.state == RELEASED:
        return Refusal.NOT_HELD
    if _is_specialists(uow, mail_id):
        return Refusal.SPECIALISTS
    whose = superuser or _plainly(uow, mail_id, customer_id=held.customer_id)
    if isinstance(whose, Refusal):
        return whose
    uow.holds.decide(mail_id, state=RELEASED, by=by, now=now)
    uow.spool.wait_again(mail_id, superuser_id=whose.superuser_id, by=by)
    return whose


def _author(uow: UnitOfWork, mail_id: MailId) -> str:
    summary = uow.mails.summary(mail_id)
    return (summary.author_address if summary is not None else None) or ""


def _is_specialists(uow: UnitOfWork, mail_id: MailId) -> bool:
    address = _author(uow, mail_id)
    return uow.customers.specialist(address) is not None and uow.customers.superuser(address) is None


def _plainly(uow: UnitOfWork, mail_id: MailId, *, customer_id: CustomerId | None) -> SuperUser | Refusal:
    address = _author(uow, mail_id)
    if (author := uow.customers.superuser(address)) is not None:
        return author
    customer = uow.customers.customer(customer_id) if customer_id is not None else None
    customer = customer or uow.customers.customer_of_domain(address.rpartition("@")[2])
    if customer is None:
        return Refusal.NO_CUSTOMER
    return next(iter(uow.customers.superusers(customer.customer_id)), Refusal.NO_SUPERUSER)


def reject(uow: UnitOfWork, mail_id: MailId, *, by: str, now: datetime) -> Refusal | None:
    """No ticket; the mail stays stored. Its sender is not told: they had their answer when it was held."""
    if not uow.holds.decide(mail_id, state=REJECTED, by=by, now=now):
        return Refusal.NOT_HELD
    uow.spool.recount(mail_id, outcome=Outcome.STORED)
    return None


def release_paid(uow: UnitOfWork, *, now: datetime) -> list[MailId]:
    """Send through again what was held for a late payment that has been settled since (domain, "Who may write")."""
    released: list[MailId] = []
    standing: dict[CustomerId, Customer | None] = {}
    for held in uow.holds.waiting(cause=HoldCause.OVERDUE):
        if held.customer_id is None:
            continue
        if held.customer_id not in standing:
            standing[held.customer_id] = uow.customers.customer(held.customer_id)
        customer = standing[held.customer_id]
        if customer is None or customer.overdue_since is not None:
            continue
        uow.holds.decide(held.mail_id, state=RELEASED, by="payment", now=now)
        uow.spool.wait_again(held.mail_id)
        released.append(held.mail_id)
    return released

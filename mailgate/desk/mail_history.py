"""All that is known of one received mail: how it came, how it was decided, what was sent for it, what happened since.

Looks up; tells nothing. The story is for ``mail_story``.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from mailgate.desk.history import REOPENED_BY_REPLY, RESUMED
from mailgate.domain.customer import Customer, Specialist, SuperUser
from mailgate.domain.mail import MailId
from mailgate.domain.ticket import Ticket
from mailgate.store.bounces import Returned
from mailgate.store.holds import HeldMail
from mailgate.store.mails import Arrival, MailSummary
from mailgate.store.outbox import OutboxEntry
from mailgate.store.tickets import TicketEvent
from mailgate.store.traces import KeptTrace
from mailgate.store.unit_of_work import UnitOfWork

_MOST_MAILS = 1000
_BY_REPLY = frozenset({RESUMED, REOPENED_BY_REPLY})


@dataclass(frozen=True, slots=True, kw_only=True)
class MailHistory:
    """``decisions``: none for a mail from before traces were kept. ``ticket``: the one that it opened or joined.

    ``events``: what it did to the ticket; ``later``: what people and clocks did with the ticket afterwards.
    ``superuser``, ``specialist``, ``customer``: who has its author's address in the register now.
    """

    summary: MailSummary
    arrivals: Sequence[Arrival] = ()
    decisions: Sequence[KeptTrace] = ()
    held: HeldMail | None = None
    ticket: Ticket | None = None
    events: Sequence[TicketEvent] = ()
    later: Sequence[TicketEvent] = ()
    sent: Sequence[OutboxEntry] = ()
    returned: Sequence[Returned] = ()
    superuser: SuperUser | None = None
    specialist: Specialist | None = None
    customer: Customer | None = None

    @property
    def last(self) -> KeptTrace | None:
        """The decision that holds."""
        return self.decisions[-1] if self.decisions else None


def mail_history(uow: UnitOfWork, mail_id: MailId) -> MailHistory | None:
    """What is known of a mail; None if there is none."""
    summary = uow.mails.summary(mail_id)
    if summary is None:
        return None
    ticket = uow.tickets.ticket(summary.ticket_id) if summary.ticket_id is not None else None
    events = uow.tickets.events(ticket.ticket_id) if ticket is not None else []
    own = [event for event in events if _is_of(event, summary)]
    since = events.index(own[-1]) + 1 if own else 0
    sent = _sent(uow, summary, ticket)
    address = summary.author_address or ""
    superuser = uow.customers.superuser(address)
    return MailHistory(
        summary=summary,
        arrivals=uow.mails.arrivals(mail_id),
        decisions=uow.traces.of_mail(mail_id),
        held=uow.holds.get(mail_id),
        ticket=ticket,
        events=own,
        later=[event for event in events[since:] if not _is_of(event, summary)],
        sent=sent,
        returned=uow.bounces.of([entry.outbox_id for entry in sent]),
        superuser=superuser,
        specialist=uow.customers.specialist(address),
        customer=uow.customers.customer(superuser.customer_id) if superuser is not None else None,
    )


def _is_of(event: TicketEvent, summary: MailSummary) -> bool:
    if "mail" in event.detail:
        return bool(event.detail["mail"] == summary.mail_id)
    # What a reply sets off knows nothing of mails: it is told by its moment.
    return event.at == (summary.received_at if event.kind in _BY_REPLY else summary.settled_at)


def _sent(uow: UnitOfWork, summary: MailSummary, ticket: Ticket | None) -> list[OutboxEntry]:
    """What tells of this mail, and what else the ticket's people were told in the same moment, oldest first."""
    found = {entry.outbox_id: entry for entry in uow.outbox.entries(mail_id=summary.mail_id, limit=_MOST_MAILS)}
    if ticket is not None and summary.settled_at is not None:
        entries = uow.outbox.entries(ticket_id=ticket.ticket_id, limit=_MOST_MAILS)
        passed_on = (one for one in entries if one.mail_id is None and one.queued_at == summary.settled_at)
        found |= {entry.outbox_id: entry for entry in passed_on}
    return [found[key] for key in sorted(found, key=int)]

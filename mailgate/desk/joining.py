"""Tickets that belong together, and who hears of one: ``merge``, ``link`` and ``cc``.

What is merged goes on in the other ticket, with all that was said; it stays itself on record, closed. A link is for
the desk alone. Whoever is put in Cc is told what the SuperUser is told, and so must be one of the customer's
SuperUsers: nobody gains access by a copy (domain, "Mails that go out").
"""

from mailgate.desk.naming import ticket_named
from mailgate.desk.tell import superusers_of
from mailgate.desk.tickets import Act, Done, Refused, make_move, refused, refused_because
from mailgate.domain.a_labels import in_a_labels
from mailgate.domain.access import AccessState
from mailgate.domain.causes import Cause
from mailgate.domain.mail import canonical_address
from mailgate.domain.moves import Move
from mailgate.domain.news_of_ways import MergedContent
from mailgate.domain.ticket import AT_WORK, Status, Ticket
from mailgate.store.links import LinkKind

MERGED_HERE = "merged_here"
"""The event of the ticket in which another goes on."""
_AROUND = "<>()[]\"',;. "


def merge(act: Act, number: str) -> Done:
    """It goes on in the ticket with this number, or in what that one goes on in."""
    other = _named(act, number)
    if isinstance(other, Refused):
        return other
    into = _end_of(act, other)
    refusal = refused(act, Move.MERGE) or _not_into(act, into) or _access_runs(act)
    return refusal or _merged(act, into)


def link(act: Act, number: str) -> Done:
    """It has to do with the ticket with this number; both show that, to the desk alone."""
    other = _named(act, number)
    if isinstance(other, Refused):
        return other
    here, there = act.ticket.ticket_id, other.ticket_id
    if here == there:
        return refused_because(act, Cause.SAME_TICKET, about=str(other.number))
    if any({one.ticket_id, one.other_id} == {here, there} for one in act.uow.links.of(here)):
        return refused_because(act, Cause.LINKED_ALREADY, about=str(other.number))
    act.uow.links.add(here, there, kind=LinkKind.RELATED, now=act.now)
    detail = {"other": str(act.ticket.number)}
    act.uow.tickets.record(there, at=act.now, kind=Move.LINK, actor=act.actor, detail=detail)
    return make_move(act, Move.LINK, {}, tells=None, also={"other": str(other.number)})


def cc(act: Act, address: str) -> Done:
    """Another SuperUser of the customer is told what the ticket's own is told."""
    # A mail program may have written the address twice: eva@kund.example <mailto:eva@kund.example>.
    written = next((word for word in address.split() if "@" in word), address)
    spec = canonical_address(in_a_labels(written.partition("<mailto:")[0].strip(_AROUND)))
    person = act.uow.customers.superuser(spec) if spec is not None else None
    colleagues = act.uow.customers.superusers(act.ticket.customer_id)
    told = superusers_of(act.uow, act.ticket)
    if person is None or person.customer_id != act.ticket.customer_id:
        choices = tuple(one.address for one in colleagues if one not in told)
        return refused_because(act, Cause.NO_SUPERUSER_OF_CUSTOMER, about=written, choices=choices)
    if person in told:
        return refused_because(act, Cause.COPIED_ALREADY, about=person.name or person.address)
    if refusal := refused(act, Move.CC):
        return refusal
    act.uow.tickets.add_participant(act.ticket.ticket_id, person.superuser_id)
    return make_move(act, Move.CC, {}, tells=None, also={"superuser": person.superuser_id})


def _named(act: Act, written: str) -> Ticket | Refused:
    ticket = ticket_named(act.uow, written, act.house.policy.number_prefix)
    return ticket or refused_because(act, Cause.UNKNOWN_TICKET, about=written)


def _end_of(act: Act, ticket: Ticket) -> Ticket:
    """As it stands, and nobody changes it meanwhile."""
    end = act.uow.links.leads_to(ticket.ticket_id)
    act.uow.sights.hold_still(end)
    found = act.uow.tickets.ticket(end)
    assert found is not None, "tickets are never removed"  # noqa: S101
    return found


def _not_into(act: Act, into: Ticket) -> Refused | None:
    number = str(into.number)
    if into.ticket_id == act.ticket.ticket_id:
        return refused_because(act, Cause.SAME_TICKET, about=number)
    if into.customer_id != act.ticket.customer_id:
        return refused_because(act, Cause.OTHER_CUSTOMER, about=number)
    # Into what is resolved neither: nobody would look at it again.
    return refused_because(act, Cause.DONE_WITH, about=number) if into.status not in AT_WORK else None


def _access_runs(act: Act) -> Refused | None:
    """It can be withdrawn at any time, by a reply to this ticket: so this ticket stays until it has ended."""
    access = act.uow.accesses.live(act.ticket.ticket_id)
    if access is None or access.state is not AccessState.GRANTED or access.ends_at is None:
        return None
    ends_at = access.ends_at.astimezone(act.house.hours.zone)
    return refused_because(act, Cause.ACCESS_RUNS, about=f"{ends_at:%Y-%m-%d %H:%M}")


def _merged(act: Act, into: Ticket) -> Ticket:
    uow, here, there = act.uow, act.ticket.ticket_id, into.ticket_id
    mails = [message.mail_id for message in uow.tickets.messages(here)]
    moved = make_move(
        act,
        Move.MERGE,
        {"status": Status.CLOSED},  # nothing is solved by it: that is told of the ticket in which it goes on
        tells=lambda ticket: MergedContent(
            number=str(ticket.number), subject=ticket.subject, specialist=act.by.name,
            into=str(into.number), into_subject=into.subject,
        ),
        also={"into": str(into.number), "mails": mails},
    )  # fmt: skip
    for superuser in superusers_of(uow, act.ticket):
        if superuser.superuser_id != into.superuser_id:
            uow.tickets.add_participant(there, superuser.superuser_id)
    uow.links.merge(here, there, now=act.now)
    detail = {"from": str(act.ticket.number), "mails": mails}
    uow.tickets.record(there, at=act.now, kind=MERGED_HERE, actor=act.actor, detail=detail)
    return moved

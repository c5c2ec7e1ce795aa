"""Support access: a specialist asks, a SuperUser grants it for a time or refuses, takes it back, and it ends by itself.

All of it is kept (``uow.accesses``, and as events), and all concerned are told of each change, once: the ticket's
SuperUsers, whoever decided, and the specialist who asked.
"""

from dataclasses import replace
from datetime import datetime

from mailgate.desk.house import House
from mailgate.desk.tell import tell, tell_about_ticket, to_person
from mailgate.desk.tickets import Act, Done, make_move, refused, refused_because
from mailgate.desk.word import Word
from mailgate.domain.access import Access, AccessId, AccessState, Span, end_of, spans
from mailgate.domain.causes import Cause
from mailgate.domain.customer import Specialist, SuperUser
from mailgate.domain.moves import Holder, Move
from mailgate.domain.news_of_ways import AccessAskedContent, AccessChange, AccessChangedContent
from mailgate.domain.outgoing import Notice, Thread
from mailgate.domain.ticket import Ticket
from mailgate.domain.wall_clock import in_utc
from mailgate.store.dues import DueKind
from mailgate.store.unit_of_work import UnitOfWork

_ROLES = frozenset(Holder)


def access_key(access_id: AccessId) -> str:
    """What the mails that ask for it are known by."""
    return f"access-{access_id}"


def ask_access(act: Act, reason: str = "") -> Done:
    """Ask the SuperUser to let the specialist in; who asks anew, asks instead of before."""
    if (no := refused(act, Move.ACCESS)) is not None:
        return no
    assert isinstance(act.by, Specialist), "only they ask"  # noqa: S101
    live = act.uow.accesses.live(act.ticket.ticket_id)
    if live is not None and live.state is AccessState.GRANTED and live.ends_at is not None:
        until = f"{live.ends_at.astimezone(act.house.hours.zone):%Y-%m-%d %H:%M}"
        return refused_because(act, Cause.HAS_ACCESS, about=until)
    if live is not None:
        act.uow.accesses.drop(live.access_id)
    access_id = act.uow.accesses.ask(act.ticket, by=act.by.specialist_id, reason=reason, at=act.now)
    moved = make_move(act, Move.ACCESS, {}, tells=None, text=reason, also={"access": access_id})
    content = AccessAskedContent(
        number=str(moved.number),
        subject=moved.subject,
        specialist=act.by.name,
        text=reason,
        choices=choices(act.house, act.by, at=act.now),
    )
    tell_about_ticket(act.uow, act.house, moved, content, key=access_key(access_id), now=act.now)
    return moved


def spans_for(house: House, specialist: Specialist | None, *, at: datetime) -> tuple[Span, ...]:
    """What the SuperUser can choose."""
    role = Holder(specialist.role) if specialist is not None and specialist.role in _ROLES else None
    return spans(role, at=at, hours=house.hours)


def choices(house: House, specialist: Specialist | None, *, at: datetime) -> tuple[str, ...]:
    """The same by their words in ``[spans]``."""
    possible = spans_for(house, specialist, at=at)
    return tuple(possible) if Span.EIGHT_WORKING_HOURS in possible else tuple(f"only_{one}" for one in possible)


def grant(word: Word, access: Access, span: Span) -> Ticket:
    """Yes, for so long from the moment of the word on."""
    ends_at = in_utc(end_of(span, at=word.said.at, hours=word.house.hours))
    kept = word.uow.accesses.grant(access.access_id, word.said, span=span, ends_at=ends_at)
    assert kept, "looked at in this transaction"  # noqa: S101
    word.uow.dues.add(word.ticket.ticket_id, DueKind.ACCESS_END, ends_at)
    return _happened(word, replace(access, ends_at=ends_at, span=span), AccessChange.GRANTED)


def refuse(word: Word, access: Access) -> Ticket:
    """No."""
    kept = word.uow.accesses.refuse(access.access_id, word.said)
    assert kept, "looked at in this transaction"  # noqa: S101
    return _happened(word, access, AccessChange.REFUSED)


def withdraw(word: Word, access: Access) -> Ticket:
    """Not any more, from this moment on."""
    kept = word.uow.accesses.withdraw(access.access_id, word.said)
    assert kept, "looked at in this transaction"  # noqa: S101
    word.uow.dues.forget(word.ticket.ticket_id, DueKind.ACCESS_END)
    return _happened(word, access, AccessChange.WITHDRAWN)


def changed(
    uow: UnitOfWork, ticket: Ticket, access: Access | None, change: AccessChange, *, by: str = ""
) -> AccessChangedContent:
    """What all concerned are told of a change."""
    customer = uow.customers.customer(ticket.customer_id)
    specialist = uow.customers.specialist_by_id(access.by) if access is not None else None
    return AccessChangedContent(
        number=str(ticket.number),
        subject=ticket.subject,
        customer=customer.name if customer is not None else "",
        specialist=specialist.name if specialist is not None else "",
        change=change,
        by=by,
        ends_at=access.ends_at if access is not None and change is AccessChange.GRANTED else None,
    )


def _happened(word: Word, access: Access, change: AccessChange) -> Ticket:
    """Keep it as an event, and tell all concerned."""
    uow, ticket, said = word.uow, word.ticket, word.said
    ends_at = access.ends_at.isoformat() if access.ends_at is not None else None
    detail = {
        "access": access.access_id, "span": access.span, "ends_at": ends_at,
        "text": said.text, "proof": said.proof, "mail": said.mail_id,
    }  # fmt: skip
    uow.tickets.record(ticket.ticket_id, at=said.at, kind=f"access_{change}", actor=word.actor, detail=detail)
    content, key = changed(uow, ticket, access, change, by=word.join()), f"{change}:{access_key(access.access_id)}"

    def told(reader: SuperUser) -> AccessChangedContent:
        return replace(content, own=reader.superuser_id == said.superuser_id)

    tell_about_ticket(uow, word.house, ticket, told, key=key, now=word.now)
    specialist = uow.customers.specialist_by_id(access.by)
    if specialist is not None:
        thread = Thread(references=(f"<{ticket.number}.team@{word.house.policy.instance}>",))
        to = to_person(specialist)
        to_desk = replace(content, to_desk=True)
        notice = Notice(key=f"{key}:{to.address}", to=to, content=to_desk, number=str(ticket.number), thread=thread)
        tell(uow, word.house, notice, now=word.now, ticket=ticket)
    return ticket

"""Orders: what they cost is asked before any work, and what was billed ends them.

A new estimate makes the one before it void. Nothing is billed that was not approved: no more than the price, in the
same currency. What the customer answers is for ``order_answers``.
"""

from datetime import datetime, time, timedelta

from mailgate.desk.house import House
from mailgate.desk.tell import tell_about_ticket
from mailgate.desk.tickets import Act, Done, make_move, refused, refused_because
from mailgate.domain.causes import Cause
from mailgate.domain.customer import Specialist
from mailgate.domain.money import Offer
from mailgate.domain.moves import Move
from mailgate.domain.news_of_ways import BilledContent, EstimateContent
from mailgate.domain.orders import Billed, Estimate, EstimateId, EstimateState
from mailgate.domain.ticket import Status, Ticket
from mailgate.domain.wall_clock import moment

_VOID = frozenset({EstimateState.OPEN, EstimateState.APPROVED})


def estimate_key(estimate_id: EstimateId) -> str:
    """What the mails with an estimate are known by: so an answer finds the very one that it answers."""
    return f"estimate-{estimate_id}"


def estimate(act: Act, offer: Offer) -> Done:
    """Ask the SuperUser whether they agree to this price; the ticket waits for them."""
    if (no := refused(act, Move.ESTIMATE)) is not None:
        return no
    assert isinstance(act.by, Specialist), "only they estimate"  # noqa: S101
    replaced = act.uow.estimates.end(act.ticket.ticket_id, EstimateState.SUPERSEDED, of=_VOID)
    made = act.uow.estimates.add(
        act.ticket.ticket_id, offer, by=act.by.specialist_id, made_at=act.now, valid_until=_valid_until(act)
    )
    also = {"estimate": made.estimate_id, "offer": str(offer)}
    text = f"{offer}\n\n{offer.text}".strip()
    moved = make_move(act, Move.ESTIMATE, {"status": Status.WAITING}, tells=None, text=text, also=also)
    content = _estimate_content(act.house, moved, made, specialist=act.by.name, replaces=bool(replaced))
    tell_about_ticket(act.uow, act.house, moved, content, key=estimate_key(made.estimate_id), now=act.now)
    return moved


def billed(act: Act, offer: Offer) -> Done:
    """The work is done, and this is what it comes to."""
    if (no := refused(act, Move.BILLED)) is not None:
        return no
    assert isinstance(act.by, Specialist), "only they bill"  # noqa: S101
    approved = approved_estimate(act)
    if approved is None:
        return refused_because(act, Cause.NOT_APPROVED)
    price = approved.offer.price
    if offer.price.currency != price.currency or offer.price.amount > price.amount:
        return refused_because(act, Cause.MORE_THAN_APPROVED, about=price)
    act.uow.estimates.bill(approved.estimate_id, Billed(offer=offer, at=act.now, by=act.by.specialist_id))
    change = {"status": Status.CLOSED, "resolved_at": act.now}
    also = {"estimate": approved.estimate_id, "billed": str(offer)}

    def told(moved: Ticket) -> BilledContent:
        return BilledContent(
            number=str(moved.number),
            subject=moved.subject,
            specialist=act.by.name,
            hours=offer.hours,
            price=offer.price,
            approved=price,
            text=offer.text,
        )

    return make_move(act, Move.BILLED, change, tells=told, text=offer.text, also=also)


def approved_estimate(act: Act) -> Estimate | None:
    """The one that the customer has said yes to, if any."""
    estimates = act.uow.estimates.of_ticket(act.ticket.ticket_id)
    return next((one for one in reversed(estimates) if one.state is EstimateState.APPROVED), None)


def _valid_until(act: Act) -> datetime:
    """The end of the last day on which it can be answered."""
    hours = act.house.hours
    day_after = hours.local_day(act.now) + act.house.estimates_valid + timedelta(days=1)
    return moment(datetime.combine(day_after, time.min), hours.zone)


def _estimate_content(
    house: House, ticket: Ticket, made: Estimate, *, specialist: str, replaces: bool
) -> EstimateContent:
    return EstimateContent(
        number=str(ticket.number),
        subject=ticket.subject,
        specialist=specialist,
        hours=made.offer.hours,
        price=made.offer.price,
        text=made.offer.text,
        valid_on=house.hours.local_day(made.valid_until - timedelta(microseconds=1)),
        replaces=replaces,
    )

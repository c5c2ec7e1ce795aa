"""What a SuperUser answers to an estimate: kept word for word, with the very estimate that it answers.

A yes to what is void, too old or answered already counts for nothing, and is told so. Who wrote it has been proven
before it comes here.
"""

from datetime import datetime

from mailgate.desk.clocks import set_clocks
from mailgate.desk.holders import tell_holder
from mailgate.desk.tell import tell_about_ticket
from mailgate.desk.word import Word
from mailgate.domain.moves import CustomerMove
from mailgate.domain.news_of_ways import OrderAnsweredContent, OrderOutcome
from mailgate.domain.orders import Estimate, EstimateState
from mailgate.domain.ticket import Status, Ticket

_VOID = {
    EstimateState.SUPERSEDED: OrderOutcome.SUPERSEDED,
    EstimateState.LAPSED: OrderOutcome.LAPSED,
    EstimateState.APPROVED: OrderOutcome.ANSWERED,
    EstimateState.REFUSED: OrderOutcome.ANSWERED,
    EstimateState.BILLED: OrderOutcome.ANSWERED,
}


def void_outcome(estimate: Estimate | None, *, at: datetime) -> OrderOutcome | None:
    """Why an answer given at that moment counts for nothing; None if it counts."""
    if estimate is None:
        return OrderOutcome.NOTHING
    if estimate.state is EstimateState.OPEN:
        return OrderOutcome.LAPSED if at >= estimate.valid_until else None
    return _VOID[estimate.state]


def take_answer(word: Word, estimate: Estimate, *, yes: bool) -> Ticket:
    """Make it true: the ticket goes on by approval or refusal, and all concerned are told. It must count."""
    uow, house, said = word.uow, word.house, word.said
    kept = uow.estimates.answer(estimate.estimate_id, EstimateState.APPROVED if yes else EstimateState.REFUSED, said)
    assert kept, "looked at in this transaction"  # noqa: S101
    step = CustomerMove.APPROVE if yes else CustomerMove.REFUSE
    stage = house.ways.next_stage(word.ticket, step)
    moved = uow.tickets.change(word.ticket.ticket_id, status=Status.OPEN, stage=stage)
    detail = {
        "type": moved.type, "level": moved.level, "team": moved.team, "stage": moved.stage, "status": moved.status,
        "estimate": estimate.estimate_id, "offer": str(estimate.offer), "text": said.text, "proof": said.proof,
        "mail": said.mail_id,
    }  # fmt: skip
    uow.tickets.record(moved.ticket_id, at=said.at, kind=step, actor=word.actor, detail=detail)
    moved = set_clocks(uow, house, moved, now=word.now)
    who, outcome = word.join(), OrderOutcome.APPROVED if yes else OrderOutcome.REFUSED
    content = answered(moved, outcome, estimate=estimate, text=said.text)
    key = f"answered:estimate-{estimate.estimate_id}"
    tell_about_ticket(uow, house, moved, content, key=key, now=word.now)
    tell_holder(uow, house, moved, step=step, by=who, text=said.text, key=f"to-holder:{key}", now=word.now)
    return moved


def answered(
    ticket: Ticket, outcome: OrderOutcome, *, estimate: Estimate | None, text: str = ""
) -> OrderAnsweredContent:
    """What the SuperUser is told of their answer."""
    offer = estimate.offer if estimate is not None else None
    return OrderAnsweredContent(
        number=str(ticket.number),
        subject=ticket.subject,
        outcome=outcome,
        hours=offer.hours if offer is not None else None,
        price=offer.price if offer is not None else None,
        text=text,
    )

"""Nobody else changes the tickets that a mail is about until it is settled.

They are held in the order of their keys, whichever of them a mail names first: so of two mails that name each other's
tickets one waits for the other, and never both. SQLite's only writer has that anyway.
"""

from collections.abc import Iterable, Iterator

from mailgate.classify.commands import specialist_instructions
from mailgate.desk.case import Case
from mailgate.desk.naming import ticket_named
from mailgate.domain.commands import DECIDE_ON_HELD, Asked, CommandName, Grammar
from mailgate.domain.ticket import Ticket, TicketId
from mailgate.domain.verdict import Instruct, JoinTicket, OpenTicket, Verdict
from mailgate.store.unit_of_work import UnitOfWork

_ONLY_LOOKS = DECIDE_ON_HELD | {CommandName.STATUS}


def hold_all(case: Case, verdict: Verdict) -> None:
    """The ticket that the mail joins, and those that its commands name."""
    uow, prefix = case.uow, case.house.policy.number_prefix
    own = [verdict.ticket.ticket_id] if isinstance(verdict, JoinTicket) else []
    named = [ticket_named(uow, one.argument, prefix) for one in _naming(case, verdict)]
    hold_in_order(uow, [*own, *(end_of(uow, one) for one in named if one is not None)])


def hold_in_order(uow: UnitOfWork, ticket_ids: Iterable[TicketId]) -> None:
    """All of these."""
    for ticket_id in sorted(set(ticket_ids)):
        uow.sights.hold_still(ticket_id)


def end_of(uow: UnitOfWork, ticket: Ticket) -> TicketId:
    """Itself, or the ticket that it goes on in."""
    return uow.links.leads_to(ticket.ticket_id)


def _naming(case: Case, verdict: Verdict) -> Iterator[Asked]:
    """The commands that may change the ticket whose number stands behind them."""
    if isinstance(verdict, JoinTicket) and verdict.specialist is not None:
        asked = specialist_instructions(case.mail.new_text).asked
    elif isinstance(verdict, JoinTicket | OpenTicket | Instruct):
        asked = verdict.instructions.asked
    else:
        return
    for one in asked:
        if one.command.argument is Grammar.NUMBER and one.argument and one.command.name not in _ONLY_LOOKS:
            yield one

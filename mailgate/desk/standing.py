"""How a ticket's clocks stand at a moment: read out of its history, for whoever asks; nothing is changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mailgate.desk.history import sla_state
from mailgate.domain.opening_hours import OpeningHours
from mailgate.domain.sla import Deadlines
from mailgate.domain.sla_history import SlaState, Standing
from mailgate.domain.terms import ServiceTerms
from mailgate.domain.ticket import Ticket
from mailgate.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Standings:
    """A ticket's clocks; without deadlines where it has none."""

    state: SlaState
    due: Deadlines | None
    handling: Standing | None
    solution: Standing | None


def standings(
    uow: UnitOfWork, ticket: Ticket, *, terms: Sequence[ServiceTerms], hours: OpeningHours, now: datetime
) -> Standings:
    """As of now: what waits for the customer has deadlines that move with every minute."""
    state = sla_state(ticket, uow.tickets.events(ticket.ticket_id), terms=terms, hours=hours)
    due = state.deadlines(hours, now=now)
    return Standings(
        state=state,
        due=due,
        handling=state.handling_standing(due, now=now) if due is not None else None,
        solution=state.solution_standing(due, now=now) if due is not None else None,
    )

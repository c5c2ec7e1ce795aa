"""Brings a ticket to its next place: to the product department, a council, the consultants, or back to the desk.

The SuperUser is told who has it now, once; and so is whoever holds it from then on.
"""

from mailgate.desk.holders import tell_holder
from mailgate.desk.tickets import Act, Done, make_move, refused
from mailgate.domain.moves import Move
from mailgate.domain.news_of_ways import MovedContent
from mailgate.domain.ticket import Ticket


def hand_on(act: Act, move: Move, text: str = "") -> Done:
    """One of ``moves.HANDS_ON``; ``text``: words that go to the SuperUser and to the new holder."""
    if (no := refused(act, move)) is not None:
        return no

    def told(moved: Ticket) -> MovedContent:
        return MovedContent(
            number=str(moved.number),
            subject=moved.subject,
            specialist=act.by.name,
            move=move,
            text=text,
            type=moved.type,
        )

    moved = make_move(act, move, {}, tells=told, text=text)
    ways = act.house.ways
    if ways.station(moved).holder is not ways.station(act.ticket).holder:
        key = f"handed-on:{last_event(act, moved)}"
        tell_holder(act.uow, act.house, moved, step=move, by=act.by.name, text=text, key=key, now=act.now)
    return moved


def last_event(act: Act, ticket: Ticket) -> int:
    """The key of what happened to a ticket last: what is told of it is told once."""
    return act.uow.ticket_history.last_event_ids([ticket.ticket_id])[ticket.ticket_id]

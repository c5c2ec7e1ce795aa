"""The commands of specialists that bring a ticket along its way, ask for a price's approval, or for support access."""

from collections.abc import Mapping

from mailgate.classify.amounts import AmountFault, offer_of
from mailgate.desk import access, orders
from mailgate.desk.hand_on import hand_on
from mailgate.desk.naming import FAULTS, council_named
from mailgate.desk.tickets import Act, Done, refused_because
from mailgate.domain.causes import Cause
from mailgate.domain.commands import Asked, CommandName
from mailgate.domain.moves import Move

MOVES: Mapping[CommandName, Move] = {
    CommandName.PRODUCT: Move.PRODUCT,
    CommandName.PLANNED: Move.PLANNED,
    CommandName.DECLINED: Move.DECLINED,
    CommandName.CONSULTANT: Move.CONSULTANT,
    CommandName.DESK: Move.DESK,
}


def onward(act: Act, asked: Asked) -> Done:
    """``#product``, ``#desk`` and so on, with words to the customer or without."""
    return hand_on(act, MOVES[asked.command.name], asked.text)


def council(act: Act, asked: Asked) -> Done:
    """``#council internal``."""
    move = council_named(asked.argument)
    if move is None:
        return refused_because(act, Cause.NO_SUCH_COUNCIL, about=asked.argument, choices=("internal", "external"))
    return hand_on(act, move, asked.text)


def estimate(act: Act, asked: Asked) -> Done:
    """``#estimate 4 h, 4800 kr, what is done``."""
    offer = offer_of(asked.text)
    return refused_because(act, FAULTS[offer]) if isinstance(offer, AmountFault) else orders.estimate(act, offer)


def billed(act: Act, asked: Asked) -> Done:
    """``#billed 3,5 h, 4200 kr``."""
    offer = offer_of(asked.text)
    return refused_because(act, FAULTS[offer]) if isinstance(offer, AmountFault) else orders.billed(act, offer)


def ask_access(act: Act, asked: Asked) -> Done:
    """``#access``, and what for."""
    return access.ask_access(act, asked.text)

"""``mailgate ticket product``, ``council``, ``estimate`` and so on: what brings a ticket along its way.

The words of the customer come by mail; nobody can say yes for them here.
"""

from typing import TYPE_CHECKING, Annotated

import typer

from mailgate.cli.failure import MISUSED, Failure
from mailgate.cli.moves import By, MaybeText, do
from mailgate.cli.options import Number
from mailgate.cli.typed_text import text_given

if TYPE_CHECKING:
    from mailgate.domain.money import Offer
    from mailgate.domain.moves import Move

Written = Annotated[
    list[str], typer.Argument(metavar="HOURS, PRICE, TEXT", help="As in: 4 h, 4800 kr, what is done for it.")
]


def product(context: typer.Context, number: Number, text: MaybeText = None, by: By = None) -> None:
    """Hand it to the product department."""
    _hand_on(context, number, by, "product", text)


def council(
    context: typer.Context,
    number: Number,
    which: Annotated[str, typer.Argument(metavar="WHICH", help="internal or external.")],
    text: MaybeText = None,
    by: By = None,
) -> None:
    """Hand a wish to the product council."""
    from mailgate.desk.naming import council_named

    move = council_named(which)
    if move is None:
        raise Failure(f"{which!r} is no council: they are internal and external", code=MISUSED)
    _hand_on(context, number, by, move, text)


def planned(context: typer.Context, number: Number, text: MaybeText = None, by: By = None) -> None:
    """The council has said yes to a wish."""
    _hand_on(context, number, by, "planned", text)


def declined(context: typer.Context, number: Number, text: MaybeText = None, by: By = None) -> None:
    """The council has said no to a wish."""
    _hand_on(context, number, by, "declined", text)


def consultant(context: typer.Context, number: Number, text: MaybeText = None, by: By = None) -> None:
    """Hand an order to the consultants."""
    _hand_on(context, number, by, "consultant", text)


def desk(context: typer.Context, number: Number, text: MaybeText = None, by: By = None) -> None:
    """Bring it back to the service desk, to verify or to go on."""
    _hand_on(context, number, by, "desk", text)


def estimate(context: typer.Context, number: Number, written: Written, by: By = None) -> None:
    """Ask the SuperUser whether they agree to a price; no work begins before their yes."""
    from mailgate.desk import orders

    offer = _offer(written)
    do(
        context,
        number,
        by,
        lambda act: orders.estimate(act, offer),
        said=f"estimated at {offer}; the customer is asked",
    )


def billed(context: typer.Context, number: Number, written: Written, by: By = None) -> None:
    """The order is done: close it with what is billed."""
    from mailgate.desk import orders

    offer = _offer(written)
    do(context, number, by, lambda act: orders.billed(act, offer), said=f"closed; {offer} billed")


def access(context: typer.Context, number: Number, text: MaybeText = None, by: By = None) -> None:
    """Ask the SuperUser for support access; --text says what for."""
    from mailgate.desk.access import ask_access

    words = text_given(text)
    do(context, number, by, lambda act: ask_access(act, words), said="the customer is asked for support access")


def add_to(app: typer.Typer) -> None:
    """Make them commands of ``mailgate ticket``, under the names of the moves."""
    for move in (product, council, planned, declined, consultant, desk, estimate, billed, access):
        app.command(move.__name__)(move)


def _hand_on(context: typer.Context, number: str, by: str | None, move: "Move | str", text: str | None) -> None:
    from mailgate.desk.hand_on import hand_on
    from mailgate.domain.moves import Move

    words, chosen = text_given(text), Move(move)
    do(context, number, by, lambda act: hand_on(act, chosen, words), said="now at {stage}, held by {holder}")


def _offer(written: list[str]) -> "Offer":
    from mailgate.classify.amounts import AmountFault, offer_of
    from mailgate.desk.naming import FAULTS
    from mailgate.domain.causes import ENGLISH

    offer = offer_of(" ".join(written))
    if isinstance(offer, AmountFault):
        raise Failure(ENGLISH[FAULTS[offer]], code=MISUSED)
    return offer

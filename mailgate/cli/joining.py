"""``mailgate ticket merge``, ``link`` and ``cc``: tickets that belong together, and who hears of one."""

from typing import Annotated

import typer

from mailgate.cli.moves import By, do
from mailgate.cli.options import Number

Other = Annotated[str, typer.Argument(metavar="OTHER", help="The other ticket's number.")]


def merge(context: typer.Context, number: Number, into: Other, by: By = None) -> None:
    """Let it go on in another ticket of the same customer, which its SuperUser is told."""
    from mailgate.desk import joining

    do(context, number, by, lambda act: joining.merge(act, into), said=f"closed; it goes on in {into}", other=into)


def link(context: typer.Context, number: Number, other: Other, by: By = None) -> None:
    """Connect it with another ticket, whoever's that is; no customer is told or ever sees it."""
    from mailgate.desk import joining

    do(context, number, by, lambda act: joining.link(act, other), said=f"linked with {other}", other=other)


def cc(
    context: typer.Context,
    number: Number,
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="Of another SuperUser of the customer.")],
    by: By = None,
) -> None:
    """Tell one more SuperUser of the customer what the ticket's own is told."""
    from mailgate.desk import joining

    do(context, number, by, lambda act: joining.cc(act, address), said=f"{address} is told from now on")


def add_to(app: typer.Typer) -> None:
    """Make them commands of ``mailgate ticket``."""
    for move in (merge, link, cc):
        app.command(move.__name__)(move)

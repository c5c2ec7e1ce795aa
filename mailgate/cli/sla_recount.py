"""``mailgate sla recount``: sets the clocks of every ticket at work anew, after a change of opening hours or terms."""

import typer

from mailgate.cli.opening import workshop
from mailgate.cli.output import say


def recount(context: typer.Context) -> None:
    """Set every open ticket's clocks by the present opening hours and terms, from its own history."""
    from mailgate.app import now
    from mailgate.desk.clocks import set_all_clocks

    with workshop(context) as shop, shop.database.transaction() as uow:
        count = set_all_clocks(uow, shop.house, now=now())
    say("the clocks of 1 ticket are set" if count == 1 else f"the clocks of {count} tickets are set")

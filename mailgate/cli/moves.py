"""``mailgate ticket take``, ``answer`` and so on: what a specialist does with a ticket, from the command line."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from mailgate.cli.failure import MISUSED, Failure
from mailgate.cli.opening import workshop
from mailgate.cli.options import Number
from mailgate.cli.output import local, say
from mailgate.cli.people import specialist_of, team_of, whoever_acts
from mailgate.cli.tickets import ticket_of
from mailgate.cli.typed_text import text_given, text_wanted

if TYPE_CHECKING:
    from mailgate.app import Workshop
    from mailgate.desk.tickets import Act, Done
    from mailgate.domain.ticket import ServiceLevel, Ticket, TicketType
    from mailgate.store.unit_of_work import UnitOfWork

By = Annotated[
    str | None,
    typer.Option(
        "--by", envvar="MAILGATE_SPECIALIST", metavar="WHO", help="Who you are: a specialist's name or address."
    ),
]
Text = Annotated[
    str | None, typer.Option("--text", help="What to tell the SuperUser; - is stdin. Without it: stdin, or $EDITOR.")
]
MaybeText = Annotated[str | None, typer.Option("--text", help="What to tell the SuperUser besides; - is stdin.")]


def take(context: typer.Context, number: Number, by: By = None) -> None:
    """It is yours: work on it starts."""
    from mailgate.desk import tickets

    do(context, number, by, tickets.take, said="taken by {by}")


def answer(context: typer.Context, number: Number, text: Text = None, by: By = None) -> None:
    """Send the SuperUser an answer."""
    from mailgate.desk import tickets

    words = text_wanted(text)
    do(context, number, by, lambda act: tickets.answer(act, words), said="answered")


def ask(context: typer.Context, number: Number, text: Text = None, by: By = None) -> None:
    """Ask the SuperUser something; the clocks stand still until they reply."""
    from mailgate.desk import tickets

    words = text_wanted(text)
    do(context, number, by, lambda act: tickets.ask(act, words), said="asked; it waits for the customer")


def workaround(context: typer.Context, number: Number, text: Text = None, by: By = None) -> None:
    """Tell of a way round; a program error of level 1 or 2 goes on as level 3."""
    from mailgate.desk import tickets

    words = text_wanted(text)
    do(context, number, by, lambda act: tickets.workaround(act, words), said="a workaround is given; level {level}")


def set_level(
    context: typer.Context,
    number: Number,
    level: Annotated[str, typer.Argument(metavar="LEVEL", help="1 to 5.")],
    by: By = None,
) -> None:
    """Set the service level; the deadlines count again from receipt."""
    from mailgate.desk import tickets

    wanted = _level(level)
    do(context, number, by, lambda act: tickets.set_level(act, wanted), said="level {level}")


def set_type(
    context: typer.Context,
    number: Number,
    kind: Annotated[str, typer.Argument(metavar="TYPE", help="question, program_error, wish or order.")],
    by: By = None,
) -> None:
    """Set what it is."""
    from mailgate.desk import tickets

    wanted = _type(kind)
    do(context, number, by, lambda act: tickets.set_type(act, wanted), said="type {type}")


def set_team(
    context: typer.Context,
    number: Number,
    team: Annotated[str, typer.Argument(metavar="TEAM", help="A team's name, its beginning, or its number.")],
    by: By = None,
) -> None:
    """Hand it over to another team."""
    from mailgate.cli.opening import load
    from mailgate.desk import handing_over

    wanted = team_of(load(context), team)
    do(context, number, by, lambda act: handing_over.set_team(act, wanted), said="handed over to {team}")


def give(
    context: typer.Context,
    number: Number,
    to: Annotated[str, typer.Argument(metavar="WHO", help="A specialist's name or address.")],
    by: By = None,
) -> None:
    """Hand it over to a colleague, who is told."""
    from mailgate.desk import handing_over

    def to_them(act: "Act") -> "Done":
        return handing_over.give(act, specialist_of(act.uow, to))

    do(context, number, by, to_them, said="handed over; it is now with {team}")


def set_module(
    context: typer.Context,
    number: Number,
    module: Annotated[str, typer.Argument(metavar="MODULE", help="As the configuration or the register names it.")],
    by: By = None,
) -> None:
    """Set which module it is about."""
    from mailgate.desk import tickets
    from mailgate.desk.naming import module_named, modules_known

    def to_it(act: "Act") -> "Done":
        known = modules_known(act)
        named = module_named(act, module)
        if named is None:
            raise Failure(f"{module!r} is no module; there are: {', '.join(known) or 'none'}", code=MISUSED)
        return tickets.set_module(act, named)

    do(context, number, by, to_it, said="module {module}")


def note(context: typer.Context, number: Number, text: Text = None, by: By = None) -> None:
    """Keep a note for the desk alone: no mail ever tells it."""
    from mailgate.desk import tickets

    words = text_wanted(text)
    do(context, number, by, lambda act: tickets.note(act, words), said="noted")


def resolve(context: typer.Context, number: Number, text: MaybeText = None, by: By = None) -> None:
    """Solved, as far as you know; a reply opens it again."""
    from mailgate.desk import tickets

    words = text_given(text)
    do(context, number, by, lambda act: tickets.resolve(act, words), said="resolved")


def close(context: typer.Context, number: Number, by: By = None) -> None:
    """Done with."""
    from mailgate.desk import tickets

    do(context, number, by, tickets.close, said="closed")


def reopen(context: typer.Context, number: Number, text: MaybeText = None, by: By = None) -> None:
    """Not solved after all."""
    from mailgate.desk import tickets

    words = text_given(text)
    do(context, number, by, lambda act: tickets.reopen(act, words), said="open again")


def add_to(app: typer.Typer) -> None:
    """Make them commands of ``mailgate ticket``, under the names of the moves."""
    for move in (take, give, note, answer, ask, workaround, resolve, close, reopen):
        app.command(move.__name__)(move)
    for name, move_to in (("level", set_level), ("type", set_type), ("team", set_team), ("module", set_module)):
        app.command(name)(move_to)


def do(
    context: typer.Context, number: str, by: str | None, move: "Callable[[Act], Done]", *, said: str, other: str = ""
) -> None:
    """Let somebody make a move, and say what came of it; a ``Failure`` with what could be done where it is refused.

    ``other``: the number of the other ticket that it is about, if it is about one.
    """
    from mailgate.app import now
    from mailgate.desk.holding_still import end_of, hold_in_order
    from mailgate.desk.naming import ticket_named
    from mailgate.desk.tickets import Act, Refused

    def made(shop: "Workshop", uow: "UnitOfWork") -> str:
        ticket = ticket_of(uow, number, prefix=shop.config.desk.number_prefix)
        named = ticket_named(uow, other, shop.config.desk.number_prefix) if other else None
        hold_in_order(uow, [ticket.ticket_id, *([end_of(uow, named)] if named is not None else [])])
        ticket = uow.tickets.ticket(ticket.ticket_id) or ticket
        who = whoever_acts(uow, by)
        done = move(Act(uow=uow, house=shop.house, ticket=ticket, by=who, now=now()))
        if isinstance(done, Refused):
            raise Failure(
                f"{ticket.number}: {done.why}; it can be given: {', '.join(move.written for move in done.legal)}"
            )
        return _said(uow, shop, done, said, by=who.name)

    with workshop(context) as shop:
        # Once more where a shared database ended it so that another's work could go on.
        line = shop.database.commit_together(lambda uow: made(shop, uow))
    say(line)


def _said(uow: "UnitOfWork", shop: "Workshop", done: "Ticket", said: str, *, by: str) -> str:
    """What came of a move, and the deadlines that now count."""
    station = shop.house.ways.station(done)
    what = said.format(
        by=by, level=int(done.level) if done.level is not None else "none", type=done.type.replace("_", " "),
        team=done.team, module=done.module, stage=station.stage.replace("_", " "),
        holder=station.holder.replace("_", " "),
    )  # fmt: skip
    return f"{done.number}: {what}{_deadlines(uow, shop, done)}"


def _deadlines(uow: "UnitOfWork", shop: "Workshop", ticket: "Ticket") -> str:
    """Those that now count."""
    from mailgate.domain.ticket import Status

    clocks, zone = uow.tickets.clocks(ticket.ticket_id), shop.house.hours.zone
    if ticket.status is not Status.OPEN or clocks.solution_due is None:
        return ""
    handling = f"; handling due {local(clocks.handling_due, zone)}" if clocks.handling_started_at is None else ""
    return f"{handling}; solution due {local(clocks.solution_due, zone)}"


def _level(written: str) -> "ServiceLevel":
    from mailgate.classify.stated import level_named

    level = level_named(written)
    if level is None:
        raise Failure(f"{written!r} is no service level: they are 1 to 5", code=MISUSED)
    return level


def _type(written: str) -> "TicketType":
    from mailgate.classify.stated import type_named
    from mailgate.domain.ticket import TicketType

    kind = type_named(written.replace("_", " "))
    if kind is None:
        raise Failure(f"{written!r} is no type: they are {', '.join(TicketType)}", code=MISUSED)
    return kind

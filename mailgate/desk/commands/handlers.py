"""The commands of specialists: one function each, which does one move (``desk.tickets``), or says why not.

To add one: a row in ``domain.command_table``, a function here, and its words in every ``words.toml``.
"""

from collections.abc import Callable, Mapping

from mailgate.classify.stated import level_named, type_named
from mailgate.desk import handing_over, joining, tickets
from mailgate.desk.commands import along_the_way
from mailgate.desk.commands.held import on_held
from mailgate.desk.naming import module_named, modules_known, people_named, team_named
from mailgate.desk.tickets import Act, Done, refused_because
from mailgate.domain.causes import Cause
from mailgate.domain.commands import Asked, CommandName
from mailgate.domain.ticket import ServiceLevel, TicketType

Handler = Callable[[Act, Asked], Done]


def take(act: Act, asked: Asked) -> Done:
    """``#take``."""
    return tickets.take(act)


def give(act: Act, asked: Asked) -> Done:
    """``#give Nina``."""
    everyone = act.uow.customers.specialists()
    found = people_named(asked.argument, everyone)
    if len(found) != 1:
        cause = Cause.SEVERAL_PEOPLE if found else Cause.NO_SUCH_PERSON
        return refused_because(act, cause, about=asked.argument, choices=tuple(one.name for one in found or everyone))
    return handing_over.give(act, found[0])


def team(act: Act, asked: Asked) -> Done:
    """``#team 2``."""
    named = team_named(asked.argument, act.house.team_names)
    if named is None:
        listed = tuple(f"{place} {name}" for place, name in enumerate(act.house.team_names, start=1))
        return refused_because(act, Cause.NO_SUCH_TEAM, about=asked.argument, choices=listed)
    return handing_over.set_team(act, named)


def set_type(act: Act, asked: Asked) -> Done:
    """``#type wish``."""
    kind = type_named(asked.argument.replace("_", " "))
    if kind is None:
        return refused_because(act, Cause.NO_SUCH_TYPE, about=asked.argument, choices=tuple(TicketType))
    return tickets.set_type(act, kind)


def level(act: Act, asked: Asked) -> Done:
    """``#level 2``."""
    named = level_named(asked.argument)
    if named is None:
        choices = tuple(str(one.value) for one in ServiceLevel)
        return refused_because(act, Cause.NO_SUCH_LEVEL, about=asked.argument, choices=choices)
    return tickets.set_level(act, named)


def module(act: Act, asked: Asked) -> Done:
    """``#module Lön``: one that the configuration or the customer's licence names."""
    known = modules_known(act)
    named = module_named(act, asked.argument)
    if named is None:
        return refused_because(act, Cause.NO_SUCH_MODULE, about=asked.argument, choices=known)
    return tickets.set_module(act, named)


def note(act: Act, asked: Asked) -> Done:
    """``#note``: internal."""
    return tickets.note(act, asked.text)


def answer(act: Act, asked: Asked) -> Done:
    """``#answer``, and what a reply without a command is."""
    return _with_words(tickets.answer, act, asked)


def ask(act: Act, asked: Asked) -> Done:
    """``#ask``: the clocks stop."""
    return _with_words(tickets.ask, act, asked)


def workaround(act: Act, asked: Asked) -> Done:
    """``#workaround``: from level 1 or 2 to 3."""
    return _with_words(tickets.workaround, act, asked)


def resolve(act: Act, asked: Asked) -> Done:
    """``#resolve``, with words or without."""
    return tickets.resolve(act, asked.text)


def close(act: Act, asked: Asked) -> Done:
    """``#close``."""
    return tickets.close(act)


def reopen(act: Act, asked: Asked) -> Done:
    """``#reopen``, with words or without."""
    return tickets.reopen(act, asked.text)


def merge(act: Act, asked: Asked) -> Done:
    """``#merge MG-100042-6``."""
    return joining.merge(act, asked.argument)


def link(act: Act, asked: Asked) -> Done:
    """``#link MG-100042-6``."""
    return joining.link(act, asked.argument)


def cc(act: Act, asked: Asked) -> Done:
    """``#cc eva@kund.example``."""
    return joining.cc(act, asked.argument)


def show_help(act: Act, asked: Asked) -> Done:
    """``#help``: nothing is done; the answer lists what can be."""
    return act.ticket


def _with_words(move: Callable[[Act, str], Done], act: Act, asked: Asked) -> Done:
    return move(act, asked.text) if asked.text else refused_because(act, Cause.NO_TEXT)


HANDLERS: Mapping[CommandName, Handler] = {
    CommandName.NOTE: note,
    CommandName.TAKE: take,
    CommandName.GIVE: give,
    CommandName.TEAM: team,
    CommandName.TYPE: set_type,
    CommandName.LEVEL: level,
    CommandName.MODULE: module,
    CommandName.ANSWER: answer,
    CommandName.ASK: ask,
    CommandName.WORKAROUND: workaround,
    CommandName.RESOLVE: resolve,
    CommandName.CLOSE: close,
    CommandName.REOPEN: reopen,
    **dict.fromkeys(along_the_way.MOVES, along_the_way.onward),
    CommandName.COUNCIL: along_the_way.council,
    CommandName.ESTIMATE: along_the_way.estimate,
    CommandName.BILLED: along_the_way.billed,
    CommandName.ACCESS: along_the_way.ask_access,
    CommandName.MERGE: merge,
    CommandName.LINK: link,
    CommandName.CC: cc,
    CommandName.RELEASE: on_held,
    CommandName.REJECT: on_held,
    CommandName.HELP: show_help,
}

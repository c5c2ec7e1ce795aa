"""What people of the machine may write and type: the desk's own table of commands, spelled in all ways, and slips.

A command that the table gains must be given words here, or a reason why it is left out: ``test_speech`` sees to it.
``{mark}`` stands for words that are for the customer, ``{number}`` for a ticket, ``{mail}`` for a held mail, ``{who}``
for anybody's address. What is of no use where a ticket stands is refused, which is the point.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from mailgate.classify.amounts import offer_of
from mailgate.desk import access, hand_on, handing_over, joining, orders, tickets
from mailgate.domain.command_table import command
from mailgate.domain.commands import CommandName, Role
from mailgate.domain.money import Offer
from mailgate.domain.moves import HANDS_ON
from mailgate.domain.ticket import ServiceLevel, TicketType
from tests.support.desk import OTHER_TEAM, TEAM

Phrase = tuple[CommandName, str]

KINDS = ("", "Ärendekategori: Supportfråga", "Ärendekategori: Programfel\nServicenivå: 1",
         "Ärendekategori: Programfel\nServicenivå: 2", "Ärendekategori: Önskemål",
         "Ärendekategori: Beställning")  # fmt: skip

# What may stand behind a specialist's command.
BEHIND: Mapping[CommandName, tuple[str, ...]] = {
    CommandName.NOTE: ("",),  # its words are secret, and so are made for each mail
    CommandName.TAKE: ("",),
    CommandName.GIVE: ("Saga", "Kim"),
    CommandName.TEAM: ("1", "2"),
    CommandName.TYPE: ("question", "programfel", "önskemål", "order"),
    CommandName.LEVEL: ("1", "2", "4", "9"),
    CommandName.MODULE: ("Lön",),
    CommandName.ANSWER: ("{mark}",),
    CommandName.ASK: ("{mark}?",),
    CommandName.WORKAROUND: ("{mark}",),
    CommandName.RESOLVE: ("", "{mark}"),
    CommandName.CLOSE: ("",),
    CommandName.REOPEN: ("", "{mark}"),
    CommandName.PRODUCT: ("{mark}",),
    CommandName.COUNCIL: ("internal", "externt"),
    CommandName.PLANNED: ("",),
    CommandName.DECLINED: ("{mark}",),
    CommandName.CONSULTANT: ("",),
    CommandName.DESK: ("",),
    CommandName.ESTIMATE: ("4 h, 4800 kr, {mark}", "2 h, 1000 kr"),
    CommandName.BILLED: ("4 h, 4800 kr", "2 h, 900 kr, {mark}"),
    CommandName.ACCESS: ("{mark}",),
    CommandName.MERGE: ("{number}",),
    CommandName.LINK: ("{number}",),
    CommandName.CC: ("{who}",),
    CommandName.RELEASE: ("{mail}", "{mail} {who}"),
    CommandName.REJECT: ("{mail}",),
    CommandName.HELP: ("",),
}
# And behind a SuperUser's; many answer in plain words, to what they were asked or not.
BEHIND_FIRST: Mapping[CommandName, tuple[str, ...]] = {
    CommandName.STATUS: ("", " {number}"),
    CommandName.CLOSE: ("", " {number}"),
    CommandName.TYPE: (": önskemål", ": order"),
    CommandName.LEVEL: (": 2", ": 4"),
    CommandName.MODULE: (": Lön",),
    CommandName.OVERVIEW_OFF: ("",),
    CommandName.HELP: ("",),
}
LEFT_OUT: Mapping[tuple[Role, CommandName], str] = {}
"""Commands that the machine does not try, each with the reason."""

YES, SPANS_OF_ACCESS = ("JA", "JA tack"), ("24", "72", "24 timmar")
PLAIN = ("", "", "", *YES, "NEJ", *SPANS_OF_ACCESS, "ÅTERKALLA", "Ja, men först en fråga")
BINDING = ("CLOSE", "TYP: order", "NIVÅ: 2", "JA", "24", "ÅTERKALLA")
SLIPS = ("#hjlp", "#merge", "#nivå tre", "#give Nobody")
FIRST_SLIPS = ("STATTUS",)

ORDERS: tuple[Phrase, ...] = tuple((name, rest) for name, rests in BEHIND.items() for rest in rests)
FIRST_ORDERS: tuple[Phrase, ...] = tuple((name, rest) for name, rests in BEHIND_FIRST.items() for rest in rests)
# As one writes the steps that lead a ticket on.
WRITTEN = {
    "council_internal": "#council internal", "council_external": "#council external",
    "estimate": "#estimate 4 h, 4800 kr, {mark}", "billed": "#billed 4 h, 4800 kr, {mark}", "answer": "Hej {mark}!",
}  # fmt: skip


def spelled(phrase: Phrase, way: int, role: Role = Role.SPECIALIST) -> str:
    """A line of a mail, in one of the spellings that the command has."""
    name, rest = phrase
    ways = command(name, role).everywhere
    word = ways[way % len(ways)]
    return f"#{word} {rest}".strip() if role is Role.SPECIALIST else f"{word.upper()}{rest}"


def _offer(words: str) -> Offer:
    offer = offer_of(words)
    assert isinstance(offer, Offer)
    return offer


# What can be typed at the command line: a move of the desk, and what is given to it.
TYPED: Mapping[str, Callable[..., Any]] = {
    "take": tickets.take, "close": tickets.close, "reopen": tickets.reopen, "resolve": tickets.resolve,
    "answer": tickets.answer, "ask": tickets.ask, "note": tickets.note, "workaround": tickets.workaround,
    "access": access.ask_access, "merge": joining.merge, "link": joining.link, "cc": joining.cc,
    "estimate": lambda act, mark: orders.estimate(act, _offer(f"4 h, 4800 kr, {mark}")),
    "billed": lambda act, mark: orders.billed(act, _offer(f"4 h, 4800 kr, {mark}")),
    "team": partial(handing_over.set_team, team=OTHER_TEAM), "own team": partial(handing_over.set_team, team=TEAM),
    **{f"type {kind}": partial(tickets.set_type, kind=kind) for kind in TicketType},
    **{f"level {level}": partial(tickets.set_level, level=level) for level in ServiceLevel},
    **{move: partial(hand_on.hand_on, move=move) for move in HANDS_ON},
}  # fmt: skip
TYPED_WORDS: Mapping[str, str] = {
    **dict.fromkeys(("answer", "ask", "note", "workaround", "access", "estimate", "billed"), "{mark}"),
    "merge": "{number}", "link": "{number}", "cc": "{who}",
}  # fmt: skip

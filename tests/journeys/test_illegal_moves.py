"""Every illegal move over real SMTP, in three languages: nothing is done, its author is told why and what can be done.

What is legal is worked out here, from ``config.toml`` as it is shipped and what the documents say of statuses, and not
by the code that is under test. One daemon serves all; each mail is one move at one place of a ticket's way.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from mailgate.domain.command_table import SPECIALISTS as COMMANDS
from mailgate.domain.command_table import command
from mailgate.domain.commands import CommandName
from mailgate.domain.customer import Language
from mailgate.domain.moves import Move
from mailgate.domain.ticket import Ticket
from mailgate.store.tables import metadata
from tests.support.hall import EVA, HELMI, SPECIALISTS, SUPERUSERS, Hall, Letter, plain_text

pytestmark = pytest.mark.journey

ROOT = Path(__file__).resolve().parents[2]
WAYS: Mapping[str, Mapping[str, Any]] = tomllib.loads((ROOT / "config.toml").read_text("utf-8"))["ways"]
LANGUAGES = tuple(SPECIALISTS)
AT_WORK = {"open", "waiting"}
ALWAYS = {"note", "link"}
AFTER_RESOLVING = {"answer", "module", "close", "reopen", "merge", "cc"} | ALWAYS
AFTER_CLOSING = {"reopen"} | ALWAYS
ENDINGS = {"resolve", "close", "billed"}
ONWARD = {
    "desk", "product", "council_internal", "council_external", "planned", "declined", "consultant", "estimate",
}  # fmt: skip
HEADS = {"sv": "Det här går just nu:", "en": "This can be done now:", "fi": "Juuri nyt voi tehdä tämän:"}
COUNCILS = {
    "council_internal": {"sv": "internt", "en": "internal", "fi": "sisäinen"},
    "council_external": {"sv": "externt", "en": "external", "fi": "ulkoinen"},
}
ARGUMENTS = {
    "give": {"sv": "Aino", "en": "Aino", "fi": "Sven"},
    "team": {"sv": "2", "en": "Hantverk", "fi": "hant"},
    "type": {"sv": "önskemål", "en": "wish", "fi": "toive"},
    "type of a wish": {"sv": "fråga", "en": "question", "fi": "kysymys"},
    "level": {"sv": "4", "en": "4", "fi": "4"},
    "module": {"sv": "Lön", "en": "Lön", "fi": "Lön"},
    "estimate": {"sv": "4 h, 4800 kr, En rapport.", "en": "4 h, 4800 SEK, A report.", "fi": "4 h, 480 €, Raportti."},
    "billed": {"sv": "4 h, 4800 kr", "en": "4 h, 4800 SEK", "fi": "4 h, 480 €"},
    "answer": {"sv": "Så här gör man.", "en": "Do it like this.", "fi": "Tee näin."},
    "ask": {"sv": "Vilken version?", "en": "Which version?", "fi": "Mikä versio?"},
    "workaround": {"sv": "Starta om.", "en": "Start anew.", "fi": "Käynnistä uudelleen."},
}
SUPERUSERS_MAY = ("close", "type", "level")
SUPERUSERS_WORDS = {
    "close": {"sv": "STÄNG", "en": "CLOSE", "fi": "SULJE"},
    "type": {"sv": "TYP: Önskemål", "en": "TYPE: wish", "fi": "TYYPPI: toive"},
    "level": {"sv": "NIVÅ: 4", "en": "LEVEL: 4", "fi": "TASO: 4"},
    "type of a wish": {"sv": "TYP: Fråga", "en": "TYPE: question", "fi": "TYYPPI: kysymys"},
}


@dataclass(frozen=True)
class Place:
    """Where a ticket stands, and how."""

    type: str
    stage: str
    status: str


@dataclass(frozen=True)
class Case:
    """A move that must be refused at a place."""

    place: Place
    move: str
    language: Language
    turn: int


def places() -> Iterator[Place]:
    """Each place of each way; and what is resolved or closed, of each type."""
    for kind, stages in WAYS.items():
        for stage, at in stages.items():
            yield Place(kind, stage, "waiting" if at["holder"] == "customer" else "open")
        yield Place(kind, next(iter(stages)), "resolved")
        yield Place(kind, next(iter(stages)), "closed")


def is_legal(place: Place, move: str) -> bool:
    """By ``docs/ways.md``, and the ways of ``config.toml``."""
    at, error = WAYS[place.type][place.stage], place.type == "program_error"
    if place.status == "closed":
        return move in AFTER_CLOSING
    if place.status == "resolved":
        return move in AFTER_RESOLVING
    if move in ONWARD:
        return move in at["next"]
    if move in ENDINGS:
        return move in at["ends"]
    if move in {"type", "merge"}:
        return at["ends"] != ["billed"]
    return error if move in {"level", "workaround"} else move != "reopen"


def cases() -> list[Case]:
    """Every illegal move at every place at work, and once for each way of being done with.

    Of each command all languages come in turn, however few places it has.
    """
    found = []
    for number, move in enumerate(sorted(Move)):
        illegal = [one for one in places() if not is_legal(one, move)]
        types = list(WAYS)[number % len(WAYS) :] + list(WAYS)
        done_with = {one.status: one for kind in reversed(types) for one in illegal if one.type == kind}
        chosen = [one for one in illegal if one.status in AT_WORK or one == done_with[one.status]]
        turns = chosen * (1 if len(chosen) >= len(LANGUAGES) else len(LANGUAGES))
        found += [Case(place, move.value, LANGUAGES[turn % 3], turn) for turn, place in enumerate(turns)]
    return found


def route(kind: str, stage: str) -> list[str]:
    """The shortest way there, by the configuration."""
    start = next(iter(WAYS[kind]))
    routes, waiting = {start: list[str]()}, [start]
    for one in waiting:
        for step, to in WAYS[kind][one]["next"].items():
            if to not in routes and step != "reply":
                routes[to] = [*routes[one], step]
                waiting.append(to)
    return routes[stage]


def steps(place: Place) -> list[str]:
    last = {"resolved": ["resolve"], "closed": ["close"]}
    return [*route(place.type, place.stage), *last.get(place.status, [])]


def words_of(language: Language) -> dict[str, Any]:
    return tomllib.loads((ROOT / "templates" / language / "words.toml").read_text("utf-8"))


def written(move: str, language: Language, *, turn: int = 0) -> str:
    """The command in one of its spellings, with what belongs to it."""
    name = "council" if move in COUNCILS else move
    spellings = command(CommandName(name)).spellings[language]
    argument = COUNCILS.get(move, {}).get(language, "")
    return f"#{spellings[turn % len(spellings)]} {argument}".strip()


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    hall = Hall(tmp_path_factory.mktemp("hall"))
    with hall.daemon:
        yield hall


@pytest.fixture(scope="module")
def at(hall: Hall) -> Mapping[Place, Ticket]:
    """A ticket at each place; their SuperUsers come in turn."""
    everywhere = list(places())
    owners = {one: list(SUPERUSERS.values())[place % 3] for place, one in enumerate(everywhere)}
    opened = hall.open_tickets((one.type, owners[one]) for one in everywhere)
    led = {one: hall.lead(ticket, steps(one)) for one, ticket in zip(everywhere, opened, strict=True)}
    hall.wait_sent()
    assert {one: (ticket.stage, ticket.status) for one, ticket in led.items()} == {
        one: (one.stage, one.status) for one in everywhere
    }
    return led


def everything(hall: Hall) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables; mails of ours without whether they have been sent."""
    with hall.daemon.database.engine.connect() as connection:
        return {
            name: [tuple(row) for row in connection.execute(select(*_lasting(table)).order_by(*table.primary_key))]
            for name, table in metadata.tables.items()
        }


def _lasting(table: Any) -> list[Any]:
    if table.name == "outbox":
        return [table.c.id, table.c.kind, table.c.recipient, table.c.ticket_id, table.c.message_id]
    return list(table.c)


GROWS = {"raw_mail", "mail", "arrival", "attachment", "trace", "tally", "message", "thread_id", "config_version"}
"""What a mail leaves behind that does nothing."""


def changed(before: dict[str, list[Any]], after: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """What is new in the tables that say how tickets stand, and what was told; nothing in them may have changed."""
    new = {}
    for name in before.keys() - GROWS:
        assert after[name][: len(before[name])] == before[name], name
        new[name] = after[name][len(before[name]) :]
    return {name: rows for name, rows in new.items() if rows}


def legal_moves_told(text: str, language: Language) -> set[str]:
    """The paragraph that names them."""
    told = re.search(rf"{re.escape(HEADS[language])}\n(.+?)\n\n", text, re.DOTALL)
    assert told is not None, text
    return {f"#{one.strip()}" for one in " ".join(told[1].split()).split("#")[1:]}


def reason(case: Case, words: dict[str, Any]) -> str:
    """What the author must be told, in the words of the templates."""
    place, refused = case.place, words["refused"]
    if place.status not in AT_WORK or case.move == "reopen":
        return str(refused["status"]).replace("{status}", words["statuses"][place.status])
    if case.move in ("level", "workaround"):
        return str(refused["no_level" if case.move == "level" else "no_workaround"])
    return str(refused["approved" if case.move in ("type", "merge") else "off_the_way"])


def test_each_command_but_two_is_refused_in_each_language() -> None:
    """That the next test says what it says: there is such a place for each, and each language comes there."""
    names = {"council" if one.move in COUNCILS else one.move for one in cases()}
    of_tickets = {one.name.value for one in COMMANDS} - {"help", "release", "reject"}
    assert names == of_tickets - ALWAYS
    assert {(one.move, one.language) for one in cases()} == {
        (one.move, language) for one in cases() for language in LANGUAGES
    }
    covered = {(one.place.type, one.place.stage, one.move) for one in cases() if one.place.status in AT_WORK}
    assert covered == {
        (one.type, one.stage, move.value)
        for one in places()
        for move in Move
        if one.status in AT_WORK and not is_legal(one, move)
    }


def test_every_illegal_move_of_a_specialist(hall: Hall, at: Mapping[Place, Ticket]) -> None:
    into = at[Place("question", "service_desk", "open")]
    letters = {_as_letter(hall, one, at[one.place], into=into): one for one in cases()}
    before = everything(hall)
    hall.post(list(letters))
    new, tickets = changed(before, everything(hall)), {one.ticket_id for one in at.values()}
    assert set(new) == {"ticket_event", "outbox"}
    events = metadata.tables["ticket_event"].c.keys()
    kinds = [dict(zip(events, row, strict=True))["kind"] for row in new["ticket_event"]]
    assert sorted(kinds) == ["joined"] * len(letters) + ["not_done"] * len(letters)
    told = sorted((kind, to) for _, kind, to, about, _ in new["outbox"] if about in tickets)
    assert told == sorted(("commands_answered", one.by) for one in letters), "nobody but its author is told"
    answers = hall.answers()
    for letter, case in letters.items():
        (answer,) = answers[letter.message_id]
        _says_why_and_what_can_be_done(plain_text(answer), case)


def _as_letter(hall: Hall, case: Case, ticket: Ticket, *, into: Ticket) -> Letter:
    others = {"merge": str(into.number), "cc": _other(ticket)}
    arguments = {**ARGUMENTS, **{name: dict.fromkeys(LANGUAGES, argument) for name, argument in others.items()}}
    argument = arguments.get(_named(case.move, case.place), {}).get(case.language, "")
    text = f"{written(case.move, case.language, turn=case.turn)} {argument}".strip()
    return hall.letter(SPECIALISTS[case.language], text, about=ticket)


def _named(move: str, place: Place) -> str:
    """What is a wish already is made something else."""
    return "type of a wish" if (move, place.type) == ("type", "wish") else move


def _other(ticket: Ticket) -> str:
    """A SuperUser who is not told of it yet."""
    return EVA if ticket.superuser_id != 1 else HELMI


def _says_why_and_what_can_be_done(text: str, case: Case) -> None:
    words = words_of(case.language)
    flat = " ".join(text.split())
    assert f"* {written(case.move, case.language, turn=case.turn)} " in flat, text
    assert f"– {reason(case, words)}" in flat, (case, text)
    legal = {written(move, case.language) for move in Move if is_legal(case.place, move)}
    assert legal_moves_told(text, case.language) == legal, (case, text)


def superusers_cases() -> list[tuple[Place, str]]:
    """What they may not: what is done with stays as it was, and what is being worked on for money, too."""
    return [(place, name) for place in places() for name in SUPERUSERS_MAY if not is_legal(place, name)]


def test_every_illegal_move_of_a_superuser(hall: Hall, at: Mapping[Place, Ticket]) -> None:
    with hall.daemon.look() as uow:
        people = {one.superuser_id: one for one in uow.customers.superusers(next(iter(at.values())).customer_id)}
    owners = {place: people[ticket.superuser_id] for place, ticket in at.items()}
    letters = {}
    for place, name in superusers_cases():
        owner, ticket = owners[place], at[place]
        receipt = hall.last_mail(owner.address, ticket.ticket_id, kinds=["receipt"])
        text = SUPERUSERS_WORDS[_named(name, place)][owner.language]
        letters[hall.letter(owner.address, text, about=ticket, answers=receipt)] = (place, name, owner.language)
    assert {(name, language) for _, name, language in letters.values()} == {
        (name, language) for name in SUPERUSERS_MAY for language in LANGUAGES
    }
    before = everything(hall)
    hall.post(list(letters))
    new = changed(before, everything(hall))
    assert set(new) == {"ticket_event", "outbox"}
    assert sorted((kind, to) for _, kind, to, _, _ in new["outbox"]) == sorted(
        ("request_answered", one.by) for one in letters
    )
    answers = hall.answers()
    for letter, (place, name, language) in letters.items():
        (answer,) = answers[letter.message_id]
        why = reason(Case(place, name, language, 0), words_of(language))
        assert f"{letter.text} – {why}" in " ".join(plain_text(answer).split()), (place, name)

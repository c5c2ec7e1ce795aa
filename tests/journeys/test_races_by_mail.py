"""Two mails on what neither of their authors has seen of the other, over real SMTP by two connections at one moment.

Who is first is left to chance, as in life; whoever it is, the second is told, and what the first did stands. One daemon
serves all races; each pair of mails has a ticket of its own.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any

import pytest

from mailgate.domain.command_table import SPECIALISTS as COMMANDS
from mailgate.domain.commands import DECIDE_ON_HELD, CommandName
from mailgate.domain.crossing import _FREE as FREE
from mailgate.domain.crossing import _IN_THE_WAY as IN_THE_WAY
from mailgate.domain.orders import EstimateState
from mailgate.domain.ticket import Status, Ticket
from mailgate.store.tickets import TicketEvent
from tests.support.hall import AINO, EINAR, EVA, HELMI, NAMES, NINA, SVEN, Hall, Letter, plain_text
from tests.support.postgres import without_rows

pytestmark = [pytest.mark.journey, pytest.mark.servers]

ROOT = Path(__file__).resolve().parents[2]
LANGUAGE = {SVEN: "sv", NINA: "en"}
MEANWHILE = ("taken_meanwhile", "answered_meanwhile", "changed_meanwhile")


@dataclass(frozen=True)
class Race:
    """Sven writes the one, Nina the other; ``after``: what Aino did before both, which both were told."""

    type: str
    svens: str
    ninas: str
    after: Sequence[str] = ()

    @property
    def kinds(self) -> list[str]:
        """The events of the two, if both were done."""
        return [_KINDS.get(words, words.split()[0][1:]) for words in (self.svens, self.ninas)]


_KINDS = {"#council internal": "council_internal", "#council external": "council_external"}
PRICE, LESS = "#estimate 4 h, 4800 kr, En rapport.", "#estimate 3 h, 3600 kr, A report."
RACES = (
    Race("question", "#take", "#take"),
    Race("question", "#take", "#give Aino"),
    Race("question", "#team 2", "#give Aino"),
    Race("question", "#team 2", "#take"),
    Race("question", "#module Lön", "#module Tid"),
    Race("question", "#answer Starta om.", "#answer Do not start anew."),
    Race("question", "#answer Starta om.", "#ask Which version?"),
    Race("question", "#answer Starta om.", "#resolve"),
    Race("question", "#ask Vilken version?", "#close"),
    Race("question", "#resolve Klart.", "#close"),
    Race("question", "#type wish", "#type order"),
    Race("question", f"#cc {EINAR}", f"#cc {EINAR}"),
    Race("question", "#access Lönearterna.", "#access The rows."),
    Race("program_error", "#level 1", "#level 4"),
    Race("program_error", "#level 4", "#type question"),
    Race("program_error", "#level 3", "#workaround Start anew."),
    Race("program_error", "#workaround Starta om.", "#workaround Start anew."),
    Race("program_error", "#answer Starta om.", "#workaround Start anew."),
    Race("program_error", "#product", "#product"),
    Race("program_error", "#product", "#close"),
    Race("program_error", "#product", "#resolve"),
    Race("program_error", "#desk", "#desk", after=["product"]),
    Race("wish", "#council internal", "#council internal"),
    Race("wish", "#council external", "#desk", after=["council_internal"]),
    Race("wish", "#planned", "#declined", after=["council_internal", "council_external"]),
    Race("order", "#consultant", "#consultant"),
    Race("order", PRICE, LESS, after=["consultant"]),
    Race("order", PRICE, "#desk", after=["consultant"]),
    Race("order", "#billed 4 h, 4800 kr", "#billed 3 h, 3600 kr", after=["consultant", "estimate", "approve"]),
)


def words(language: str) -> dict[str, Any]:
    return tomllib.loads((ROOT / "templates" / language / "words.toml").read_text("utf-8"))["refused"]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def hall(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """On both databases: on SQLite one waits for the other, on PostgreSQL they meet."""
    url = without_rows(request.getfixturevalue("postgres_url")) if request.param == "postgresql" else ""
    hall = Hall(tmp_path_factory.mktemp("races"), database=url, trusting=False)
    with hall.daemon:
        yield hall


def replying(hall: Hall, by: str, text: str, *, about: Ticket) -> Letter:
    """To the last mail that they got about it."""
    return hall.letter(by, text, about=about, answers=hall.last_mail(by, about.ticket_id))


def events(hall: Hall, ticket: Ticket) -> list[TicketEvent]:
    with hall.daemon.look() as uow:
        return uow.tickets.events(ticket.ticket_id)


def kinds(hall: Hall, ticket: Ticket) -> list[str]:
    return [one.kind for one in events(hall, ticket)]


def answer_to(hall: Hall, letter: Letter) -> str:
    """What its author was told of it, in one line."""
    return said_in(hall.answers().get(letter.message_id, ()))


def said_in(mails: Sequence[Message]) -> str:
    return " ".join(" ".join(plain_text(one).split()) for one in mails)


def test_every_command_that_must_know_of_others_is_in_a_race() -> None:
    raced = {words.split()[0][1:] for one in RACES for words in (one.svens, one.ninas)}
    own = {one.name for one in COMMANDS} - FREE - DECIDE_ON_HELD
    by_themselves = {CommandName.MERGE.value, CommandName.LINK.value}
    assert raced | by_themselves == {one.value for one in own}
    assert {one.value for one in IN_THE_WAY} <= raced | by_themselves


def test_of_two_specialists_one_does_it_and_the_other_is_told(hall: Hall) -> None:
    races = RACES if hall.on_postgresql else RACES[::3]  # there they meet more often
    tickets = hall.open_tickets((one.type, HELMI) for one in races)
    for race, ticket in zip(races, tickets, strict=True):
        hall.lead(ticket, race.after, by=AINO)
    hall.post([replying(hall, HELMI, "Lisää tietoa.", about=one) for one in tickets])
    # Who is told of that has seen all that came before.
    svens = [replying(hall, SVEN, race.svens, about=one) for race, one in zip(races, tickets, strict=True)]
    ninas = [replying(hall, NINA, race.ninas, about=one) for race, one in zip(races, tickets, strict=True)]
    hall.post_at_once(svens, ninas)
    answers = hall.answers()
    for race, ticket, *letters in zip(races, tickets, svens, ninas, strict=True):
        _one_of_two(hall, race, ticket, letters, answers)


def _one_of_two(
    hall: Hall, race: Race, ticket: Ticket, letters: Sequence[Letter], answers: Mapping[str, Sequence[Message]]
) -> None:
    with hall.daemon.look() as uow:
        actors = {f"specialist:{one.specialist_id}": one.address for one in uow.customers.specialists()}
    happened = events(hall, ticket)
    done = [one for one in happened if one.kind in race.kinds and actors.get(one.actor) in (SVEN, NINA)]
    assert len(done) == 1, (race, done)
    assert [one.kind for one in happened].count("not_done") == 1, race
    winner = actors[done[0].actor]
    (second,) = [one for one in letters if one.by != winner]
    told, refused = said_in(answers[second.message_id]), words(LANGUAGE[second.by])
    assert any(refused[cause].replace("{about}", NAMES[winner]) in told for cause in MEANWHILE), (race, told)
    standing = hall.ticket(ticket)
    was = done[0].detail
    assert (standing.type, standing.level, standing.team) == (was["type"], was["level"], was["team"]), race
    assert (standing.stage, standing.status) == (was["stage"], was["status"]), race


def test_what_is_merged_by_one_is_not_closed_or_merged_by_the_other(hall: Hall) -> None:
    goes, stays, other, whole = hall.open_tickets([("question", EVA)] * 4)
    svens = [replying(hall, SVEN, f"#merge {stays.number}", about=one) for one in (goes, other)]
    ninas = [
        replying(hall, NINA, "#close", about=goes),
        replying(hall, NINA, f"#merge {whole.number}", about=other),
    ]
    hall.post_at_once(svens, ninas)
    assert hall.ticket(goes).status is Status.CLOSED
    assert hall.ticket(other).status is Status.CLOSED
    assert (hall.ticket(stays).status, hall.ticket(whole).status) == (Status.OPEN, Status.OPEN), "nobody meant that"
    for svens_letter, ninas_letter in zip(svens, ninas, strict=True):
        told = [answer_to(hall, one) for one in (svens_letter, ninas_letter)]
        assert [f"{NAMES[NINA]} har" in told[0], f"{NAMES[SVEN]} has" in told[1]].count(True) == 1, told


def test_tickets_linked_and_merged_crosswise(hall: Hall) -> None:
    one, two, left, right = hall.open_tickets([("question", EVA)] * 4)
    svens = ((f"#link {two.number}", one), (f"#merge {right.number}", left))
    ninas = ((f"#link {one.number}", two), (f"#merge {left.number}", right))
    hall.post_at_once(
        [replying(hall, SVEN, text, about=about) for text, about in svens],
        [replying(hall, NINA, text, about=about) for text, about in ninas],
    )
    with hall.daemon.look() as uow:
        assert len(uow.links.of(one.ticket_id)) == 1
    assert {hall.ticket(left).status, hall.ticket(right).status} == {Status.OPEN, Status.CLOSED}
    assert (kinds(hall, left) + kinds(hall, right)).count("merge") == 1


def test_a_superusers_reply_against_closing_is_never_lost_and_never_closed_over(hall: Hall) -> None:
    tickets = hall.open_tickets([("question", EVA)] * 4)
    closing = [replying(hall, SVEN, "#close", about=one) for one in tickets]
    replies = [replying(hall, EVA, "Det är inte klart!", about=one) for one in tickets]
    hall.post_at_once(closing, replies)
    for letter, ticket in zip(closing, tickets, strict=True):
        assert hall.ticket(ticket).status is Status.OPEN
        with hall.daemon.look() as uow:
            texts = [one.text.strip() for one in uow.tickets.messages(ticket.ticket_id)]
        assert "Det är inte klart!" in texts
        was_first = "close" in kinds(hall, ticket)
        assert was_first == ("reopened" in kinds(hall, ticket))
        assert was_first != (words("sv")["wrote_meanwhile"] in answer_to(hall, letter))


def _at_the_price(hall: Hall, count: int) -> list[Ticket]:
    tickets = hall.open_tickets([("order", EVA)] * count)
    for one in tickets:
        hall.lead(one, ["consultant", "estimate"], by=SVEN)
    hall.wait_sent()
    return tickets


def _estimates(hall: Hall, ticket: Ticket) -> list[EstimateState]:
    with hall.daemon.look() as uow:
        return [one.state for one in uow.estimates.of_ticket(ticket.ticket_id)]


def test_of_two_yeses_to_one_price_one_counts_and_the_other_is_told(hall: Hall) -> None:
    tickets = _at_the_price(hall, 3)
    hands = [[replying(hall, EVA, "JA", about=one) for one in tickets] for _ in range(2)]
    hall.post_at_once(*hands)
    for ticket in tickets:
        assert _estimates(hall, ticket) == [EstimateState.APPROVED]
        assert kinds(hall, ticket).count("approve") == 1
        assert hall.ticket(ticket).stage == "work"
        with hall.daemon.look() as uow:
            told = [one for one in uow.outbox.entries(limit=5000) if one.ticket_id == ticket.ticket_id]
        assert [one.kind for one in told].count("order_answered") == 2, "that it counts, and that it counted before"


def test_a_yes_against_a_new_price_counts_or_is_told_and_no_yes_is_made_void_unseen(hall: Hall) -> None:
    tickets = _at_the_price(hall, 4)
    yeses = [replying(hall, EVA, "JA", about=one) for one in tickets]
    prices = [replying(hall, SVEN, "#pris 3 h, 3600 kr, En enklare rapport.", about=one) for one in tickets]
    hall.post_at_once(yeses, prices)
    for price, ticket in zip(prices, tickets, strict=True):
        if "approve" in kinds(hall, ticket):
            assert _estimates(hall, ticket) == [EstimateState.APPROVED]
            assert words("sv")["wrote_meanwhile"] in answer_to(hall, price)
        else:
            assert _estimates(hall, ticket) == [EstimateState.SUPERSEDED, EstimateState.OPEN]
            assert hall.ticket(ticket).stage == "approval"

"""How one ticket's deadline came about."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from mailgate.app import Workshop, open_database
from mailgate.config_file import load_config
from mailgate.domain.mail import Envelope, Origin
from tests.cli.conftest import ANNA, CommandLine, a_mail
from tests.support.envelopes import MONDAY

NUMBER = "MG-100001-5"


@pytest.fixture(autouse=True)
def _nobody_in_particular(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAILGATE_SPECIALIST", "Olof Dahl")
    turn(monkeypatch, MONDAY + timedelta(hours=1))


def turn(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """The clock on the wall."""
    monkeypatch.setattr("mailgate.app.now", lambda: now)


def comes(line: CommandLine, text: str, *, at: datetime) -> str:
    """A mail of Anna's that comes in then; the number of the ticket that it opens."""
    content = a_mail(ANNA, subject="Fel", text=text)
    envelope = Envelope(
        mail_from=ANNA, rcpt_to=("support@example.com",), received_at=at, origin=Origin.SMTP, peer="192.0.2.1",
        content=content,
    )  # fmt: skip
    with Workshop(load_config(line.config)) as shop:
        with shop.database.transaction() as uow:
            uow.spool.put(envelope)
        while shop.pipeline.work():
            pass
    number: str = line.done("ticket", "list", "--json").json[0]["number"]
    return number


def explained(used: CommandLine, number: str, *arguments: str) -> Any:
    return used.done("sla", "explain", number, *arguments, "--json").json


def whys(record: Any) -> list[tuple[str | None, str | None]]:
    """The reasons in their order, each once in a row."""
    said = [(step["why"], step["name"]) for step in record["steps"]]
    return [one for place, one in enumerate(said) if place == 0 or said[place - 1] != one]


def adds_up(record: Any) -> None:
    """No gaps, from receipt to the deadline, and what counted is all the time there is."""
    steps, clock = record["steps"], record[record["clock"]]
    assert steps[0]["start"] == record["received_at"]
    assert steps[-1]["end"] == clock["due"]
    assert all(one["end"] == other["start"] for one, other in pairwise(steps))
    assert sum(step["counted_seconds"] for step in steps) == clock["whole_seconds"]


def test_a_clock_that_runs_is_explained_until_its_deadline(used: CommandLine) -> None:
    record = explained(used, NUMBER)
    adds_up(record)
    assert (record["clock"], record["level"], record["status"]) == ("handling", 2, "open")
    assert record["handling"] == {
        "warning": "2026-11-23T14:00:00.000+01:00", "due": "2026-11-23T15:00:00.000+01:00", "done_at": None,
        "standing": "running", "used_seconds": 3600.0, "whole_seconds": 4 * 3600.0, "used_percent": 25,
    }  # fmt: skip
    assert whys(record) == [(None, None), ("lunch", None), (None, None)]
    text = used.done("sla", "explain", NUMBER).out
    for part in (
        "level         2: handling starts within 4:00 open hours, target same week",
        "received      Mon 2026-11-23 10:00 CET",
        "handling due  Mon 2026-11-23 15:00 CET, running, 25 % used (1:00 of 4:00)",
        "solution due  Fri 2026-11-27 16:00 CET, running, 3 % used (1:00 of 33:00)",
        "How handling due was reckoned",
        "open; now",
        "open; warning due",
        "open; handling due",
        "lunch",
    ):
        assert part in text, text


def test_once_taken_up_it_is_the_solution_that_is_explained(used: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    used.done("ticket", "take", NUMBER)
    turn(monkeypatch, MONDAY + timedelta(hours=2))
    record = explained(used, NUMBER)
    adds_up(record)
    assert (record["clock"], record["solution"]["standing"]) == ("solution", "running")
    assert (record["handling"]["standing"], record["handling"]["used_percent"]) == ("met", 25)
    handling = explained(used, NUMBER, "--clock", "handling")
    adds_up(handling)
    assert "open; handling started" in used.done("sla", "explain", NUMBER, "--clock", "handling").out
    assert ("night", None) in whys(record)


def test_waiting_for_the_customer_is_named_and_does_not_count(
    used: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    used.done("ticket", "ask", NUMBER, "--text", "Vilken version?")  # at eleven
    turn(monkeypatch, MONDAY + timedelta(hours=5))
    record = explained(used, NUMBER)
    adds_up(record)
    assert record["waiting_since"] == "2026-11-23T11:00:00.000+01:00"
    assert (record["solution"]["standing"], record["solution"]["used_seconds"]) == ("paused", 3600.0)
    waited = [step for step in record["steps"] if step["why"] == "waiting_for_customer"]
    assert [(step["start"][11:16], step["end"][11:16]) for step in waited] == [("11:00", "12:00"), ("13:00", "15:00")]
    assert "waiting for customer; now" in used.done("sla", "explain", NUMBER).out
    assert "waiting since" in used.done("sla", "explain", NUMBER).out


def test_holidays_are_called_by_their_names(used: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    turn(monkeypatch, datetime(2027, 1, 5, 14, 0, tzinfo=UTC))
    number = comes(used, "Ärendekategori: Programfel\nServicenivå: 1", at=datetime(2027, 1, 5, 10, 30, tzinfo=UTC))
    record = explained(used, number)
    adds_up(record)
    assert [one for one in whys(record) if one[0] is not None] == [
        ("lunch", None),
        ("before_holiday", "Trettondedag jul"),
        ("night", None),
        ("holiday", "Trettondedag jul"),
        ("night", None),
    ]
    assert "holiday: Trettondedag jul" in used.done("sla", "explain", number).out


def test_the_end_of_summer_time_is_named(used: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    turn(monkeypatch, datetime(2026, 10, 23, 15, 0, tzinfo=UTC))
    number = comes(used, "Ärendekategori: Programfel\nServicenivå: 1", at=datetime(2026, 10, 23, 14, 30, tzinfo=UTC))
    record = explained(used, number)
    adds_up(record)
    assert [step["clock_shift_seconds"] for step in record["steps"] if step["clock_shift_seconds"]] == [-3600.0]
    assert "clocks put back 1:00 h" in used.done("sla", "explain", number).out


def test_what_is_late_says_so_and_by_how_much(used: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    turn(monkeypatch, MONDAY + timedelta(days=7))
    record = explained(used, NUMBER)
    adds_up(record)
    assert (record["handling"]["standing"], record["handling"]["used_percent"]) == ("breached", 875)
    used.done("ticket", "resolve", NUMBER)
    turn(monkeypatch, MONDAY + timedelta(days=30))
    solved = explained(used, NUMBER)
    adds_up(solved)
    assert (solved["clock"], solved["solution"]["standing"]) == ("solution", "missed")
    assert solved["solution"]["done_at"] == "2026-11-30T10:00:00.000+01:00"
    assert solved["solution"]["used_seconds"] == record["solution"]["used_seconds"], "it stands still"
    assert solved["waiting_since"] is None


def test_only_a_program_error_has_anything_to_explain(used: CommandLine) -> None:
    used.done("ticket", "type", NUMBER, "wish")
    wrong = used("sla", "explain", NUMBER)
    assert (wrong.code, wrong.err) == (1, f"mailgate: {NUMBER} is a wish: only program errors have service levels\n")
    assert used("sla", "explain", "MG-100042-6").code == 1
    assert used("sla", "explain", NUMBER, "--clock", "sun").code == 2


def test_other_opening_hours_move_what_falls_due_after_a_recount(used: CommandLine) -> None:
    comes(used, "Servicenivå: 2\nÄrendekategori: Programfel", at=MONDAY)
    before = planned(used)
    text = used.config.read_text(encoding="utf-8")
    used.config.write_text(text.replace('monday = ["08:00-16:00"]', "monday = []"), encoding="utf-8")
    assert planned(used) == before
    assert " set\n" in used.done("sla", "recount").out
    after = planned(used)
    assert after["handling_breach"] > before["handling_breach"]
    assert after["solution_breach"] == before["solution_breach"], "the week ends on Friday as before"


def planned(line: CommandLine) -> dict[str, datetime]:
    """What falls due for the newest ticket."""
    database = open_database(load_config(line.config))
    with database.reading() as uow:
        (ticket,) = uow.tickets.newest(limit=1)
        found = {due.kind.value: due.due_at for due in uow.dues.of_ticket(ticket.ticket_id)}
    database.close()
    return found

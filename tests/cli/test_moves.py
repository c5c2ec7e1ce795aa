"""What a specialist does with a ticket at the command line."""

import io
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from tests.cli.conftest import ANNA, CommandLine
from tests.support.envelopes import MONDAY

NUMBER = "MG-100001-5"
HANTVERK, HANDEL = "Hantverkare, Transport och Konsult", "Handel, Tjänsteföretag & Organisationer"
PAPER = io.StringIO


@pytest.fixture(autouse=True)
def _an_hour_after_receipt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailgate.app.now", lambda: MONDAY + timedelta(hours=1))
    monkeypatch.delenv("MAILGATE_SPECIALIST", raising=False)
    monkeypatch.delenv("VISUAL", raising=False)


def says(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """What comes in on stdin, which is no terminal."""
    monkeypatch.setattr("sys.stdin", PAPER(text))


def moved(used: CommandLine, *arguments: str) -> str:
    return used.done("ticket", *arguments, "--by", "Olof Dahl").out


def shown(used: CommandLine) -> dict[str, object]:
    ticket: dict[str, object] = used.done("ticket", "show", NUMBER, "--json").json
    return ticket


def told(used: CommandLine) -> list[str]:
    return [one["kind"] for one in used.done("outbox", "list", "--json").json if one["kind"] not in BEFORE][::-1]


BEFORE = {"receipt", "team_new_ticket", "stranger", "held_gist", "overdue"}
TO_THE_DESK = {"team_handed_over"}


def test_a_ticket_is_taken_answered_and_resolved(used: CommandLine) -> None:
    assert moved(used, "take", NUMBER) == f"{NUMBER}: taken by Olof Dahl; solution due 2026-11-27 16:00\n"
    assert (
        moved(used, "answer", NUMBER, "--text", "Prova igen.") == f"{NUMBER}: answered; solution due 2026-11-27 16:00\n"
    )
    assert moved(used, "resolve", NUMBER) == f"{NUMBER}: resolved\n"
    ticket = shown(used)
    assert (ticket["status"], ticket["specialist"]) == ("resolved", "Olof Dahl")
    assert (ticket["handling"], ticket["solution"]) == ("met", "met")
    assert told(used) == ["handling_started", "answer", "resolved"]
    kinds = [event["kind"] for event in ticket["events"]]  # type: ignore[attr-defined]
    assert kinds == ["opened", "take", "answer", "resolve"]


def test_each_move_says_what_it_did(used: CommandLine) -> None:
    for arguments, says_it in (
        (("level", "1"), "level 1; handling due 2026-11-23 12:00; solution due 2026-11-23 16:00"),
        (("workaround", "--text", "Starta om."), "a workaround is given; level 3; solution due 2026-12-21 16:00"),
        (("ask", "--text", "Vilken version?"), "asked; it waits for the customer"),
        (("type", "Beställning"), "type order"),
        (("team", "2"), f"handed over to {HANDEL}"),
        (("give", "Olof"), f"handed over; it is now with {HANTVERK}"),
        (("module", "ekonomi"), "module Ekonomi"),
        (("note", "--text", "Kunden hotar att lämna."), "noted"),
        (("close",), "closed"),
        (("reopen", "--text", "Vi tittar igen."), "open again"),
        (("type", "program_error"), "type program error; solution due 2027-11-23 16:00"),
        (("level", "nivå 2"), "level 2; solution due 2026-11-27 16:00"),
    ):
        move, *rest = arguments
        assert moved(used, move, NUMBER, *rest) == f"{NUMBER}: {says_it}\n"
    assert [kind for kind in told(used) if kind not in TO_THE_DESK] == [
        "level_changed", "workaround", "asked", "type_changed", "closed", "reopened", "type_changed", "level_changed",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("workaround", "--text", "x"), "a workaround is for program errors of level 1 and 2"),
        (("level", "3"), "it is level 3 already"),
        (("type", "programfel"), "it is a program error already"),
        (("team", "1"), f"it is with {HANTVERK} already"),
        (("reopen",), "a ticket that is open cannot be given the move reopen"),
    ],
)
def test_a_refused_move_names_why_and_what_would_do(used: CommandLine, arguments: tuple[str, ...], why: str) -> None:
    moved(used, "level", NUMBER, "3")
    before = shown(used)["events"]
    move, *rest = arguments
    refused = used("ticket", move, NUMBER, *rest, "--by", "olof.dahl@desk.example")
    assert (refused.code, refused.out) == (1, "")
    legal = "take, answer, ask, level, type, team, give, module, note, resolve, close, merge, link, cc, product, access"
    assert refused.err == f"mailgate: {NUMBER}: {why}; it can be given: {legal}\n"
    assert shown(used)["events"] == before
    assert told(used) == ["level_changed"]


@pytest.mark.parametrize(
    ("arguments", "says_it"),
    [
        (("level", NUMBER, "6"), "'6' is no service level: they are 1 to 5"),
        (("type", NUMBER, "thing"), "'thing' is no type: they are question, program_error, wish, order"),
        (("team", NUMBER, "3"), f"'3' is no team; there are: 1 {HANTVERK}, 2 {HANDEL}"),
        (("team", NUMBER, "0"), f"'0' is no team; there are: 1 {HANTVERK}, 2 {HANDEL}"),
        (("team", NUMBER, "h"), f"'h' is no team; there are: 1 {HANTVERK}, 2 {HANDEL}"),
        (("module", NUMBER, "Rymdfart"), "'Rymdfart' is no module; there are: "),
        (("answer", NUMBER, "--text", "  "), "there is no text: give one with --text, on stdin, or in the editor"),
        (("take", "hello"), "'hello' is no ticket number: write it like MG-100042-6"),
    ],
)
def test_what_is_wrongly_asked_is_one_line(used: CommandLine, arguments: tuple[str, ...], says_it: str) -> None:
    wrong = used("ticket", *arguments, "--by", "Olof")
    assert (wrong.code, wrong.out) == (2, "")
    assert wrong.err.startswith(f"mailgate: {says_it}")
    assert wrong.err.count("\n") == 1


def test_a_team_may_be_named_by_its_beginning(used: CommandLine) -> None:
    assert moved(used, "team", NUMBER, "handel").startswith(f"{NUMBER}: handed over to {HANDEL}")


def test_who_acts_may_stand_in_the_environment(used: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = used("ticket", "take", NUMBER)
    assert (nobody.code, nobody.err) == (2, "mailgate: say who you are: --by NAME, or set MAILGATE_SPECIALIST\n")
    monkeypatch.setenv("MAILGATE_SPECIALIST", "AINO")
    assert "taken by Aino Laine" in used.done("ticket", "take", NUMBER).out
    assert "taken by Karin Ek" in used.done("ticket", "take", NUMBER, "--by", "karin.ek@desk.example").out
    stranger = used("ticket", "take", NUMBER, "--by", "Nils")
    assert stranger.code == 1
    assert stranger.err.startswith("mailgate: there is no specialist 'Nils'; registered: Aino Laine, Karin Ek")


def test_of_two_with_the_same_name_the_whole_must_be_said(fresh: CommandLine) -> None:
    register = fresh.folder / "register.toml"
    text = register.read_text(encoding="utf-8").replace('name = "Olof Dahl"', 'name = "Karin Dahl"')
    register.write_text(text, encoding="utf-8")
    fresh.done("register", "import", register)
    both = fresh("ticket", "list", "--mine", "karin")
    assert (both.code, both.err) == (
        1,
        "mailgate: 'karin' is more than one specialist; registered: Karin Dahl, Karin Ek\n",
    )
    assert fresh("ticket", "list", "--mine", "karin dahl").err == "no tickets\n"


def test_the_only_specialist_needs_no_name(used: CommandLine) -> None:
    gone = [f'[[specialist]]\naddress = "{name}@desk.example"\nname = "{name}"\nteam = "{HANDEL}"\nlanguage = "sv"\n'
            "active = false\n" for name in ("aino.laine", "karin.ek", "per.strand")]  # fmt: skip
    leavers = used.folder / "leavers.toml"
    leavers.write_text("\n".join(gone), encoding="utf-8")
    used.done("register", "import", leavers)
    assert "taken by Olof Dahl" in used.done("ticket", "take", NUMBER).out


def test_text_may_come_on_stdin(used: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    says(monkeypatch, "Prova att starta om.\n\nHälsningar Olof\n")
    moved(used, "answer", NUMBER)
    says(monkeypatch, "Nu är det löst.")
    moved(used, "resolve", NUMBER, "--text", "-")
    texts = [event["detail"].get("text") for event in shown(used)["events"]]  # type: ignore[attr-defined]
    assert texts[1:] == ["Prova att starta om.\n\nHälsningar Olof", "Nu är det löst."]
    says(monkeypatch, "")
    assert used("ticket", "answer", NUMBER, "--by", "Olof").code == 2


def test_resolving_waits_for_no_stdin(used: CommandLine) -> None:
    ours, theirs = os.pipe()  # open, and nothing ever comes
    command = [
        sys.executable,
        "-m",
        "mailgate",
        "--config",
        str(used.config),
        "ticket",
        "resolve",
        NUMBER,
        "--by",
        "Olof",
    ]
    try:
        ended = subprocess.run(command, stdin=ours, capture_output=True, check=False, timeout=60)
    finally:
        os.close(ours)
        os.close(theirs)
    assert ended.returncode == 0, ended.stderr


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_at_a_terminal_the_editor_opens(used: CommandLine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.stdin", _Terminal())
    editor = tmp_path / "my editor"
    editor.write_text('#!/bin/sh\nprintf "Vilken version har ni?\\n" > "$2"\n', encoding="utf-8")
    editor.chmod(0o755)
    monkeypatch.setenv("EDITOR", f"'{editor}' --wait")
    moved(used, "ask", NUMBER)
    assert shown(used)["events"][-1]["detail"]["text"] == "Vilken version har ni?"  # type: ignore[index]
    for wrong, why in (("false", "the editor false did not end well; nothing was done"),
                       ("/nowhere/vi", "the editor /nowhere/vi did not end well; nothing was done"),
                       ("", "there is no text: give one with --text, or set EDITOR")):  # fmt: skip
        monkeypatch.setenv("EDITOR", wrong)
        failed = used("ticket", "answer", NUMBER, "--by", "Olof")
        assert failed.err == f"mailgate: {why}\n"
    assert told(used) == ["asked"]


def test_tickets_are_listed_by_how_they_stand(used: CommandLine) -> None:
    def numbers(*arguments: str) -> list[str]:
        return [one["number"] for one in used.done("ticket", "list", "--json", *arguments).json]

    assert numbers("--status", "open") == [NUMBER]
    assert numbers("--status", "waiting") == numbers("--mine", "Olof Dahl") == numbers("--team", "2") == []
    assert "2026-11-23 15:00" in used.done("ticket", "list").out
    moved(used, "take", NUMBER)
    assert numbers("--mine", "olof", "--team", "1", "--status", "open") == [NUMBER]
    row = used.done("ticket", "list").out.splitlines()[1]
    assert "2026-11-27 16:00" in row
    assert "Olof Dahl" in row
    moved(used, "ask", NUMBER, "--text", "Hur?")
    assert numbers("--status", "waiting") == [NUMBER]
    assert "2026-11-27" not in used.done("ticket", "list").out, "its clocks stand still"
    assert used("ticket", "list", "--status", "lost").code == 2


def test_a_ticket_shows_its_deadlines_and_who_has_it(used: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "handling due  2026-11-23 15:00 (running)" in used.done("ticket", "show", NUMBER).out
    monkeypatch.setattr("mailgate.app.now", lambda: MONDAY + timedelta(days=1))
    assert "handling due  2026-11-23 15:00 (breached)" in used.done("ticket", "show", NUMBER).out
    assert "2026-11-23 15:00 late" in used.done("ticket", "list").out
    moved(used, "take", NUMBER)
    text = used.done("ticket", "show", NUMBER).out
    assert "handling due  2026-11-23 15:00 (missed)" in text
    assert "specialist    Olof Dahl" in text
    moved(used, "type", NUMBER, "question")
    assert "due" not in used.done("ticket", "show", NUMBER).out.split("What happened")[0]
    assert shown(used)["solution_due"] is None


def test_the_superuser_is_told_and_nobody_else(used: CommandLine) -> None:
    moved(used, "answer", NUMBER, "--text", "Så här.")
    (answer,) = [one for one in used.done("outbox", "list", "--json").json if one["kind"] == "answer"]
    assert answer["to"] == ANNA

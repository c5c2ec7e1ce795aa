"""Tickets and mails as the command line shows them; other people's text does nothing to whoever looks."""

import os
import subprocess
import sys

import pytest

from tests.cli.conftest import ANNA, PDF, CommandLine

NUMBER = "MG-100001-5"


def test_tickets_are_listed(used: CommandLine) -> None:
    (ticket,) = used.done("ticket", "list", "--json").json
    assert ticket["number"] == NUMBER
    assert ticket["customer"] == "1001"
    assert ticket["level"] == 2
    assert ticket["opened_at"] == "2026-11-23T10:00:00.000+01:00"
    table = used.done("ticket", "list").out
    assert table.splitlines()[0].split() == [
        "NUMBER", "AGE", "CUSTOMER", "TYPE", "STATUS", "DUE", "SPECIALIST", "MODULE", "TEAM", "SUBJECT",
    ]  # fmt: skip
    assert "Lönen går inte att köra" in table
    assert used.done("ticket", "list", "--customer", "1002", "--json").json == []
    nothing = used.done("ticket", "list", "--customer", "1002")
    assert (nothing.out, nothing.err) == ("", "no tickets\n")


@pytest.mark.parametrize("written", [NUMBER, "[MG-100001-5]", "mg1000015", "100001-5", "ärende 100001 5"])
def test_a_number_may_be_written_in_any_way(used: CommandLine, written: str) -> None:
    assert used.done("ticket", "show", written, "--json").json["number"] == NUMBER


@pytest.mark.parametrize(
    ("written", "code", "says"),
    [
        ("MG-100001-6", 2, "its check digit is wrong"),
        ("hello", 2, "write it like MG-100042-6"),
        ("MG-100042-6", 1, "there is no ticket MG-100042-6"),
    ],
)
def test_a_number_that_is_nobodys_is_one_line(used: CommandLine, written: str, code: int, says: str) -> None:
    result = used("ticket", "show", written)
    assert result.code == code
    assert result.err.count("\n") == 1
    assert says in result.err


def test_a_ticket_is_shown_with_all_that_belongs_to_it(used: CommandLine) -> None:
    shown = used.done("ticket", "show", NUMBER, "--json").json
    assert shown["superuser"]["address"] == ANNA
    assert shown["messages"][0]["text"].startswith("Servicenivå: 2")
    (attachment,) = shown["attachments"]
    assert (attachment["number"], attachment["mail"]) == (1, 1)
    assert (attachment["name"], attachment["size"], attachment["inline"]) == ("räkning.pdf", len(PDF), False)
    assert shown["events"][0]["kind"] == "opened"
    assert {one["kind"] for one in shown["mails_of_ours"]} == {"receipt", "team_new_ticket"}
    text = used.done("ticket", "show", NUMBER, "--full").out
    for part in ("    Servicenivå: 2", "räkning.pdf", "What happened", "rule: new-ticket", "Mails of ours", ANNA):
        assert part in text
    assert "; type by keyword in subject: går|gick|gått inte|ej att (6); type by" in text
    assert "; level by stated: Servicenivå: 2; module by" in text
    assert "False" not in text


def test_an_attachment_is_written_as_it_was_sent(used: CommandLine) -> None:
    command = [sys.executable, "-m", "mailgate", "--config", str(used.config), "ticket", "show", NUMBER]
    written = subprocess.run([*command, "--attachment", "1"], capture_output=True, check=True)
    assert written.stdout == PDF
    missing = used("ticket", "show", NUMBER, "--attachment", "2")
    assert (missing.code, missing.err) == (1, f"mailgate: {NUMBER} has 1 attachment\n")


def at_a_terminal(used: CommandLine, *arguments: str) -> tuple[int, str]:
    """The command with a pseudo-terminal for its stdout and stderr."""
    ours, theirs = os.openpty()
    command = [sys.executable, "-m", "mailgate", "--config", str(used.config), *arguments]
    env = {**os.environ, "COLUMNS": "60", "TERM": "xterm"}
    with subprocess.Popen(command, stdout=theirs, stderr=theirs, stdin=subprocess.DEVNULL, env=env) as process:
        os.close(theirs)
        said = b""
        try:
            while piece := os.read(ours, 65536):
                said += piece
        except OSError:  # EIO: the other side is closed
            pass
        os.close(ours)
    return process.returncode, said.decode()


def test_an_attachment_never_goes_to_a_terminal(used: CommandLine) -> None:
    code, said = at_a_terminal(used, "ticket", "show", NUMBER, "--attachment", "1")
    assert code == 2
    assert said == "mailgate: an attachment may be anything: send it to a file, with > name\r\n"


def test_a_table_fits_the_terminal(used: CommandLine) -> None:
    code, said = at_a_terminal(used, "mail", "list")
    assert code == 0
    assert "\x1b[1m" in said, "headings are bold"
    assert "…" in said
    assert len(said.splitlines()) == 7


def test_a_raw_mail_does_nothing_to_a_terminal(used: CommandLine) -> None:
    raw = subprocess.run(
        [sys.executable, "-m", "mailgate", "--config", str(used.config), "mail", "show", "4", "--raw"],
        capture_output=True,
        check=True,
    ).stdout
    assert b"\x1b[2J" in raw, "as it came, where nothing can act on it"
    _, said = at_a_terminal(used, "mail", "show", "4", "--raw")
    assert "\x1b" not in said
    assert "[2Jdär!" in said


def test_held_text_is_shown_inert(used: CommandLine) -> None:
    shown = used.done("held", "show", 4)
    assert "\x1b" not in shown.out
    assert "där!" in shown.out


def test_mails_are_counted_and_listed_by_outcome(used: CommandLine) -> None:
    assert used.done("mail", "count", "--json").json == {
        "received": 0, "ticket": 1, "joined": 0, "held": 3, "stored": 1, "quarantined": 1, "total": 6,
    }  # fmt: skip
    assert "quarantined  1" in used.done("mail", "count").out
    assert [one["id"] for one in used.done("mail", "list", "--json").json] == [6, 5, 4, 3, 2, 1]
    assert [one["id"] for one in used.done("mail", "list", "--outcome", "held", "--json").json] == [4, 3, 2]
    assert used.done("mail", "list", "--limit", "1").out.count("\n") == 2
    assert used("mail", "list", "--outcome", "lost").code == 2


def test_a_mail_tells_what_was_decided_and_how_often_it_came(used: CommandLine) -> None:
    ticket = used.done("mail", "show", 1, "--json").json
    assert (ticket["outcome"], ticket["rule"], ticket["ticket"]) == ("ticket", "new-ticket", NUMBER)
    stranger = used.done("mail", "show", 4, "--json").json
    assert [one["peer"] for one in stranger["arrivals"]] == ["192.0.2.1"] * 2
    text = used.done("mail", "show", 1).out
    assert f"ticket         {NUMBER}" in text
    assert "räkning.pdf" in text
    assert used("mail", "show", 99).err == "mailgate: there is no mail 99; mailgate mail list shows the newest\n"

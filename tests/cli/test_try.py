"""``mailgate try``: a mail's whole way, without any effect."""

import hashlib
import io
import sys
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from mailgate.app import Workshop
from mailgate.config_file import load_config
from tests.cli.conftest import ANNA, CommandLine, a_mail, put

NUMBER = "MG-100001-5"


def a_file(folder: Path, content: bytes | None = None) -> Path:
    file = folder / "mail.eml"
    file.write_bytes(content or a_mail(ANNA, subject="Momsen blir fel", text="Servicenivå: 2\n\nHej och hå!"))
    return file


def files(folder: Path) -> dict[str, str]:
    """Every file of the desk, by the hash of its bytes."""
    return {
        str(one.relative_to(folder)): hashlib.sha256(one.read_bytes()).hexdigest()
        for one in sorted(folder.rglob("*"))
        if one.is_file()
    }


def test_it_shows_why_what_would_change_and_the_mails_and_changes_no_file(used: CommandLine, tmp_path: Path) -> None:
    file, before = a_file(tmp_path), files(used.folder)
    shown = used.done("try", file).out
    for part in (
        "A new ticket, MG-100002-8: a SuperUser writes",
        "Which rules looked at it",
        "A new ticket, with the next number, which is MG-100002-8 as long as no other mail takes it.",
        "  level: 2\n",
        "of 3 that would go out: receipt, to anna.lind@norrby-el.example",
        "    Subject: [MG-100002-8] Momsen blir fel",
        "    Hej och hå!",
        "Nothing of this was kept",
    ):
        assert part in shown
    assert files(used.folder) == before
    assert used.done("mail", "count", "--json").json["total"] == 6


def test_a_follow_up_shows_what_it_does_to_its_ticket(used: CommandLine, tmp_path: Path) -> None:
    used.done("ticket", "resolve", NUMBER, "--text", "Klart!", "--by", "karin.ek@desk.example")
    file = a_file(tmp_path, a_mail(ANNA, subject=f"Re: [{NUMBER}]", text="Nej, inte alls."))
    record = used.done("try", file, "--json").json
    assert (record["ticket"], record["new_ticket"]) == (NUMBER, False)
    assert "status: resolved → open" in record["changes"]
    assert record["decision"]["candidates"] == [
        {"ticket": NUMBER, "by": "number", "taken": True, "why": "its customer's own"}
    ]
    assert record["mails"][0]["kind"] == "joined"


def test_the_envelope_and_the_proof_can_be_assumed(used: CommandLine, tmp_path: Path) -> None:
    file = a_file(tmp_path)
    forged = used.done("try", file, "--proof", "forged", "--json").json
    assert (forged["decision"]["rule"], forged["mails"]) == ("forged-author", [])
    order = used.done("try", file, "--to", "konsult@example.com", "--at", "2026-11-28T12:00", "--json").json
    assert order["envelope"]["to"] == ["konsult@example.com"]
    assert order["decision"]["at"] == "2026-11-28T12:00:00.000+01:00"
    bounced = used.done("try", file, "--from", "<>", "--json").json
    assert bounced["envelope"]["from"] is None
    assert bounced["decision"]["outcome"] == "stored", "what comes from nobody is a machine's"
    assert used("try", file, "--door", "moon").err.startswith("mailgate: --door: there is no 'moon'; known are smtp")
    assert used("try", file, "--at", "soon").code == 2
    assert used("try", tmp_path / "none.eml").code == 1


def test_what_the_smtp_door_would_refuse_is_told(used: CommandLine, tmp_path: Path) -> None:
    file = a_file(tmp_path)
    shown = used.done("try", file, "--to", "boss@example.com").out
    assert shown.startswith("The SMTP door would refuse it: boss@example.com is no address of ours. Had it been taken:")
    text = used.config.read_text(encoding="utf-8")
    used.config.write_text(text.replace('strangers = "hold"', 'strangers = "refuse"'), encoding="utf-8")
    refused = used.done("try", file, "--from", "x@nowhere.example", "--json").json["refused"]
    assert refused == "its sender is a stranger, and strangers are refused ([addresses] strangers)"
    assert used.done("try", file, "--json").json["refused"] is None


def test_the_mails_can_be_written_and_shown_as_html(used: CommandLine, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shown = used.done("try", a_file(tmp_path), "--eml", out, "--html").out
    assert "<html" in shown
    assert sorted(one.name for one in out.iterdir()) == [
        "01-receipt.eml", "02-team_new_ticket.eml", "03-team_new_ticket.eml",
    ]  # fmt: skip
    receipt = message_from_bytes((out / "01-receipt.eml").read_bytes(), policy=default)
    assert receipt["To"].addresses[0].addr_spec == ANNA


def test_a_mail_that_came_before_is_a_copy_unless_it_is_asked_for_as_new(used: CommandLine, tmp_path: Path) -> None:
    raw = tmp_path / "raw.eml"
    raw.write_bytes(a_mail(ANNA, subject="En fråga", text="Hur gör man?"))
    with Workshop(load_config(used.config)) as shop:
        put(shop, raw.read_bytes())
    assert "The same mail has come before, as mail 7" in used.done("try", raw).out
    assert used.done("try", raw, "--json").json["same_as"] == 7
    assert used.done("try", raw, "--as-new", "--json").json["new_ticket"]


def test_standard_input_is_read_and_what_cannot_be_parsed_is_told(
    used: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (level, level) for level in range(200)
    )
    content = b"From: a@b.example\r\nMIME-Version: 1.0\r\n" + deep
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    assert "it would be set aside whole" in used.done("try", "-").out


def test_where_there_is_no_database_none_is_made(fresh: CommandLine, tmp_path: Path) -> None:
    before = files(fresh.folder)
    result = fresh("try", a_file(tmp_path.parent))
    assert result.code == 1
    assert "there is no database in" in result.err
    assert files(fresh.folder) == before

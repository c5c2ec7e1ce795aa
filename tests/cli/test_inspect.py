"""``mailgate inspect``: for people and for programs, without database or configuration, whatever a file holds."""

import json
import os
from pathlib import Path

import pytest

from mailgate.cli import run

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
FIELDS = {
    "file", "kind", "from", "subject", "body_text", "reply_text", "attachments", "auto_reply_allowed",
    "bounce_recipients", "bounce_status", "defects", "error", "seconds",
}  # fmt: skip


def records(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, object]]:
    assert run(["inspect", "--jsonl", *arguments]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_program_reads_one_object_for_each_file_in_the_order_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    asked = [str(CORPUS / name) for name in ("unnamed_pdf.eml", "delivery_report.eml", "calendar_invitation.eml")]
    found = records(capsys, *asked)
    assert [one["file"] for one in found] == asked
    assert all(set(one) == FIELDS for one in found)
    assert [one["kind"] for one in found] == ["person", "bounce", "calendar"]
    assert found[0]["attachments"] == [
        {"name": "skärm.png", "size": 8, "content_type": "image/png", "inline": True},
        {"name": "attachment-2.pdf", "size": 9, "content_type": "application/pdf", "inline": False},
    ]
    assert (found[1]["bounce_recipients"], found[1]["bounce_status"]) == (["anna@kund.example"], ["5.1.1"])
    assert [one["auto_reply_allowed"] for one in found] == [True, False, True]


def test_folders_are_walked(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    for name in ("b.eml", "a.eml", "inner/c.eml"):
        (tmp_path / name).write_bytes(b"From: anna@kund.example\nSubject: Hej\n\nHej\n")
    assert [one["file"] for one in records(capsys, str(tmp_path))] == [
        str(tmp_path / name) for name in ("a.eml", "b.eml", "inner/c.eml")
    ]


def test_a_bare_body_is_read_as_a_mails_would_be(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    text, page = tmp_path / "body.txt", tmp_path / "body.html"
    text.write_bytes("Ja tack, gör så.\r\n\r\nSven skrev:\r\n> Ska vi göra så?\r\n".encode("latin-1"))
    page.write_text("<p>Ja tack</p><p>gör så</p>", encoding="utf-8")
    (one,) = records(capsys, "--as", "text", str(text))
    assert (one["kind"], one["reply_text"]) == (None, "Ja tack, gör så.")
    assert str(one["body_text"]).startswith("Ja tack, gör så.\n\nSven skrev:\n> Ska vi")
    (two,) = records(capsys, "--as", "html", str(page))
    assert str(two["reply_text"]).split() == ["Ja", "tack", "gör", "så"]


def test_what_cannot_be_read_is_an_error_on_its_line_and_the_others_go_on(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    bomb, good = tmp_path / "bomb.eml", tmp_path / "good.eml"
    bomb.write_bytes(b"X: y\n" * 2_000 + b"\nx")
    good.write_bytes(b"From: anna@kund.example\nSubject: Hej\n\nHej\n")
    first, second = records(capsys, str(bomb), str(good))
    assert (first["error"], first["kind"]) == ("limit:fields", None)
    assert (second["error"], second["from"]) == ("", "anna@kund.example")
    assert run(["inspect", str(bomb), str(good)]) == 1
    shown = capsys.readouterr()
    assert "limit:fields" in shown.err
    assert "anna@kund.example" in shown.out


def test_one_line_is_one_line_whatever_the_mail_holds(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    name = os.fsdecode(b"odd\xff.eml")
    (tmp_path / name).write_bytes("From: a@b.example\nSubject: rad\u2028rad\x85\x1b[31m\n\nå\u2028ä\x1b[2J\n".encode())
    assert run(["inspect", "--jsonl", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert out.isascii()
    assert len(out.splitlines()) == 1
    assert json.loads(out)["file"].endswith("odd\udcff.eml")


def test_a_person_sees_kind_reason_text_and_what_hangs_on_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["inspect", str(CORPUS / "delivery_report.eml"), str(CORPUS / "space_before_colon.eml")]) == 0
    shown = capsys.readouterr().out
    for words in ("bounce (multipart/report)", "anna@kund.example", "5.1.1", "It did not go.", "Wrong with it"):
        assert words in shown


def test_a_file_that_is_not_there_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["inspect", "/nowhere/mail.eml"]) == 1
    assert "there is no /nowhere/mail.eml" in capsys.readouterr().err

"""Real mail of other projects: all of it is read, and its authors and subjects are read right."""

import json
from pathlib import Path
from typing import Any

import pytest

from mailgate.domain.mail import ParsedMail
from mailgate.ingest.limits import Unparsable
from mailgate.ingest.parse import attachment_bytes, parse

CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "corpus"
MANIFEST = CORPUS / "manifest.jsonl"
pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not MANIFEST.is_file(), reason="needs ../shared/corpus (real mail, not part of the project)"),
]


def entries() -> list[dict[str, Any]]:
    lines = MANIFEST.read_text(encoding="utf-8").splitlines()
    return [entry for entry in map(json.loads, lines) if entry["format"] == "message"]


def said_right(mail: ParsedMail, expect: dict[str, Any]) -> list[bool]:
    right = []
    if "from" in expect:
        right.append((mail.author.spec if mail.author else "") == (expect["from"] or "").lower())
    if "subject" in expect:
        right.append(mail.subject.split() == (expect["subject"] or "").split())
    return right


def test_every_mail_is_read_or_refused_with_a_reason_and_most_are_read_right() -> None:
    right: list[bool] = []
    refused: dict[str, str] = {}
    for entry in entries():
        raw = (CORPUS / entry["file"]).read_bytes()
        try:
            mail = parse(raw)
        except Unparsable as unparsable:
            refused[entry["file"]] = unparsable.reason
            continue
        right += said_right(mail, entry["expect"])
        for each in mail.attachments[:3]:
            assert len(attachment_bytes(raw, each.part)) == each.size, entry["file"]
    assert not [reason for reason in refused.values() if not reason.startswith("limit:")], refused
    assert sum(right) / len(right) >= 0.95

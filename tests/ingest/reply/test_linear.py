"""Twice the text is about twice the work, counted in calls: the count is the same on every machine."""

import sys
from types import FrameType

import pytest

from bench.cutter import MARKUPS, TEXTS
from mailgate.ingest.reply import read_html, read_text

CASES = [("text", name, piece) for name, piece in TEXTS.items()] + [
    ("html", name, piece) for name, piece in MARKUPS.items()
]


def calls(kind: str, body: str) -> int:
    count = 0

    def note(_frame: FrameType, event: str, _arg: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    read = read_html if kind == "html" else read_text
    sys.setprofile(note)
    try:
        read(body)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize(("kind", "name", "piece"), CASES, ids=[f"{kind}: {name}" for kind, name, _ in CASES])
def test_doubling_a_body_doubles_the_work(kind: str, name: str, piece: str) -> None:
    calls(kind, piece * 10)  # what is imported and compiled once
    assert calls(kind, piece * 800) <= 2.5 * calls(kind, piece * 400) + 500, name

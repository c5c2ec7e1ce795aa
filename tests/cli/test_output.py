"""What is printed is what is there to be read."""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from mailgate.cli.output import age, complain, in_bytes, local, print_fields, print_indented, print_json, print_table

HOSTILE = "Fel \x1b]0;ägd\x07\x1b[31mi\x9b2J L\u202eön"
ZONE = ZoneInfo("Europe/Stockholm")


def test_other_peoples_text_is_inert_wherever_it_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("SUBJECT", "X"), [(HOSTILE + "\r\nnext", "1")], empty="none")
    print_fields({"subject": HOSTILE})
    print_indented(HOSTILE)
    complain(HOSTILE)
    printed = capsys.readouterr()
    for text in (printed.out, printed.err):
        assert not set("\x1b\x07\x9b\u202e\r") & set(text)
        assert "]0;ägd[31mi2J Lön" in text
    assert "Lön next  1" in printed.out, "a row stays on its line"


def test_json_keeps_what_it_escapes(capsys: pytest.CaptureFixture[str]) -> None:
    tagged = HOSTILE + "\U000e0041"
    print_json({"subject": tagged, "at": datetime(2026, 7, 1, 12, tzinfo=UTC), "set": {"b", "a"}}, zone=ZONE)
    text = capsys.readouterr().out
    assert not set("\x1b\x07\x9b\u202e\U000e0041") & set(text)
    assert "ägd" in text
    assert json.loads(text) == {"subject": tagged, "at": "2026-07-01T14:00:00.000+02:00", "set": ["a", "b"]}


def test_wide_characters_keep_the_columns_straight(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("A", "B"), [("日本", "x"), ("ab", "y")], empty="none")
    assert capsys.readouterr().out == "A     B\n日本  x\nab    y\n"


def test_nothing_is_told_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("A",), [], empty="none")
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "none\n")


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (timedelta(seconds=59), "59 s"),
        (timedelta(minutes=59), "59 min"),
        (timedelta(hours=3, minutes=50), "3 h"),
        (timedelta(days=400), "400 d"),
        (timedelta(seconds=-5), "0 s"),
    ],
)
def test_ages_are_rough(span: timedelta, text: str) -> None:
    now = datetime(2026, 7, 1, tzinfo=UTC)
    assert age(now - span, now) == text


def test_times_and_sizes_are_for_people() -> None:
    assert local(datetime(2026, 1, 1, 23, 30, tzinfo=UTC), ZONE) == "2026-01-02 00:30"
    assert local(None, ZONE) == ""
    assert [in_bytes(size) for size in (999, 1500, 2_500_000)] == ["999 B", "2 kB", "2.5 MB"]

"""Every mail as a real browser shows it, measured: narrow and wide, light and dark, with the words that fit worst."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from enum import StrEnum
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from mailgate.config import Config
from mailgate.domain.customer import Language
from mailgate.domain.notice_kinds import NoticeKind
from mailgate.domain.outgoing import Notice
from mailgate.notify.compose import composer_of
from mailgate.notify.samples import SAMPLE_TIME, sample_notice
from tests.support.browser import NAMES, Browser, installed
from tests.support.notices import CONTENTS, a_notice
from tests.support.servers import unusable
from tests.support.shown import html_in

pytestmark = pytest.mark.servers

MEASURE = (Path(__file__).parents[1] / "support" / "measure.js").read_text("utf-8")
COMPOSER = composer_of(Config())
NARROW, WIDE = 360, 1000
# What webmail leaves of a page: no style sheet, and not the body's own colours; around it whatever the reader likes.
_IN_WEBMAIL = """
document.querySelectorAll("style").forEach((each) => each.remove());
document.body.removeAttribute("style");
document.documentElement.style.background = "#202124";
document.body.style.color = "#e8eaed";
"""
_LONGEST = "Lönespecifikationshanteringssystemuppgraderingsförfrågan_2026-11-26T08:41:07+01:00.försök"
_UNBROKEN = ("kind", "number", "evidence", "command", "cause", "key")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = installed()
    if program is None:
        unusable(f"none of {', '.join(NAMES)} is installed")
    with Browser(program) as running:
        yield running


def faults(browser: Browser, notices: list[Notice], *, before: str = "") -> list[str]:
    """What is wrong with any of them, as the window now is."""
    found = []
    for notice in notices:
        browser.show(html_in(COMPOSER.compose(notice, now=SAMPLE_TIME, unique="seen").content))
        if before:
            browser.run(f"(() => {{ {before} }})()")
        found += [f"{notice.to.language}/{notice.kind}: {fault}" for fault in browser.run(MEASURE)]
    return found


def samples() -> list[Notice]:
    return [sample_notice(kind, language) for kind, language in product(NoticeKind, Language)]


def with_long_words() -> list[Notice]:
    return [replace(notice, content=made_long(notice.content)) for notice in samples()]


def nearly_empty() -> list[Notice]:
    return [a_notice(CONTENTS["bare"]()[kind], language=each, name="") for kind, each in product(NoticeKind, Language)]


def made_long(value: Any) -> Any:
    """The same with a word that is wider than a telephone wherever somebody's words stand, however deep."""
    match value:
        case StrEnum():
            return value
        case str():
            return f"{_LONGEST} {value}" if value else value
        case tuple():
            return tuple(map(made_long, value))
        case _ if is_dataclass(value) and not isinstance(value, type):
            changed = {each.name: made_long(getattr(value, each.name)) for each in fields(value)}
            return replace(value, **{name: one for name, one in changed.items() if name not in _UNBROKEN})
        case _:
            return value


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_mail_can_be_read_on_a_telephone(browser: Browser, dark: bool) -> None:
    browser.window(width=NARROW, dark=dark)
    assert faults(browser, samples()) == []


def test_no_word_is_too_long_for_a_telephone(browser: Browser) -> None:
    browser.window(width=NARROW, dark=False)
    assert faults(browser, with_long_words()) == []


def test_what_is_nearly_empty_has_no_empty_rows(browser: Browser) -> None:
    browser.window(width=NARROW, dark=False)
    assert faults(browser, nearly_empty()) == []


def test_every_mail_can_be_read_in_a_wide_window(browser: Browser) -> None:
    browser.window(width=WIDE, dark=False)
    assert faults(browser, samples()) == []


def test_colours_hold_in_webmail_that_drops_the_style_sheet(browser: Browser) -> None:
    browser.window(width=NARROW, dark=True)
    assert faults(browser, samples(), before=_IN_WEBMAIL) == []


def test_no_mail_asks_for_anything_from_elsewhere(browser: Browser) -> None:
    browser.show('<img src="https://elsewhere.example/pixel.png">')
    browser.run("new Promise((done) => setTimeout(done, 100))")
    assert browser.requests == ["https://elsewhere.example/pixel.png"], "it would be seen"
    browser.requests.clear()
    faults(browser, samples()[::3])
    browser.run("new Promise((done) => setTimeout(done, 100))")
    assert browser.requests == []


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ('<p style="width:500px">Hej</p>', "scrolls sideways"),
        ('<p style="color:#999999;background:#ffffff">Hej</p>', "contrast 2.85"),
        ('<p style="font-size:11px;color:#000000">Hej</p>', "11px"),
        ('<p style="margin-left:-40px;color:#000000">Hej</p>', "out of the window"),
        ('<table style="color:#000000"><tr><td></td></tr></table>', "empty"),
    ],
)
def test_the_measure_finds_what_is_wrong(browser: Browser, html: str, fault: str) -> None:
    browser.window(width=NARROW, dark=False)
    browser.show(f'<!DOCTYPE html><html><body style="margin:0">{html}</body></html>')
    assert any(each.startswith(fault) for each in browser.run(MEASURE))

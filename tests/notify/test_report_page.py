"""The report as a page: whole in one file, in each language, with other people's text in it and none of its tricks."""

import re
import shutil
import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest

from mailgate.domain.customer import Language
from mailgate.domain.figures import ClockRun, DayCount, Group, HeldFigure, Late, MonthFigures, TicketMonth, tally
from mailgate.domain.news import AlarmClock
from mailgate.domain.terms import Promise, Target, TargetUnit
from mailgate.domain.ticket import ServiceLevel, TicketType
from mailgate.domain.verdict import HoldCause
from mailgate.notify.report_page import ReportSettings, report_page
from mailgate.notify.template_check import WordingError
from mailgate.shipped import templates_folder

DUE = datetime(2026, 11, 3, 14, 0, tzinfo=UTC)
H = timedelta(hours=1)


def a_ticket(**changes: Any) -> TicketMonth:
    """A program error of level 2, handled in time and solved too late."""
    values: dict[str, Any] = {
        "number": "MG-100001-5", "subject": "Lönen", "customer_code": "K1", "customer_name": "Kund AB",
        "team": "Handel", "type": TicketType.PROGRAM_ERROR, "level": ServiceLevel.HAMPERED,
        "received_on": date(2026, 11, 2), "solved_on": date(2026, 11, 4), "reopened": 0, "at_work": False,
        "overdue": False,
        "handling": ClockRun(took=20 * H / 60, kept=True),
        "solution": ClockRun(
            took=14.5 * H, kept=False,
            late=Late(clock=AlarmClock.SOLUTION, due=DUE, done_at=DUE + 9 * H, late_by=2.5 * H),
        ),
    }  # fmt: skip
    return TicketMonth(**(values | changes))


def figures(*tickets: TicketMonth, first: date = date(2026, 11, 1), **changes: Any) -> MonthFigures:
    """A month with these tickets, all alike but for what the test says."""
    sums = tally(tickets)
    groups = [Group(key="K1", name=tickets[0].customer_name, tally=sums)] if tickets else []
    promise = Promise(handling_within=4 * H, target=Target(TargetUnit.WEEKS, 4))
    values: dict[str, Any] = {
        "first": first, "as_of": datetime(2026, 11, 30, 23, 0, tzinfo=UTC), "over": True, "total": sums,
        "by_type": [Group(key="program_error", name="program_error", tally=sums)] if tickets else [],
        "by_level": [Group(key="2", name="2", tally=sums)] if tickets else [],
        "by_team": [Group(key="Handel", name=tickets[0].team, tally=sums)] if tickets else [],
        "by_customer": groups,
        "days": [DayCount(day=date(2026, 11, day), received=2, solved=1, working=True) for day in range(1, 31)],
        "worst": tickets,
        "held": [HeldFigure(cause=cause, held=3, released=1, rejected=1) for cause in HoldCause] if tickets else [],
        "promises": dict.fromkeys(ServiceLevel, promise),
    }  # fmt: skip
    return MonthFigures(**(values | changes))


def page(
    asked: MonthFigures,
    *,
    before: MonthFigures | None = None,
    language: Language = Language.SWEDISH,
    own: Path | None = None,
) -> str:
    folders = [*([own] if own is not None else []), templates_folder()]
    settings = ReportSettings(
        desk="Service & Kvalitet", language=language, zone=ZoneInfo("Europe/Stockholm"), folders=folders
    )
    return report_page(asked, before or figures(first=date(2026, 10, 1)), settings)


def well_formed(html: str) -> ElementTree.Element:
    """The page as a tree, which takes every element to be closed in its turn."""
    html = re.sub(r"<(meta|br)([^>]*)>", r"<\1\2/>", html.replace("<!DOCTYPE html>", ""))
    return ElementTree.fromstring(html.strip())  # noqa: S314 - our own page


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("tickets", [(), (a_ticket(),), (a_ticket(), a_ticket(level=None, type=TicketType.WISH))])
def test_each_language_has_a_whole_page_that_needs_nothing_from_elsewhere(
    language: Language, tickets: tuple[TicketMonth, ...]
) -> None:
    html = page(figures(*tickets), language=language)
    root = well_formed(html)
    assert root.get("lang") == language.value
    for outside in ("<script", "<link", "<img", "<iframe", "href=", "src=", "url(", "@import", "http:", "https:"):
        assert outside not in html.lower()
    assert not re.search(r"\son\w+\s*=", html)
    assert "None" not in html


def test_swedish_is_spoken_with_commas_and_by_the_desks_clock() -> None:
    html = page(figures(a_ticket()))
    for words in ("Ärenden november 2026", "20 min", "2,5 h", "3 november kl. 15:00", "Programfel", "50 %"):
        assert words in html
    assert "börja inom 4 h, löst inom 4 veckor" in html
    assert "Avsändaren är inte SuperUser" in html


def test_the_month_before_is_told_only_if_there_was_one() -> None:
    assert "oktober: " not in page(figures(a_ticket()))
    before = figures(a_ticket(), a_ticket(), first=date(2026, 10, 1))
    assert "oktober: 2" in page(figures(a_ticket()), before=before)


def test_a_month_under_way_says_so() -> None:
    html = page(figures(over=False, as_of=datetime(2026, 11, 20, 11, 5, tzinfo=UTC)))
    assert "till och med 20 november kl. 12:05" in html


def test_other_peoples_text_is_shown_and_never_obeyed() -> None:
    wicked = "<img src=x onerror=alert(1)> {{ 7*7 }} \x1b[2J\u202e\"'"
    html = page(figures(a_ticket(subject=wicked, customer_name=f"K {wicked}", team=f"T {wicked}")))
    well_formed(html)
    assert "<img" not in html
    assert html.count("&lt;img src=x onerror=alert(1)&gt; {{ 7*7 }} [2J&#34;&#39;") == 5
    assert "\x1b" not in html
    assert "\u202e" not in html


def test_bars_are_as_long_as_the_shares() -> None:
    late = a_ticket(handling=ClockRun(took=9 * H, kept=False))
    root = well_formed(page(figures(a_ticket(), a_ticket(), a_ticket(), late)))
    met = [float(bar.get("width", "")) for bar in root.iter("rect") if bar.get("class") == "met"]
    missed = [float(bar.get("width", "")) for bar in root.iter("rect") if bar.get("class") == "missed"]
    assert met == [420, 0]  # handling: 3 of 4; solution: none
    assert missed == [140, 560]


def test_days_bars_fit_whatever_the_numbers() -> None:
    days = [DayCount(day=date(2026, 11, 1), received=100_000, solved=0, working=False)]
    root = well_formed(page(figures(a_ticket(), days=days)))
    heights = [float(bar.get("height", "")) for bar in root.iter("rect") if bar.get("class") in ("first", "second")]
    assert heights == [140, 0]


def test_many_customers_end_in_one_line() -> None:
    sums = tally([a_ticket()])
    many = [Group(key=f"K{number}", name=f"Kund {number:02}", tally=sums) for number in range(25)]
    html = page(figures(a_ticket(), by_customer=many))
    assert "Kund 19" in html
    assert "Kund 20" not in html
    assert "övriga (5): 5 inkomna, 5 lösta" in html


def test_the_three_languages_have_the_same_words() -> None:
    def shape(table: dict[str, Any]) -> dict[str, Any]:
        return {key: shape(word) if isinstance(word, dict) else type(word).__name__ for key, word in table.items()}

    words = [
        tomllib.loads((templates_folder() / "report" / f"{language}.toml").read_text("utf-8")) for language in Language
    ]
    assert shape(words[0]) == shape(words[1]) == shape(words[2])


def test_words_of_the_operators_own_come_first(tmp_path: Path) -> None:
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "sv.toml").write_text('[headings]\nworst = "Värst"\n', "utf-8")
    html = page(figures(a_ticket()), own=tmp_path)
    assert "Värst" in html
    assert "Efter team" in html


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("sv.toml", "[headings\n"),
        ("sv.toml", "title = 5\n"),
        ("sv.toml", 'day = "{nonsense}"\n'),
        ("page.html", "{% if %}"),
    ],
)
def test_words_that_cannot_be_used_are_told_by_name(tmp_path: Path, name: str, content: str) -> None:
    shutil.copytree(templates_folder() / "report", tmp_path / "report")
    (tmp_path / "report" / name).write_text(content, "utf-8")
    with pytest.raises(WordingError, match=re.escape(name)):
        page(figures(a_ticket()), own=tmp_path)

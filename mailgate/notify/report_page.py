"""The month's report as a page: one self-contained HTML file for a manager, to read, to print, to send on.

No scripts, no links, nothing from elsewhere; other people's text is escaped and made inert. Its words are
``report/<language>.toml`` in the template folders, word by word the operator's own before the shipped ones.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import FileSystemLoader, StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from mailgate.domain.customer import Language
from mailgate.domain.figures import Group, MonthFigures, percent
from mailgate.domain.terms import Target, TargetUnit
from mailgate.domain.ticket import ServiceLevel
from mailgate.notify.inert import one_line
from mailgate.notify.template_check import WordingError

LONGEST_LIST = 20
"""Of customers; the others are one line."""

_HOUR, _MINUTE = timedelta(hours=1), timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSettings:
    """For whom the page is made. ``folders``: the first that has a file wins."""

    desk: str
    language: Language
    zone: ZoneInfo
    folders: Sequence[Path]


def report_page(asked: MonthFigures, before: MonthFigures, settings: ReportSettings) -> str:
    """The page. Raises ``WordingError`` if its template or words cannot be used."""
    try:
        speech = _Speech(_words(settings), settings.zone)
        template = _environment(settings.folders).get_template("report/page.html")
        return template.render(
            desk=settings.desk, language=settings.language.value, say=speech, words=speech.words,
            figures=asked, before=before, longest=LONGEST_LIST,
        )  # fmt: skip
    except (TemplateError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise WordingError(f"report/page.html, report/{settings.language}.toml: {error!r}") from error


def _environment(folders: Sequence[Path]) -> SandboxedEnvironment:
    def text(value: object) -> object:
        return one_line(value) if type(value) is str else value  # Markup is ours, and stays as it is

    return SandboxedEnvironment(
        loader=FileSystemLoader([str(folder) for folder in folders]),
        autoescape=True,
        finalize=text,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def _words(settings: ReportSettings) -> Mapping[str, Any]:
    name = f"report/{settings.language}.toml"
    places = [place for folder in settings.folders if (place := folder / name).is_file()]
    if not places:
        raise WordingError(f"{name}: in none of the template folders")
    table: dict[str, Any] = {}
    for place in reversed(places):
        try:
            words = tomllib.loads(place.read_text("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise WordingError(f"{place}: {error!r}") from error
        for key, word in words.items():
            table[key] = {**table.get(key, {}), **word} if isinstance(word, dict) else word
    return table


class _Speech:
    """Figures as people say them in one language."""

    def __init__(self, words: Mapping[str, Any], zone: ZoneInfo) -> None:
        self.words = words
        self._zone = zone

    def title(self, first: date) -> str:
        """The month's name and year."""
        text: str = self.words["title"].format(month=self.month(first), year=first.year)
        return text

    def month(self, first: date) -> str:
        name: str = self.words["months"][first.month - 1]
        return name

    def state(self, figures: MonthFigures) -> str:
        """Whether the month is over."""
        if figures.over:
            return str(self.words["as_of"])
        return str(self.words["so_far"].format(moment=self.moment(figures.as_of)))

    def day(self, at: datetime | date) -> str:
        """A day of the year."""
        day = at.astimezone(self._zone).date() if isinstance(at, datetime) else at
        return str(self.words["day"].format(day=day.day, month=self.month(day)))

    def moment(self, at: datetime) -> str:
        """A day, and the time by the desk's clock."""
        local = at.astimezone(self._zone)
        form = self.words["moment"]
        return str(form.format(day=local.day, month=self.month(local), hour=local.hour, minute=local.minute))

    def time(self, span: timedelta | None) -> str:
        """Open time: minutes, or hours, as exactly as one cares."""
        if span is None:
            return str(self.words["none"])
        if span < _HOUR:
            return str(self.words["minutes"].format(count=round(span / _MINUTE)))
        hours = span / _HOUR
        count = f"{hours:.1f}".removesuffix(".0") if hours < 10 else f"{hours:.0f}"
        return str(self.words["hours"].format(count=count.replace(".", self.words["decimal"])))

    def share(self, part: float | None) -> str:
        """Percent."""
        if part is None:
            return str(self.words["none"])
        return str(self.words["percent"].format(count=percent(part)))

    def promise(self, figures: MonthFigures, level: str) -> str:
        """What the terms in force at the month's end promise for a level."""
        promise = figures.promises[ServiceLevel(int(level))]
        form, target = self.words["targets"]["promise"], self._target(promise.target)
        return str(form.format(hours=self.time(promise.handling_within), target=target))

    def group(self, kind: str, group: Group) -> str:
        """A group's name: ours are words, others are as they are."""
        return str(self.words[kind].get(group.key, group.name)) if kind in ("types", "levels") else group.name

    def before(self, first: date, count: object) -> str:
        """The month before, beside a figure of this one."""
        return str(self.words["tiles"]["before"].format(month=self.month(first), count=count))

    def others(self, count: int) -> str:
        """Groups that are not shown one by one."""
        return str(self.words["others"].format(count=count))

    def _target(self, target: Target) -> str:
        forms = {
            TargetUnit.SAME_DAY: "same_day",
            TargetUnit.SAME_WEEK: "same_week",
            TargetUnit.WEEKS: "week" if target.count == 1 else "weeks",
            TargetUnit.MONTHS: "month" if target.count == 1 else "months",
        }
        return str(self.words["targets"][forms[target.unit]].format(count=target.count))

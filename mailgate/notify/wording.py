"""The words of our mails: templates and word lists by language, the operator's own before the shipped ones.

Mail text comes in as a variable only, never as a template; HTML is escaped, plain text is not.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import product
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import FileSystemLoader, StrictUndefined, Template, select_autoescape
from jinja2.exceptions import TemplateError
from jinja2.sandbox import SandboxedEnvironment

from mailgate.domain.customer import Language
from mailgate.domain.news import AlarmClock
from mailgate.domain.notice_kinds import NoticeKind
from mailgate.domain.ticket import ServiceLevel, Status, TicketType
from mailgate.notify.template_check import NO_UTF8, WordingError, check_template, names_known, place_of
from mailgate.notify.text_forms import FORMS_OF_TEXT

FORMS = ("subject.txt", "txt", "html")

# What wording a mail may stumble over, beside what Jinja itself raises: a template's own mistakes with values.
_MISTAKES = (TemplateError, TypeError, ValueError, LookupError, AttributeError, ArithmeticError)


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeWords:
    """A ticket type's name, and what happens to such a ticket next."""

    name: str
    next_step: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What ``words.toml`` of one language says. ``phrases``: whatever only templates use."""

    no_subject: str
    more: str
    types: Mapping[TicketType, TypeWords]
    levels: Mapping[ServiceLevel, str]
    statuses: Mapping[Status, str]
    clocks: Mapping[AlarmClock, str]
    evidence: Mapping[str, str]
    seen: Mapping[str, str]
    months: Sequence[str]
    weekdays: Sequence[str]
    day_form: str
    day_this_year_form: str
    moment_form: str
    brief_day_form: str
    brief_moment_form: str
    phrases: Mapping[str, Any]

    def day(self, day: date) -> str:
        """A day, as one writes it in running text."""
        return self.day_form.format(day=day.day, month=self.months[day.month - 1], year=day.year)

    def moment(self, moment: datetime, zone: ZoneInfo, *, this_year: int | None = None) -> str:
        """Day and time of day, by the clock on the wall of that zone; the year, unless it is this one."""
        local = moment.astimezone(zone)
        month = self.months[local.month - 1]
        date = (
            self.day_this_year_form.format(day=local.day, month=month) if local.year == this_year else self.day(local)
        )
        return self.moment_form.format(
            weekday=self.weekdays[local.weekday()], date=date, hour=local.hour, minute=local.minute
        )

    def brief_day(self, day: date) -> str:
        """A day of this year, with its weekday."""
        return self._briefly(self.brief_day_form, day)

    def brief_moment(self, local: datetime) -> str:
        """A moment of this year, as short as a list wants it."""
        return self._briefly(self.brief_moment_form, local, hour=local.hour, minute=local.minute)

    def _briefly(self, form: str, day: date, **clock: int) -> str:
        weekday, month = self.weekdays[day.weekday()], self.months[day.month - 1]
        return form.format(weekday=weekday, day=day.day, month=month, month_number=day.month, **clock)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A mail's words in their three forms."""

    subject: str
    text: str
    html: str


class Wording:
    """All templates and words; of ``folders`` the first that has a file wins. Templates are read when first needed."""

    def __init__(self, folders: Sequence[Path]) -> None:
        # What is not there needs not be looked into, and what we ship needs no other check than that of our tests.
        self._folders = (*(folder for folder in folders[:-1] if folder.is_dir()), folders[-1])
        self._environment = _environment(self._folders)
        self._words = {language: self._read_words(language) for language in Language}
        self._templates: dict[tuple[Language, NoticeKind], tuple[Template, ...]] = {}

    @property
    def has_own(self) -> bool:
        """Whether an operator's own templates come before the shipped ones, which are read by our tests."""
        return len(self._folders) > 1

    def check(self) -> None:
        """Read every template now, so that none stops a mail later. Raises ``WordingError`` for the first bad one.

        Two seconds, which only an operator's own templates cost.
        """
        if self.has_own:
            for language, kind in product(Language, NoticeKind):
                self._template(language, kind)

    def _template(self, language: Language, kind: NoticeKind) -> tuple[Template, ...]:
        if (known := self._templates.get((language, kind))) is None:
            known = tuple(self._compiled(f"{language}/{kind}.{form}", kind) for form in FORMS)
            self._templates[language, kind] = known
        return known

    def words(self, language: Language) -> Words:
        return self._words[language]

    def render(self, kind: NoticeKind, language: Language, context: Mapping[str, object]) -> Rendered:
        """Raises ``WordingError``, which names the file and line of the template."""
        try:
            subject, text, html = (template.render(context) for template in self._template(language, kind))
        except _MISTAKES as error:
            place = place_of(error, self._folders)
            raise WordingError(f"{place or f'{language}/{kind}'}: {error}") from error
        return Rendered(subject=subject, text=text, html=html)

    def _read_words(self, language: Language) -> Words:
        """Word by word the operator's before the shipped ones: a list from before an upgrade lacks no new word."""
        places = [place for folder in self._folders if (place := folder / language / "words.toml").is_file()]
        if not places:
            raise WordingError(f"{language}/words.toml: in none of the template folders")
        table: dict[str, Any] = {}
        for place in reversed(places):
            table = _overlaid(table, _table_in(place))
        try:
            return _words(table)
        except KeyError as error:
            raise WordingError(f"{places[0]}: {error} is missing") from error
        except (TypeError, ValueError) as error:
            raise WordingError(f"{places[0]}: {error}") from error

    def _compiled(self, name: str, kind: NoticeKind) -> Template:
        if self.has_own:
            check_template(self._environment, self._folders, name, names_known(kind))
        return self._environment.get_template(name)


def _environment(folders: Sequence[Path]) -> SandboxedEnvironment:
    environment = SandboxedEnvironment(
        loader=FileSystemLoader([str(folder) for folder in folders]),
        autoescape=select_autoescape(enabled_extensions=("html",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    environment.filters.update(FORMS_OF_TEXT)
    return environment


def _table_in(place: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(place.read_text("utf-8"))
    except UnicodeDecodeError as error:
        raise WordingError(f"{place}: {NO_UTF8}") from error
    except tomllib.TOMLDecodeError as error:
        raise WordingError(f"{place}: {error}") from error


def _overlaid(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Both tables in one, table by table; where both have a word, that of ``above``."""
    both = dict(below)
    for key, word in above.items():
        under = below.get(key)
        both[key] = _overlaid(under, word) if isinstance(under, dict) and isinstance(word, dict) else word
    return both


def _words(table: dict[str, Any]) -> Words:
    dates = table.pop("dates")
    words = Words(
        no_subject=table.pop("no_subject"),
        more=table.pop("more"),
        types={kind: TypeWords(**table["types"][kind.value]) for kind in TicketType},
        levels={level: table["levels"][str(level.value)] for level in ServiceLevel},
        statuses={status: table["statuses"][status.value] for status in Status},
        clocks={clock: table["clocks"][clock.value] for clock in AlarmClock},
        evidence=dict(table["evidence"]),
        seen=dict(table["seen"]),
        months=tuple(dates["months"]),
        weekdays=tuple(dates["weekdays"]),
        day_form=dates["day"],
        day_this_year_form=dates["day_this_year"],
        moment_form=dates["moment"],
        brief_day_form=dates["brief_day"],
        brief_moment_form=dates["brief_moment"],
        phrases=table,
    )
    if len(words.months) != 12 or len(words.weekdays) != 7:
        raise ValueError("dates: twelve months and seven weekdays are needed")
    return words

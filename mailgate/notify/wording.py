"""The words of our mails: templates and word lists by language, the operator's own before the shipped ones.

Mail text comes in as a variable only, never as a template; HTML is escaped, plain text is not.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from itertools import product
from pathlib import Path
from typing import Any, get_args
from zoneinfo import ZoneInfo

from jinja2 import FileSystemLoader, StrictUndefined, Template, nodes, select_autoescape
from jinja2.exceptions import TemplateNotFound, TemplateSyntaxError
from jinja2.meta import find_referenced_templates, find_undeclared_variables
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup, escape

from mailgate.domain.customer import Language
from mailgate.domain.news import AlarmClock
from mailgate.domain.notice_kinds import NoticeKind
from mailgate.domain.outgoing import NoticeContent
from mailgate.domain.ticket import ServiceLevel, Status, TicketType

FORMS = ("subject.txt", "txt", "html")

# What every template may use, whatever it tells: see compose.
_ALWAYS = frozenset({"name", "desk", "language", "words"})
_NO_UTF8 = "this is no UTF-8 text; save it as UTF-8"


class WordingError(Exception):
    """A template or word list that cannot be used; names the file and what is wrong with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeWords:
    """A ticket type's name, and what happens to such a ticket next."""

    name: str
    next_step: str


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
    moment_form: str
    brief_day_form: str
    brief_moment_form: str
    phrases: Mapping[str, Any]

    def day(self, day: date) -> str:
        """A day, as one writes it in running text."""
        return self.day_form.format(day=day.day, month=self.months[day.month - 1], year=day.year)

    def moment(self, moment: datetime, zone: ZoneInfo) -> str:
        """Day and time of day, by the clock on the wall of that zone."""
        local = moment.astimezone(zone)
        return self.moment_form.format(
            weekday=self.weekdays[local.weekday()], date=self.day(local), hour=local.hour, minute=local.minute
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

    def check(self) -> None:
        """Read every template now, so that none stops a mail later. Raises ``WordingError`` for the first bad one.

        Two seconds, which only an operator's own templates cost: the shipped ones are read by our tests.
        """
        if len(self._folders) > 1:
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
        subject, text, html = (template.render(context) for template in self._template(language, kind))
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
        if len(self._folders) > 1:
            self._check(name, names_known(kind))
        return self._environment.get_template(name)

    def _check(self, name: str, known: frozenset[str]) -> None:
        """Find now what would else be found by the first mail: in the template, and in all that it draws in."""
        place = next((folder / name for folder in self._folders if (folder / name).is_file()), name)
        try:
            self._environment.get_template(name)
            tree = self._environment.parse(FileSystemLoader(self._folders).get_source(self._environment, name)[0])
        except TemplateNotFound as error:
            raise WordingError(f"{name}: in none of the template folders") from error
        except TemplateSyntaxError as error:
            raise WordingError(f"{place}, line {error.lineno}: {error.message}") from error
        except UnicodeDecodeError as error:
            raise WordingError(f"{place}: {_NO_UTF8}") from error
        if unknown := _undeclared(tree) - known:
            raise WordingError(f"{place}: there is no {min(unknown)} here; known are {', '.join(sorted(known))}")
        for drawn_in in find_referenced_templates(tree):
            if drawn_in is not None:
                self._check(drawn_in, known)


def names_known(kind: NoticeKind) -> frozenset[str]:
    """The names that the templates of a notice may use."""
    contents = [content for content in get_args(NoticeContent) if kind in _kinds_of(content)]
    return _ALWAYS | {field.name for content in contents for field in fields(content)}


def _kinds_of(content: type[Any]) -> frozenset[NoticeKind]:
    """Most contents are of one kind, and have it as their default; the others say which they serve."""
    default = next(field.default for field in fields(content) if field.name == "kind")
    return frozenset({default}) if isinstance(default, NoticeKind) else content.serves


def _undeclared(tree: nodes.Template) -> set[str]:
    """The names that must come from outside. Jinja does not see in a block what the top of the file imports or sets."""
    own = {node.name for node in tree.find_all(nodes.Name) if node.ctx == "store"}
    own |= {node.name for node in tree.find_all(nodes.Macro)} | {node.target for node in tree.find_all(nodes.Import)}
    for node in tree.find_all(nodes.FromImport):
        own |= {name if isinstance(name, str) else name[1] for name in node.names}
    return find_undeclared_variables(tree) - own


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
    environment.filters["lines"] = _lines
    return environment


def _table_in(place: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(place.read_text("utf-8"))
    except UnicodeDecodeError as error:
        raise WordingError(f"{place}: {_NO_UTF8}") from error
    except tomllib.TOMLDecodeError as error:
        raise WordingError(f"{place}: {error}") from error


def _overlaid(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Both tables in one, table by table; where both have a word, that of ``above``."""
    both = dict(below)
    for key, word in above.items():
        under = below.get(key)
        both[key] = _overlaid(under, word) if isinstance(under, dict) and isinstance(word, dict) else word
    return both


def _lines(text: str) -> Markup:
    """For HTML: the text as it stands, with its line ends. Outlook does not know ``white-space: pre-wrap``."""
    return Markup("<br>").join(escape(text).split("\n"))


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
        moment_form=dates["moment"],
        brief_day_form=dates["brief_day"],
        brief_moment_form=dates["brief_moment"],
        phrases=table,
    )
    if len(words.months) != 12 or len(words.weekdays) != 7:
        raise ValueError("dates: twelve months and seven weekdays are needed")
    return words

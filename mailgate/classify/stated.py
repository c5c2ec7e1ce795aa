"""What the sender states plainly, on a line of its own: ``Ärendekategori: Önskemål``, ``Service level: 2``.

Knows the words of the guide's form in three languages. A line that lists every choice, or says something that is no
choice, states nothing. Which module a name means is for ``evidence``: modules are configuration.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from mailgate.classify.words import BREAK, fold, words_of
from mailgate.domain.ticket import ServiceLevel, TicketType


class Field(StrEnum):
    """What a line can be about."""

    TYPE = "type"
    LEVEL = "level"
    MODULE = "module"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A label that we know, and what stands behind it; ``shown`` is both as evidence shows them."""

    field: Field
    label: str
    value: str

    @property
    def shown(self) -> str:
        return f"stated: {self.label}: {self.value}"


def _table(**names: str) -> dict[str, str]:
    return {name.strip(): key for key, listed in names.items() for name in listed.split(",")}


_LABELS = {
    name: Field(key)
    for name, key in _table(
        type="arendekategori, arendetyp, typ av arende, kategori, typ, arende, case type, ticket type, issue type, "
        "request type, type, category, ticket category, tyyppi, luokka, kategoria, tukipyynnon tyyppi, asian tyyppi, "
        "tiketin tyyppi, pyynnon tyyppi",
        level="serviceniva, servicenivan, sla niva, sla, niva, prioritet, prio, service level, level, sla level, "
        "priority, severity, palvelutaso, taso, prioriteetti",
        module="modul, modulen, berord modul, programmodul, vilken modul, module, moduuli, ohjelmamoduuli",
    ).items()
}
_TYPES = {
    name: TicketType(key)
    for name, key in _table(
        question="supportfraga, supportfragor, supportarende, support, fraga, fragor, question, support question, "
        "support, kysymys, tukikysymys, tukipyynto, tuki",
        program_error="programfel, fel, felanmalan, felrapport, bugg, buggrapport, program error, error, bug, fault, "
        "defect, bug report, incident, ohjelmavirhe, virhe, vika, bugi, virheilmoitus",
        wish="onskemal, onskan, onskning, forbattringsforslag, forslag, utvecklingsonskemal, wish, feature request, "
        "enhancement, suggestion, improvement, toive, toivomus, kehitysehdotus, kehitystoive",
        order="bestallning, bestallningar, konsultbestallning, order, purchase, tilaus",
    ).items()
}

_SEPARATED = re.compile(r"(?P<label>[^\W\d][^:=\t\n]{0,40}?)[\s*_]*(?:[:=]|\t|[^\S\n]{2,})(?P<value>.*)")
_BARE_LEVEL = re.compile(
    r"(?P<label>servicenivå|servicenivån|service level|palvelutaso)\s+(?P<value>[1-5])", re.IGNORECASE
)
_LEVEL = re.compile(r"(?:(?:niva|serviceniva|level|taso|prio|prioritet|nr)\s*)?([1-5])(?:[ .]\D*)?")
_REMARK = re.compile(r"[(\[,;/|:\u2013\u2014]|\s-+\s")
_TRIM = " \t\r\u00a0*_>|#-\u2022\u00b7\u2013"
_LONGEST_LINE = 200


def stated_lines(text: str) -> tuple[Line, ...]:
    """All lines with a known label, in order. A label alone on its line speaks of the next line that is not empty."""
    return tuple(_lines([bare for line in text.split("\n") if (bare := line.strip(_TRIM))]))


def _lines(lines: list[str]) -> Iterator[Line]:
    for line, below in pairwise([*lines, ""]):
        if len(line) > _LONGEST_LINE:
            continue
        match = _BARE_LEVEL.fullmatch(line) or _SEPARATED.fullmatch(line)
        if match is None:
            continue
        label = match["label"].strip(_TRIM)
        field = _LABELS.get(" ".join(word for word in words_of(label) if word is not BREAK))
        if field:
            yield Line(field=field, label=label, value=match["value"].strip(_TRIM) or below[:_LONGEST_LINE])


def type_named(value: str) -> TicketType | None:
    """The type that a value names, if it names one and begins with it."""
    named = [_TYPES.get(part) for part in _parts(value)]
    return named[0] if len(set(named) - {None}) == 1 else None


def level_named(value: str) -> ServiceLevel | None:
    """The service level that a value names, likewise: ``2``, ``2 (brådskande)``, ``nivå 2``."""
    matches = [_LEVEL.fullmatch(part) for part in _parts(value)]
    levels = {match[1] for match in matches if match}
    return ServiceLevel(int(levels.pop())) if len(levels) == 1 and matches[0] else None


def _parts(value: str) -> list[str]:
    return [" ".join(part.split()).strip(_TRIM + ".!)]") for part in _REMARK.split(fold(value))]

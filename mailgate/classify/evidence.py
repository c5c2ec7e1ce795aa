"""Type, service level and module of a mail, each with what spoke for it.

What the sender states on a line of its own beats the order address, which beats keywords (guide, "Definiera och
kategorisera"). Without evidence a mail is a question, and a program error is of level 5, the standard level.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mailgate.classify.leanings import Leaned, lean
from mailgate.classify.lexicon import Seen, weigh
from mailgate.classify.stated import Field, Line, level_named, stated_lines, type_named
from mailgate.classify.sturdy import best_of, points_of, sturdiest
from mailgate.classify.words import marked_words_of, words_of
from mailgate.domain.classification import Classification
from mailgate.domain.mail import ParsedMail, without_tag
from mailgate.domain.ticket import ServiceLevel, TicketType
from mailgate.domain.verdict import Facts, Policy

_LEVEL_STATED = 4  # who states a service level speaks of a program error: only those have one
_SHOWN_KEYWORDS = 5
_SUBJECT_CAP = 1_000
_TEXT_CAP = 65_536

_REPLY = re.compile(r"\s*(re|sv|vs|aw|ad)\s*:", re.IGNORECASE)

# Between equals the one with the nearest deadline wins: a fault that waits as a question costs the customer more than
# a question that is looked at as a fault. An order beats a wish, for it waits for the customer's yes anyway.
_TYPE_ORDER = (TicketType.PROGRAM_ERROR, TicketType.ORDER, TicketType.WISH, TicketType.QUESTION)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """A mail as this file looks at it: words of the subject, of what is new in the text, and the stated lines."""

    subject: tuple[str, ...]
    body: tuple[str, ...]
    stated: tuple[Line, ...]


def classify(mail: ParsedMail, facts: Facts, policy: Policy) -> Classification:
    """What the mail is about, as far as can be told from it."""
    reading = _reading(mail, _own_lines(mail.new_text))
    typed = _type(reading, facts, policy)
    if not typed.sure and _REPLY.match(mail.subject) is None:
        # "Se nedan": the matter is in what was passed on. Its keywords count; what it states was stated to others.
        # A reply is another thing: what it quotes may be our own words.
        whole = _words(mail.text)
        if whole != reading.body:
            reading = _Reading(subject=reading.subject, body=whole, stated=reading.stated)
            again = _type(reading, facts, policy)
            typed = again if again.sure else typed
    type_ = typed.type
    level, seen_level, thin_level = _level(reading, policy) if type_ is TicketType.PROGRAM_ERROR else (None, (), ())
    module, seen_module = _module(reading, facts, policy)
    evidence = [
        *(("type", seen) for seen in (*typed.seen, *typed.thin)),
        *(("level", seen) for seen in (*seen_level, *thin_level)),
        *(("module", seen) for seen in seen_module),
    ]
    return Classification(type=type_, level=level, module=module, evidence=tuple(evidence))


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """What the keywords for types say of a mail, kept so that one can ask what one keyword more would have changed."""

    subject: tuple[str, ...]
    body: tuple[str, ...]
    points: Mapping[TicketType, int]
    leaning: Mapping[TicketType, int]
    otherwise: TicketType

    def type_with(self, kind: TicketType, points: int, policy: Policy) -> TicketType:
        """The type if a keyword more had spoken for one; with no points, the type as it is."""
        if not points:
            return self.otherwise
        more = {**self.points, kind: self.points[kind] + points}
        best, _ = sturdiest(more, policy.type_signs, subject=self.subject, body=self.body, leaning=self.leaning)
        return best or self.otherwise


def weighed(mail: ParsedMail, facts: Facts, policy: Policy) -> Weighed | None:
    """None where keywords have no say in the type: the sender states it, or wrote to the order address."""
    reading = _reading(mail, _own_lines(mail.new_text))
    if _said(reading, facts, policy) is not None:
        return None
    _, points, _ = _points_of_types(reading, policy)
    return Weighed(
        subject=reading.subject,
        body=reading.body,
        points=points,
        leaning=_leaned(reading, policy).points,
        otherwise=classify(mail, facts, policy).type,
    )


def _own_lines(text: str) -> str:
    """Without the lines that quote: nobody speaks by them, even where it is not certain that they are history."""
    if ">" not in text:
        return text
    return "\n".join(line for line in text.split("\n") if not line.lstrip().startswith(">"))


def _reading(mail: ParsedMail, text: str) -> _Reading:
    return _Reading(
        subject=marked_words_of(mail.subject[:_SUBJECT_CAP]), body=_words(text), stated=stated_lines(text[:_TEXT_CAP])
    )


def _words(text: str) -> tuple[str, ...]:
    return marked_words_of(text[:_TEXT_CAP])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Typed:
    """A type with what spoke for it, and what better ones lacked. ``sure``: it was stated, or keywords spoke for it."""

    type: TicketType
    seen: tuple[str, ...]
    thin: tuple[str, ...] = ()
    sure: bool


def _type(reading: _Reading, facts: Facts, policy: Policy) -> _Typed:
    said = _said(reading, facts, policy)
    if said is not None:
        return _Typed(type=said[0], seen=said[1], sure=True)
    seen, points, stated = _points_of_types(reading, policy)
    leaned = _leaned(reading, policy)
    best, thin = sturdiest(points, policy.type_signs, subject=reading.subject, body=reading.body, leaning=leaned.points)
    if best is None:
        return _Typed(type=TicketType.QUESTION, seen=(), thin=thin, sure=False)
    levels = stated if best is TicketType.PROGRAM_ERROR else ()
    spoke = (*levels, *_shown(seen.get(best, ())))
    return _Typed(type=best, seen=(*spoke, *leaned.shown(best)), thin=thin, sure=bool(spoke))


def _leaned(reading: _Reading, policy: Policy) -> Leaned:
    return lean(policy.leanings, subject=reading.subject, body=reading.body)


def _said(reading: _Reading, facts: Facts, policy: Policy) -> tuple[TicketType, tuple[str, ...]] | None:
    for line in reading.stated:
        if line.field is Field.TYPE and (named := type_named(line.value)):
            return named, (line.shown,)
    for recipient in facts.rcpt_to:
        address = without_tag(recipient)
        if address in policy.order_addresses:
            return TicketType.ORDER, (f"address: {address}",)
    return None


def _points_of_types(
    reading: _Reading, policy: Policy
) -> tuple[Mapping[TicketType, tuple[Seen, ...]], dict[TicketType, int], tuple[str, ...]]:
    """What was seen, what it weighs, and the stated level, which speaks for a program error."""
    seen = weigh(policy.type_keywords, subject=reading.subject, body=reading.body, negatable=True)
    points = {kind: points_of(seen.get(kind, ())) for kind in _TYPE_ORDER}
    levels = [line for line in reading.stated if line.field is Field.LEVEL and level_named(line.value)]
    if levels:
        points[TicketType.PROGRAM_ERROR] += _LEVEL_STATED
    return seen, points, tuple(line.shown for line in levels[:1])


def _level(reading: _Reading, policy: Policy) -> tuple[ServiceLevel, tuple[str, ...], tuple[str, ...]]:
    for line in reading.stated:
        if line.field is Field.LEVEL and (named := level_named(line.value)):
            return named, (line.shown,), ()
    seen = weigh(policy.level_keywords, subject=reading.subject, body=reading.body, negatable=True)
    points = {level: points_of(seen.get(level, ())) for level in ServiceLevel}
    best, thin = sturdiest(points, policy.level_signs, subject=reading.subject, body=reading.body)
    return (ServiceLevel.STANDARD, (), thin) if best is None else (best, _shown(seen[best]), thin)


def _module(reading: _Reading, facts: Facts, policy: Policy) -> tuple[str | None, tuple[str, ...]]:
    for line in reading.stated:
        if line.field is Field.MODULE and (named := _module_named(line.value, facts, policy)):
            return named, (line.shown,)
    # "Hittar ingen faktura" is about invoices all the same.
    seen = weigh(policy.module_keywords, subject=reading.subject, body=reading.body, negatable=False)
    best = best_of({module: points_of(there) for module, there in seen.items()})
    return (None, ()) if best is None else (best, _shown(seen[best]))


def _module_named(value: str, facts: Facts, policy: Policy) -> str | None:
    known = [*policy.module_keywords, *_licensed(facts)]
    names = {_name(module): module for module in reversed(known)}
    if (module := names.get(_name(value))) is not None:
        return module
    return module_by_keyword(value, policy)


def module_by_keyword(value: str, policy: Policy) -> str | None:
    """The module that somebody calls by a keyword of its: "Payroll" is Lön."""
    seen = weigh(policy.module_keywords, subject=(), body=words_of(value), negatable=False)
    return best_of({module: points_of(there) for module, there in seen.items()}, enough=1)


def _name(text: str) -> str:
    return " ".join(words_of(text))


def _licensed(facts: Facts) -> Iterable[str]:
    customer = facts.release.customer if facts.release else facts.customer
    return sorted(customer.modules) if customer else ()


def _shown(seen: tuple[Seen, ...]) -> tuple[str, ...]:
    return tuple(str(one) for one in seen[:_SHOWN_KEYWORDS])

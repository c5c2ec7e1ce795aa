"""What corrected mails have in common: words that would have told their type, and what each would have changed.

Pure: mails with what they were filed as and what they were in truth go in, proposals come out. A word is proposed only
if several customers wrote it, in small letters, in their own new text: no names, no numbers, no addresses, no quotes.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from mailgate.classify.evidence import Weighed, weighed
from mailgate.classify.lexicon import weigh
from mailgate.classify.patterns import FILLERS, NEGATIONS
from mailgate.classify.words import fold
from mailgate.domain.mail import ParsedMail
from mailgate.domain.ticket import TicketType
from mailgate.domain.verdict import Facts, Keyword, Policy

_WEIGHTS = (3, 4, 5, 6)
_FEWEST_MAILS = 3
_FEWEST_CUSTOMERS = 2
_FEWEST_CORRECTED = 2
_SURE = 1.64
"""So many standard errors the log-odds must lie above none: with few mails chance tells words apart, too."""
_TRIED = 200
_SHORTEST = 4
_NO_WORD = re.compile(r"\S*[@\\/\d_]\S*|\bwww\.\S+")
_WORD = re.compile(r"[^\W\d_]+")
_SENTENCE_START = re.compile(r"(?:^|[.!?:;\n\"”(>*-])\s*$")
_CLOSING = re.compile(
    r"^\s*(?:mvh|vh|(?:med )?(?:vänlig\w*|bästa|soliga|trevlig\w*)? ?hälsn\w*|hälsar|/\s?\w+"
    r"|(?:kind|best|warm)? ?regards|best wishes|cheers|br|yours|sincerely"
    r"|(?:ystävällisin |parhain )?terveisin|terv|yst|t[:.])\b.*",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A mail, what it was filed as, and what people found it to be. ``customer``: who wrote it, as a code."""

    mail: ParsedMail
    rcpt_to: tuple[str, ...]
    customer: str
    decided: TicketType
    right: TicketType


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A keyword that would have helped, and what it would have done to past mails.

    ``seen``: in how many mails of that type, ``elsewhere``: in how many others. ``mended`` were wrong and would be
    right, ``broken`` were right and would be wrong.
    """

    type: TicketType
    pattern: str
    weight: int
    seen: int
    elsewhere: int
    mended: int
    broken: int


@dataclass(frozen=True, slots=True)
class _Read:
    lesson: Lesson
    weighed: Weighed
    terms: frozenset[str]
    now: TicketType


def proposals(lessons: Sequence[Lesson], policy: Policy, *, names: Collection[str]) -> tuple[Proposal, ...]:
    """The keywords that would have set most right, best first. ``names``: of people and companies, never proposed."""
    shy = _shy_words(lessons, names)
    read = [one for lesson in lessons if (one := _read(lesson, policy, shy)) is not None]
    spelt = _spelt(lessons)
    found = [
        replace(best, pattern=" ".join(spelt.get(word, word) for word in term.split()))
        for kind in TicketType
        for term in _telling(read, kind)
        if (best := _best(read, kind, term, policy)) is not None
    ]
    return tuple(sorted(found, key=lambda one: (one.broken - one.mended, one.broken, -one.seen, one.pattern)))


def _read(lesson: Lesson, policy: Policy, shy: Collection[str]) -> _Read | None:
    """None where keywords had no say: it was stated, or the address said it."""
    found = weighed(lesson.mail, Facts(rcpt_to=lesson.rcpt_to), policy)
    if found is None:
        return None
    own = _own_words(lesson.mail)
    terms = {fold(word) for clause in own for word in clause if _is_term(fold(word), shy)}
    for clause in own:
        for one, other in pairwise(map(fold, clause)):
            if {one, other}.isdisjoint(shy) and max(len(one), len(other)) >= _SHORTEST:
                terms.add(f"{one} {other}")
    return _Read(lesson, found, frozenset(terms), found.type_with(TicketType.QUESTION, 0, policy))


def _is_term(word: str, shy: Collection[str]) -> bool:
    return len(word) >= _SHORTEST and word not in shy and word not in NEGATIONS and word not in FILLERS


def _own_words(mail: ParsedMail) -> list[list[str]]:
    """The words of the subject and of what is new in the text, clause by clause; as written."""
    text = f"{mail.subject}\n{_without_end(mail.new_text)}"
    return [_WORD.findall(clause) for clause in re.split(r"[.,;:!?()\n]+", _NO_WORD.sub(" , ", text))]


def _without_end(text: str) -> str:
    own = "\n".join(line for line in text.split("\n") if not line.lstrip().startswith(">"))
    closing = _CLOSING.search(own)
    return own[: closing.start()] if closing else own


def _shy_words(lessons: Sequence[Lesson], names: Collection[str]) -> frozenset[str]:
    """Words that may be somebody's name: known ones, and what has a capital inside a sentence, or nearly always."""
    shy = {fold(word) for name in names for word in _WORD.findall(name)}
    small: dict[str, set[int]] = defaultdict(set)
    every: set[str] = set()
    for number, lesson in enumerate(lessons):
        author = lesson.mail.author
        if author is not None:
            shy |= {fold(word) for word in _WORD.findall(f"{author.name} {author.spec}")}
        for word, capital_inside in _as_written(f"{lesson.mail.subject}\n{lesson.mail.new_text}"):
            every.add(fold(word))
            if capital_inside:
                shy.add(fold(word))
            elif word.islower():
                small[fold(word)].add(number)
    return frozenset(shy | {word for word in every if len(small[word]) < _FEWEST_CUSTOMERS})


def _spelt(lessons: Sequence[Lesson]) -> Mapping[str, str]:
    """Folded word → as most write it, so that people read what they know; a pattern is folded anyway."""
    written: dict[str, Counter[str]] = defaultdict(Counter)
    for lesson in lessons:
        for word in _WORD.findall(f"{lesson.mail.subject}\n{lesson.mail.new_text}"):
            written[fold(word)][word.lower()] += 1
    return {word: max(sorted(forms), key=lambda form: forms[form]) for word, forms in written.items()}


def _as_written(text: str) -> Iterator[tuple[str, bool]]:
    for match in _WORD.finditer(text):
        word = match[0]
        inside = word.istitle() and not _SENTENCE_START.search(text, max(0, match.start() - 8), match.start())
        yield word, inside


def _telling(read: Sequence[_Read], kind: TicketType) -> list[str]:
    """The terms that tell this type from the others, and that mails had which were taken for something else."""
    inside = [one for one in read if one.lesson.right is kind]
    outside = [one for one in read if one.lesson.right is not kind]
    there, elsewhere = _counted(inside), _counted(outside)
    missed = _counted([one for one in inside if one.lesson.decided is not kind and one.now is not kind])
    sure: list[tuple[float, str]] = []
    for term, count in missed.items():
        if count >= _FEWEST_CORRECTED and there[term] >= _FEWEST_MAILS and _customers(inside, term):
            odds = _log_odds(there[term], len(inside), elsewhere[term], len(outside))
            if odds >= _SURE:
                sure.append((-odds, term))
    return [term for _, term in sorted(sure)[:_TRIED]]


def _counted(read: Sequence[_Read]) -> Counter[str]:
    return Counter(term for one in read for term in one.terms)


def _customers(read: Sequence[_Read], term: str) -> bool:
    return len({one.lesson.customer for one in read if term in one.terms}) >= _FEWEST_CUSTOMERS


def _log_odds(there: int, of: int, elsewhere: int, of_others: int) -> float:
    """In standard errors; half a mail more of each kind, so that few mails make no certainty."""
    cells = (there + 0.5, of - there + 0.5, elsewhere + 0.5, of_others - elsewhere + 0.5)
    odds = math.log(cells[0] / cells[1]) - math.log(cells[2] / cells[3])
    return odds / math.sqrt(sum(1 / cell for cell in cells))


def _best(read: Sequence[_Read], kind: TicketType, term: str, policy: Policy) -> Proposal | None:
    """The weight that would have set most right and least wrong; None if none would have done more good than harm."""
    hits = _hits(read, term)
    tried = [_with_weight(read, hits, kind, term, weight, policy) for weight in _WEIGHTS]
    best = max(tried, key=lambda one: (one.mended - one.broken, -one.weight))
    return best if best.mended > best.broken else None


def _hits(read: Sequence[_Read], term: str) -> Mapping[int, int]:
    """The mails that have it → once, or twice in the subject; as the keyword would be seen."""
    table = {"": (Keyword(pattern=term, weight=1),)}
    hits: dict[int, int] = {}
    for at, one in enumerate(read):
        if term in one.terms:
            seen = weigh(table, subject=one.weighed.subject, body=one.weighed.body, negatable=True)
            hits[at] = sum(each.points for each in seen.get("", ()))
    return {at: times for at, times in hits.items() if times}


def _with_weight(
    read: Sequence[_Read], hits: Mapping[int, int], kind: TicketType, term: str, weight: int, policy: Policy
) -> Proposal:
    mended = broken = 0
    for at, times in hits.items():
        one = read[at]
        then = one.weighed.type_with(kind, weight * times, policy)
        mended += one.now is not one.lesson.right and then is one.lesson.right
        broken += one.now is one.lesson.right and then is not one.lesson.right
    inside = sum(read[at].lesson.right is kind for at in hits)
    return Proposal(
        type=kind,
        pattern=term,
        weight=weight,
        seen=inside,
        elsewhere=len(hits) - inside,
        mended=mended,
        broken=broken,
    )

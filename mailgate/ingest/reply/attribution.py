"""Lines that say who wrote what follows: "Den 3 mars 2026 kl. 10:14 skrev Anna <anna@kund.example>:".

Programs write them over up to four lines. A person's own sentence with the same words ("Den 3 mars skrev Kalle att …:")
is none: behind the verb a program has only a name, an address or a time, and before it no sentence.
"""

import re
from collections.abc import Sequence

from mailgate.ingest.reply.line import MOST_READ, Line
from mailgate.ingest.reply.table import words
from mailgate.ingest.reply.words import FOLLOWING, VERBS

_MOST_LINES = 6
_MOST_WORDS = 24
_ADDRESS = re.compile(r"[<(\[]?(?:mailto:)?[^\s<>()\[\]@]{1,80}@[^\s<>()\[\]@]{1,120}[>)\]]{0,3}")
_VERBS = "|".join(re.escape(verb) for verb in sorted(VERBS.split("|"), key=len, reverse=True))
_VERB = re.compile(rf"(?<!\w)(?:{_VERBS})(?!\w)", re.IGNORECASE)
_NAMED = re.compile(rf"[^\W\d_][^<>@]{{0,60}}<[^<>\s]{{1,120}}>\s?(?:{_VERBS})\s?:", re.IGNORECASE)
_BRACKETED = re.compile(r"[<(\[](?:mailto:)?[^\s<>()\[\]@]{1,80}@")
_DATE = re.compile(
    r"\d{1,4}[./-]\s?\d{1,2}|\d{1,2}\.?,?\s(?:de\s)?[^\W\d]{3,12}|[^\W\d]{3,12}\s\d{1,2}\b|\d{1,2}[:.]\d\d"
)
_TELLING = re.compile(r"[\d@<]")
_EXACT = re.compile(r"\d{4}|\d{1,2}[:.]\d\d")
# Gmail some years ago, which set no verb.
_OLD_GMAIL = re.compile(
    r"\d{4}-\d\d-\d\d \d\d:\d\d GMT[+-]\d\d:\d\d \S|\d{4}/\d{1,2}/\d{1,2} [^<]{1,80}<[^\s<>@]{1,80}@"
)
_SENTENCE = re.compile(
    r"(?<!\w)(?:och|jag|vi|ni|som|att|har|fick|när|and|I|we|that|he|she|ich|wir|und|minä|että|og|jeg|det)(?!\w)"
)
_PARTICLES = words(
    "via på från hos the at of for von van der de del af av am um uhr den dem kl klo kello om le el pm am den pvm i"
    " - – | hat har ha heeft a"
)
_FOLLOWING = frozenset(word for phrase in FOLLOWING.split("|") for word in phrase.split())


def attribution_at(lines: Sequence[Line], start: int) -> int:
    """How many lines from here on are one attribution; 0 if it is none."""
    first = lines[start]
    if first.blank or not _may_begin(first.bare):
        return 0
    said = ""
    for number in range(start, min(start + _MOST_LINES, len(lines))):
        line = lines[number]
        if line.blank and lines[number + 1 : number + 2] and lines[number + 1].bare.startswith("<"):
            continue  # out of HTML in which the address was a link
        if line.blank or line.depth != first.depth or len(said) + len(line.bare) > MOST_READ:
            return 0
        said = f"{said} {line.bare}".lstrip()
        if is_attribution(said):
            length = number + 1 - start
            fits = _VERB.search(said) or _stands_alone(lines, start, number + 1)
            return length if fits and _begins_here(lines, start, number + 1) else 0
    return 0


def _begins_here(lines: Sequence[Line], start: int, end: int) -> bool:
    """Whether the first line is part of it: what is whole without that line was said of it by a program, and the line
    by a person, right above.
    """
    for later in range(start + 1, end):
        rest = " ".join(line.bare for line in lines[later:end] if line.bare)
        if is_attribution(rest):
            return False
        if _NAMED.match(rest) and not _only_time(" ".join(line.bare for line in lines[start:later])):
            return False
    return True


def _only_time(text: str) -> bool:
    """ "On Tue, Mar 3, 2026 at 10:14 AM", and on the next line who."""
    return _DATE.search(text) is not None and _EXACT.search(text) is not None and _only_names(text)


def _stands_alone(lines: Sequence[Line], start: int, end: int) -> bool:
    """Without a verb that we know it takes the form of one: with space around it, or a quote below."""
    below = end == len(lines) or lines[end].blank or lines[end].depth > lines[start].depth
    return below and (start == 0 or lines[start - 1].blank or lines[start - 1].depth != lines[start].depth)


_TELLING = re.compile(r"[\d@<]")


def is_attribution(said: str) -> bool:
    """Whether a sentence is a program's, that names a writer and a time."""
    bare = said.strip("*- \t_")
    if _OLD_GMAIL.match(bare):
        return len(bare.split()) <= 12
    dashed = said.startswith("--") and said.endswith("--")
    sentence = bare.rstrip(":： *")
    addresses = list(_ADDRESS.finditer(sentence))
    if not (bare.endswith((":", "：")) or dashed or _ends_with_verb(sentence, addresses)):
        return False
    if len(sentence.split()) > _MOST_WORDS or not (dashed or _DATE.search(sentence)):
        return False
    return _with_address(sentence, addresses) if addresses else _without_address(sentence)


def names_a_writer(said: str) -> bool:
    """Whether a line right above a quote tells whose words it is: "Anna skrev:" is enough there."""
    return len(said) <= MOST_READ and said.rstrip("* ").endswith((":", "：")) and _VERB.search(said) is not None


def _may_begin(text: str) -> bool:
    return len(text) <= MOST_READ and _TELLING.search(text) is not None


def _with_address(sentence: str, addresses: list[re.Match[str]]) -> bool:
    behind = sentence[addresses[-1].end() :].strip(" >\"',")
    head = sentence[: addresses[0].start()]
    if _SENTENCE.search(head):
        return False
    if not behind:
        return True
    verb = _VERB.match(behind)
    if verb is None:  # a language that we do not know: a verb of a few words, no more
        return len(behind.split()) <= 3 and _BRACKETED.match(addresses[-1][0]) is not None and _begins_with_time(head)
    return _only_names(behind[verb.end() :])


def _without_address(sentence: str) -> bool:
    verb = None
    for verb in _VERB.finditer(sentence):  # noqa: B007  # the last one is meant
        pass
    if verb is None or _EXACT.search(sentence) is None:
        return False
    head = sentence[: verb.start()]
    return " the " not in head and _SENTENCE.search(head) is None and _only_names(sentence[verb.end() :])


def _ends_with_verb(sentence: str, addresses: list[re.Match[str]]) -> bool:
    """ "On Tue, 04/01/11 Anna <anna@kund.example> wrote": so plain that it needs no colon."""
    return bool(addresses) and _VERB.fullmatch(sentence[addresses[-1].end() :].strip()) is not None


def _begins_with_time(head: str) -> bool:
    return any(word[:1].isdigit() for word in head.replace("(", " ").split()[:6])


def _only_names(text: str) -> bool:
    """Whether there is nothing but names, times and the small words between them."""
    return all(
        not word[:1].islower() or word.rstrip(".,") in _PARTICLES or word.casefold() in _FOLLOWING or _is_month(word)
        for word in text.split()
    )


def _is_month(word: str) -> bool:
    return word[:3].casefold() in _MONTHS


_MONTHS = words(
    "jan feb mar apr maj mai jun jul aug sep okt oct nov dec tam hel maa huh tou kes hei elo syy lok joulu mån tis ons"
    " tor fre lör sön ma ti ke to pe la su man tir"
)

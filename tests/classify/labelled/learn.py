"""``make learn``: learns from labelled mails how words lean, writes ``leanings.toml``, and says what it is worth.

Learns by mails that one may tune by, and by ``sentences.toml``; never by those that measure. What it is worth is told
by leaving out one file of mails after the other. No library: multinomial logistic regression, a few seconds.
"""

import math
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from mailgate.classify.leanings import signs_in
from mailgate.classify.words import marked_words_of
from mailgate.domain.ticket import TicketType
from mailgate.shipped import leanings_file
from tests.classify.labelled.collection import HERE, Labelled, labelled_mails

LEARNT_BY = ("tuned", "blind_a")
KINDS = tuple(TicketType)
# Wishes and orders are rare among the mails, and a desk that misses them is worth less than their share says.
_COUNTS = (1.0, 1.2, 1.5, 1.5)
_FEWEST = 2
"""In so many mails or sentences a sign must stand. What stands in one is a name or a chance."""
_ROUNDS = 40
_STEP = 0.3
_SHRINK = 0.5
_POINTS = 1.5
"""So many points of a keyword a unit of log-odds is worth. Measured on 120 mails that keywords knew nothing of: from 1
to 2.5 it made no difference."""
Weights = dict[str, list[float]]


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a mail or a sentence shows, what it is, and the file that it came from."""

    signs: tuple[str, ...]
    kind: int
    source: str


def lessons() -> list[Lesson]:
    """All that may be learnt by, in a fixed order."""
    mails = (one for one in labelled_mails() if one.half in LEARNT_BY)
    return [*(_of_mail(one) for one in mails), *_of_sentences()]


def _of_mail(one: Labelled) -> Lesson:
    signs = signs_in(marked_words_of(one.mail.subject), marked_words_of(one.mail.new_text))
    return Lesson(tuple(sorted(signs)), KINDS.index(one.type), one.name.rsplit(" ", 1)[0])


def _of_sentences() -> Iterator[Lesson]:
    for kinds in tomllib.loads((HERE / "sentences.toml").read_text(encoding="utf-8")).values():
        for kind, sentences in kinds.items():
            for sentence in sentences:
                signs = {sign for sign in signs_in((), marked_words_of(sentence)) if sign != "(short)"}
                yield Lesson(tuple(sorted(signs)), KINDS.index(TicketType(kind)), "")


def learn(material: Sequence[Lesson]) -> Weights:
    """The weight of each sign for each type, in log-odds, by AdaGrad; the same material gives the same weights."""
    often = Counter(sign for one in material for sign in one.signs)
    known = [(tuple(sign for sign in one.signs if often[sign] >= _FEWEST), one.kind) for one in material]
    weights: Weights = {sign: [0.0] * len(KINDS) for sign in often if often[sign] >= _FEWEST}
    steps: Weights = {sign: [1e-3] * len(KINDS) for sign in weights}
    for _ in range(_ROUNDS):
        for signs, kind in known:
            likely = _likely(weights, signs)
            for at in range(len(KINDS)):
                off = (likely[at] - (at == kind)) * _COUNTS[kind]
                for sign in signs:
                    _move(weights[sign], steps[sign], at, off + _SHRINK * weights[sign][at] / often[sign])
    return weights


def _move(weights: list[float], steps: list[float], at: int, slope: float) -> None:
    steps[at] += slope * slope
    weights[at] -= _STEP * slope / math.sqrt(steps[at])


def _likely(weights: Mapping[str, Sequence[float]], signs: Iterable[str]) -> list[float]:
    there = [weights[sign] for sign in signs if sign in weights]
    sums = [sum(column) for column in zip(*there, strict=True)] or [0.0] * len(KINDS)
    powers = [math.exp(one - max(sums)) for one in sums]
    return [one / sum(powers) for one in powers]


def cross_validated(material: Sequence[Lesson]) -> Counter[tuple[int, int]]:
    """What words alone take each mail for, learnt without the file that it stands in: (is, taken for) → mails."""
    counted: Counter[tuple[int, int]] = Counter()
    for source in sorted({one.source for one in material} - {""}):
        weights = learn([one for one in material if one.source != source])
        for one in material:
            if one.source == source:
                likely = _likely(weights, one.signs)
                counted[one.kind, likely.index(max(likely))] += 1
    return counted


def written(weights: Weights) -> str:
    """The file: a line for each sign with its points for each type, which add up to none."""
    lines = [_HEAD]
    for sign, of in sorted(weights.items()):
        mean = sum(of) / len(of)
        points = [round(_POINTS * (one - mean), 1) + 0.0 for one in of]
        if any(points):
            lines.append(f'"{sign}" = [{", ".join(f"{one:.1f}" for one in points)}]')
    return "\n".join(lines) + "\n"


_HEAD = f"""\
# How words lean: points of each word (its first letters, without case and accents) for a {", ".join(KINDS)}.
# Learnt from labelled mails by `make learn`, and not for changing by hand: for that there are the keywords in
# config.toml. "subject …" counts once more what stands in the subject; in brackets is the mail's form.
"""


def main() -> int:
    """Write the file; with ``--try`` only say what it would be worth."""
    material = lessons()
    if "--try" in sys.argv[1:]:
        counted = cross_validated(material)
        right = sum(count for (kind, taken), count in counted.items() if kind == taken)
        print(f"words alone, without the file that they are asked about: {right} of {counted.total()} mails")
        for kind, name in enumerate(KINDS):
            print(f"  {name:14}" + "".join(f"{counted[kind, taken]:6}" for taken in range(len(KINDS))))
        return 0
    leanings_file().write_text(written(learn(material)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

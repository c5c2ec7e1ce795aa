"""Words that lean to a type: weak evidence that adds up, beside the keywords (docs/configuration.md, "Leanings").

Nobody chose these weights: they are learnt from labelled mails, so that a word counts for what the mails with it were.
A word is known by its first letters, so inflections and compounds count as one. Pure: weights and words go in, points
come out.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from mailgate.classify.words import ASKED, BREAK, FULL_STOP
from mailgate.domain.classification import Leanings
from mailgate.domain.ticket import TicketType

STEM = 5
"""So many letters of a word count. More make fewer mails say the same, fewer make strangers alike."""
IN_SUBJECT = "subject "
_SHORT, _LONG = 25, 90
_SHOWN = 3
_FEWEST = 12
"""Fewer known signs say too little: a line such as "Se nedan" leans nowhere."""
_TYPES = tuple(TicketType)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaned:
    """How many points all words of a mail together lean to each type, and the words that do most."""

    points: Mapping[TicketType, int]
    seen: tuple[tuple[str, tuple[float, ...]], ...] = ()

    def shown(self, kind: TicketType) -> tuple[str, ...]:
        """The line of evidence for a type; none where the words do not lean to it."""
        points, at = self.points.get(kind, 0), _TYPES.index(kind)
        if points <= 0:
            return ()
        most = sorted((-weights[at], sign) for sign, weights in self.seen if weights[at] > 0)[:_SHOWN]
        return (f"words lean to it: {', '.join(sign for _, sign in most)} ({points})",) if most else ()


NOWHERE = Leaned(points={})


def lean(leanings: Leanings, *, subject: tuple[str, ...], body: tuple[str, ...]) -> Leaned:
    """Where the words of a mail lean. A mail of few words leans nowhere."""
    if not leanings:
        return NOWHERE
    # Sorted, for a sum of fractions hangs on their order: the same mail leans the same in each process.
    signs = sorted(signs_in(subject, body) & leanings.keys())
    if len(signs) < _FEWEST:
        return NOWHERE
    seen = [leanings[sign] for sign in signs]
    sums = map(round, map(sum, zip(*seen, strict=True)))
    return Leaned(points=dict(zip(_TYPES, sums, strict=True)), seen=tuple(zip(signs, seen, strict=True)))


def signs_in(subject: tuple[str, ...], body: tuple[str, ...]) -> set[str]:
    """What may lean: the beginnings of words, those of the subject once more, and how much of the mail asks."""
    signs = {word[:STEM] for word in subject}
    signs.update([IN_SUBJECT + stem for stem in signs])
    signs.update([word[:STEM] for word in body])
    signs -= _MARKS
    signs.update(_form(body))
    return signs


_MARKS = frozenset({BREAK, FULL_STOP, ASKED, IN_SUBJECT + BREAK, IN_SUBJECT + FULL_STOP, IN_SUBJECT + ASKED})


def _form(body: tuple[str, ...]) -> list[str]:
    asked = body.count(ASKED)
    form = ["(any mail)"]
    if len(body) < _SHORT or len(body) > _LONG:
        form.append("(short)" if len(body) < _SHORT else "(long)")
    if asked:
        form.append("(a question)")
        if FULL_STOP not in body[: body.index(ASKED)]:
            form.append("(begins with a question)")
        if asked >= body.count(FULL_STOP):
            form.append("(mostly questions)")
    return form

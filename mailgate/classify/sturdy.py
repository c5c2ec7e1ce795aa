"""Which outcome the points speak for, and whether what speaks for it is enough.

An outcome that costs somebody something needs signs of several kinds, however much it weighs: an order one that
somebody wants it and one of what we sell, level 1 one that the whole service or what is essential cannot be used and
one that nobody can work or there is no way round.
"""

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any, TypeVar

from mailgate.classify.lexicon import Seen, weigh
from mailgate.domain.verdict import Keyword

Outcome = TypeVar("Outcome")
Graded = TypeVar("Graded", bound=Enum)
Signs = Mapping[str, tuple[Keyword, ...]]

ENOUGH = 3
"""So many points an outcome needs before keywords decide for it."""
NONE: Signs = {}
NOWHERE: Mapping[Any, int] = {}


def points_of(seen: Iterable[Seen]) -> int:
    """How much it weighs together."""
    return sum([one.points for one in seen])


def best_of(points: Mapping[Outcome, int], enough: int = ENOUGH) -> Outcome | None:
    """The outcome with most points; between equals the first, which is the graver or the one named first."""
    best = max(points, key=lambda outcome: points[outcome], default=None)
    return None if best is None or points[best] < enough else best


def sturdiest(
    points: Mapping[Graded, int],
    signs: Mapping[Graded, Signs],
    *,
    subject: tuple[str, ...],
    body: tuple[str, ...],
    leaning: Mapping[Graded, int] = NOWHERE,
) -> tuple[Graded | None, tuple[str, ...]]:
    """The best outcome that has all its signs, and of each that was better and has not: what it would have needed.

    ``leaning`` are points that words add (``leanings``); to what needs signs only where keywords speak for it, too.
    """
    left, thin = {one: there + leaning.get(one, 0) for one, there in points.items()}, list[str]()
    while (best := best_of(left)) is not None:
        enough = left[best] if points[best] >= ENOUGH else points[best]
        lacking = _lacking(enough, signs.get(best, NONE), subject, body)
        if not lacking:
            break
        thin.append(f"too thin: {best} needs {lacking}")
        del left[best]
    return best, tuple(thin)


def _lacking(points: int, wanted: Signs, subject: tuple[str, ...], body: tuple[str, ...]) -> str:
    """What is not there; empty where nothing is lacking. It must weigh enough for each sign that is wanted."""
    if not wanted:
        return ""
    if points < ENOUGH * len(wanted):
        return f"{ENOUGH * len(wanted)} points, has {points}"
    seen = weigh(wanted, subject=subject, body=body, negatable=True)
    lacking = [sign for sign in wanted if points_of(seen.get(sign, ())) < 1]
    return f"{' and '.join(wanted)}, no {' and no '.join(lacking)}" if lacking else ""

"""``make classify``: how many of our labelled mails get the right type, level and module, and what is taken for what.

Misses are listed for ``tuned`` only: whoever sees those of ``held_out`` tunes by them.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Sequence

from mailgate.domain.ticket import TicketType
from tests.classify.labelled.collection import SETS, Decided, decided

ENOUGH = 0.92
"""So many of the held-out half must get the right type."""


def main() -> int:
    """Print the figures; 1 where they are below what we promise."""
    mails = decided()
    for half in SETS:
        _print_half(half, [one for one in mails if one.labelled.half == half])
    for one in mails:
        if one.labelled.half == "tuned":
            _print_miss(one)
    held_out = [one for one in mails if one.labelled.half == "held_out"]
    dangerous = any(one.false_order or one.false_level_1 for one in mails)
    return int(dangerous or _share(one.right for one in held_out) < ENOUGH)


def _print_half(half: str, mails: Sequence[Decided]) -> None:
    print(f"{half.replace('_', ' ')}: {len(mails)} mails")
    for language in sorted({one.labelled.language for one in mails}):
        _print_rights(language, [one for one in mails if one.labelled.language == language])
    for kind in TicketType:
        _print_rights(kind, [one for one in mails if one.labelled.type is kind])
    _print_rights("all", mails)
    dangerous = (sum(one.false_order for one in mails), sum(one.false_level_1 for one in mails))
    print(f"  false orders: {dangerous[0]}, false level 1: {dangerous[1]}")
    _print_confusion(mails)


def _print_rights(what: str, mails: Sequence[Decided]) -> None:
    errors = [one for one in mails if one.labelled.level is not None]
    figures = (
        ("type", [one.right for one in mails]),
        ("level", [one.level_right for one in errors]),
        ("module", [one.module_right for one in mails]),
    )
    shown = (
        f"{name} {sum(right):3} of {len(right):3} ({100 * _share(right):5.1f} %)" for name, right in figures if right
    )
    print(f"  {what:14} {', '.join(shown)}")


def _print_confusion(mails: Sequence[Decided]) -> None:
    counted = Counter((one.labelled.type, one.found.type) for one in mails)
    print(f"  {'is, taken for':14}" + "".join(f"{kind:>14}" for kind in TicketType))
    for truth in TicketType:
        print(f"  {truth:14}" + "".join(f"{counted[truth, taken]:14}" for taken in TicketType))
    print()


def _print_miss(one: Decided) -> None:
    wanted, found = one.labelled, one.found
    told = [
        *([f"type {wanted.type}, taken for {found.type}"] if not one.right else []),
        *([f"level {wanted.level}, taken for {found.level}"] if one.right and not one.level_right else []),
        *([f"module {wanted.module}, taken for {found.module}"] if not one.module_right else []),
    ]
    if told:
        print(f"{wanted.name} {wanted.subject!r}: {'; '.join(told)}")
        print("".join(f"    {what}: {seen}\n" for what, seen in found.evidence), end="")


def _share(right: Iterable[bool]) -> float:
    counted = list(right)
    return sum(counted) / max(1, len(counted))


if __name__ == "__main__":
    sys.exit(main())

"""The identity suite through running doors: ``make identity``.

    python -m tests.identity.run

Every sample goes by SMTP, and through the mailbox of a real Dovecot, to a desk that believes proven people only. Fails
if a forged sender counts as the SuperUser, or an honest one not.
"""

import logging
import re
import sys
from collections.abc import Callable, Sequence

import structlog

from tests.identity import doors, mailbox
from tests.identity.desk import Ending
from tests.identity.forged import forged
from tests.identity.honest import honest
from tests.identity.sample import Sample

Way = Callable[[Sequence[Sample]], list[Ending]]
WAYS: dict[str, Way] = {"by SMTP": doors.endings, "through Dovecot": mailbox.endings}


def in_short(samples: Sequence[Sample]) -> list[Sample]:
    """Each trick and each form at least once; of what it is crossed with, a part."""
    kinds = [re.sub(r", signed by .*| above .*", "", sample.name, flags=re.DOTALL) for sample in samples]
    return [sample for place, sample in enumerate(samples) if place % 3 == 0 or kinds.index(kinds[place]) == place]


def wrong(way: Way, *, short: bool = False) -> tuple[list[str], list[str], int, int]:
    """Forged ones that were believed, honest ones that were not, and how many there were of each."""
    false, true = list(forged()), list(honest())
    if short:
        false, true = in_short(false), true[::2]
    ended = way([*false, *true])
    believed = [f"{each.sample.name}: {each.rule}" for each in ended[: len(false)] if each.believed]
    refused = [f"{each.sample.name}: {each.rule}" for each in ended[len(false) :] if not each.believed]
    return believed, refused, len(false), len(true)


def main() -> int:
    """Says what was wrong; 1 if anything was."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    faults = []
    for name, way in WAYS.items():
        believed, refused, false, true = wrong(way)
        print(f"{name}: {false} forged or odd senders, {len(believed)} believed; {true} honest, {len(refused)} refused")
        faults += [f"BELIEVED {name}: {one}" for one in believed] + [f"REFUSED {name}: {one}" for one in refused]
    print(*faults, sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

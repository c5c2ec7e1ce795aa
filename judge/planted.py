"""Bugs for the judge to find, put into the daemon while it starts: ``python -m judge.planted BUG … --config X serve``.

Each is a mistake that somebody could make, and touches no file of the product. ``trials`` says who must find it.
"""

import sys

from judge import bugs_at_the_doors, bugs_on_the_way_out, bugs_within
from judge.bugs import BUGS

__all__ = ["BUGS", "bugs_at_the_doors", "bugs_on_the_way_out", "bugs_within", "plant"]


def plant(name: str) -> None:
    """Put this bug in. Raises ``KeyError`` for a name that there is not."""
    BUGS[name]()


if __name__ == "__main__":
    at = sys.argv.index("--config")
    for each in sys.argv[1:at]:
        plant(each)
    from mailgate.cli import run

    sys.exit(run(sys.argv[at:]))

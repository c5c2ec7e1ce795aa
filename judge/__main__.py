"""``python -m judge kill --kills 1000 --seed 7``: one line of JSON for each part; exit code 1 if a promise was broken.

``--short`` is the form for every change, some two minutes in all; without it a part takes its time.
"""

import argparse
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from judge.verdict import Verdict

_AT_ONCE = 2
PARTS = ("kill", "faults", "points", "nth", "clock", "planted", "order")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m judge", description=__doc__)
    parser.add_argument("part", choices=[*PARTS, "all"])
    parser.add_argument("names", nargs="*", help="of points, faults or planted bugs; otherwise all")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--kills", type=int, help="how often to kill; 1000, or 50 in the short form")
    parser.add_argument("--short", action="store_true", help="the form for every change")
    wanted = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the servers that were started end with us
    return _all(wanted) if wanted.part == "all" else _run(wanted.part, wanted)


def _all(wanted: argparse.Namespace) -> int:
    """Each part in a process of its own, two at a time: most of their time they wait."""
    more = ["--short"] if wanted.short else []

    def one(part: str) -> int:
        return subprocess.run([sys.executable, "-m", "judge", part, "--seed", str(wanted.seed), *more]).returncode

    with ThreadPoolExecutor(_AT_ONCE) as parts:
        return max(parts.map(one, PARTS))


def _run(part: str, wanted: argparse.Namespace) -> int:
    began = time.monotonic()
    try:
        verdict = _forms(wanted)[part]()
    except (pytest.skip.Exception, pytest.fail.Exception) as missing:  # as tests do where a server is missing
        verdict = Verdict(part=part, seed=wanted.seed, findings=(), skipped=str(missing))
    print(verdict.line(seconds=time.monotonic() - began), flush=True)
    for finding in verdict.findings[:20]:
        print(f"  {finding.promise}: {finding.about}", file=sys.stderr)
    required = os.environ.get("MAILGATE_REQUIRE_SERVERS") == "1"
    return 0 if verdict.is_good and not (verdict.skipped and required) else 1


def _forms(wanted: argparse.Namespace) -> Mapping[str, Callable[[], Verdict]]:
    # Imported late: what is asked for in vain should cost nothing.
    from judge import clock, faults, kill, nth, order, points, trials

    short, seed = wanted.short, wanted.seed
    names: Sequence[str] = wanted.names
    return {
        "kill": lambda: kill.kill(kills=wanted.kills or (50 if short else 1000), seed=seed),
        "points": lambda: points.points(names=names, passes=(1,) if short else (1, 2, 3), seed=seed),
        "clock": lambda: clock.clock(seed=seed),
        "order": lambda: order.order(mails=6 if short else 40, seed=seed),
        "nth": lambda: nth.nth(short=short, seed=seed),
        "faults": lambda: faults.faults(
            names=names or (faults.QUICK if short else ()), with_tests=not short and not names, seed=seed
        ),
        "planted": lambda: trials.judged(names=names or (trials.QUICK if short else ()), seed=seed),
    }


if __name__ == "__main__":
    sys.exit(main())

"""``make simulate-year``: a year and ten thousand tickets against the oracle; one line of JSON tells how it went.

Another seed, or another number of tickets: ``python -m tests.simulation.year --seed 7 --tickets 500``.
"""

import argparse
import json
import logging
import secrets
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

from tests.simulation.trial import Findings, Trial, a_year


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--tickets", type=int, default=10_000)
    wanted = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    started = time.monotonic()
    with TemporaryDirectory() as folder:
        findings = Trial(a_year(seed=wanted.seed, tickets=wanted.tickets), Path(folder)).run()
    print(json.dumps(_line(findings, seconds=round(time.monotonic() - started)), ensure_ascii=False))
    return 1 if findings.report() else 0


def _line(findings: Findings, *, seconds: int) -> dict[str, object]:
    return {
        "seed": findings.seed,
        "tickets": findings.tickets,
        "mails": findings.mails,
        "kills": findings.kills,
        "missing": findings.missing.total(),
        "not_demanded": findings.not_demanded.total(),
        "at_night": len(findings.at_night),
        "not_bundled": len(findings.not_bundled),
        "rounds": len(findings.rounds),
        "seconds": seconds,
        "faults": findings.report(),
    }


if __name__ == "__main__":
    sys.exit(main())

"""Random moves by random people: no illegal stage, no lost message, nobody told twice, no note leaked.

Each change is judged by the same few hundred moves; ``make moves`` makes ten thousand, other ones each time: it says
with which ``MAILGATE_MOVES_SEED`` the same ones come again.
"""

import logging
import os
from collections.abc import Iterator
from pathlib import Path
from random import SystemRandom

import pytest
import structlog
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.machine.aftermath import CHECKED
from tests.machine.moves import Moves, summary

LONG = os.environ.get("MAILGATE_LONG_TESTS") == "1"
MOVES, MOVES_EACH, OFFICES_AT_ONCE = (10_000, 100, 20) if LONG else (200, 50, 6)


@pytest.fixture
def _quiet() -> Iterator[None]:
    """The desk's log would hide how far it has come."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.reset_defaults()


@pytest.mark.usefixtures("_quiet")
def test_whatever_people_do_the_rules_hold(tmp_path: Path) -> None:
    class Here(Moves):
        within = tmp_path

    for count in (CHECKED, Here.made, Here.found):
        count.clear()
    first = int(os.environ.get("MAILGATE_MOVES_SEED") or (SystemRandom().randrange(10**6) if LONG else 1))
    print(f"\nMAILGATE_MOVES_SEED={first}")
    rounds = 0
    while Here.made.total() < MOVES:  # moves that find nothing to move are none
        run_state_machine_as_test(
            seed(first + rounds)(Here),
            settings=settings(
                max_examples=OFFICES_AT_ONCE,
                stateful_step_count=MOVES_EACH,
                deadline=None,
                database=None,
                print_blob=False,
                suppress_health_check=list(HealthCheck),
                phases=(Phase.generate, Phase.shrink),
            ),
        )
        rounds += 1
    print(summary(Here, CHECKED))

"""Random moves by random people: no illegal stage, no lost message, nobody told twice, no note leaked.

Each change is judged by the same few hundred moves; ``make moves`` makes ten thousand, other ones each time.
"""

import os
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.machine.moves import Moves

LONG = os.environ.get("MAILGATE_LONG_TESTS") == "1"
OFFICES, MOVES_EACH = (200, 50) if LONG else (8, 50)


def test_whatever_people_do_the_rules_hold(tmp_path: Path) -> None:
    class Here(Moves):
        within = tmp_path

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=OFFICES,
            stateful_step_count=MOVES_EACH,
            derandomize=not LONG,
            deadline=None,
            database=None,
            print_blob=False,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate, Phase.shrink),
        ),
    )
    assert Here.made >= OFFICES * MOVES_EACH / 2, "moves that find nothing to move are none"

"""Two thousand mutants in every run of the tests; ``make fuzz`` tries a hundred thousand."""

import os
from pathlib import Path

from tests.fuzz.mutants import mutants
from tests.fuzz.run import SLOWEST, fuzz

COUNT = 100_000 if os.environ.get("MAILGATE_LONG_TESTS") else 2_000


def test_no_mutant_breaks_the_reading_or_comes_out_changed(tmp_path: Path) -> None:
    tally = fuzz(COUNT, seed=1, keep_in=tmp_path)
    assert tally.failures == []
    assert tally.total == COUNT
    assert tally.stored == COUNT // 20
    assert tally.slowest[0] <= SLOWEST
    assert tally.ends["read"] > COUNT * 0.9, "the mutants are still mails"


def test_the_same_seed_makes_the_same_mutants_and_another_makes_others() -> None:
    first = list(mutants(20, seed=1))
    assert first == list(mutants(20, seed=1))
    assert first != list(mutants(20, seed=2))

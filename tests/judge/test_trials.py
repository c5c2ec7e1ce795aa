"""Every bug that can be planted is tried by a part that must find it, and those for each change are among them."""

import subprocess
import sys
from pathlib import Path

from judge.faults import FAULTS, QUICK, TRIED_BY_TESTS
from judge.planted import BUGS
from judge.trials import QUICK as QUICK_TRIALS
from judge.trials import TRIALS

ROOT = Path(__file__).resolve().parents[2]


def test_each_bug_has_its_trial() -> None:
    assert TRIALS.keys() == BUGS.keys()
    assert set(QUICK_TRIALS) <= TRIALS.keys()


def test_each_bug_still_finds_its_place() -> None:
    """What a bug takes the place of may have moved: then it would be none, and its trial would prove nothing."""
    code = "from judge.planted import BUGS, plant; [plant(name) for name in BUGS]"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_the_faults_for_each_change_are_known() -> None:
    assert set(QUICK) <= FAULTS.keys()


def test_faults_that_tests_try_are_tried() -> None:
    for place in TRIED_BY_TESTS.values():
        path, _, name = place.partition("::")
        assert f"def {name}(" in (ROOT / path).read_text("utf-8"), place

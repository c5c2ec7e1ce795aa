"""T5, T8, T10: nobody is taken for somebody else, by whatever door, and nobody is refused who is honest."""

import os

import pytest

from tests.identity.forged import FROM_TRICKS, forged
from tests.identity.honest import honest
from tests.identity.run import WAYS, in_short, wrong

LONG = bool(os.environ.get("MAILGATE_LONG_TESTS"))


@pytest.mark.parametrize("way", [pytest.param(way, id=name) for name, way in WAYS.items()])
def test_no_forged_sender_is_believed_and_no_honest_one_refused(way) -> None:  # type: ignore[no-untyped-def]
    believed, refused, false, true = wrong(way, short=not LONG)
    assert believed == []
    assert refused == []
    assert false >= 300
    assert true >= (300 if LONG else 150)


def test_there_are_enough_of_both_and_no_two_are_the_same_mail() -> None:
    for samples in (list(forged()), list(honest())):
        assert len({each.content for each in samples}) == len({each.number for each in samples}) == len(samples) >= 300


def test_in_short_no_trick_is_left_out() -> None:
    samples = list(forged())
    short = in_short(samples)
    names = {sample.name for sample in short}
    assert {f"from: {trick}" for trick in FROM_TRICKS} <= names
    assert {sample.name for sample in samples if not sample.name.startswith(("from: ", "border: "))} == {
        name for name in names if not name.startswith(("from: ", "border: "))
    }
    assert len(short) >= 300

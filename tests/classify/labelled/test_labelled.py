"""Real-looking mails get the type that a specialist would give them, and what costs money is never guessed."""

from collections import Counter

import pytest

from mailgate.domain.ticket import TicketType
from tests.classify.labelled.collection import HALVES, SETS, Decided, decided
from tests.classify.labelled.score import ENOUGH

BLIND = {"blind_b": 67, "blind_c": 112, "blind_d": 110}
"""So many that nobody tunes by got the right type when they were last measured: README.md, "Figures"."""
SHARES = {"sv": 0.60, "en": 0.25, "fi": 0.15}


def _half(name: str) -> list[Decided]:
    return [one for one in decided() if one.labelled.half == name]


@pytest.mark.parametrize("half", HALVES)
def test_the_type_of_most_mails_is_right(half: str) -> None:
    mails = _half(half)
    assert sum(one.right for one in mails) >= ENOUGH * len(mails)


@pytest.mark.parametrize("name", BLIND)
def test_mails_that_nobody_tunes_by_are_told_no_worse_than_they_were(name: str) -> None:
    assert sum(one.right for one in _half(name)) >= BLIND[name]


@pytest.mark.parametrize("half", SETS)
def test_nothing_is_an_order_that_is_none(half: str) -> None:
    assert [one.labelled.name for one in _half(half) if one.false_order] == []


@pytest.mark.parametrize("half", SETS)
def test_nothing_is_of_level_1_that_is_not(half: str) -> None:
    assert [one.labelled.name for one in _half(half) if one.false_level_1] == []


@pytest.mark.parametrize("half", HALVES)
def test_levels_and_modules_are_mostly_right(half: str) -> None:
    mails = _half(half)
    errors = [one for one in mails if one.labelled.level is not None]
    assert sum(one.level_right for one in errors) >= 0.75 * len(errors)
    assert sum(one.module_right for one in mails) >= 0.7 * len(mails)


@pytest.mark.parametrize("half", HALVES)
def test_each_half_has_enough_of_everything(half: str) -> None:
    mails = _half(half)
    languages = Counter(one.labelled.language for one in mails)
    assert len(mails) >= 160
    assert all(abs(languages[one] / len(mails) - share) <= 0.05 for one, share in SHARES.items())
    assert min(Counter(one.labelled.type for one in mails)[kind] for kind in TicketType) >= 15
    assert {one.labelled.level for one in mails} == {None, 1, 2, 3, 4, 5}


def test_no_mail_is_there_twice() -> None:
    texts = Counter(one.labelled.text.strip() for one in decided())
    assert max(texts.values()) == 1

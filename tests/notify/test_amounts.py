"""Spans of time in the words of each language."""

from datetime import timedelta

import pytest

from mailgate.domain.customer import Language
from mailgate.notify.amounts import span_in_words
from mailgate.notify.wording import Wording
from mailgate.shipped import templates_folder

SV, EN, FI = Language.SWEDISH, Language.ENGLISH, Language.FINNISH


@pytest.fixture(scope="module")
def shipped() -> Wording:
    return Wording([templates_folder()])


@pytest.mark.parametrize(
    ("span", "language", "words"),
    [
        (timedelta(), SV, "1 min"),
        (timedelta(seconds=29), SV, "1 min"),
        (timedelta(minutes=59, seconds=20), SV, "59 min"),
        (timedelta(minutes=59, seconds=40), SV, "1 h"),
        (timedelta(hours=3, minutes=20), EN, "3 h 20 min"),
        (timedelta(hours=23, minutes=5), FI, "23 h 5 min"),
        (timedelta(days=1, hours=23), SV, "1 dag"),
        (timedelta(days=2), SV, "2 dagar"),
        (timedelta(days=2, hours=5), EN, "2 days"),
        (timedelta(days=12), FI, "12 päivää"),
    ],
)
def test_a_span_is_told_as_exactly_as_one_cares(
    shipped: Wording, span: timedelta, language: Language, words: str
) -> None:
    told = span_in_words(span, shipped.words(language).phrases["spans_of_time"])
    assert told.replace("\u00a0", " ") == words

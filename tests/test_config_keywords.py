"""Families of keywords: a name in braces stands for any of its words, and a name that nobody knows is refused."""

import pytest
from pydantic import ValidationError

from mailgate.classify.evidence import classify
from mailgate.config_keywords import KeywordsConfig
from mailgate.domain.ticket import ServiceLevel, TicketType
from tests.support.mails import a_mail, a_policy, annas_facts

FAMILIES = {"thing": ("licens*", "kurs")}


def test_a_family_stands_for_each_of_its_words() -> None:
    keywords = KeywordsConfig(families=FAMILIES, types={TicketType.ORDER: {"6": ("vill .. {thing}",)}})
    [keyword] = keywords.of_types()[TicketType.ORDER]
    assert (keyword.pattern, keyword.shown, keyword.weight) == ("vill .. licens*|kurs", "vill .. {thing}", 6)


def test_a_family_may_be_one_choice_of_several() -> None:
    keywords = KeywordsConfig(families=FAMILIES, level_signs={"1": {"whole": ("system|{thing} nere",)}})
    [keyword] = keywords.signs_of_levels()[ServiceLevel.STANDSTILL]["whole"]
    assert keyword.pattern == "system|licens*|kurs nere"


@pytest.mark.parametrize(
    "table",
    [
        {"types": {"wish": {"3": ("vill .. {other}",)}}},
        {"levels": {"2": {"3": ("{other}",)}}},
        {"modules": {"Lön": {"3": ("{other}",)}}},
        {"type_signs": {"order": {"what": ("{other}",)}}},
        {"level_signs": {"1": {"whole": ("{other}",)}}},
        {"learnt": {"types": {"wish": {"3": ("{other}",)}}}},
    ],
)
def test_a_family_that_nobody_knows_is_refused(table: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match=r"names a family that is not in \[keywords.families\]: other"):
        KeywordsConfig.model_validate({"families": FAMILIES, **table})


@pytest.mark.parametrize("word", ["two words", "a|b", "{thing}", ""])
def test_a_family_consists_of_single_words(word: str) -> None:
    with pytest.raises(ValidationError):
        KeywordsConfig(families={"thing": (word,)})


def test_the_evidence_names_the_family_and_not_all_its_words() -> None:
    found = classify(a_mail("Vi önskar två nya licenser från mars.", subject="Fler"), annas_facts(), a_policy())
    assert found.type is TicketType.ORDER
    assert ("type", "keyword: {need} .. {number} .. {sold} (6)") in found.evidence

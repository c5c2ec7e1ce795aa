"""Swedish, English and Finnish are told apart; on doubt it is the default."""

import pytest

from mailgate.classify.language import language_of
from mailgate.domain.customer import Language

SV, EN, FI = Language.SWEDISH, Language.ENGLISH, Language.FINNISH


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hej! Vi kan inte logga in i systemet sedan i morse.", SV),
        ("Hej, hur gor man for att andra en faktura? Mvh Anna", SV),
        ("Tack!", SV),
        ("Hei! Jeg kan ikke logge inn i systemet, og det haster. Hilsen Per", SV),
        ("Hej, jeg kan ikke finde fakturaen. Hvad skal jeg gøre?", SV),
        ("Hello, we cannot log in to the system since this morning.", EN),
        ("Hi!", EN),
        ("We can't print. Please help us.", EN),
        ("The order module doesn't work.\n\nMed vänliga hälsningar\nAnna Berg", EN),
        ("Hei, emme pääse kirjautumaan järjestelmään. Mitä teemme?", FI),
        ("Miten voin muuttaa asiakkaan osoitteen?", FI),
        ("Moi! Lasku ei tulostu.\nTerveisin Pekka", FI),
        ("Ohjelma ei toimi", FI),
        ("Ja, det är så vi vill ha det", SV),
    ],
)
def test_a_language_is_told_by_its_small_words(text: str, language: Language) -> None:
    assert {language_of(text, default) for default in Language} == {language}


@pytest.mark.parametrize("text", ["", "12345", "GO 4711", "Bonjour monsieur"])
@pytest.mark.parametrize("default", list(Language))
def test_on_doubt_it_is_the_default(text: str, default: Language) -> None:
    assert language_of(text, default) is default


def test_a_tie_is_a_doubt() -> None:
    assert [language_of("hello hej", default) for default in Language] == list(Language)


def test_only_the_beginning_of_a_huge_text_is_read() -> None:
    assert language_of("hej " * 10_000 + "hello " * 500_000, FI) is SV

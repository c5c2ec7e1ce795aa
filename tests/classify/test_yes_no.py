"""Plain answers are told from all that only begins like one."""

import pytest

from mailgate.classify.yes_no import answer_of


@pytest.mark.parametrize(
    "text",
    [
        "JA",
        "ja",
        "Ja!",
        " Ja tack. ",
        "Ja\n\nMvh\nEva Ek",
        "Hej Sven!\n\nJa tack, gärna.\n\nEva",
        "Okej",
        "OK",
        "Ja, godkänns.",
        "Vi godkänner",
        "yes",
        "Yes, please.",
        "Hi,\nyes please\nThanks, Eva",
        "KYLLÄ",
        "Kyllä kiitos!",
        "joo, sopii",
        "Kylla",
        "**Ja**",
        "Ja\u00a0tack",
        "“Ja”",
        "Det går bra, tack så mycket!",
    ],
)
def test_a_plain_yes(text: str) -> None:
    assert answer_of(text, name="Eva Ek") is True


@pytest.mark.parametrize(
    "text", ["Nej", "NEJ TACK", "no", "No thanks", "Ei kiitos", "ei", "Vi avböjer.", "Nej. Nej tack!", "Hej, nej"]
)
def test_a_plain_no(text: str) -> None:
    assert answer_of(text) is False


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  \n ",
        "Tack!",
        "Ja, men inte före fredag",
        "Ja om det går före fredag",
        "Ja eller nej?",
        "Ja. Nej.",
        "JA/NEJ",
        "Jag vet inte",
        "Nja",
        "Inte ja",
        "Vad kostar det?",
        "Ja till det första, nej till det andra",
        "Yes, but cheaper",
        "Svara JA eller NEJ",
        "Kyllä, mutta",
        "Ja, 3 timmar är ok",
        "ja " * 50,
        "Jarl",
        "Ok?",
        "Ja?",
    ],
)
def test_what_is_neither(text: str) -> None:
    assert answer_of(text) is None

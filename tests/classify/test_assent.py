"""A yes is nothing but a yes."""

import pytest

from mailgate.classify.assent import Assent, assent

YES = [
    "JA", "ja", "Ja!", "Ja tack!", "Hej!\n\nJa.\n\nMed vänlig hälsning\nEva Ek", "Ja tack, kör igång :)", "Godkänns.",
    "Ja, vi godkänner.", "Ja!\nTack för hjälpen\n// Eva", "YES", "Hi,\n\nYes, please go ahead. Thanks!\n\nEva",
    "Approved.", "We approve. Best regards Eva", "KYLLÄ", "Kylla", "Hei!\n\nKyllä kiitos.\n\nTerveisin Eva",
    "Hyväksytty!", "**JA**", " Ja tack. ", "Hej Sven!\n\nJa tack, gärna.\n\nEva", "Okej", "OK", "Ja, godkänns.",
    "Vi godkänner", "Hi,\nyes please\nThanks, Eva", "joo, sopii", "Ja\u00a0tack", "“Ja”",
    "Det går bra, tack så mycket!", "Kör på!", "Hi all,\nagreed",
]  # fmt: skip
NO = [
    "NEJ", "Nej tack.", "Nej, det är för dyrt. Men gör det gärna för 2 000 kr.", "No", "No, thank you", "EI",
    "Hei, ei kiitos", "Vi avböjer.", "Nej. Nej tack!", "Hej, nej", "NEJ TACK", "Not approved",
]  # fmt: skip
UNCLEAR = [
    "Ja, men inte före mars", "JA\n\nDock högst 3000 kr", "Ja?", "Ja, om det går att få det på fredag", "Okej då",
    "Yes, but only the first part", "Yes if it is less than 3 hours", "No problem, go ahead",
    "Kyllä, mutta vasta maaliskuussa",
    "Ja och nej", "Ja. Nej.", "Ja tack\n\nVi vill också ha en rapport", "Ja" + " tack" * 1000, "Godkänner ni 3 000 kr?",
    "Ja eller nej?", "JA/NEJ", "Ja till det första, nej till det andra", "Yes, but cheaper", "Ja, 3 timmar är ok",
    "ja " * 50, "Ok?",
]  # fmt: skip
NONE = [
    "", "Eva", "Hej!\n\nMvh Eva", "Vad ingår i det?", "Jag undrar vad som ingår.", "Voisitteko tarkentaa?",
    "Jamen", "Tack!", "Jag vet inte", "Nja",
    "Inte ja", "Svara JA eller NEJ", "Jarl", "Hej Sven",
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        *((text, Assent.YES) for text in YES),
        *((text, Assent.NO) for text in NO),
        *((text, Assent.UNCLEAR) for text in UNCLEAR),
        *((text, Assent.NONE) for text in NONE),
    ],
)
def test_what_costs_money_needs_a_yes_and_nothing_else(text: str, said: Assent) -> None:
    assert assent(text, name="Eva Ek") is said


def test_somebody_elses_name_is_no_signature() -> None:
    assert assent("Ja\n\nKarin", name="Eva Ek") is Assent.UNCLEAR
    assert assent("Ja\n\nEva") is Assent.UNCLEAR

"""What of a specialist's reply is a command, what is for the customer, and what never leaves."""

import pytest

from mailgate.classify.commands import specialist_instructions
from mailgate.domain.command_table import SPECIALISTS
from mailgate.domain.commands import Grammar, Trouble

ARGUMENTS = {
    Grammar.NONE: "", Grammar.TEXT: "", Grammar.LEVEL: "2", Grammar.TYPE: "wish", Grammar.TEAM: "2",
    Grammar.PERSON: "Nina", Grammar.MODULE: "Lön", Grammar.ADDRESS: "eva@kund.example", Grammar.NUMBER: "MG-100042-6",
    Grammar.AMOUNT: "4800 kr", Grammar.COUNCIL: "internal",
}  # fmt: skip
EVERY_SPELLING = [(spelling, one) for one in SPECIALISTS for spelling in one.everywhere]


def asked(words: str) -> list[tuple[str, str]]:
    found = specialist_instructions(words)
    assert found.unclear == (), found.unclear
    return [(one.command.name.value, one.argument or one.text) for one in found.asked]


def unclear(words: str) -> list[tuple[Trouble, str]]:
    found = specialist_instructions(words).unclear
    return [(one.trouble, one.nearest.name.value if one.nearest else "") for one in found]


@pytest.mark.parametrize(("spelling", "command"), EVERY_SPELLING, ids=[spelling for spelling, _ in EVERY_SPELLING])
def test_every_spelling_is_understood_in_capitals_and_without_its_accents(spelling: str, command: object) -> None:
    argument = ARGUMENTS[command.argument]  # type: ignore[attr-defined]
    plain = spelling.replace("å", "a").replace("ä", "a").replace("ö", "o")
    for written in (spelling, spelling.upper(), plain, plain.upper()):
        (one,) = specialist_instructions(f"#{written} {argument}".rstrip()).asked
        assert (one.command, one.argument) == (command, argument)


@pytest.mark.parametrize(
    "line",
    [
        "#level 2", "# level 2", "#\u00a0level\u00a02", "＃level 2", "\\#level 2", "#LEVEL: 2", "#level = 2",
        "#level2", "#level 2.", "#level “2”", "*#level 2*", "**#level 2**", "- #level 2", "• #level 2", "  #level   2",
        "##level 2", "#level – 2", "#level\u200b 2", "\ufeff#level 2", "#niva 2", "#NIVÅ 2", "#Taso 2", "`#level 2`",
    ],
)  # fmt: skip
def test_a_slip_of_signs_changes_nothing(line: str) -> None:
    assert asked(line) == [("level", "2")]


def test_commands_stand_above_the_text_which_is_the_customers() -> None:
    found = specialist_instructions("\n#take\n\n#level 2\n\nHej Eva!\n\nVi tittar på det.\n\nMvh\nSven")
    assert [one.command.name.value for one in found.asked] == ["take", "level"]
    assert found.text == "Hej Eva!\n\nVi tittar på det.\n\nMvh\nSven"


def test_what_format_flowed_has_joined_is_taken_apart() -> None:
    assert asked("#take #level 2 #give Nina Ny") == [("take", ""), ("level", "2"), ("give", "Nina Ny")]


def test_the_words_of_a_command_may_stand_behind_it_and_below_it() -> None:
    assert asked("#ask Vilken version?\n\nNi ser den under Hjälp, Om.\n\nSven") == [
        ("ask", "Vilken version?\nNi ser den under Hjälp, Om.\n\nSven")
    ]
    assert asked("#löst\nNu är felet rättat.") == [("resolve", "Nu är felet rättat.")]


@pytest.mark.parametrize(
    ("words", "note", "text"),
    [
        ("#note Kunden hotar.\nMer om det.", "Kunden hotar.\nMer om det.", ""),
        ("#note\nKunden hotar.", "Kunden hotar.", ""),
        ("#take\n#note\nKunden hotar.\n\nHej Eva!", "Kunden hotar.\n\nHej Eva!", ""),
        ("Hej Eva!\n\nVi tittar.\n#note Kunden hotar.\nMer.", "Kunden hotar.\nMer.", "Hej Eva!\n\nVi tittar."),
        ("Hej Eva!\n# Anteckning: hotar\n#close", "hotar\n#close", "Hej Eva!"),
        ("#note a\n#close\nb", "a\nb", ""),
        ("#note #close", "#close", ""),
    ],
)
def test_all_that_stands_below_a_note_is_internal_wherever_the_note_stands(words: str, note: str, text: str) -> None:
    found = specialist_instructions(words)
    assert found.unclear == ()
    (internal,) = [one.text for one in found.asked if one.command.name == "note"]
    assert (internal, found.text) == (note, text)


def test_an_answer_and_a_note_each_with_words_of_its_own() -> None:
    assert asked("#note Han är arg.\n#ask Vilken version?") == [("note", "Han är arg."), ("ask", "Vilken version?")]
    found = specialist_instructions("#note Han är arg.\n#ask Vilken version?\nMer om honom.")
    assert [one.text for one in found.asked] == ["Han är arg.\nMer om honom.", "Vilken version?"]


@pytest.mark.parametrize(
    ("words", "trouble", "nearest"),
    [
        ("#tkae", Trouble.UNKNOWN, "take"),
        ("#noet Kunden hotar.", Trouble.UNKNOWN, "note"),
        ("#stng", Trouble.UNKNOWN, "close"),
        ("#xyzzy", Trouble.UNKNOWN, ""),
        ("#Rubrik\nHej!", Trouble.UNKNOWN, ""),
        ("#level", Trouble.LACKS_ARGUMENT, "level"),
        ("#give  ", Trouble.LACKS_ARGUMENT, "give"),
        ("#take nu", Trouble.TAKES_NO_ARGUMENT, "take"),
        ("#close Nu är det klart.", Trouble.TAKES_NO_ARGUMENT, "close"),
        ("Hej Eva!\n#close", Trouble.BELOW_TEXT, "close"),
        ("Hej Eva!\n# close", Trouble.BELOW_TEXT, "close"),
        ("Hej Eva!\n#noet Kunden hotar.", Trouble.BELOW_TEXT, "note"),
        ("Hej Eva! #note Kunden hotar.", Trouble.BELOW_TEXT, ""),
        ("Hej Eva!\n#vadsomhelst", Trouble.BELOW_TEXT, ""),
        ("#ask\n#resolve\nHej!", Trouble.TWO_TEXTS, "ask"),
    ],
)
def test_what_looks_like_a_command_and_is_none_is_told_of(words: str, trouble: Trouble, nearest: str) -> None:
    assert unclear(words) == [(trouble, nearest)]


@pytest.mark.parametrize(
    "words",
    [
        "Hej Eva!\n\nVi tittar på det.",
        "#1 Öppna Lön.\n#2 Välj Rapporter.",
        "# 1. Öppna Lön.",
        "#\nHej!",
        "Ärende #100042 är samma fel.",
        "Gör så här:\n# Rapporter under Lön",
        "Skriv C# eller F# i fältet.",
        "Prova kanal #3, sedan #4.",
        "",
    ],
)
def test_what_is_no_command_is_text(words: str) -> None:
    found = specialist_instructions(words)
    assert not found
    assert found.text == words


def test_a_long_mail_of_hashes_is_read_in_no_time() -> None:
    found = specialist_instructions("#" * 200_000 + "\n" + "# take " * 50_000)
    assert found is not None

"""Which first lines of a SuperUser's mail are commands, and which are what people write to people."""

import pytest

from mailgate.classify.commands import superuser_instructions
from mailgate.domain.command_table import SUPERUSERS
from mailgate.domain.commands import Grammar, Instructions, Trouble

BARE = [
    (spelling, one) for one in SUPERUSERS for spelling in one.everywhere
    if one.argument is Grammar.NONE or one.may_lack
]  # fmt: skip


def read(text: str, *, joins: bool = True, subject: str = "Re: [MG-100042-6] Lönen") -> Instructions:
    return superuser_instructions(text, subject=subject, joins=joins)


def asked(found: Instructions) -> list[tuple[str, str]]:
    return [(one.command.name.value, one.argument) for one in found.asked]


@pytest.mark.parametrize(("spelling", "command"), BARE, ids=[spelling for spelling, _ in BARE])
def test_every_spelling_is_understood_in_any_case_and_without_accents(spelling: str, command: object) -> None:
    plain = spelling.replace("å", "a").replace("ä", "a").replace("ö", "o")
    for written in (
        spelling,
        spelling.upper(),
        plain.upper(),
        f"{spelling}.",
        f"{spelling.upper()}!",
        f"**{spelling}**",
    ):
        found = read(written)
        assert [one.command for one in found.asked] == [command], written
        assert (found.unclear, found.text) == ((), "")


@pytest.mark.parametrize(
    ("text", "commands", "rest"),
    [
        ("STATUS", [("status", "")], ""),
        ("Status?", [("status", "")], ""),
        ("\u00a0STATUS\u00a0", [("status", "")], ""),
        ("Hej!\n\nSTATUS", [("status", "")], ""),
        ("Hej Sven,\nSTÄNG\n\nTack för hjälpen!", [("close", "")], "Tack för hjälpen!"),
        ("STATUS MG-100042-6", [("status", "MG-100042-6")], ""),
        ("status: 100042 6", [("status", "100042 6")], ""),
        ("NIVÅ: 2", [("level", "2")], ""),
        ("Niva = 2", [("level", "2")], ""),
        ("Servicenivå: 2 (brådskar)", [("level", "2 (brådskar)")], ""),
        ("TYP: Önskemål", [("type", "Önskemål")], ""),
        ("TYYPPI: Toive", [("type", "Toive")], ""),
        ("Category: wish", [("type", "wish")], ""),
        ("MODUL: Lön", [("module", "Lön")], ""),
        ("NIVÅ: 1\nMODUL: Lön\n\nNu står allt.", [("level", "1"), ("module", "Lön")], "Nu står allt."),
        ("STATUS\nAVSLUTA ÖVERSIKT", [("status", ""), ("overview_off", "")], ""),
        ("HJÄLP", [("help", "")], ""),
    ],
)
def test_commands_are_the_first_lines_and_the_rest_is_text(
    text: str, commands: list[tuple[str, str]], rest: str
) -> None:
    found = read(text)
    assert (asked(found), found.unclear, found.text) == (commands, (), rest)


@pytest.mark.parametrize(
    "text",
    [
        "Status på ärendet?",
        "Vad är status på ärendet?",
        "Kan ni stänga ärendet, det löste sig.",
        "Stäng gärna ärendet.",
        "Status: vi har fortfarande samma problem.",
        "Vi kommer inte in.\nSTATUS",
        "Hjälp!\n\nSystemet ligger nere, vi kommer inte in.",
        "Help\nNothing works since this morning.",
        "AKUT!\nAllt står.",
        "BRÅDSKANDE",
        "VIKTIGT: läs detta",
        "OBS: gäller bara lön",
        "#status",
        "#close\n#note hej",
        "Typ: allt som har med fakturor att göra",
        "Tack!",
        "Ok",
        "Hej!\n\nDet fungerar nu.",
        "",
    ],
)
def test_what_people_write_to_people_is_text(text: str) -> None:
    found = read(text)
    assert not found
    assert found.text == text


@pytest.mark.parametrize(
    ("text", "trouble", "nearest"),
    [
        ("STATSU", Trouble.UNKNOWN, "status"),
        ("STÄGN", Trouble.UNKNOWN, "close"),
        ("statsu", Trouble.UNKNOWN, "status"),
        ("AVSLUTA ÖVERSIKTT", Trouble.UNKNOWN, "overview_off"),
        ("NVÅ: 2", Trouble.UNKNOWN, "level"),
        ("TPY: Önskemål", Trouble.UNKNOWN, "type"),
        ("NIVÅ: 7", Trouble.NO_SUCH_VALUE, "level"),
        ("TYP: sak", Trouble.NO_SUCH_VALUE, "type"),
    ],
)
def test_what_nearly_is_a_command_is_told_of(text: str, trouble: Trouble, nearest: str) -> None:
    found = read(text)
    assert found.asked == ()
    assert [(one.trouble, one.nearest and one.nearest.name.value) for one in found.unclear] == [(trouble, nearest)]
    assert found.text == ""


def test_a_slip_in_lower_case_above_a_text_is_text() -> None:
    assert not read("statsu\nHär kommer en lång förklaring.")


def test_in_capitals_it_is_told_of_and_the_text_stays() -> None:
    found = read("STATSU\nHär kommer en lång förklaring.")
    assert len(found.unclear) == 1
    assert found.text == "Här kommer en lång förklaring."


def test_below_a_greeting_what_nearly_is_a_command_is_told_of_too() -> None:
    found = read("Hej!\nNIVÅ: 7\nVi har startat om tjänsten.")
    assert [one.line for one in found.unclear] == ["NIVÅ: 7"]
    assert found.text == "Vi har startat om tjänsten."
    assert not read("Hej!\nTack för snabbt svar.\nNIVÅ: 7")


class TestWithoutATicket:
    def test_only_status_is_a_command_whatever_the_subject_says(self) -> None:
        for subject in ("", "Status", "Fråga", "Våra ärenden"):
            assert asked(read("STATUS", joins=False, subject=subject)) == [("status", "")]

    def test_a_mail_without_a_text_may_say_it_in_its_subject(self) -> None:
        assert asked(read("", joins=False, subject="STATUS")) == [("status", "")]
        assert asked(read(" \n", joins=False, subject="Sv: Hjälp")) == [("help", "")]
        assert not read("", joins=False, subject="Status på faktureringen")

    @pytest.mark.parametrize("text", ["Hjälp!", "HELP", "STATSU", "hjälpp"])
    def test_a_subject_that_says_what_it_is_about_makes_it_a_mail_to_people(self, text: str) -> None:
        assert not read(text, joins=False, subject="Kan inte fakturera")
        assert read(text, joins=False, subject="")

    def test_stated_lines_of_a_first_mail_are_no_commands(self) -> None:
        assert not read("Servicenivå: 1\nTyp: Programfel\n\nAllt står.", joins=False, subject="Allt står")

    def test_status_above_a_new_matter(self) -> None:
        found = read("STATUS\n\nSkrivaren skriver inte längre.", joins=False, subject="Skrivaren")
        assert (asked(found), found.text) == ([("status", "")], "Skrivaren skriver inte längre.")


def test_a_hundred_thousand_lines_are_read_in_no_time() -> None:
    assert read("A: " * 100_000 + "\nSTATUS" * 100_000) is not None
    assert read("\n" * 100_000 + "STATUS") is not None

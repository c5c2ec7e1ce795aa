"""docs/mail-commands.md says of commands what the code does."""

import os
import tomllib
from pathlib import Path

import pytest

from mailgate.classify.commands import specialist_instructions, superuser_instructions
from mailgate.desk.commands.handlers import HANDLERS
from mailgate.domain.causes import Cause
from mailgate.domain.command_table import COMMANDS, SPECIALISTS
from mailgate.domain.commands import Role, Trouble
from mailgate.domain.customer import Language
from mailgate.shipped import templates_folder
from tests.support.command_pages import pages

PAGE = Path(__file__).resolve().parent.parent / "docs/mail-commands.md"
BEGINS, ENDS = "<!-- made from the code: MAILGATE_WRITE_DOCS=1 -->", "<!-- until here -->"


def test_the_page_has_the_tables_that_the_code_makes() -> None:
    text = PAGE.read_text(encoding="utf-8")
    head, _, rest = text.partition(BEGINS)
    old, _, tail = rest.partition(ENDS)
    made = f"\n\n{pages()}\n\n"
    if os.environ.get("MAILGATE_WRITE_DOCS") == "1":
        PAGE.write_text(f"{head}{BEGINS}{made}{ENDS}{tail}", encoding="utf-8")
        return
    assert old == made, "run this test with MAILGATE_WRITE_DOCS=1"


@pytest.mark.parametrize("language", list(Language))
def test_every_command_trouble_and_cause_has_its_words_in_every_language(language: Language) -> None:
    words = tomllib.loads((templates_folder() / language / "words.toml").read_text("utf-8"))
    for one in COMMANDS:
        told = words["commands"][one.role.value][one.name.value]
        assert all(told[key] for key in ("write", "help", "done")), one.name
        read = specialist_instructions if one.role is Role.SPECIALIST else _as_superuser
        asked = read(told["write"]).asked
        assert [each.command for each in asked] == [one], f"{told['write']!r} is what one is told to write"
    for reason in (*Cause, *Trouble):
        assert words["refused"][reason.value], reason


def _as_superuser(text: str) -> object:
    return superuser_instructions(text, subject="", joins=True)


def test_no_spelling_means_two_things() -> None:
    for role in Role:
        spelled = [word for one in COMMANDS if one.role is role for word in one.everywhere]
        assert sorted(spelled) == sorted(set(spelled))


def test_every_command_of_specialists_can_be_carried_out() -> None:
    assert set(HANDLERS) == {one.name for one in SPECIALISTS}

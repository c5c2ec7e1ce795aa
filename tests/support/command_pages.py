"""The tables of docs/mail-commands.md, made from the code and the words that are shipped."""

import tomllib
from collections.abc import Iterable, Iterator

from mailgate.domain.command_table import SPECIALISTS, SUPERUSERS
from mailgate.domain.commands import Below, Command, Grammar, Role
from mailgate.domain.customer import Language
from mailgate.shipped import templates_folder

_BEHIND = {
    Grammar.NONE: "", Grammar.TEXT: "words, or on the lines below", Grammar.LEVEL: "1 to 5", Grammar.TYPE: "a category",
    Grammar.TEAM: "its number or name", Grammar.PERSON: "a name or address", Grammar.MODULE: "a module",
    Grammar.ADDRESS: "an address", Grammar.NUMBER: "a ticket number, if it is not the mail's own",
    Grammar.AMOUNT: "hours and price", Grammar.COUNCIL: "internal or external",
}  # fmt: skip
_NUMBER_OF = {
    "merge": "the other ticket's number", "link": "the other ticket's number",
    "release": "the held mail's id", "reject": "the held mail's id",
}  # fmt: skip
_BELOW = {Below.ANSWER: "", Below.OWN: "text below is its own", Below.INTERNAL: "all below it is internal"}


def pages() -> str:
    """Both tables, with their headings."""
    return "\n".join([*_table("Specialists", SPECIALISTS), "", *_table("SuperUsers", SUPERUSERS)])


def _table(title: str, commands: Iterable[Command]) -> Iterator[str]:
    words = tomllib.loads((templates_folder() / "en/words.toml").read_text("utf-8"))
    yield f"## {title}"
    yield ""
    yield "| what it does | Swedish | English | Finnish | behind it | note |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for one in commands:
        does = words["commands"][one.role.value][one.name.value]["help"]
        spelled = [_spelled(one, language) for language in (Language.SWEDISH, Language.ENGLISH, Language.FINNISH)]
        notes = [_BELOW[one.below], "binding" if one.binding and one.role is Role.SUPERUSER else ""]
        note = ", ".join(note for note in notes if note)
        behind = _NUMBER_OF.get(one.name.value) or _BEHIND[one.argument]
        yield f"| {does} | {' | '.join(spelled)} | {behind} | {note} |".replace("|  |", "| |")


def _spelled(one: Command, language: Language) -> str:
    mark = "#" if one.role is Role.SPECIALIST else ""
    words = (word if mark else word.upper() for word in one.spellings[language])
    return ", ".join(f"`{mark}{word}`" for word in words)

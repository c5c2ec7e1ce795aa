"""Mails of our own with what a specialist would file each as, and what the shipped keywords make of them.

README.md tells how they were written. ``held_out`` is never used to tune a rule; ``tuned`` is what rules are tried on.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from mailgate.classify.evidence import classify
from mailgate.domain.classification import Classification
from mailgate.domain.mail import ParsedMail
from mailgate.domain.ticket import TicketType
from mailgate.ingest.reply import Around, read_text
from tests.support.mails import a_mail, a_policy, annas_facts

HERE = Path(__file__).resolve().parent
HALVES = ("held_out", "tuned")
SETS = ("held_out", "tuned", "blind_a", "blind_b", "blind_c", "blind_d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A mail with what it is. ``name`` tells where it stands: ``held_out/sv_1 17``. ``level``: of a program error."""

    half: str
    language: str
    name: str
    subject: str
    text: str
    type: TicketType
    level: int | None
    module: str | None

    @property
    def mail(self) -> ParsedMail:
        """As the pipeline reads it: history and signature told from what is new."""
        said = read_text(self.text, around=Around(subject=self.subject))
        return a_mail(said.reply_text, subject=self.subject, whole_text=self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A labelled mail, and what we make of it."""

    labelled: Labelled
    found: Classification

    @property
    def right(self) -> bool:
        return self.found.type is self.labelled.type

    @property
    def level_right(self) -> bool:
        return self.found.level == self.labelled.level

    @property
    def module_right(self) -> bool:
        return self.found.module == self.labelled.module

    @property
    def false_order(self) -> bool:
        return self.found.type is TicketType.ORDER and not self.right

    @property
    def false_level_1(self) -> bool:
        return self.found.level == 1 and self.labelled.level != 1


@lru_cache(maxsize=1)
def labelled_mails() -> tuple[Labelled, ...]:
    """All of them, in a fixed order."""
    return tuple(mail for half in SETS for path in sorted((HERE / half).glob("*.toml")) for mail in _mails(half, path))


def _mails(half: str, path: Path) -> Iterator[Labelled]:
    for at, one in enumerate(tomllib.loads(path.read_text(encoding="utf-8"))["mail"], start=1):
        yield Labelled(
            half=half,
            language=path.stem[:2],
            name=f"{half}/{path.stem} {at}",
            subject=one["subject"],
            text=one["text"],
            type=TicketType(one["type"]),
            level=one.get("level"),
            module=one.get("module"),
        )


@lru_cache(maxsize=1)
def decided() -> tuple[Decided, ...]:
    """Each with what the shipped configuration makes of it."""
    return tuple(Decided(labelled=one, found=classify(one.mail, annas_facts(), a_policy())) for one in labelled_mails())

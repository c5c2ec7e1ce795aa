"""Our own collection of replies, as programs and people write them: what is new in each, and what must not be lost.

Each file holds cases of one kind. ``held_out`` was written before the rules were and is never used to tune them;
``tuned`` is what the rules were tried on. A case has ``body`` (``as``: text, html or flowed), where it matters the
mail's ``subject`` and its ``author``, ``reply`` (what is new, line by line) and ``kept`` (the sentences of the person).
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mailgate.ingest.reply import Around, Reading, read_html, read_text

HERE = Path(__file__).resolve().parent
HALVES = ("held_out", "tuned")
_GAP = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One case. ``half`` and ``file`` tell where it stands."""

    half: str
    file: str
    name: str
    language: str
    markup: bool
    said: Reading
    wanted: str
    kept: tuple[str, ...]

    @property
    def exact(self) -> bool:
        return _lines(self.said.reply_text) == _lines(self.wanted)

    @property
    def lost(self) -> tuple[str, ...]:
        """What the person wrote and nobody would see."""
        return tuple(sentence for sentence in self.kept if sentence not in self.said.reply_text)


def replies() -> Iterator[Reply]:
    """All cases, read."""
    for half in HALVES:
        for path in sorted((HERE / half).glob("*.toml")):
            for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]:
                yield _reply(half, path.stem, case)


def _reply(half: str, file: str, case: dict[str, Any]) -> Reply:
    return Reply(
        half=half,
        file=file,
        name=case["name"],
        language=case["language"],
        markup=case.get("as") == "html",
        said=_said(case),
        wanted=case["reply"],
        kept=tuple(case["kept"]),
    )


def _said(case: dict[str, Any]) -> Reading:
    around = Around(subject=case.get("subject", ""), author=case.get("author", ""))
    match case.get("as", "text"):
        case "html":
            return read_html(case["body"], around=around)
        case "flowed":
            return read_text(case["body"], flowed=True, delsp=case.get("delsp", False), around=around)
        case _:
            return read_text(case["body"], around=around)


def _lines(text: str) -> str:
    return _GAP.sub("\n\n", "\n".join(line.rstrip() for line in text.split("\n"))).strip()

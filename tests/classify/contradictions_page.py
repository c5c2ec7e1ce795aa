"""The table of contradictions as docs/security.md shows it: ``python -m tests.classify.contradictions_page`` writes it.

What is in it is in ``mailgate.classify.contradictions``; here are only its columns.
"""

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

from mailgate.classify.contradictions import TABLE, Row
from mailgate.classify.signs import Number, Sender, Thread, Token

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "security.md"
BEGIN, END = "<!-- the table of contradictions -->", "<!-- its end -->"


def page() -> str:
    """The whole table."""
    columns = ("from", "token", "thread", "number", "what follows", "proof", "reason")
    head = f"| {' | '.join(columns)} |", f"|{' --- |' * len(columns)}"
    return "\n".join([*head, *dict.fromkeys(map(_line, TABLE))])


def written(document: str) -> str:
    """The document with the table as the code has it now."""
    before, _, rest = document.partition(BEGIN)
    return f"{before}{BEGIN}\n{page()}\n{END}{rest.partition(END)[2]}"


def _line(row: Row) -> str:
    cells = (
        _named(row.senders, Sender), _named(row.tokens, Token), _named(row.threads, Thread),
        _named(row.numbers, Number), row.follows.value, "yes" if row.proof else "no", f"`{row.reason}`",
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _named(values: Iterable[StrEnum], kind: type[StrEnum]) -> str:
    """Those that are meant, or those that are not, whichever are fewer."""
    meant = set(values)
    others = [each.value for each in kind if each not in meant]
    if not others:
        return "any"
    if len(others) < len(meant):
        return f"any but {' / '.join(others)}"
    return " / ".join(each.value for each in kind if each in meant)


if __name__ == "__main__":
    DOCUMENT.write_text(written(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")

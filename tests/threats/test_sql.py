"""T31: no statement is put together out of text, and what looks like SQL in a mail is words."""

import ast
from collections.abc import Iterator
from pathlib import Path

import mailgate

_PACKAGE = Path(mailgate.__file__).parent
_RUN = {"execute", "exec_driver_sql", "executescript", "executemany", "text"}
# Statements that no parameter can go into; what is put in is ours, never a mail's.
_OWN_WORDS = {"store/database.py", "store/migrations", "store/schema.py"}


def _statements() -> Iterator[tuple[str, ast.expr]]:
    for path in _PACKAGE.rglob("*.py"):
        place = path.relative_to(_PACKAGE).as_posix()
        if place.startswith(tuple(_OWN_WORDS)):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if name in _RUN:
                    yield f"{place}:{node.lineno}", node.args[0]


def test_no_statement_is_put_together_out_of_text() -> None:
    statements = list(_statements())
    assert statements
    built = [place for place, said in statements if isinstance(said, ast.JoinedStr | ast.BinOp)]
    assert built == []


def test_nothing_is_looked_for_by_pattern() -> None:
    words = (".like(", ".ilike(", ".contains(", "LIKE ", "GLOB ", "REGEXP ")
    found = [
        f"{path.name}: {word}"
        for path in (_PACKAGE / "store").rglob("*.py")
        for word in words
        if word in path.read_text("utf-8")
    ]
    assert found == [], "a % or _ of a mail would be a pattern there"

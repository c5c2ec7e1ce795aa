"""The table of threats in docs/security.md names every one of them, and tests that are there."""

import re
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
_ROW = re.compile(r"^\| (T\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]*)\|$", re.MULTILINE)


def test_each_threat_has_a_row_and_each_row_a_test_that_is_there() -> None:
    rows = _ROW.findall((_ROOT / "docs" / "security.md").read_text("utf-8"))
    assert [number for number, *_ in rows] == [f"T{count}" for count in range(1, 37)]
    for number, _threat, _defence, shown, _left in rows:
        named = re.findall(r"`(tests/[^`:]+)(?:::([a-z_0-9]+))?`", shown)
        assert named, number
        for path, test in named:
            assert (_ROOT / path).exists(), f"{number}: {path}"
            assert not test or f"def {test}(" in (_ROOT / path).read_text("utf-8"), f"{number}: {test}"

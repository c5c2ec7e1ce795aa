"""What commands print: tables and fields for people, JSON for programs. Other people's text is shown, never obeyed.

At a terminal tables fit its width; elsewhere they are plain text, whole, so that ``grep`` and ``cut`` find everything.
"""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from mailgate.cli.failure import MISUSED, Failure
from mailgate.notify.inert import inert, one_line

_GAP = "  "


def printable(text: str) -> str:
    """Text of a mail, safe to print: nothing in it moves the cursor, changes colours or hides."""
    return inert(text).replace("\t", "    ")


def complain(text: str) -> None:
    """Tell on stderr what is wrong."""
    for line in printable(text).splitlines():
        print(f"mailgate: {line}", file=sys.stderr)


def say(text: str = "") -> None:
    """Print text that may have come from anywhere."""
    print(printable(text))


def print_json(value: Any, *, zone: tzinfo) -> None:
    """One JSON document. Times are ISO 8601 with their offset."""

    def plain(other: Any) -> Any:
        if isinstance(other, datetime):
            return other.astimezone(zone).isoformat(timespec="milliseconds")
        if isinstance(other, date):
            return other.isoformat()
        if isinstance(other, set | frozenset):
            return sorted(other)
        return str(other)

    text = json.dumps(value, ensure_ascii=False, indent=2, default=plain)
    # JSON leaves C1 controls and direction marks as they are; escaped they mean the same, and do nothing to a terminal.
    acting: dict[int, str | int | None] = {
        ord(sign): json.dumps(sign)[1:-1] for sign in set(text) if inert(sign) != sign
    }
    print(text.translate(acting))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, empty: str) -> None:
    """Rows of cells below their headings; ``empty`` is told on stderr when there are none."""
    cells = [[one_line(cell) for cell in row] for row in rows]
    if not cells:
        print(empty, file=sys.stderr)
    elif sys.stdout.isatty():
        _print_fitting(columns, cells)
    else:
        _print_plain([list(columns), *cells])


def _print_fitting(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich.cells import cell_len
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False, markup=False, emoji=False)
    widths = [max(map(cell_len, column)) for column in zip(columns, *rows, strict=True)]
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, len(_GAP), 0, 0))
    for column, width in zip(columns, _fitting(widths, console.width - len(_GAP) * (len(widths) - 1)), strict=True):
        table.add_column(column, width=width, no_wrap=True, overflow="ellipsis")
    for row in rows:
        table.add_row(*map(Text, row))
    console.print(table)


def _fitting(widths: Sequence[int], room: int) -> list[int]:
    """Narrower columns, the widest first; the first column names the row, and stays whole."""
    first, *others = widths
    cap = max(others, default=0)
    while cap > 1 and first + sum(min(width, cap) for width in others) > room:
        cap -= 1
    return [first, *(min(width, cap) for width in others)]


def _print_plain(rows: Sequence[Sequence[str]]) -> None:
    from rich.cells import cell_len

    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        padded = (cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True))
        print(_GAP.join(padded).rstrip())


def print_fields(fields: Mapping[str, str | None]) -> None:
    """Names and values, one on each line; what is not known is left out."""
    known = {name: value for name, value in fields.items() if value}
    width = max(map(len, known), default=0)
    for name, value in known.items():
        print(f"{name:<{width}}{_GAP}{one_line(value)}")


def print_heading(text: str) -> None:
    """Begin a part of a longer answer."""
    print(f"\n{one_line(text)}")


def print_indented(text: str) -> None:
    """A mail's text, set off from what is ours."""
    for line in printable(text).rstrip().splitlines():
        print(f"    {line}".rstrip())


def print_raw(content: bytes) -> None:
    """Bytes as they are; at a terminal with nothing in them that acts on it."""
    if sys.stdout.isatty():
        say(content.decode("utf-8", "replace"))
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(content)


def write_bytes(content: bytes) -> None:
    """An attachment; never to a terminal."""
    if sys.stdout.isatty():
        raise Failure("an attachment may be anything: send it to a file, with > name", code=MISUSED)
    sys.stdout.flush()
    sys.stdout.buffer.write(content)


def age(at: datetime, now: datetime) -> str:
    """How long ago, roughly: ``3 h``."""
    span = max(now - at, timedelta())
    for size, sign in ((timedelta(days=1), "d"), (timedelta(hours=1), "h"), (timedelta(minutes=1), "min")):
        if span >= size:
            return f"{span // size} {sign}"
    return f"{int(span.total_seconds())} s"


def local(at: datetime | None, zone: tzinfo) -> str:
    """A time as the desk's clock shows it."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}" if at is not None else ""


def in_bytes(size: int) -> str:
    """A size as people read it."""
    if size < 1000:
        return f"{size} B"
    return f"{size / 1000:.0f} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"

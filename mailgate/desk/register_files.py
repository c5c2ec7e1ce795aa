"""Reads register files, TOML or CSV, into entries that know their lines. Wants nothing of what they say.

CSV: three kinds, told apart by their header row; ; or , between cells, | within one; UTF-8 with or without a byte
order mark, or Windows-1252, as Excel writes it. What the cells must hold is for ``register_entries``.
"""

import csv
import io
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from mailgate.desk.register_entries import Draft, Fault, Kind, Place, RawEntry, draft_of
from mailgate.domain.customer import Language

COLUMNS: Mapping[Kind, tuple[str, ...]] = {
    Kind.CUSTOMER: ("code", "name", "industry", "modules", "domains", "overdue_since"),
    Kind.SUPERUSER: ("customer", "address", "name", "language", "trained"),
    Kind.SPECIALIST: ("address", "name", "team", "language", "head", "active", "role"),
}
_REQUIRED: Mapping[Kind, tuple[str, ...]] = {
    Kind.CUSTOMER: ("code", "name", "industry"),
    Kind.SUPERUSER: ("customer", "address", "name"),
    Kind.SPECIALIST: ("address", "name", "team"),
}
_SWEDISH = {
    "kundnr": "code", "kundnummer": "code", "namn": "name", "bransch": "industry", "moduler": "modules",
    "domäner": "domains", "förfallen": "overdue_since", "förfallet": "overdue_since", "kund": "customer",
    "adress": "address", "e-post": "address", "epost": "address", "språk": "language", "utbildad": "trained",
    "chef": "head", "aktiv": "active", "roll": "role",
}  # fmt: skip
_LONGEST_CELL = 64 * 1024


def read_register(paths: Sequence[Path], *, default_language: Language) -> Draft:
    """All that these files say, together, with every fault in their form."""
    entries: list[RawEntry] = []
    faults: list[Fault] = []
    for path in paths:
        try:
            content = path.read_bytes()
        except OSError as error:
            faults.append(Fault(place=Place(file=str(path), line=0), text=error.strerror or type(error).__name__))
            continue
        read = read_toml if path.suffix.lower() == ".toml" else read_csv
        for one in read(content, str(path)):
            (faults if isinstance(one, Fault) else entries).append(one)  # type: ignore[arg-type]
    return draft_of(entries, faults=faults, default_language=default_language)


def read_csv(content: bytes, file: str) -> Iterator[RawEntry | Fault]:
    """The rows below the header."""
    text = _decoded(content)
    rows = _rows(text, delimiter=_delimiter(text))
    try:
        line, header = next(rows, (1, []))
        kind, columns = _header(header)
    except (ValueError, csv.Error) as error:
        yield Fault(place=Place(file=file, line=1), text=str(error))
        return
    try:
        for line, cells in rows:
            place = Place(file=file, line=line)
            if len(cells) != len(columns):
                yield Fault(place=place, text=f"{len(cells)} cells, where the header has {len(columns)}")
                continue
            values = dict(zip(columns, (cell.strip() for cell in cells), strict=True))
            yield RawEntry(kind=kind, place=place, values=values)
    except csv.Error as error:
        yield Fault(place=Place(file=file, line=line + 1), text=f"no CSV: {error}")


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _delimiter(text: str) -> str:
    header = next((line for line in text.splitlines() if line.strip()), "")
    return max(";,\t", key=header.count)


def _rows(text: str, *, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that hold anything, each with the line on which it begins."""
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    before = 0
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield before + 1, cells
        before = reader.line_num


def _header(cells: Sequence[str]) -> tuple[Kind, list[str]]:
    words = [cell.strip().lower().replace(" ", "_") for cell in cells]
    columns = [_SWEDISH.get(word, word) for word in words]
    kind = _kind(columns)
    if unknown := [word for word, column in zip(words, columns, strict=True) if column not in COLUMNS[kind]]:
        raise ValueError(f"unknown column {unknown[0]!r}; a {kind} has {', '.join(COLUMNS[kind])}")
    if twice := [column for column in columns if columns.count(column) > 1]:
        raise ValueError(f"the column {twice[0]} stands twice")
    if missing := [column for column in _REQUIRED[kind] if column not in columns]:
        raise ValueError(f"the column {missing[0]} is missing; a {kind} has {', '.join(COLUMNS[kind])}")
    return kind, columns


def _kind(columns: Sequence[str]) -> Kind:
    for mark, kind in (("customer", Kind.SUPERUSER), ("team", Kind.SPECIALIST), ("code", Kind.CUSTOMER)):
        if mark in columns:
            return kind
    known = "; or ".join(", ".join(columns) for columns in COLUMNS.values())
    raise ValueError(f"the first line is no header of a register file; write {known}")


def read_toml(content: bytes, file: str) -> Iterator[RawEntry | Fault]:
    """``[[customer]]`` with its ``[[customer.superuser]]``, and ``[[specialist]]``."""
    try:
        text = content.decode("utf-8-sig")
        tables = tomllib.loads(text)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        line = re.search(r"at line (\d+)", str(error))
        yield Fault(place=Place(file=file, line=int(line[1]) if line else 1), text=f"no TOML: {error}")
        return
    lines = _lines_of(text, file)
    top = Place(file=file, line=0)
    for name in tables.keys() - {"customer", "specialist"}:
        yield Fault(place=top, text=f"unknown table {name}; known are [[customer]] and [[specialist]]")
    for number, table in enumerate(_array(tables, "customer")):
        place, places = lines.get(("customer", number), (top, {}))
        yield from _entry(Kind.CUSTOMER, table, place, places)
        for inner, superuser in enumerate(_array(table, "superuser")):
            at, keys = lines.get(("superuser", number, inner), (place, {}))
            yield from _entry(Kind.SUPERUSER, {"customer": table.get("code"), **superuser}, at, keys)
        yield from _no_array(table, "superuser", "[[customer.superuser]]", place)
    for number, table in enumerate(_array(tables, "specialist")):
        place, places = lines.get(("specialist", number), (top, {}))
        yield from _entry(Kind.SPECIALIST, table, place, places)
    for name in ("customer", "specialist"):
        yield from _no_array(tables, name, f"[[{name}]]", top)


def _array(tables: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    found = tables.get(name, [])
    return found if _is_array(found) else []


def _no_array(tables: Mapping[str, Any], name: str, heading: str, place: Place) -> Iterator[Fault]:
    if not _is_array(tables.get(name, [])):
        yield Fault(place=place, text=f"{name}: each of them goes under a heading of its own, {heading}")


def _is_array(found: Any) -> bool:
    return isinstance(found, list) and all(isinstance(table, dict) for table in found)


def _entry(
    kind: Kind, table: Mapping[str, Any], place: Place, places: Mapping[str, Place]
) -> Iterator[RawEntry | Fault]:
    known = {*COLUMNS[kind], *(("superuser",) if kind is Kind.CUSTOMER else ())}
    for key in table.keys() - known:
        yield Fault(place=places.get(key, place), text=f"unknown key {key}; a {kind} has {', '.join(COLUMNS[kind])}")
    # A table says all there is to say of its subject: a key that is left out means that there is nothing.
    yield RawEntry(kind=kind, place=place, values={**dict.fromkeys(COLUMNS[kind]), **table}, places=places)


def _lines_of(text: str, file: str) -> dict[tuple[str | int, ...], tuple[Place, dict[str, Place]]]:
    """Where each table begins, and where each of its keys stands; tomllib keeps neither."""
    found: dict[tuple[str | int, ...], tuple[Place, dict[str, Place]]] = {}
    customers = superusers = specialists = -1
    keys: dict[str, Place] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        place = Place(file=file, line=number)
        if header := re.match(r"\s*\[\[\s*(customer(?:\s*\.\s*superuser)?|specialist)\s*\]\]", line):
            name = header[1].split(".")[-1].strip()
            keys = {}
            if name == "customer":
                customers, superusers = customers + 1, -1
                found["customer", customers] = (place, keys)
            elif name == "superuser":
                superusers += 1
                found["superuser", customers, superusers] = (place, keys)
            else:
                specialists += 1
                found["specialist", specialists] = (place, keys)
        elif key := re.match(r"\s*\"?(\w+)\"?\s*=", line):
            keys[key[1]] = place
    return found

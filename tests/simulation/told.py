"""Which mails a desk has queued: read out of its database file and out of the mails' own words."""

import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import default
from pathlib import Path
from typing import Any

from tests.simulation.chronicle import Told

NEWS = frozenset({"status", "reminder", "closed_unanswered", "several"})
"""What the clock brings to SuperUsers: of all of these a person gets one at one time. And one alarm."""
ROUNDS = frozenset({"digest", "overview"})
_HEADERS = BytesHeaderParser(policy=default)
_NUMBER = re.compile(r"MG-\d+-\d")
_LISTS = {"FÖRFALLNA (": "breached", "PÅ VÄG ATT FÖRFALLA (": "warned"}
_SECTIONS = {
    "* Läge:": "status", "* State:": "status", "* Tilanne:": "status",
    "Stängt:": "closed_unanswered", "Closed:": "closed_unanswered", "Suljettu:": "closed_unanswered",
    "Vi väntar på ditt svar. Har": "reminder", "We are waiting for your answer. If": "reminder",
    "Odotamme vastaustasi. Jos": "reminder",
}  # fmt: skip
_CLOCKS = {"  börja senast": "handling", "  lös senast": "solution"}


def queued(folder: Path) -> list[Told]:
    """Every mail, without its tickets; oldest first."""
    return [Told(kind, to, "", _moment(at)) for kind, to, at in _rows(folder, "kind, recipient, queued_at")]


def told(folder: Path) -> Counter[Told]:
    """Every mail that is about tickets, for each of them."""
    return Counter(
        Told(what, to, number, _moment(at))
        for kind, to, at, content in _rows(folder, "kind, recipient, queued_at, content")
        if kind not in ROUNDS
        for what, number in _tickets(kind, content)
    )


def not_bundled(folder: Path) -> list[Told]:
    """Where somebody got two mails at one time that should have been one."""
    times = Counter(
        one._replace(kind="news" if one.kind in NEWS else one.kind)
        for one in queued(folder)
        if one.kind in NEWS or one.kind == "sla_alarm"
    )
    return [one for one, count in times.items() if count > 1]


def _rows(folder: Path, columns: str) -> Iterator[Any]:
    """One by one: the mails of a year are more than fits into memory."""
    connection = sqlite3.connect(folder / "mailgate.db")
    try:
        yield from connection.execute(f"SELECT {columns} FROM outbox ORDER BY id")  # noqa: S608 - columns named above
    finally:
        connection.close()


def _moment(at: str) -> datetime:
    return datetime.fromisoformat(at).replace(tzinfo=UTC)


def _tickets(kind: str, content: bytes) -> Iterator[tuple[str, str]]:
    if kind == "status":
        yield from ((kind, number) for number in dict.fromkeys(_NUMBER.findall(_text(content))))
    elif kind == "sla_alarm":
        yield from _alarms(_text(content))
    elif kind == "several":
        yield from _sections(_text(content))
    else:
        found = _NUMBER.search(str(_HEADERS.parsebytes(content)["Subject"]))
        yield kind, found[0] if found is not None else "a subject without number"


def _sections(text: str) -> Iterator[tuple[str, str]]:
    """What is told of each ticket; nothing is told of a ticket in two places."""
    seen: set[str] = set()
    number = "news without number"
    for line in text.splitlines():
        if line.startswith("* ") and (found := _NUMBER.search(line)) is not None:
            number = found[0] if found[0] not in seen else f"{found[0]} again"
            seen.add(number)
        yield from ((what, number) for words, what in _SECTIONS.items() if line.startswith(words))


def _alarms(text: str) -> Iterator[tuple[str, str]]:
    which = clock = "?"
    for line in text.splitlines():
        which = next((name for heading, name in _LISTS.items() if line.startswith(heading)), which)
        clock = next((name for words, name in _CLOCKS.items() if line.startswith(words)), clock)
        if (number := _NUMBER.search(line)) is not None:
            yield f"{which} {clock}", number[0]


def _text(content: bytes) -> str:
    mail = message_from_bytes(content, _class=EmailMessage, policy=default)
    plain = mail.get_body(("plain",))
    return str(plain.get_content()) if plain is not None else ""

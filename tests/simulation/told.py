"""Which mails a desk has queued: read out of its database file and out of the mails' own words."""

import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from tests.simulation.chronicle import Told

BUNDLES = frozenset({"status", "sla_alarm"})
ROUNDS = frozenset({"digest", "overview"})
_NUMBER = re.compile(r"MG-\d+-\d")
_LISTS = {"FÖRFALLNA (": "breached", "PÅ VÄG ATT FÖRFALLA (": "warned"}
_CLOCKS = {"  börja senast": "handling", "  lös senast": "solution"}


def queued(folder: Path) -> list[tuple[str, str, datetime, bytes]]:
    """Kind, recipient, time and bytes of every mail, oldest first."""
    connection = sqlite3.connect(folder / "mailgate.db")
    try:
        rows = connection.execute("SELECT kind, recipient, queued_at, content FROM outbox ORDER BY id").fetchall()
    finally:
        connection.close()
    return [(kind, to, datetime.fromisoformat(at).replace(tzinfo=UTC), content) for kind, to, at, content in rows]


def told(folder: Path) -> Counter[Told]:
    """Every mail that is about tickets, for each of them."""
    return Counter(
        Told(what, to, number, at)
        for kind, to, at, content in queued(folder)
        if kind not in ROUNDS
        for what, number in _tickets(kind, message_from_bytes(content, _class=EmailMessage, policy=default))
    )


def not_bundled(folder: Path) -> list[Told]:
    """Where somebody got two mails at one time that should have been one."""
    bundles = Counter((kind, to, at) for kind, to, at, _ in queued(folder) if kind in BUNDLES)
    return [Told(kind, to, "", at) for (kind, to, at), count in bundles.items() if count > 1]


def _tickets(kind: str, mail: EmailMessage) -> Iterator[tuple[str, str]]:
    if kind == "status":
        yield from ((kind, number) for number in dict.fromkeys(_NUMBER.findall(_text(mail))))
    elif kind == "sla_alarm":
        yield from _alarms(_text(mail))
    else:
        found = _NUMBER.search(str(mail["Subject"]))
        yield kind, found[0] if found is not None else "a subject without number"


def _alarms(text: str) -> Iterator[tuple[str, str]]:
    which = clock = "?"
    for line in text.splitlines():
        which = next((name for heading, name in _LISTS.items() if line.startswith(heading)), which)
        clock = next((name for words, name in _CLOCKS.items() if line.startswith(words)), clock)
        if (number := _NUMBER.search(line)) is not None:
            yield f"{which} {clock}", number[0]


def _text(mail: EmailMessage) -> str:
    plain = mail.get_body(("plain",))
    return str(plain.get_content()) if plain is not None else ""

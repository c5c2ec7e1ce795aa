"""What the database says, asked of SQLite itself: no code of the product, and nothing is ever written."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from judge.told import DOMAIN

_TOKEN = re.compile(rb"^Message-ID: <(\w+)@" + re.escape(DOMAIN).encode() + rb">", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptMail:
    """A row of ``mail``, with the token that stands in its bytes."""

    mail_id: int
    token: str
    state: str
    outcome: str | None
    ticket_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A row of ``outbox``. ``doubts``: how often it was listed as uncertain.

    ``marked_at``: when its final dot was about to go out, while nothing is on record of how that ended.
    """

    outbox_id: int
    key: str
    kind: str
    state: str
    message_id: str
    mail_id: int | None
    recipient: str
    marked_at: str | None
    doubts: int


class DatabaseFile:
    """One SQLite file of a daemon's, running or dead."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._tokens: dict[str, str] = {}
        self._read_until = 0

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=10)
        connection.row_factory = sqlite3.Row
        try:
            yield connection
        finally:
            connection.close()

    def mails(self) -> list[KeptMail]:
        """All that was received."""
        with self._reading() as connection:
            tokens = self._tokens_by_hash(connection)
            rows = connection.execute("SELECT id, raw_sha256, state, outcome, ticket_id FROM mail").fetchall()
        return [
            KeptMail(
                mail_id=row["id"], token=tokens.get(row["raw_sha256"], "?"), state=row["state"],
                outcome=row["outcome"], ticket_id=row["ticket_id"],
            )
            for row in rows
        ]  # fmt: skip

    def hashes(self) -> set[str]:
        """SHA-256 of the bytes of all mails that are kept."""
        with self._reading() as connection:
            return {row["sha256"] for row in connection.execute("SELECT sha256 FROM raw_mail")}

    def tokens(self) -> set[str]:
        """Of all mails whose bytes are kept."""
        with self._reading() as connection:
            return set(self._tokens_by_hash(connection).values())

    def _tokens_by_hash(self, connection: sqlite3.Connection) -> dict[str, str]:
        """Bytes never change: what was read once is remembered."""
        rows = connection.execute(
            "SELECT rowid, sha256, substr(content, 1, 4096) AS head FROM raw_mail WHERE rowid > ?", (self._read_until,)
        )
        for row in rows:
            found = _TOKEN.search(row["head"] or b"")  # a mail of which a planted bug kept nothing
            self._tokens[row["sha256"]] = found[1].decode() if found else "?"
            self._read_until = max(self._read_until, row["rowid"])
        return self._tokens

    def outgoing(self, *, unsent: bool = False) -> list[Outgoing]:
        """The outbox, or what of it is not recorded as sent."""
        where = " WHERE state <> 'sent'" if unsent else ""
        with self._reading() as connection:
            rows = connection.execute("SELECT * FROM outbox" + where).fetchall()  # noqa: S608 - both are ours
        return [_outgoing(dict(row)) for row in rows]

    def counted(self, query: str) -> int:
        """The one number that a query gives."""
        with self._reading() as connection:
            return int(connection.execute(query).fetchone()[0])

    def tickets_of(self) -> dict[str, list[int]]:
        """For each token that stands in a ticket's subject, the tickets."""
        found: dict[str, list[int]] = {}
        with self._reading() as connection:
            for row in connection.execute("SELECT id, subject FROM ticket"):
                for token in re.findall(r"\bT\d{6}\b", row["subject"]):
                    found.setdefault(token, []).append(row["id"])
        return found

    def messages_of(self) -> dict[int, int]:
        """How many messages each mail became."""
        with self._reading() as connection:
            return dict(connection.execute("SELECT mail_id, count(*) FROM message GROUP BY mail_id").fetchall())

    def is_sound(self) -> bool:
        """What SQLite thinks of the file."""
        with self._reading() as connection:
            return bool(connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok")


def _outgoing(row: dict[str, Any]) -> Outgoing:
    return Outgoing(
        outbox_id=row["id"], key=row["key"], kind=row["kind"], state=row["state"], message_id=row["message_id"],
        mail_id=row["mail_id"], recipient=row["recipient"],
        marked_at=row["marked_at"] if row["state"] == "sending" else None, doubts=row["doubts"],
    )  # fmt: skip

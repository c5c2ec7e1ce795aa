"""What a move has left behind: the database's rows before and after it, as the judges look at them.

Reads with the standard library alone, and mails likewise; shares no code with the product.
"""

import json
import re
import sqlite3
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tests.machine.office import COLLEAGUES, SUPERUSERS, Deed

Row = dict[str, Any]

_CONFIG = tomllib.loads((Path(__file__).parents[2] / "config.toml").read_text(encoding="utf-8"))
WAYS: dict[str, dict[str, dict[str, Any]]] = _CONFIG["ways"]
_TOKEN = re.compile(r"qz\d+zq|MG-\d{6}-\d")
STOCKHOLM = ZoneInfo("Europe/Stockholm")
_PLAIN_DAYS = (date(2026, 11, 23), date(2026, 12, 18))
_SHOWN = ("From", "To", "Cc", "Reply-To", "Subject")


class BrokenError(AssertionError):
    """A rule that does not hold; the text says which, and where."""


CHECKED: Counter[str] = Counter()
"""How often each rule was looked at, in all offices together."""


def hold(rule: str, where: object, *, true: bool) -> None:
    """A rule, and whether it holds here."""
    CHECKED[rule] += 1
    if not true:
        raise BrokenError(f"{rule}: {where}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Aftermath:
    """``before`` and ``tickets``: all tickets, by their keys; ``events`` and ``mails``: what is new of them.

    ``late_before``: codes of the customers whose payment was late before the move; ``late``: whose is now.
    """

    deed: Deed
    now: datetime
    before: Mapping[int, Row]
    tickets: Mapping[int, Row]
    events: Sequence[Row]
    mails: Sequence[Row]
    received: Mapping[int, Row]
    messages: Sequence[Row]
    held_before: Mapping[int, Row]
    held: Mapping[int, Row]
    concerned_before: Mapping[int, frozenset[str]]
    concerned: Mapping[int, frozenset[str]]
    accesses: Sequence[Row]
    set_aside: Sequence[Row]
    late_before: frozenset[str]
    late: frozenset[str]
    readers: frozenset[str]
    codes: Mapping[int, str]

    @property
    def heard(self) -> set[int]:
        """Mails that were held before this move, or released, and of which that is no longer true."""
        return {mail_id for mail_id, row in self.held_before.items() if row["state"] != self.held[mail_id]["state"]}

    def code(self, ticket_id: int) -> str:
        """The code of a ticket's customer."""
        return self.codes[self.tickets[ticket_id]["customer_id"]]

    def events_of(self, ticket_id: int) -> list[Row]:
        return [event for event in self.events if event["ticket_id"] == ticket_id]


class Rows:
    """The database, read after each move."""

    def __init__(self, database: Path) -> None:
        self._rows = sqlite3.connect(database)
        self._rows.row_factory = sqlite3.Row
        self._last = {"outbox": 0, "ticket_event": 0}
        self.codes = {row["id"]: row["code"] for row in self._all("SELECT id, code FROM customer")}
        self.tickets: dict[int, Row] = {}
        self.held: dict[int, Row] = {}
        self.concerned: dict[int, frozenset[str]] = {}
        self.late: frozenset[str] = frozenset()

    def close(self) -> None:
        self._rows.close()

    def whose_ticket(self, mail_id: int) -> str:
        """The code of the customer in whose ticket a mail is; empty where it is in none."""
        query = "SELECT t.customer_id FROM mail m JOIN ticket t ON t.id = m.ticket_id WHERE m.id = ?"
        found = self._rows.execute(query, (mail_id,)).fetchone()
        return self.codes[found["customer_id"]] if found is not None else ""

    def after(self, deed: Deed, now: datetime) -> Aftermath:
        """What has changed since this was asked last."""
        before = {"before": self.tickets, "held_before": self.held, "concerned_before": self.concerned}
        late_before = self.late
        self.tickets = self._by("id", "SELECT * FROM ticket")
        self.held = self._by("mail_id", "SELECT * FROM held")
        self.concerned = self._concerned()
        late = self._all("SELECT code FROM customer WHERE overdue_since IS NOT NULL")
        self.late = frozenset(row["code"] for row in late)
        return Aftermath(
            deed=deed, now=now, **before, late_before=late_before, tickets=self.tickets, held=self.held,
            concerned=self.concerned, late=self.late, codes=self.codes,
            events=self._new("ticket_event"), mails=self._new("outbox"),
            received=self._by("id", "SELECT id, state, outcome, ticket_id, rule, author_address, unanswered FROM mail"),
            messages=self._all("SELECT mail_id, ticket_id, text, full_text FROM message"),
            accesses=self._all("SELECT * FROM support_access"),
            set_aside=self._all("SELECT * FROM due WHERE state = 'aside'"),
            readers=frozenset(row["address"] for row in self._all("SELECT address FROM superuser WHERE overview")),
        )  # fmt: skip

    def _concerned(self) -> dict[int, frozenset[str]]:
        """Whoever a ticket's customer has named to hear of it: its SuperUser, and those in Cc."""
        query = (
            "SELECT t.id, s.address FROM ticket t JOIN superuser s ON s.id = t.superuser_id UNION "
            "SELECT p.ticket_id, s.address FROM participant p JOIN superuser s ON s.id = p.superuser_id"
        )
        found: dict[int, set[str]] = {}
        for ticket_id, address in self._rows.execute(query):
            found.setdefault(ticket_id, set()).add(address)
        return {ticket_id: frozenset(people) for ticket_id, people in found.items()}

    def _all(self, query: str) -> list[Row]:
        return [dict(row) for row in self._rows.execute(query)]

    def _by(self, key: str, query: str) -> dict[int, Row]:
        return {row[key]: row for row in self._all(query)}

    def _new(self, table: str) -> list[Row]:
        query = f"SELECT * FROM {table} WHERE id > ? ORDER BY id"  # noqa: S608 - a name of our own
        rows = [dict(row) for row in self._rows.execute(query, (self._last[table],))]
        for row in rows:
            self._last[table] = row["id"]
            if "detail" in row:
                row["detail"] = json.loads(row["detail"])
            if "content" in row:
                row["words"] = words(row.pop("content"))
        return rows


def surely_open(at: datetime) -> bool:
    """Whether the desk is open, told without its calendar: whatever was due before has then been told."""
    local = at.astimezone(STOCKHOLM)
    return local.weekday() < 5 and local.hour in (9, 10, 13, 14, 15) and is_plain(local.date())


def is_plain(day: date) -> bool:
    """Whether it is of a time in which only weekends are off."""
    return _PLAIN_DAYS[0] <= day <= _PLAIN_DAYS[1]


def moment(written: str) -> datetime:
    """As a database keeps it."""
    at = datetime.fromisoformat(written)
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def tokens(text: str) -> set[str]:
    """What can be traced in a text: the machine's marks, and numbers of tickets."""
    return set(_TOKEN.findall(text))


def house_of(address: str) -> str:
    """The code of the customer where somebody works; empty for all others."""
    return SUPERUSERS.get(address) or COLLEAGUES.get(address, "")


def words(content: bytes) -> str:
    """All that a reader sees of a mail, with its files; no Message-IDs and dates, which tell it from a copy."""
    mail = message_from_bytes(content)
    fields = [f"{name}: {make_header(decode_header(mail[name]))}" for name in _SHOWN if mail[name]]
    return "\n".join([*fields, *(_text(part) for part in mail.walk() if not part.is_multipart())])


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode(part.get_content_charset("utf-8"), "replace")

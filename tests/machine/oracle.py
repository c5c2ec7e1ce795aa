"""What must be true after each random move, judged from the database's own rows; shares no code with the product.

The ways are read from the shipped configuration, mails by the standard library. ``after`` raises ``BrokenError``.
"""

import json
import sqlite3
import tomllib
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, cast

from tests.machine.office import COLLEAGUES, SPECIALISTS, STRANGERS, SUPERUSERS, Deed

_CONFIG = tomllib.loads((Path(__file__).parents[2] / "config.toml").read_text(encoding="utf-8"))
WAYS: dict[str, dict[str, dict[str, Any]]] = _CONFIG["ways"]
ALONG = {step for way in WAYS.values() for one in way.values() for step in one["next"]} - {"answer", "reply"}
ENDS = {"resolve", "close", "billed"}
BEGINS_ANEW = {"type", "reopen", "reopened"}
IN_A_TICKET, NOT_IN_ONE = {"ticket", "joined"}, {"held", "stored", "quarantined"}
# Mails that tell that something has happened, and what it was: there are never more of them than of that.
NEWS_OF = {
    "closed": {"close"}, "closed_unanswered": {"close"}, "resolved": {"resolve"}, "reopened": {"reopen"},
    "level_changed": {"level"}, "type_changed": {"type"}, "workaround": {"workaround"}, "asked": {"ask"},
    "answer": {"answer"}, "billed": {"billed"}, "estimate": {"estimate"}, "access_asked": {"access"},
    "moved": {"desk", "product", "council_internal", "council_external", "planned", "declined", "consultant"},
}  # fmt: skip
ONCE_EVER = {"receipt", "handling_started"}
STRANGERS_WAIT = timedelta(days=7)


class BrokenError(AssertionError):
    """A rule that does not hold; the text says which, and where."""


def _hold(what: str, *, true: bool) -> None:
    if not true:
        raise BrokenError(what)


class Oracle:
    """Reads what each move has added, and remembers how everything stood before it."""

    def __init__(self, database: Path) -> None:
        self._rows = sqlite3.connect(database)
        self._rows.row_factory = sqlite3.Row
        self.tickets: dict[int, dict[str, Any]] = {}
        self.moves = 0
        self._last = {"outbox": 0, "ticket_event": 0}
        self._whose: dict[str, str] = {}
        self._secret: set[str] = set()
        self._mails: dict[int, Deed] = {}
        self._agreed: set[int] = set()
        self._told: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
        self._happened: dict[int, Counter[str]] = defaultdict(Counter)
        self._answered: dict[str, datetime] = {}
        self._codes = {row["id"]: row["code"] for row in self._all("SELECT id, code FROM customer")}

    def close(self) -> None:
        self._rows.close()

    def customer(self, ticket: dict[str, Any]) -> str:
        """The code of a ticket's customer."""
        return self._codes[ticket["customer_id"]]

    def whose_ticket(self, mail_id: int) -> str:
        """The code of the customer in whose ticket a mail is; empty where it is in none."""
        query = "SELECT c.code FROM mail m JOIN ticket t ON t.id = m.ticket_id JOIN customer c ON c.id = t.customer_id"
        row = self._rows.execute(f"{query} WHERE m.id = ?", (mail_id,)).fetchone()
        return row["code"] if row is not None else ""

    def after(self, deed: Deed) -> None:
        """Judge one move."""
        self.moves += 1
        before, self.tickets = self.tickets, {row["id"]: dict(row) for row in self._all("SELECT * FROM ticket")}
        events, mails = self._new("ticket_event"), self._new("outbox")
        self._learn(deed)
        self._nothing_is_lost(deed)
        for ticket_id, ticket in self.tickets.items():
            own = [event for event in events if event["ticket_id"] == ticket_id]
            self._goes_its_way(before.get(ticket_id), ticket, own)
            self._stays_closed(before.get(ticket_id), ticket, own)
            self._is_paid_by_consent(deed, before.get(ticket_id), ticket, own)
            self._happened[ticket_id].update(event["kind"] for event in own)
        for mail in mails:
            self._goes_to_whom_it_may(mail)
            self._holds_what_it_may(mail)
        self._nobody_hears_twice(mails)

    def _learn(self, deed: Deed) -> None:
        if deed.mark:
            self._whose[deed.mark] = deed.whose
        if deed.secret:
            self._secret.add(deed.secret)
        if deed.mail_id is not None:
            self._mails.setdefault(deed.mail_id, deed)

    # Nothing is lost.

    def _nothing_is_lost(self, deed: Deed) -> None:
        """Every mail that ever came is in exactly one ticket with its words, or held, or stored; and whole."""
        rows = {row["id"]: row for row in self._all("SELECT id, state, outcome, ticket_id, raw_sha256 FROM mail")}
        said: dict[int, list[sqlite3.Row]] = defaultdict(list)
        for row in self._all("SELECT mail_id, ticket_id, author, text, full_text FROM message"):
            said[row["mail_id"]].append(row)
        for mail_id, sent in self._mails.items():
            row, messages = rows.get(mail_id), said[mail_id]
            _hold(f"mail {mail_id} is gone: {sent}", true=row is not None)
            assert row is not None
            _hold(f"mail {mail_id} was not dealt with: {dict(row)}", true=row["outcome"] in IN_A_TICKET | NOT_IN_ONE)
            wanted = 1 if row["outcome"] in IN_A_TICKET else 0
            _hold(f"mail {mail_id}, {row['outcome']}, is in {len(messages)} tickets", true=len(messages) == wanted)
            for message in messages:
                self._is_whole(sent, mail_id, message)
        if deed.mail_id is not None and deed.honest:
            self._came_where_it_should(deed, rows[deed.mail_id])

    def _is_whole(self, sent: Deed, mail_id: int, message: sqlite3.Row) -> None:
        words = (message["full_text"] or "") + message["text"]
        _hold(f"mail {mail_id}: its words are not in its message", true=not sent.mark or sent.mark in words)
        code = self._codes[self.tickets[message["ticket_id"]]["customer_id"]]
        foreign = sent.author in SUPERUSERS and SUPERUSERS[sent.author] != code
        _hold(f"mail {mail_id} of {sent.author} is in ticket {message['ticket_id']} of {code}", true=not foreign)
        nobody = sent.author in STRANGERS
        _hold(f"mail {mail_id} of the stranger {sent.author} is in a ticket", true=not nobody)

    @staticmethod
    def _came_where_it_should(deed: Deed, row: sqlite3.Row) -> None:
        """A SuperUser's mail that is not forged is a ticket, or joins the one that it names."""
        _hold(f"{deed.author}'s mail became {row['outcome']}: {deed}", true=row["outcome"] in IN_A_TICKET)
        astray = deed.joins is not None and row["ticket_id"] != deed.joins
        _hold(f"{deed.author}'s reply to {deed.joins} is in {row['ticket_id']}", true=not astray)

    # A ticket goes its way.

    @staticmethod
    def _goes_its_way(before: dict[str, Any] | None, ticket: dict[str, Any], events: list[dict[str, Any]]) -> None:
        """Each event leads on by the way of the ticket's type, and the ticket stands where the last one led."""
        name = f"ticket {ticket['id']}, a {ticket['type']}"
        _hold(f"{name}: {ticket['stage']} is no stage of it", true=ticket["stage"] in WAYS[ticket["type"]])
        at = {before["stage"] if before is not None else _start(ticket["type"])}
        kind, status = (before["type"], before["status"]) if before is not None else (ticket["type"], "open")
        for event in events:
            detail, step = event["detail"], event["kind"]
            if step == "joined":
                at |= {WAYS[kind][stage]["next"]["reply"] for stage in at if "reply" in WAYS[kind][stage]["next"]}
            if step == "opened" or "type" not in detail:
                continue
            led = {stage: WAYS[kind][stage]["next"].get(step) for stage in at}
            _hold(f"{name}: {step} leads nowhere from {at}", true=step not in ALONG or any(led.values()))
            ends = {end for stage in at for end in WAYS[kind][stage]["ends"]} | ({"close"} & {_after_solved(status)})
            _hold(f"{name}: {step} does not end it at {at}, {status}", true=step not in ENDS or step in ends)
            kind, status = detail["type"], detail.get("status", status)
            to = {led[stage] or stage for stage in at} if step not in BEGINS_ANEW else {_start(kind)}
            if "stage" in detail:
                _hold(f"{name}: {step} brought it to {detail['stage']}, not {to}", true=detail["stage"] in to)
                to = {detail["stage"]}
            at = to
        _hold(f"{name} stands at {ticket['stage']}, not at {at}", true=ticket["stage"] in at)

    @staticmethod
    def _stays_closed(before: dict[str, Any] | None, ticket: dict[str, Any], events: list[dict[str, Any]]) -> None:
        if before is None or before["status"] != "closed":
            return
        moved = [field for field in ("stage", "status", "type", "level", "team", "module", "specialist_id")
                 if before[field] != ticket[field]]  # fmt: skip
        opened = any(event["kind"] in ("reopen", "reopened") for event in events)
        _hold(f"ticket {ticket['id']} is closed, and {moved} changed", true=not moved or opened)

    def _is_paid_by_consent(
        self, deed: Deed, before: dict[str, Any] | None, ticket: dict[str, Any], events: list[dict[str, Any]]
    ) -> None:
        """Work that costs begins after a yes of the customer's own, and so is only then billed."""
        ticket_id = ticket["id"]
        if deed.yes and SUPERUSERS.get(deed.author) == self._codes[ticket["customer_id"]]:
            named = self._named(deed)
            self._agreed |= {ticket_id} & named
        approved = any(event["kind"] in ("approve", "billed") for event in events)
        begins = ticket["stage"] == "work" and (before is None or before["stage"] != "work")
        _hold(f"ticket {ticket_id}: work without a yes", true=not (approved or begins) or ticket_id in self._agreed)

    def _named(self, deed: Deed) -> set[int]:
        row = self._rows.execute("SELECT ticket_id FROM mail WHERE id = ?", (deed.mail_id,)).fetchone()
        return {row["ticket_id"]} if row is not None and row["ticket_id"] is not None else set()

    # Mails.

    def _goes_to_whom_it_may(self, mail: dict[str, Any]) -> None:
        to, kind = mail["recipient"], mail["kind"]
        if to in SPECIALISTS:
            return
        if to not in SUPERUSERS:
            _hold(f"{kind} was written to {to}, who is nobody", true=kind == "stranger")
            _hold(f"{kind} was written to {to}, whom nobody knows", true=to in {*COLLEAGUES, *STRANGERS})
            at, last = datetime.fromisoformat(mail["queued_at"]), self._answered.get(to)
            _hold(f"{to} was answered twice in a week", true=last is None or at - last >= STRANGERS_WAIT)
            self._answered[to] = at
            return
        _hold(f"{kind} was written to the SuperUser {to}", true=not kind.startswith("team_") and kind != "handed_on")
        if mail["ticket_id"] is not None:
            code = self._codes[self.tickets[mail["ticket_id"]]["customer_id"]]
            _hold(f"{kind} about a ticket of {code} was written to {to}", true=SUPERUSERS[to] == code)

    def _holds_what_it_may(self, mail: dict[str, Any]) -> None:
        """No note, and nothing of another customer, in any mail to a customer; strangers are told nothing at all."""
        to, kind = mail["recipient"], mail["kind"]
        if to in SPECIALISTS:
            return
        words = _words(mail["content"])
        said = set(_marks(words))
        _hold(f"{kind} to {to} tells a note: {said & self._secret}", true=not said & self._secret)
        foreign = {mark for mark in said if self._whose.get(mark, "") != SUPERUSERS.get(to, "nobody")}
        _hold(f"{kind} to {to} tells words of others: {foreign}", true=not foreign)

    def _nobody_hears_twice(self, mails: list[dict[str, Any]]) -> None:
        for mail in mails:
            if mail["recipient"] not in SUPERUSERS or mail["ticket_id"] is None:
                continue
            told, kind = self._told[mail["ticket_id"], mail["recipient"]], mail["kind"]
            told[kind] += 1
            who = f"{mail['recipient']} was told {kind} of ticket {mail['ticket_id']}"
            _hold(f"{who} {told[kind]} times", true=kind not in ONCE_EVER or told[kind] == 1)
            if kind in NEWS_OF:
                times = sum(self._happened[mail["ticket_id"]][event] for event in NEWS_OF[kind])
                _hold(f"{who} {told[kind]} times, and it happened {times} times", true=told[kind] <= times)
        same = Counter((mail["recipient"], mail["kind"], mail["mail_id"], _words(mail["content"])) for mail in mails)
        twice = [each[:3] for each, times in same.items() if times > 1]
        _hold(f"told twice by one move: {twice}", true=not twice)

    # Rows.

    def _all(self, query: str) -> list[sqlite3.Row]:
        return self._rows.execute(query).fetchall()

    def _new(self, table: str) -> list[dict[str, Any]]:
        query = f"SELECT * FROM {table} WHERE id > ? ORDER BY id"  # noqa: S608 - a name of our own
        rows = [dict(row) for row in self._rows.execute(query, (self._last[table],))]
        for row in rows:
            self._last[table] = row["id"]
            if "detail" in row:
                row["detail"] = json.loads(row["detail"])
        return rows


def _start(kind: str) -> str:
    return next(iter(WAYS[kind]))


def _after_solved(status: str) -> str:
    """What is solved may be closed wherever that was."""
    return "close" if status == "resolved" else ""


def _marks(words: str) -> list[str]:
    return [word for word in _split(words) if word.startswith("qz") and word.endswith("zq")]


def _split(words: str) -> list[str]:
    return "".join(sign if sign.isalnum() else " " for sign in words).split()


def _words(content: bytes) -> str:
    """All that a reader sees of a mail. Message-IDs and dates, which tell a mail from its copy, are left out."""
    mail = cast(EmailMessage, message_from_bytes(content, _class=EmailMessage, policy=default))  # type: ignore[arg-type]
    fields = [f"{name}: {mail[name]}" for name in ("From", "To", "Cc", "Reply-To", "Subject") if mail[name]]
    return "\n".join([*fields, *(str(part.get_content()) for part in mail.walk() if _is_text(part))])


def _is_text(part: EmailMessage) -> bool:
    return part.get_content_maintype() == "text"

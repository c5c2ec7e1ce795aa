"""A desk's database after years of work, filled by the thousand rows: for measurements, not for tests of what is right.

Of the tickets, which came in over five years, one in twenty is at work: half of those of the newest tenth. They have
their customers, SuperUsers and colleagues in Cc, their mails, messages and threads, their history, the receipt in the
outbox, and what fell or falls due for them; deadlines and days of mails are reckoned by the product. Nothing is due at
``DAWN``, the Monday on which a month's and a week's first status mails meet. Mails' bytes are cut short.
"""

import random
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Connection, String, cast, func, insert, literal, select
from sqlmodel import col

from mailgate.desk.house import House
from mailgate.domain.customer import Language
from mailgate.domain.sla import SlaClock, deadlines
from mailgate.domain.status_mails import CLOSE_AFTER, REMIND_AFTER, next_status_mail, working_days_later
from mailgate.domain.ticket import ServiceLevel
from mailgate.store.database import Database
from mailgate.store.tables import (
    CustomerRow,
    DueRow,
    HeldRow,
    MailRow,
    MessageRow,
    OutboxRow,
    ParticipantRow,
    RawMailRow,
    SpecialistRow,
    SuperUserRow,
    ThreadIdRow,
    TicketEventRow,
    TicketRow,
)

DAWN = datetime.fromisoformat("2026-11-02T06:50+01:00")
SPECIALISTS = 200
TEAMS = tuple(f"Team {number}" for number in range(1, 9))
_SPAN = timedelta(days=5 * 365)
_TICKETS_PER_CUSTOMER = 100
_TYPES = {"program_error": 45, "question": 40, "wish": 8, "order": 7}
_LEVELS = {1: 1, 2: 6, 3: 20, 4: 28, 5: 45}
_PER_STATEMENT = 5000

Values = dict[str, Any]


def fill(database: Database, house: House, *, tickets: int) -> None:
    """Into a database with tables and nothing in them; the same rows each time."""
    with database.engine.begin() as connection:
        _people(connection, customers=_customers(tickets))
    at_work = [_AtWork(house)]
    with database.engine.begin() as connection:
        _insert(connection, TicketRow, _tickets(tickets, house, at_work[0]))
    with database.engine.begin() as connection:
        _history(connection)
        _insert(connection, TicketEventRow, at_work[0].questions)
        _insert(connection, DueRow, at_work[0].dues)
    with database.engine.begin() as connection:
        _mails(connection)


def _customers(tickets: int) -> int:
    return max(20, tickets // _TICKETS_PER_CUSTOMER)


def _insert(connection: Connection, table: type, rows: Iterable[Values]) -> None:
    left = iter(rows)
    while chunk := list(islice(left, _PER_STATEMENT)):
        connection.execute(insert(table), chunk)


def _people(connection: Connection, *, customers: int) -> None:
    """Two SuperUsers each; the second of customer n has the number 2n."""
    languages = [Language.SWEDISH] * 8 + [Language.ENGLISH, Language.FINNISH]
    ids = range(1, customers + 1)
    _insert(
        connection,
        CustomerRow,
        ({"id": i, "code": f"K{i}", "name": f"Kund {i} i Småland AB", "industry": "Bygg"} for i in ids),
    )
    _insert(
        connection,
        SuperUserRow,
        (
            {
                "id": i,
                "customer_id": (i + 1) // 2,
                "address": f"user{i}@kund{(i + 1) // 2}.example",
                "name": f"Eva Ek {i}",
                "language": languages[i % 10].value,
                "active": True,
                "overview": True,
            }
            for i in range(1, 2 * customers + 1)
        ),
    )
    _insert(
        connection,
        SpecialistRow,
        (
            {
                "id": i,
                "address": f"specialist{i}@desk.example",
                "name": f"Åsa Öst {i}",
                "team": TEAMS[i % len(TEAMS)],
                "language": "sv",
                "head": i == 1,
                "active": True,
            }
            for i in range(1, SPECIALISTS + 1)
        ),
    )


class _AtWork:
    """What else the tickets at work need, gathered on the way: questions, and what falls due."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._mornings: dict[int, datetime] = {}
        self.questions: list[Values] = []
        self.dues: list[Values] = []

    def add(self, ticket: Mapping[str, Any], alarms: Mapping[str, datetime], chance: random.Random) -> None:
        """``alarms``: those of its clocks, past and to come."""
        if ticket["status"] == "waiting":
            asked_at = max(ticket["opened_at"], DAWN - timedelta(days=chance.uniform(0, 12)))
            detail = '{"text": "Vilken version har ni, och på vilken dator syns felet?"}'
            self.questions.append(
                {"ticket_id": ticket["id"], "at": asked_at, "kind": "ask", "actor": "specialist:1", "detail": detail}
            )
            for kind, days in (("reminder", REMIND_AFTER), ("closing", CLOSE_AFTER)):
                self._due(ticket, kind, working_days_later(asked_at, days, self._house.hours))
        else:
            for kind, at in alarms.items():
                self._due(ticket, kind, at)
        if ticket["level"] is not None:
            self._due(ticket, "status", self._next_status(ticket))

    def _due(self, ticket: Mapping[str, Any], kind: str, at: datetime) -> None:
        state = "due" if at > DAWN else "done"
        self.dues.append({"ticket_id": ticket["id"], "kind": kind, "due_at": at, "state": state})

    def _next_status(self, ticket: Mapping[str, Any]) -> datetime:
        level, opened_at = ServiceLevel(ticket["level"]), ticket["opened_at"]
        if level is ServiceLevel.STANDSTILL:
            return next_status_mail(level, opened_at=opened_at, after=DAWN, hours=self._house.hours)
        if level not in self._mornings:  # the same for all that were opened before
            self._mornings[level] = next_status_mail(level, opened_at=DAWN, after=DAWN, hours=self._house.hours)
        return self._mornings[level]


def _tickets(count: int, house: House, at_work: _AtWork) -> Iterator[Values]:
    chance = random.Random(1)  # noqa: S311 - the same desk each time
    customers = _customers(count)
    types, levels = list(_TYPES), list(_LEVELS)
    for number in range(1, count + 1):
        opened_at = DAWN - _SPAN * (1 - (number - 0.5) / count)
        kind = chance.choices(types, _TYPES.values())[0]
        level = chance.choices(levels, _LEVELS.values())[0] if kind == "program_error" else None
        works = number > 0.9 * count and chance.random() < 0.5
        taken = not works or chance.random() < 0.8
        started_at = min(opened_at + timedelta(hours=chance.uniform(1, 30)), DAWN) if taken else None
        alarms = _alarms(house, opened_at, level)
        specialist_id = chance.randint(1, SPECIALISTS)
        ticket = {
            "id": number, "serial": 100_000 + number, "prefix": "MG", "module": None, "stage": "service_desk",
            "customer_id": (owner := chance.randint(1, customers)), "superuser_id": 2 * owner - chance.randint(0, 1),
            "subject": f"Felet nummer {number} i lönekörningen för oktober", "type": kind, "level": level,
            "team": TEAMS[specialist_id % len(TEAMS)], "status": _status(chance, works=works, taken=taken),
            "specialist_id": specialist_id if taken else None, "untrained": False, "opened_at": opened_at,
            "handling_started_at": started_at, "handling_due": alarms.get("handling_breach"),
            "solution_due": alarms.get("solution_breach"),
            "resolved_at": None if works else min(opened_at + timedelta(days=chance.expovariate(1 / 9)), DAWN),
        }  # fmt: skip
        if works:
            watched = {name: at for name, at in alarms.items() if not taken or name.startswith("solution")}
            at_work.add(ticket, watched, chance)
        yield ticket


def _status(chance: random.Random, *, works: bool, taken: bool) -> str:
    if not works:
        return "closed"
    return "waiting" if taken and chance.random() < 0.3 else "open"


def _alarms(house: House, received_at: datetime, level: int | None) -> dict[str, datetime]:
    if level is None:
        return {}
    clock = SlaClock(received_at=received_at, level=ServiceLevel(level), terms=house.terms[0])
    found = deadlines(clock, house.hours)
    return {
        "handling_warning": found.handling_warning,
        "handling_breach": found.handling_due,
        "solution_warning": found.solution_warning,
        "solution_breach": found.solution_due,
    }


def _history(connection: Connection) -> None:
    """What happened to each ticket, and what fell due for those that are done with."""
    ticket: Any = TicketRow
    level = func.coalesce(cast(ticket.level, String), "null")
    opened = literal('{"type": "') + ticket.type + literal('", "level": ') + level + literal("}")
    columns = ["ticket_id", "at", "kind", "actor", "detail"]
    for kind, at, detail in (
        ("opened", ticket.opened_at, opened),
        ("take", ticket.handling_started_at, literal("{}")),
        ("close", ticket.resolved_at, opened),
    ):
        happened = select(ticket.id, at, literal(kind), literal("specialist:1"), detail).where(at.is_not(None))
        connection.execute(insert(TicketEventRow).from_select(columns, happened))
    told = select(ticket.id, literal("status"), ticket.resolved_at, literal("done"))
    told = told.where(ticket.level.is_not(None), ticket.resolved_at.is_not(None))
    connection.execute(insert(DueRow).from_select(["ticket_id", "kind", "due_at", "state"], told))
    colleague = 4 * ticket.customer_id - 1 - ticket.superuser_id  # of the customer's two, the other one
    in_cc = select(ticket.id, colleague).where(ticket.id % 10 == 0)
    connection.execute(insert(ParticipantRow).from_select(["ticket_id", "superuser_id"], in_cc))


def _mails(connection: Connection) -> None:
    """The mail that opened each ticket, and the receipt that answered it."""
    ticket: Any = TicketRow
    number = cast(ticket.id, String)
    theirs, ours = literal("<q") + number + "@kund.example>", literal("<r") + number + "@desk.example>"
    bytes_ = func.zeroblob(256)
    _from_tickets(connection, RawMailRow, {"sha256": literal("sha") + number, "size": 256, "content": bytes_})
    _from_tickets(
        connection,
        MailRow,
        {
            "id": ticket.id, "dedupe_key": literal("key") + number, "raw_sha256": literal("sha") + number,
            "state": "settled", "origin": "smtp", "peer": "192.0.2.1", "rcpt_to": '["support@desk.example"]',
            "received_at": ticket.opened_at, "attempts": 1, "settled_at": ticket.opened_at, "outcome": "opened",
            "rule": "new-ticket", "ticket_id": ticket.id, "author_address": col(SuperUserRow.address),
            "subject": ticket.subject, "message_id": theirs,
        },
    )  # fmt: skip
    _from_tickets(
        connection,
        MessageRow,
        {
            "ticket_id": ticket.id, "mail_id": ticket.id, "author": "superuser", "author_name": "Eva Ek",
            "author_address": col(SuperUserRow.address), "at": ticket.opened_at, "subject": ticket.subject,
            "text": "Hej! När vi kör lönen för oktober stannar programmet. Vad gör vi?",
        },
    )  # fmt: skip
    held_at = {"mail_id": ticket.id, "customer_id": ticket.customer_id, "held_at": ticket.opened_at}
    released, held = (ticket.id % 50 == 1, "released", "overdue"), (ticket.id % 1000 == 2, "held", "stranger")
    for some, state, cause in (released, held):
        _from_tickets(connection, HeldRow, {**held_at, "state": state, "cause": cause}, some)
    for message_id in (theirs, ours):
        _from_tickets(connection, ThreadIdRow, {"message_id": message_id, "ticket_id": ticket.id})
    _from_tickets(
        connection,
        OutboxRow,
        {
            "key": literal("receipt:") + number, "kind": "receipt", "state": "sent", "ticket_id": ticket.id,
            "mail_id": ticket.id, "recipient": col(SuperUserRow.address), "message_id": ours, "content": bytes_,
            "queued_at": ticket.opened_at, "not_before": ticket.opened_at, "attempts": 1, "sent_at": ticket.opened_at,
        },
    )  # fmt: skip


def _from_tickets(connection: Connection, table: type, values: Mapping[str, Any], *which: Any) -> None:
    """A row for each ticket, or for some, of constants and of what the ticket and its SuperUser say."""
    columns = [value if hasattr(value, "type") else literal(value) for value in values.values()]
    rows = select(*columns).select_from(TicketRow).order_by(col(TicketRow.id))
    rows = rows.join(SuperUserRow, col(SuperUserRow.id) == col(TicketRow.superuser_id)).where(*which)
    connection.execute(insert(table).from_select(list(values), rows))

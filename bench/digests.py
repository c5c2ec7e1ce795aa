"""How long a morning's rounds take: ``python bench/digests.py [--tickets 50000] [--specialists 200]``. Prints, asserts
nothing. A fresh SQLite database in a temporary folder, the shipped templates, and the schedule's own jobs.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from sqlalchemy import insert

from mailgate.config import Config, policy_of
from mailgate.config_time import round_times, service_terms
from mailgate.desk.digests import digests
from mailgate.desk.house import House
from mailgate.desk.overviews import overviews
from mailgate.domain.customer import Language
from mailgate.holiday_calendars import opening_hours
from mailgate.notify.compose import Composer, desk_voice
from mailgate.schedule import Schedule
from mailgate.shipped import templates_folder
from mailgate.store.database import Database, sqlite_url
from mailgate.store.schema import migrate
from mailgate.store.tables import CustomerRow, SpecialistRow, SuperUserRow, TicketEventRow, TicketRow

NOW = datetime.fromisoformat("2026-11-23T07:00+01:00")
TEAMS = ("Bygg", "Handel", "Vård", "Industri")
CUSTOMERS = 2000
_PER_STATEMENT = 1000


def main() -> None:
    """Fill, time, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--tickets", type=int, default=50_000)
    parser.add_argument("--specialists", type=int, default=200)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = Database(sqlite_url(Path(folder)))
        migrate(database)
        timed("fill", lambda: fill(database, tickets=asked.tickets, specialists=asked.specialists))
        house = a_house()
        with database.reading() as uow:
            day = house.hours.local_day(NOW)
            timed("gather digests", lambda: list(digests(uow, house, day, now=NOW)))
            timed("gather overviews", lambda: list(overviews(uow, house, day)))
        schedule = Schedule(
            database=database, house=house, clock=lambda: clock[0], wake_intake=lambda: None, wake_outbox=lambda: None
        )
        clock = [NOW]
        print(timed("digests into the outbox", schedule.make_rounds), "mails")
        clock[0] = NOW + timedelta(minutes=30)
        print(timed("overviews into the outbox", schedule.make_rounds), "mails")
        timed("the next minute's look", schedule.make_rounds)
        database.close()


def timed(what: str, work: Callable[[], object]) -> object:
    """Say how long it took."""
    start = time.perf_counter()
    result = work()
    print(f"{what:<32} {time.perf_counter() - start:7.2f} s", flush=True)
    return result


def a_house() -> House:
    """What the shipped configuration makes."""
    config, tokens = Config(), count(1)
    return House(
        policy=policy_of(config),
        composer=Composer(desk=desk_voice(config), template_folders=[templates_folder()]),
        mint=lambda: f"token{next(tokens)}",
        hours=opening_hours(config),
        terms=service_terms(config.terms),
        first_number=100001,
        tell_joined=True,
        team_lists={},
        rounds=round_times(config.digest),
    )


def fill(database: Database, *, tickets: int, specialists: int) -> None:
    """Tickets at work of all kinds, and twice as many that are done with."""
    chance = random.Random(1)  # noqa: S311 - the same desk each time
    rows = [a_ticket(number, chance, specialists=specialists, tickets=tickets) for number in range(1, 3 * tickets + 1)]
    asked = [
        {"ticket_id": row["id"], "at": row["opened_at"], "kind": "ask", "actor": "specialist:1", "detail": "{}"}
        for row in rows
        if row["status"] == "waiting"
    ]
    ids, languages = range(1, CUSTOMERS + 1), [language.value for language in Language]
    people = [
        {"id": i, "address": f"s{i}@desk.example", "name": f"Specialist {i}", "team": TEAMS[i % 4], "language": "sv"}
        for i in range(1, specialists + 1)
    ]
    tables: list[tuple[type, list[dict[str, object]]]] = [
        (CustomerRow, [{"id": i, "code": f"K{i}", "name": f"Kund {i} AB", "industry": "Bygg"} for i in ids]),
        (
            SuperUserRow,
            [
                {
                    "id": i,
                    "customer_id": i,
                    "address": f"u{i}@k.example",
                    "name": "Eva Ek",
                    "language": languages[i % 3],
                }
                for i in ids
            ],
        ),
        (SpecialistRow, people),
        (TicketRow, rows),
        (TicketEventRow, asked),
    ]
    with database.engine.begin() as connection:
        for table, values in tables:
            for start in range(0, len(values), _PER_STATEMENT):
                connection.execute(insert(table), values[start : start + _PER_STATEMENT])


def a_ticket(number: int, chance: random.Random, *, specialists: int, tickets: int) -> dict[str, object]:
    """The first so many are at work, a third of them late."""
    opened = NOW - timedelta(hours=chance.uniform(0, 24 * 60))
    level = chance.choice((1, 2, 3, 4, 5, None, None, None))
    at_work = number <= tickets
    taken = chance.random() < 0.7
    return {
        "id": number, "serial": 100_000 + number, "prefix": "MG", "customer_id": chance.randint(1, CUSTOMERS),
        "superuser_id": 1, "subject": f"Felet nummer {number} i lönekörningen", "level": level,
        "type": "program_error" if level else chance.choice(("question", "wish", "order")),
        "team": chance.choice(TEAMS), "stage": "service_desk", "untrained": False, "opened_at": opened,
        "status": chance.choice(("open", "open", "waiting")) if at_work else "closed",
        "specialist_id": chance.randint(1, specialists) if taken else None,
        "handling_started_at": opened if taken else None,
        "handling_due": opened + timedelta(hours=8) if level else None,
        "solution_due": NOW + timedelta(hours=chance.uniform(-240, 480)) if level else None,
        "resolved_at": None if at_work else NOW - timedelta(hours=chance.uniform(0, 24 * 60)),
    }  # fmt: skip


if __name__ == "__main__":
    main()

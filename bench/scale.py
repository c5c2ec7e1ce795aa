"""What the clock's work costs on a desk with many tickets: ``python -m bench.scale [--tickets 1000000]``.

Three desks, each ten times the one before, side by side: the minute's scan where nothing is due, a morning's digests
and overviews, and a month's first status mails. Prints figures, ratios and a line of JSON; judges nothing.
"""

import argparse
import json
import logging
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

import structlog
from sqlalchemy import event, func, select
from sqlmodel import col

from bench.full_desk import DAWN, fill
from mailgate.config import Config, policy_of
from mailgate.config_time import round_times, service_terms
from mailgate.desk.house import House
from mailgate.domain.reply_token import Keyring, ReplyKey
from mailgate.domain.rounds import RoundKind
from mailgate.domain.ticket import AT_WORK
from mailgate.domain.wall_clock import moment
from mailgate.holiday_calendars import opening_hours
from mailgate.notify.compose import Composer, desk_voice
from mailgate.schedule import Schedule
from mailgate.shipped import templates_folder
from mailgate.store.database import Database, sqlite_url
from mailgate.store.schema import migrate
from mailgate.store.tables import OutboxRow, TicketRow

SCANS = 200
_PEAK = Path("/proc/self/clear_refs")


class Bench:
    """One desk, the daemon's schedule on it, and how long it kept others from writing."""

    def __init__(self, folder: Path, house: House) -> None:
        self.database = Database(sqlite_url(folder))
        self.house, self.now = house, DAWN
        self.schedule = Schedule(
            database=self.database, house=house, clock=lambda: self.now, wake_intake=lambda: None,
            wake_outbox=lambda: None,
        )  # fmt: skip
        self.longest_lock = 0.0
        self._watch_the_lock()

    def _watch_the_lock(self) -> None:
        begun: dict[int, float] = {}

        @event.listens_for(self.database.engine, "begin")
        def begin(connection: Any) -> None:
            if not connection.get_execution_options().get("mailgate_reading"):
                begun[id(connection)] = perf_counter()

        @event.listens_for(self.database.engine, "commit")
        def commit(connection: Any) -> None:
            if (since := begun.pop(id(connection), None)) is not None:
                self.longest_lock = max(self.longest_lock, perf_counter() - since)

    def count(self, table: type, *which: Any) -> int:
        with self.database.reading() as uow:
            return uow._session.scalar(select(func.count()).select_from(table).where(*which)) or 0

    def scan(self) -> None:
        """All that the daemon looks for each minute, and what the dispatcher asks each time it wakes."""
        self.schedule.release_paid()
        self.schedule.look_for_late_mail()
        self.schedule.tell_what_is_due()
        self.schedule.make_rounds()
        with self.database.reading() as uow:
            uow.sending.has_due(self.now - timedelta(days=1))  # before all that this bench queues

    def work(self, at: datetime, job: Callable[[Schedule], object]) -> dict[str, float]:
        """Do it at that time of the day; how long it took, and what it brought."""
        self.now, self.longest_lock = at, 0.0
        before = self.count(OutboxRow)
        _reset_peak()
        start, cpu, resident = perf_counter(), process_time(), _memory("VmRSS")
        job(self.schedule)
        seconds, cpu_seconds = perf_counter() - start, process_time() - cpu
        mails = self.count(OutboxRow) - before
        return {
            "mails": mails,
            "seconds": round(seconds, 2),
            "cpu_seconds": round(cpu_seconds, 2),  # what other work on this machine does not change
            "seconds_per_10000": round(seconds / max(mails, 1) * 10_000, 1),
            "longest_lock_ms": round(self.longest_lock * 1000, 1),
            "memory_mib": round((_memory("VmHWM") - resident) / 1024, 1),
        }


def a_house() -> House:
    """What the shipped configuration makes."""
    config, tokens = Config(), count(1)
    composer = Composer(desk=desk_voice(config), template_folders=[templates_folder()])
    composer.check()
    keyring = Keyring(keys=(ReplyKey(secret=bytes(32), since=date(2020, 1, 1)),))
    return House(
        policy=policy_of(config), composer=composer, mint=lambda: f"token{next(tokens)}",
        keys=lambda: keyring, hours=opening_hours(config),
        terms=service_terms(config.terms), first_number=100001, tell_joined=True, team_lists={},
        rounds=round_times(config.digest),
    )  # fmt: skip


def main() -> None:
    """Fill or fetch, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--tickets", type=int, default=1_000_000, help="of the largest desk; the others have a 10th each"
    )
    parser.add_argument("--keep", type=Path, help="a folder for filled desks, used again by the next run")
    asked = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    sizes = [asked.tickets // 100, asked.tickets // 10, asked.tickets]
    with tempfile.TemporaryDirectory() as scratch, filled(sizes, asked.keep, Path(scratch)) as benches:
        figures = measured(benches)
    print(json.dumps(figures))


@contextmanager
def filled(sizes: list[int], keep: Path | None, scratch: Path) -> Iterator[dict[int, Bench]]:
    """The desks by their tickets; what is kept is copied, for mails will be queued in it."""
    benches, house = {}, a_house()
    for size in sizes:
        folder = scratch / str(size)
        if keep is None:
            _fill(folder, house, size)
        else:
            if not (keep / str(size)).exists():
                _fill(keep / f"{size}.new", house, size)
                (keep / f"{size}.new").rename(keep / str(size))
            shutil.copytree(keep / str(size), folder)
        benches[size] = Bench(folder, house)
        migrate(benches[size].database)
    yield benches
    for bench in benches.values():
        bench.database.close()


def _fill(folder: Path, house: House, size: int) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    start, database = perf_counter(), Database(sqlite_url(folder))
    migrate(database)
    fill(database, house, tickets=size)
    database.close()
    megabytes = sum(file.stat().st_size for file in folder.iterdir()) / 1e6
    print(f"filled {size:>9,} tickets in {perf_counter() - start:5.1f} s, {megabytes:7.0f} MB", flush=True)


def measured(benches: Mapping[int, Bench]) -> dict[str, Any]:
    """All that is asked, printed as it comes."""
    statuses = [status.value for status in AT_WORK]
    at_work = {size: bench.count(TicketRow, col(TicketRow.status).in_(statuses)) for size, bench in benches.items()}
    figures: dict[str, Any] = {"tickets": list(benches), "at_work": list(at_work.values())}
    row("tickets", [f"{size:,}" for size in benches])
    row("of these at work", [f"{number:,}" for number in at_work.values()])
    house = next(iter(benches.values())).house
    day = house.hours.local_day(DAWN)
    digests_at, overviews_at = (house.rounds.start(kind, day, house.hours) for kind in RoundKind)
    statuses_at = moment(datetime.combine(day, house.rounds.status), house.hours.zone)
    figures["scan_closed"] = scans("the minute's scan, desk closed", benches, DAWN)
    for what, at, job in (
        ("digests", digests_at, Schedule.make_rounds),
        ("overviews", overviews_at, Schedule.make_rounds),
        ("due", statuses_at, Schedule.tell_what_is_due),
    ):
        done = [bench.work(at, job) for bench in benches.values()]
        figures[what] = {name: [one[name] for one in done] for name in done[0]}
        for name, values in figures[what].items():
            row(f"{what}: {name.replace('_', ' ')}", values)
    figures["scan_open"] = scans("the minute's scan, desk open", benches, statuses_at + timedelta(seconds=1))
    return figures


def scans(what: str, benches: Mapping[int, Bench], at: datetime) -> dict[str, list[float]]:
    """In turn, so that whatever else the machine does slows all of them alike."""
    taken: dict[int, list[float]] = {size: [] for size in benches}
    cpu: dict[int, list[float]] = {size: [] for size in benches}
    for _ in range(SCANS):
        for size, bench in benches.items():
            bench.now = at
            start, cpu_start = perf_counter(), process_time()
            bench.scan()
            taken[size].append((perf_counter() - start) * 1000)
            cpu[size].append((process_time() - cpu_start) * 1000)
    medians, worst = [[round(f(each), 2) for each in taken.values()] for f in (median, max)]
    cpu_medians = [round(median(each), 2) for each in cpu.values()]
    growth = [round(each / medians[0], 2) for each in medians]
    row(f"{what}: median ms", medians)
    row(f"{what}: median cpu ms", cpu_medians)
    row(f"{what}: worst ms", worst)
    row(f"{what}: growth", growth)
    return {"median_ms": medians, "median_cpu_ms": cpu_medians, "worst_ms": worst, "growth": growth}


def row(what: str, values: list[Any]) -> None:
    """One line of the table."""
    print(f"{what:<42}" + "".join(f"{value!s:>14}" for value in values), flush=True)


def _reset_peak() -> None:
    _PEAK.write_text("5")  # proc(5): forgets the most memory that was ever in use


def _memory(what: str) -> int:
    """In KiB."""
    status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith(f"{what}:"))


if __name__ == "__main__":
    main()

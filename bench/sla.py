"""How long deadlines take to reckon, cold and warm: ``.venv/bin/python bench/sla.py``. Prints, and judges nothing."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter

from mailgate.config import Config
from mailgate.config_time import service_terms
from mailgate.domain.explain import explain
from mailgate.domain.opening_hours import OpeningHours
from mailgate.domain.sla import Deadlines, Pause, SlaClock, deadlines
from mailgate.domain.ticket import ServiceLevel
from mailgate.holiday_calendars import opening_hours

ROUNDS = 2000
TERMS = service_terms(Config().terms)[0]
RECEIVED = [datetime(2026, 1, 1, 7, tzinfo=UTC) + timedelta(minutes=211 * n) for n in range(ROUNDS)]


def reckon(hours: OpeningHours, level: int, at: datetime, *, pauses: int = 0) -> Deadlines:
    """One ticket's deadlines."""
    waits = tuple(Pause(at + timedelta(days=2 * n), at + timedelta(days=2 * n + 1)) for n in range(pauses))
    return deadlines(SlaClock(received_at=at, level=ServiceLevel(level), terms=TERMS, pauses=waits), hours)


def milliseconds(work: Callable[[datetime], object]) -> str:
    """Median and worst of many."""
    taken = []
    for at in RECEIVED:
        start = perf_counter()
        work(at)
        taken.append((perf_counter() - start) * 1000)
    return f"median {median(taken):8.4f} ms   worst {max(taken):8.4f} ms"


def show(what: str, work: Callable[[], object]) -> None:
    """How long it takes once."""
    start = perf_counter()
    work()
    print(f"{what:<38} {(perf_counter() - start) * 1000:8.4f} ms")


def main() -> None:
    """Print the table."""
    start = perf_counter()
    hours = opening_hours(Config())
    print(f"opening hours from the configuration   {(perf_counter() - start) * 1000:8.4f} ms")
    show("first 12-month target (two cold years)", lambda: reckon(hours, 5, RECEIVED[0]))
    show("the same again", lambda: reckon(hours, 5, RECEIVED[0]))
    daemons = opening_hours(Config())
    show("a daemon's start works out four years", lambda: daemons.work_out(range(2025, 2029)))
    show("first 12-month target after that", lambda: reckon(daemons, 5, RECEIVED[0]))
    for at in RECEIVED[::100]:
        reckon(hours, 5, at)
    for level in range(1, 6):
        print(f"level {level}                    {milliseconds(lambda at, level=level: reckon(hours, level, at))}")
    print(f"level 5 with 20 pauses     {milliseconds(lambda at: reckon(hours, 5, at, pauses=20))}")
    year = timedelta(days=365)
    print(f"open time of a year        {milliseconds(lambda at: hours.open_time_between(at, at + year))}")
    span = timedelta(hours=1700)
    print(f"1700 open hours on         {milliseconds(lambda at: hours.add_open_time(at, span))}")
    start = perf_counter()
    steps = explain(hours, RECEIVED[0], RECEIVED[0] + year)
    print(f"explaining a year          {(perf_counter() - start) * 1000:8.4f} ms, {len(steps)} intervals")


if __name__ == "__main__":
    main()

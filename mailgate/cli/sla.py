"""``mailgate sla``: service levels as moments, and how they were reckoned."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from mailgate.cli.failure import MISUSED, Failure
from mailgate.cli.opening import load
from mailgate.cli.options import AsJson
from mailgate.cli.output import print_fields, print_heading, print_json, print_table
from mailgate.domain.ticket import ServiceLevel

if TYPE_CHECKING:
    from mailgate.config import Config
    from mailgate.domain.explain import Step
    from mailgate.domain.opening_hours import OpeningHours
    from mailgate.domain.sla import Deadlines, SlaClock
    from mailgate.domain.terms import ServiceTerms

app = typer.Typer(name="sla", help="Service levels: what is due when, and why.", no_args_is_help=True)

COLUMNS = ("FROM", "TO", "OPEN TIME", "SUM", "WHY")
_YEARS = range(1990, 2090)  # those whose holidays are known


@app.callback()
def _noun() -> None:
    """Service levels: what is due when, and why."""


@app.command("deadline")
def deadline(
    context: typer.Context,
    level: Annotated[int, typer.Option("--level", min=1, max=5, help="The service level, 1 to 5.")],
    received: Annotated[
        str,
        typer.Option(
            "--received", metavar="TIME", help="When the mail came: 2026-11-27T15:30, with +01:00 or without."
        ),
    ],
    terms_on: Annotated[
        str | None, typer.Option("--terms-on", metavar="DAY", help="Under the terms of that day, not of receipt.")
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Show each interval that counted, or did not.")] = False,
    as_json: AsJson = False,
) -> None:
    """When handling starts at the latest, and when the error is to be solved."""
    config = load(context)
    from mailgate.config_time import service_terms
    from mailgate.domain.sla import SlaClock, deadlines
    from mailgate.domain.terms import terms_in_force

    hours = hours_of(config)
    at = _moment(received, hours.zone)
    day = _day(terms_on) if terms_on is not None else hours.local_day(at)
    terms = terms_in_force(service_terms(config.terms), day)
    clock = SlaClock(received_at=at, level=ServiceLevel(level), terms=terms)
    due = deadlines(clock, hours)
    steps = _steps(hours, at, due) if explain else []
    if as_json:
        print_json(
            _record(clock, due) | ({"steps": [step_record(one) for one in steps]} if explain else {}), zone=hours.zone
        )
        return
    print_fields(_fields(clock, due, hours.zone))
    if explain:
        print_heading("How that was reckoned")
        marks = {due.handling_due: "handling due", due.solution_due: "solution due"}
        print_table(COLUMNS, rows(steps, marks, hours.zone), empty="nothing to reckon")


def hours_of(config: "Config") -> "OpeningHours":
    """When the desk is open, by this configuration."""
    from mailgate.holiday_calendars import CalendarError, opening_hours

    try:
        return opening_hours(config)
    except CalendarError as error:
        raise Failure(str(error), code=MISUSED) from error


def _moment(text: str, zone: ZoneInfo) -> datetime:
    """A time of the command line; in the desk's zone, if it names none."""
    from mailgate.domain.wall_clock import exists

    try:
        at = datetime.fromisoformat(text)
        if len(text) <= 10:
            raise ValueError("a day has no time")  # noqa: TRY301 - the same fault to the person
    except ValueError:
        raise Failure(f"--received: {text!r} is no time; write it like 2026-11-27T15:30", code=MISUSED) from None
    if at.year not in _YEARS:
        raise Failure(f"--received: {text!r} is not between {_YEARS[0]} and {_YEARS[-1]}", code=MISUSED)
    if at.tzinfo is not None:
        return at
    if not exists(at, zone):
        raise Failure(f"--received: the clocks of {zone} never show {at:%Y-%m-%d %H:%M}", code=MISUSED)
    return at.replace(tzinfo=zone)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Failure(f"--terms-on: {text!r} is no day; write it like 2026-11-27", code=MISUSED) from None


def _record(clock: "SlaClock", due: "Deadlines") -> dict[str, Any]:
    """Deadlines as programs read them."""
    promise = clock.terms.promises[clock.level]
    return {
        "level": int(clock.level),
        "received_at": clock.received_at,
        "clock_starts": due.clock_starts,
        "handling_warning": due.handling_warning,
        "handling_due": due.handling_due,
        "solution_warning": due.solution_warning,
        "solution_due": due.solution_due,
        "terms": terms_record(clock.terms)
        | {"handling_hours": promise.handling_within / timedelta(hours=1), "target": str(promise.target)},
    }


def terms_record(terms: "ServiceTerms") -> dict[str, Any]:
    """Which terms."""
    return {"published_on": terms.published_on, "effective_on": terms.effective_on}


def _fields(clock: "SlaClock", due: "Deadlines", zone: ZoneInfo) -> dict[str, str]:
    """Deadlines as people read them."""
    percent = f"({clock.terms.warn_at_percent} % of the open time used)"
    return {
        **terms_fields(clock),
        "received": shown(clock.received_at, zone),
        "clock starts": shown(due.clock_starts, zone),
        "handling warning": f"{shown(due.handling_warning, zone)}  {percent}",
        "handling due": shown(due.handling_due, zone),
        "solution warning": f"{shown(due.solution_warning, zone)}  {percent}",
        "solution due": shown(due.solution_due, zone),
    }


def terms_fields(clock: "SlaClock") -> dict[str, str]:
    """What is promised, and by which terms."""
    promise, terms = clock.terms.promises[clock.level], clock.terms
    return {
        "level": f"{clock.level}: handling starts within {span(promise.handling_within)} open hours, "
        f"target {promise.target}",
        "terms": f"in force from {terms.effective_on} (published {terms.published_on})",
    }


def shown(at: datetime, zone: ZoneInfo) -> str:
    """A moment by the desk's clock."""
    local = at.astimezone(zone)
    seconds = ":%S" if local.second else ""
    return f"{local:%a %Y-%m-%d %H:%M{seconds} %Z}"


def span(time: timedelta) -> str:
    """Open time as people read it."""
    minutes, seconds = divmod(round(time.total_seconds()), 60)
    return f"{minutes // 60}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")


def _steps(hours: "OpeningHours", received: datetime, due: "Deadlines") -> list["Step"]:
    """The way from receipt to the solution, cut where handling is due."""
    from mailgate.domain.explain import explain

    return [*explain(hours, received, due.handling_due), *explain(hours, due.handling_due, due.solution_due)]


def rows(steps: Iterable["Step"], marks: Mapping[datetime, str], zone: ZoneInfo) -> Iterable[tuple[str, ...]]:
    """Intervals as people read them; ``marks``: what is to be said of moments at which one ends."""
    total = timedelta()
    for step in steps:
        total += step.counted
        notes = [_why(step), _shift(step.clock_shift), marks.get(step.end, "")]
        counted = span(step.counted) if step.why is None else "-"
        yield shown(step.start, zone), shown(step.end, zone), counted, span(total), "; ".join(filter(None, notes))


def _why(step: "Step") -> str:
    from mailgate.domain.day_plan import WhyClosed

    if step.why is None:
        return "open"
    if not isinstance(step.why, WhyClosed):
        return step.why.replace("_", " ")
    closure = step.why.closure.replace("_", " ")
    return f"{closure}: {step.why.name}" if step.why.name else closure


def _shift(shift: timedelta) -> str:
    if not shift:
        return ""
    return f"clocks put {'forward' if shift > timedelta() else 'back'} {span(abs(shift))} h"


def step_record(step: "Step") -> dict[str, Any]:
    """An interval as programs read it."""
    from mailgate.domain.day_plan import WhyClosed

    why, name = (step.why.closure, step.why.name) if isinstance(step.why, WhyClosed) else (step.why, "")
    return {
        "start": step.start,
        "end": step.end,
        "counted_seconds": step.counted.total_seconds(),
        "why": why,
        "name": name or None,
        "clock_shift_seconds": step.clock_shift.total_seconds(),
    }

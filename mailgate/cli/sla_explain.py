"""``mailgate sla explain``: how one ticket's deadline came about, interval by interval."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mailgate.cli.failure import Failure
from mailgate.cli.opening import opened
from mailgate.cli.options import AsJson, Number
from mailgate.cli.output import print_fields, print_heading, print_json, print_table
from mailgate.cli.sla import COLUMNS, hours_of, rows, shown, span, step_record, terms_fields, terms_record
from mailgate.cli.tickets import ticket_of

if TYPE_CHECKING:
    from mailgate.desk.standing import Standings
    from mailgate.domain.explain import Step
    from mailgate.domain.opening_hours import OpeningHours
    from mailgate.domain.sla import Deadlines, SlaClock
    from mailgate.domain.sla_history import Standing
    from mailgate.domain.ticket import Ticket


class Which(StrEnum):
    """One of the two clocks."""

    HANDLING = "handling"
    SOLUTION = "solution"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reckoning:
    """A program error's clocks as of now, and by which hours."""

    ticket: "Ticket"
    stands: "Standings"
    clock: "SlaClock"
    due: "Deadlines"
    hours: "OpeningHours"
    now: datetime

    def of(self, which: Which) -> "tuple[datetime, datetime, datetime | None, Standing | None]":
        """Warning, deadline, when it was done, and how it stands."""
        due, state = self.due, self.stands.state
        if which is Which.HANDLING:
            return due.handling_warning, due.handling_due, state.handling_started_at, self.stands.handling
        return due.solution_warning, due.solution_due, state.resolved_at, self.stands.solution


def explain(
    context: typer.Context,
    number: Number,
    which: Annotated[
        Which | None,
        typer.Option("--clock", help="Which clock; default: handling until it has started, then solution."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """A ticket's deadline: each interval that counted, or did not, and why."""
    with opened(context) as desk, desk.database.reading() as uow:
        from mailgate.config_time import service_terms
        from mailgate.desk.standing import standings

        hours = hours_of(desk.config)
        ticket = ticket_of(uow, number, prefix=desk.config.desk.number_prefix)
        stands = standings(uow, ticket, terms=service_terms(desk.config.terms), hours=hours, now=desk.now)
    clock = stands.state.clock()
    if clock is None or stands.due is None:
        kind = ticket.type.replace("_", " ")
        raise Failure(f"{ticket.number} is a {kind}: only program errors have service levels")
    reckoning = _Reckoning(ticket=ticket, stands=stands, clock=clock, due=stands.due, hours=hours, now=desk.now)
    which = which or (Which.HANDLING if stands.state.handling_started_at is None else Which.SOLUTION)
    if as_json:
        print_json(_record(reckoning, which), zone=hours.zone)
        return
    print_fields(_fields(reckoning))
    print_heading(f"How {which} due was reckoned")
    steps = list(_steps(reckoning, which))
    print_table(COLUMNS, rows(steps, _marks(reckoning, which), hours.zone), empty="nothing to reckon")


def _steps(reckoning: _Reckoning, which: Which) -> "Iterator[Step]":
    """From receipt to the deadline, cut wherever there is something to say."""
    from mailgate.domain.explain import explain as intervals

    _, due, _, _ = reckoning.of(which)
    received = reckoning.clock.received_at
    cuts = sorted({received, due, *(at for at in _marks(reckoning, which) if received < at < due)})
    for first, last in pairwise(cuts):
        yield from intervals(reckoning.hours, first, last, pauses=reckoning.clock.pauses, now=reckoning.now)


def _marks(reckoning: _Reckoning, which: Which) -> Mapping[datetime, str]:
    warning, due, done_at, _ = reckoning.of(which)
    done = "handling started" if which is Which.HANDLING else "solved"
    said = [(warning, "warning due"), (due, f"{which} due"), (done_at, done), (reckoning.now, "now")]
    marks: dict[datetime, str] = {}
    for at, what in said:
        if at is not None:
            marks[at] = f"{marks[at]}, {what}" if at in marks else what
    return marks


def _used(reckoning: _Reckoning, which: Which) -> tuple[timedelta, timedelta]:
    """Open time that was used, and that there is until the deadline."""
    from mailgate.domain.explain import explain as intervals

    _, due, done_at, _ = reckoning.of(which)
    received, pauses = reckoning.clock.received_at, reckoning.clock.pauses

    def counted(until: datetime) -> timedelta:
        steps = intervals(reckoning.hours, received, max(until, received), pauses=pauses, now=reckoning.now)
        return sum((step.counted for step in steps), timedelta())

    return counted(done_at or reckoning.now), counted(due)


def _fields(reckoning: _Reckoning) -> dict[str, str | None]:
    zone, state = reckoning.hours.zone, reckoning.stands.state
    waiting = state.waiting_since if state.resolved_at is None else None
    return {
        "number": str(reckoning.ticket.number),
        "status": reckoning.ticket.status,
        **terms_fields(reckoning.clock),
        "received": shown(reckoning.clock.received_at, zone),
        "clock starts": shown(reckoning.due.clock_starts, zone),
        "waiting since": shown(waiting, zone) if waiting is not None else None,
        "handling due": _summary(reckoning, Which.HANDLING),
        "solution due": _summary(reckoning, Which.SOLUTION),
    }


def _summary(reckoning: _Reckoning, which: Which) -> str:
    zone = reckoning.hours.zone
    _, due, done_at, standing = reckoning.of(which)
    used, whole = _used(reckoning, which)
    done = f" on {shown(done_at, zone)}" if done_at is not None else ""
    return f"{shown(due, zone)}, {standing}{done}, {_percent(used, whole)} % used ({span(used)} of {span(whole)})"


def _percent(used: timedelta, whole: timedelta) -> int:
    return round(100 * (used / whole)) if whole else 100


def _record(reckoning: _Reckoning, which: Which) -> dict[str, Any]:
    state = reckoning.stands.state
    return {
        "number": str(reckoning.ticket.number),
        "status": reckoning.ticket.status,
        "level": int(reckoning.clock.level),
        "terms": terms_record(reckoning.clock.terms),
        "received_at": reckoning.clock.received_at,
        "clock_starts": reckoning.due.clock_starts,
        "waiting_since": state.waiting_since if state.resolved_at is None else None,
        **{one.value: _clock_record(reckoning, one) for one in Which},
        "clock": which,
        "steps": [step_record(step) for step in _steps(reckoning, which)],
    }


def _clock_record(reckoning: _Reckoning, which: Which) -> dict[str, Any]:
    warning, due, done_at, standing = reckoning.of(which)
    used, whole = _used(reckoning, which)
    return {
        "warning": warning,
        "due": due,
        "done_at": done_at,
        "standing": standing,
        "used_seconds": used.total_seconds(),
        "whole_seconds": whole.total_seconds(),
        "used_percent": _percent(used, whole),
    }

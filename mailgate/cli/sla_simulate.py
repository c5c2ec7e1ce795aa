"""``mailgate sla simulate``: past program errors under other terms or opening hours. Nothing is written."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from mailgate.cli.failure import MISUSED, Failure
from mailgate.cli.opening import opened
from mailgate.cli.options import AsJson
from mailgate.cli.output import local, print_heading, print_json, print_table, say
from mailgate.cli.sla import hours_of

if TYPE_CHECKING:
    from mailgate.config import Config
    from mailgate.desk.what_if import ClockCompared, Rules, Sums, TicketCompared

SECTIONS = ("hours", "holidays", "special_days", "terms")
_COLUMNS = ("NUMBER", "CUSTOMER", "LEVEL", "RECEIVED", "CLOCK", "DONE", "OLD DUE", "NEW DUE", "WHAT CHANGES", "SUBJECT")


def simulate(
    context: typer.Context,
    terms: Annotated[
        Path,
        typer.Option(
            "--terms", metavar="NEW.toml", exists=True, dir_okay=False, readable=True,
            help="Other [hours], [holidays], [[special_days]] or [[terms]]; a section that it lacks is the desk's own.",
        ),
    ],
    since: Annotated[str, typer.Option("--since", metavar="DAY", help="Received on this day or later.")],
    until: Annotated[str | None, typer.Option("--until", metavar="DAY", help="Received on this day or before.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Show also the tickets for which nothing changes.")] = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Who would have been late under other terms or hours, and who would not any more. Nothing is changed."""
    first, last = day_named("--since", since), day_named("--until", until) if until is not None else None
    if last is not None and last < first:
        raise Failure(f"--until {last} is before --since {first}", code=MISUSED)
    with opened(context) as desk, desk.database.reading() as uow:
        from mailgate.desk.what_if import simulate as compare

        other, sections = _other(desk.config, terms)
        old, new = _rules(desk.config), _rules(other)
        end = midnight(last + timedelta(days=1), desk.zone) if last is not None else desk.now
        found = compare(uow, start=midnight(first, desk.zone), end=end, old=old, new=new, now=desk.now)
    if as_json:
        print_json(_record(found, sections, new), zone=desk.zone)
        return
    _print(found, desk.zone, every=every)
    say("\n" + _under(terms, sections, new))


def day_named(option: str, text: str) -> date:
    """The day that an option gives."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Failure(f"{option}: {text!r} is no day; write it like 2026-11-27", code=MISUSED) from None
    if day.year not in range(1990, 2090):
        raise Failure(f"{option}: {text!r} is not between 1990 and 2089", code=MISUSED)
    return day


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When it begins, by the desk's clock."""
    from mailgate.domain.wall_clock import moment

    return moment(datetime.combine(day, time.min), zone)


def _other(config: "Config", path: Path) -> "tuple[Config, list[str]]":
    """The configuration with the sections of another file, and which those are."""
    from mailgate.config_file import ConfigError, load_config

    try:
        new = load_config(path)
    except ConfigError as error:
        raise Failure(str(error), code=MISUSED) from error
    sections = [name for name in SECTIONS if name in new.model_fields_set]
    if not sections:
        raise Failure(f"{path}: has none of {', '.join(SECTIONS)}: nothing would be another", code=MISUSED)
    change: dict[str, Any] = {name: getattr(new, name) for name in sections}
    if "holidays" in sections:
        change["home"] = new.home  # a calendar file lies beside the file that names it
    return config.model_copy(update=change), sections


def _rules(config: "Config") -> "Rules":
    from mailgate.config_time import service_terms
    from mailgate.desk.what_if import Rules

    return Rules(terms=service_terms(config.terms), hours=hours_of(config))


def _print(found: "Sequence[TicketCompared]", zone: ZoneInfo, *, every: bool) -> None:
    from mailgate.desk.what_if import Change, sums

    for change in Change:
        rows = [_row(one, run, zone) for one in found for run in one.clocks if run.change is change]
        if rows and (every or change in (Change.LATE_NOW, Change.LATE_NO_MORE)):
            print_heading(f"{change.capitalize()} ({len(rows)})")
            print_table(_COLUMNS, rows, empty="")
    if not found:
        say("No program error was received in that time.")
        return
    print_heading("Sums")
    print_table(
        ("CLOCK", "PROGRAM ERRORS", "LATE, OLD", "LATE, NEW", "WOULD BE LATE", "LATE NO MORE"),
        [_sum_row(one) for one in sums(found)],
        empty="",
    )


def _row(one: "TicketCompared", run: "ClockCompared", zone: ZoneInfo) -> tuple[str, ...]:
    return (
        one.number, one.customer_code, str(int(one.level)), local(one.received_at, zone), run.clock,
        local(run.done_at, zone) or "not yet", local(run.old_due, zone), local(run.new_due, zone), run.change,
        one.subject,
    )  # fmt: skip


def _sum_row(one: "Sums") -> tuple[str, ...]:
    from mailgate.desk.what_if import Change

    late_now, no_more = one.changes[Change.LATE_NOW], one.changes[Change.LATE_NO_MORE]
    return one.clock, *map(str, (one.tickets, one.late_old, one.late_new, late_now, no_more))


def _under(path: Path, sections: Sequence[str], new: "Rules") -> str:
    """By which rules that was."""
    text = f"{', '.join(sections)} of {path}, the rest of the desk's configuration; nothing was changed."
    if "terms" not in sections:
        return f"{text}\nEach ticket is under the desk's own terms of the day of its receipt."
    days = ", ".join(str(one.effective_on) for one in sorted(new.terms, key=lambda one: one.published_on))
    return f"{text}\n{_TERMS_NOTE} Terms there: in force from {days}."


_TERMS_NOTE = (
    "Each ticket is under those terms of that file that are in force on the day of its receipt, "
    "by their own days; before the first of them, under the first."
)


def _record(found: "Sequence[TicketCompared]", sections: Sequence[str], new: "Rules") -> dict[str, Any]:
    from mailgate.desk.what_if import sums

    note = _TERMS_NOTE if "terms" in sections else None
    return {
        "sections": list(sections),
        "note": note,
        "terms_in_force_from": [one.effective_on for one in new.terms],
        "tickets": [_ticket_record(one) for one in found],
        "sums": {
            one.clock.value: {"tickets": one.tickets, "late_old": one.late_old, "late_new": one.late_new}
            | {change.name.lower(): count for change, count in one.changes.items()}
            for one in sums(found)
        },
    }


def _ticket_record(one: "TicketCompared") -> dict[str, Any]:
    clocks = {
        run.clock.value: {
            "done_at": run.done_at, "old_due": run.old_due, "new_due": run.new_due, "change": run.change.name.lower(),
        }
        for run in one.clocks
    }  # fmt: skip
    return {
        "number": one.number, "subject": one.subject, "customer": one.customer_code, "team": one.team,
        "level": int(one.level), "received_at": one.received_at, **clocks,
    }  # fmt: skip

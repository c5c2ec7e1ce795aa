"""``mailgate report``: a month in figures, as text, as a page for a manager, or as CSV for a spreadsheet."""

import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import redirect_stdout
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mailgate.cli.failure import MISUSED, Failure
from mailgate.cli.opening import Opened, opened
from mailgate.cli.output import local, print_fields, print_heading, print_raw, print_table, say
from mailgate.cli.report_csv import report_csv
from mailgate.cli.sla import hours_of, span

if TYPE_CHECKING:
    from mailgate.domain.figures import ClockTally, Group, MonthFigures, Tally

_MOST_CUSTOMERS = 20
_COUNTS = ("RECEIVED", "SOLVED", "REOPENED", "OPEN", "OVERDUE")
_TIMES = ("MEDIAN", "P90", "WORST", "IN TIME")
_CLOCKS = ("HANDLING", "SOLUTION")


class Format(StrEnum):
    """How a report is written."""

    TEXT = "text"
    CSV = "csv"
    HTML = "html"


def report(
    context: typer.Context,
    month: Annotated[
        str | None, typer.Option("--month", metavar="MONTH", help="Like 2026-11; default: the month before this one.")
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="For people, for spreadsheets, or for managers.")] = (
        Format.TEXT
    ),
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write it there.")] = None,
) -> None:
    """A month's tickets in figures: how many, how fast, against the terms; the worst, and what was held."""
    with opened(context) as desk:
        from mailgate.config_time import service_terms
        from mailgate.desk.figures import month_figures

        hours, first = hours_of(desk.config), _month(month, desk)
        with desk.database.reading() as uow:
            asked, before = month_figures(uow, first, terms=service_terms(desk.config.terms), hours=hours, now=desk.now)
        if out is not None:
            out.write_bytes(_WRITERS[form](asked, before, desk))
            say(f"{out}: {asked.first:%Y-%m} as {form.value}")
        elif form is Format.TEXT:
            _print(asked, before, desk)
        else:
            print_raw(_WRITERS[form](asked, before, desk))


def _month(text: str | None, desk: Opened) -> date:
    today = desk.now.astimezone(desk.zone).date()
    if text is None:
        return (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Failure(f"--month: {text!r} is no month; write it like 2026-11", code=MISUSED) from None
    if not date(1990, 2, 1) <= first <= today:
        why = "has not begun" if first > today else "is before there was mail to be counted"
        raise Failure(f"--month: {text} {why}", code=MISUSED)
    return first


def _html(asked: "MonthFigures", before: "MonthFigures", desk: Opened) -> bytes:
    from mailgate.notify.report_page import ReportSettings, report_page
    from mailgate.notify.template_check import WordingError
    from mailgate.shipped import templates_folder

    settings = ReportSettings(
        desk=desk.config.desk.name,
        language=desk.config.desk.language,
        zone=desk.zone,
        folders=[desk.config.own_templates, templates_folder()],
    )
    try:
        return report_page(asked, before, settings).encode()
    except WordingError as error:
        raise Failure(str(error), code=MISUSED) from error


def _text(asked: "MonthFigures", before: "MonthFigures", desk: Opened) -> bytes:
    with redirect_stdout(io.StringIO()) as page:
        _print(asked, before, desk)
    return page.getvalue().encode()


def _print(asked: "MonthFigures", before: "MonthFigures", desk: Opened) -> None:
    total, was = asked.total, before.total
    state = "over: as of its end" if asked.over else f"not over: as of {local(asked.as_of, desk.zone)}"
    print_fields(
        {
            "month": f"{asked.first:%Y-%m} ({state})",
            "received": f"{total.received} (month before: {was.received})",
            "solved": f"{total.solved} ({was.solved})",
            "open at end": f"{total.at_work}, overdue {total.overdue} ({was.at_work}, {was.overdue})",
            "in time": f"{_percent(total.share)} ({_percent(was.share)})",
            "reopened": f"{total.reopened} ({was.reopened})",
            "times": "open hours without waiting for the customer, h:mm; in time: of the deadlines decided this month",
        }
    )
    _print_groups("By type", asked.by_type)
    _print_groups("Program errors by level", asked.by_level)
    _print_groups("By team", asked.by_team)
    most = sorted(asked.by_customer, key=lambda one: one.tally.received, reverse=True)
    _print_groups("By customer", most[:_MOST_CUSTOMERS])
    if len(most) > _MOST_CUSTOMERS:
        say(f"and {len(most) - _MOST_CUSTOMERS} more, whole in --format csv")
    print_heading("The latest")
    columns = ("NUMBER", "LEVEL", "LATE FOR", "DUE", "DONE", "LATE BY", "TEAM", "CUSTOMER", "SUBJECT")
    _print_part(columns, _latest(asked, desk))
    print_heading("Held mails")
    held = [
        (one.cause.replace("_", " "), *map(str, (one.held, one.released, one.rejected, one.waiting)))
        for one in asked.held
    ]
    _print_part(("WHY", "HELD", "RELEASED", "REJECTED", "WAITING"), held)


def _latest(asked: "MonthFigures", desk: Opened) -> Iterator[tuple[str, ...]]:
    for one in asked.worst:
        if (late := one.worst) is not None:
            done = local(late.done_at, desk.zone) or "not yet"
            yield (
                one.number, str(int(one.level or 5)), late.clock, local(late.due, desk.zone), done, _span(late.late_by),
                one.team, one.customer_name, one.subject,
            )  # fmt: skip


def _print_groups(heading: str, groups: "Iterable[Group]") -> None:
    print_heading(heading)
    columns = (
        "",
        *_COUNTS,
        *(f"{clock}: {name}" if name == _TIMES[0] else name for clock in _CLOCKS for name in _TIMES),
    )
    rows = [
        (
            one.name.replace("_", " "),
            *map(str, _counts(one.tally)),
            *_times(one.tally.handling),
            *_times(one.tally.solution),
        )
        for one in groups
    ]
    _print_part(columns, rows)


def _print_part(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    if found := list(rows):
        print_table(columns, found, empty="")
    else:
        say("none")


def _counts(tally: "Tally") -> tuple[int, ...]:
    return tally.received, tally.solved, tally.reopened, tally.at_work, tally.overdue


def _times(clock: "ClockTally") -> tuple[str, ...]:
    spread = clock.spread
    times = (spread.median, spread.p90, spread.worst) if spread is not None else ()
    return *(map(_span, times) if times else ("-",) * 3), _percent(clock.share)


def _percent(share: float | None) -> str:
    from mailgate.domain.figures import percent

    return f"{percent(share)} %" if share is not None else "-"


def _span(time: timedelta) -> str:
    return span(timedelta(minutes=round(time / timedelta(minutes=1))))


_WRITERS: dict[Format, Callable[["MonthFigures", "MonthFigures", Opened], bytes]] = {
    Format.TEXT: _text,
    Format.CSV: lambda asked, _before, desk: report_csv(asked, desk),
    Format.HTML: _html,
}

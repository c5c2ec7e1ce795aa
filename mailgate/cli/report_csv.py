"""The month's report as CSV: one figure on each line, so that a pivot table can turn them."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from mailgate.cli.opening import Opened
from mailgate.domain.customer import Language
from mailgate.notify.inert import one_line

if TYPE_CHECKING:
    from mailgate.domain.figures import MonthFigures, Tally

_HOUR = timedelta(hours=1)
_BEGINS_FORMULA = re.compile(r"(\A|[,;][\s\"']*)(?=[=+\-@＝＋－＠])")  # some programs take the wide ones, too

Cell = str | int | float
Line = tuple[str, str, str, str, Cell]
"""Part, key, name, figure, value."""


def report_csv(asked: "MonthFigures", desk: Opened) -> bytes:
    """As a spreadsheet of the desk's language reads it: where the decimal is a comma, cells end with a semicolon."""
    comma = desk.config.desk.language is not Language.ENGLISH
    page = io.StringIO()
    writer = csv.writer(page, delimiter=";" if comma else ",")
    writer.writerow(("month", "part", "key", "name", "figure", "value"))
    for part, key, name, figure, value in _lines(asked, desk):
        words = (part, key, name, figure, _written(value, comma=comma))
        writer.writerow((f"{asked.first:%Y-%m}", *map(guarded, words)))
    return page.getvalue().encode("utf-8-sig")  # the mark tells spreadsheets that it is UTF-8


def _written(value: Cell, *, comma: bool) -> str:
    if not isinstance(value, float):
        return str(value)
    return f"{value:.2f}".replace(".", "," if comma else ".")


def guarded(text: str) -> str:
    """A cell that no spreadsheet takes for a formula, whoever wrote it, nor one that separates cells by another sign.

    Cleaned first: what begins a formula can hide behind what cannot be seen.
    """
    return _BEGINS_FORMULA.sub(r"\1'", one_line(text))


def _lines(asked: "MonthFigures", desk: Opened) -> Iterator[Line]:
    yield from (("total", "", "", name, value) for name, value in _named(asked.total))
    parts = {"type": asked.by_type, "level": asked.by_level, "team": asked.by_team, "customer": asked.by_customer}
    for part, groups in parts.items():
        yield from ((part, one.key, one.name, name, value) for one in groups for name, value in _named(one.tally))
    for day in asked.days:
        yield "day", str(day.day), "", "received", day.received
        yield "day", str(day.day), "", "solved", day.solved
    for one in asked.held:
        counts = {"held": one.held, "released": one.released, "rejected": one.rejected, "waiting": one.waiting}
        yield from (("held", one.cause.value, "", name, value) for name, value in counts.items())
    for ticket in asked.worst:
        if (late := ticket.worst) is not None:
            named: dict[str, Cell] = {
                "clock": late.clock.value, "level": int(ticket.level or 5), "team": ticket.team,
                "customer": ticket.customer_name, "due": _iso(late.due, desk), "done": _iso(late.done_at, desk),
                "late_hours": late.late_by / _HOUR,
            }  # fmt: skip
            yield from (("latest", ticket.number, ticket.subject, name, value) for name, value in named.items())


def _iso(at: datetime | None, desk: Opened) -> str:
    return at.astimezone(desk.zone).isoformat(timespec="minutes") if at is not None else ""


def _named(tally: "Tally") -> Iterator[tuple[str, Cell]]:
    counts = {
        "received": tally.received, "solved": tally.solved, "reopened": tally.reopened, "open": tally.at_work,
        "overdue": tally.overdue,
    }  # fmt: skip
    yield from counts.items()
    for name, clock in (("handling", tally.handling), ("solution", tally.solution)):
        yield f"{name}_met", clock.met
        yield f"{name}_missed", clock.missed
        if clock.spread is not None:
            yield f"{name}_count", clock.spread.count
            yield f"{name}_median_hours", clock.spread.median / _HOUR
            yield f"{name}_p90_hours", clock.spread.p90 / _HOUR
            yield f"{name}_worst_hours", clock.spread.worst / _HOUR

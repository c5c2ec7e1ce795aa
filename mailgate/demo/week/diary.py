"""How the week is told: day by day, each line with its time, what happened, which mails went out, how clocks stand."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from mailgate.demo.screen import Screen
from mailgate.demo.week.letters import NAMES, Draft
from mailgate.demo.witness import Answer
from mailgate.desk.standing import Standings
from mailgate.domain.day_plan import Closure, WhyClosed
from mailgate.domain.explain import Step, explain
from mailgate.domain.opening_hours import OpeningHours
from mailgate.domain.sla_history import SlaState, Standing
from mailgate.domain.ticket import Ticket

_BAR = 12
_PAUSED = "stands still, we wait for the customer"
_TONES = {
    Standing.BREACHED: "bold red",
    Standing.MISSED: "red",
    Standing.WARNING: "yellow",
    Standing.PAUSED: "cyan",
    Standing.MET: "green",
}
_CLOSED = {
    Closure.NIGHT: "closed for the night",
    Closure.LUNCH: "lunch",
    Closure.WEEKEND: "weekend",
    Closure.EXTRA: "closed",
}
_TELLING = frozenset({"status", "sla_alarm", "reminder", "closed_unanswered", "several"})
"""Kinds of mail whose subject says more than their name."""


class Diary(Screen):
    """See the module. ``hours``: whose calendar it is."""

    def __init__(self, hours: OpeningHours) -> None:
        super().__init__()
        self._hours = hours
        self._zone: ZoneInfo = hours.zone
        self._told_at = ""
        utf = self._console.encoding.startswith("utf")
        self._full, self._empty, self._mail, self._clock = ("█", "░", "✉", "⏱") if utf else ("#", ".", "mail", "clock")

    @contextmanager
    def closed(self) -> Iterator[None]:
        """Nothing is told meanwhile."""
        self._console.quiet = True
        try:
            yield
        finally:
            self._console.quiet = False

    def day(self, day: date, text: str = "") -> None:
        """A new page of the diary."""
        self._gap()
        self._told_at = ""
        title = Text(f"{_day(day)}: {self._open(day)}", style="bold yellow")
        self._print(Rule(title, align="left", style="yellow"))
        if text:
            self.tell(text)

    def writes(self, at: datetime, draft: Draft) -> None:
        """A mail comes in."""
        self._line(
            at, Text().append(f"{NAMES[draft.by]} writes: ", style="cyan").append(f"“{draft.said}”", style="italic")
        )

    def does(self, at: datetime, what: str) -> None:
        """A specialist, or the clock."""
        self._line(at, Text(what, style="bold"))

    def became(self, what: str) -> None:
        """What that has led to; read from the database, and checked."""
        self._under(Text().append(f"{self._tick} ", style="bold green").append(what))

    def went_out(self, at: datetime, mails: Iterable[Answer]) -> None:
        """Mails of one moment; the same kind to several people is one line."""

        def what(one: Answer) -> tuple[str, str]:
            return one.kind, one.subject if one.kind in _TELLING else ""

        in_order = sorted(mails, key=lambda one: (what(one), one.recipient))
        for (kind, _), same in groupby(in_order, key=what):
            theirs = list(same)
            names = ", ".join(NAMES.get(one.recipient, one.recipient) for one in theirs)
            line = Text().append(f"{self._mail} {kind.replace('_', ' ')}", style="green")
            line.append(f" to {names}")
            if kind in _TELLING:
                line.append(f": {theirs[0].subject}", style="dim")
            self._line(at, line)

    def clocks(self, at: datetime, ticket: Ticket, stands: Standings) -> None:
        """How far a program error's clocks have come."""
        if stands.due is None:
            return
        due, state = stands.due, stands.state
        if state.handling_started_at is None:
            self._clock_line("start", due.handling_due, stands.handling, self._share(state, due.handling_due, at), at)
        self._clock_line("solve", due.solution_due, stands.solution, self._share(state, due.solution_due, at), at)

    def _clock_line(self, what: str, due: datetime, standing: Standing | None, share: float, at: datetime) -> None:
        full = min(round(share * _BAR), _BAR)
        tone = _TONES.get(standing, "blue") if standing is not None else "blue"
        bar = self._full * full + self._empty * (_BAR - full)
        line = Text().append(f"{self._clock} {bar}", style=tone)
        line.append(f" {share:4.0%}  {what} by {self._moment(due, at)}")
        said = {Standing.PAUSED: _PAUSED, Standing.BREACHED: "TOO LATE", Standing.MET: "done in time"}
        if standing in said:
            line.append(f", {said[standing]}", style=tone)
        self._under(line)

    def _share(self, state: SlaState, due: datetime, at: datetime) -> float:
        clock = state.clock()
        pauses = clock.pauses if clock is not None else ()

        def counted(until: datetime) -> timedelta:
            steps = explain(self._hours, state.received_at, max(until, state.received_at), pauses=pauses, now=at)
            return sum((step.counted for step in steps), timedelta())

        whole = counted(due)
        return counted(min(state.resolved_at or at, due)) / whole if whole else 1.0

    def reckoning(self, steps: Sequence[Step]) -> None:
        """Every hour of a deadline, and why it counts or does not."""
        table = Table.grid(padding=(0, 2, 0, 0))
        for step in steps:
            first, last = (each.astimezone(self._zone) for each in (step.start, step.end))
            to = f"{last:%H:%M}" if first.date() == last.date() else f"{last:%a %d %b %H:%M}"
            why = "counts" if step.why is None else _why(step)
            shift = f", clocks go {step.clock_shift / timedelta(hours=1):+.0f} h" if step.clock_shift else ""
            counted = f"{step.counted / timedelta(hours=1):g} h" if step.counted else ""
            style = "" if step.counted else "dim"
            table.add_row(f"{first:%a %d %b %H:%M}", f"to {to}", counted, why + shift, style=style)
        self._under(table)

    def _under(self, what: Text | Table) -> None:
        grid = Table.grid(padding=(0, 1, 0, 0))
        grid.add_row(" " * 6, what)
        self._print(grid)

    def _line(self, at: datetime, what: Text) -> None:
        time = f"{at.astimezone(self._zone):%H:%M}"
        shown = time if time != self._told_at else ""
        self._told_at = time
        grid = Table.grid(padding=(0, 1, 0, 0))
        grid.add_row(Text(f"{shown:6}", style="bold"), what)
        self._print(grid)

    def _open(self, day: date) -> str:
        intervals = self._hours.intervals_on(day)
        if not intervals:
            why = self._hours.why_closed(datetime.combine(day, datetime.min.time(), self._zone) + timedelta(hours=12))
            return f"closed, {_reason(why)}" if why is not None else "closed"
        spans = (f"{a.astimezone(self._zone):%H:%M}–{b.astimezone(self._zone):%H:%M}" for a, b in intervals)
        why = self._hours.why_closed(intervals[-1][1] + timedelta(hours=1, minutes=30))
        eve = f", the day before {why.name}" if why is not None and why.closure is Closure.BEFORE_HOLIDAY else ""
        return f"open {' and '.join(spans)}{eve}"

    def _moment(self, at: datetime, now: datetime) -> str:
        local = at.astimezone(self._zone)
        same_day = local.date() == now.astimezone(self._zone).date()
        return f"{local:%H:%M}" if same_day else f"{_day(local.date())} {local:%H:%M}"


def _day(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B}"


def _why(step: Step) -> str:
    return _reason(step.why) if isinstance(step.why, WhyClosed) else _PAUSED


def _reason(why: WhyClosed) -> str:
    if why.closure is Closure.BEFORE_HOLIDAY:
        return f"closed early before {why.name}"
    return why.name or _CLOSED.get(why.closure, str(why.closure))

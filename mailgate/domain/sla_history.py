"""What happened to a ticket that its clocks must know, and how they stand: the present is always derived from history.

Events are in the order in which they were recorded. Their times may cross: a customer's reply is dated by its receipt,
which may be before the question that was recorded first; such a pause lasted no time.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from mailgate.domain.opening_hours import OpeningHours
from mailgate.domain.sla import Deadlines, Pause, SlaClock, deadlines
from mailgate.domain.terms import ServiceTerms, terms_in_force
from mailgate.domain.ticket import ServiceLevel, TicketType


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """The mail that opened the ticket was received."""

    at: datetime
    type: TicketType
    level: ServiceLevel | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reclassified:
    """Type or level are others; a workaround for level 1 or 2 is one of these, to level 3."""

    at: datetime
    type: TicketType
    level: ServiceLevel | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused:
    """The customer was asked."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed:
    """The customer replied."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HandlingStarted:
    """A specialist took it up."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """It was solved, as far as we knew."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened:
    """It was not solved after all."""

    at: datetime


SlaEvent = Opened | Reclassified | Paused | Resumed | HandlingStarted | Resolved | Reopened


class Standing(StrEnum):
    """How one clock stands."""

    RUNNING = "running"
    PAUSED = "paused"
    WARNING = "warning"
    BREACHED = "breached"
    MET = "met"
    MISSED = "missed"
    """Done, but too late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaState:
    """What history adds up to. ``waiting_since``: since when the customer is asked, or the ticket counts as solved."""

    type: TicketType
    level: ServiceLevel | None
    received_at: datetime
    terms: ServiceTerms
    pauses: tuple[Pause, ...] = ()
    waiting_since: datetime | None = None
    handling_started_at: datetime | None = None
    resolved_at: datetime | None = None

    def clock(self) -> SlaClock | None:
        """What its deadlines follow from; None if it is no program error, which alone has any."""
        if self.type is not TicketType.PROGRAM_ERROR:
            return None
        # The deadlines of what is solved stay where they were.
        open_since = self.waiting_since if self.resolved_at is None else None
        waiting = (Pause(open_since),) if open_since is not None else ()
        return SlaClock(
            received_at=self.received_at,
            level=self.level or ServiceLevel.STANDARD,  # guide: "Denna prioritetsnivå utgör standardnivå"
            terms=self.terms,
            pauses=self.pauses + waiting,
        )

    def deadlines(self, hours: OpeningHours, *, now: datetime) -> Deadlines | None:
        """Its deadlines, as of now if its clocks stand still; None if it has none."""
        clock = self.clock()
        return deadlines(clock, hours, now=now) if clock is not None else None

    def handling_standing(self, due: Deadlines, *, now: datetime) -> Standing:
        """How the clock until work on it starts stands."""
        return self._standing(self.handling_started_at, due.handling_warning, due.handling_due, now)

    def solution_standing(self, due: Deadlines, *, now: datetime) -> Standing:
        """How the clock until its solution stands."""
        return self._standing(self.resolved_at, due.solution_warning, due.solution_due, now)

    def _standing(self, done_at: datetime | None, warning: datetime, due: datetime, now: datetime) -> Standing:
        if done_at is not None:
            return Standing.MET if done_at <= due else Standing.MISSED
        if now > due:
            return Standing.BREACHED
        if self.waiting_since is not None:
            return Standing.PAUSED
        return Standing.WARNING if now >= warning else Standing.RUNNING


def replay(events: Iterable[SlaEvent], terms: Iterable[ServiceTerms], hours: OpeningHours) -> SlaState:
    """The present state of a ticket. Raises ``ValueError`` if its history does not begin with its opening."""
    first, *later = events
    if not isinstance(first, Opened):
        raise ValueError("a ticket's history begins with its opening")  # noqa: TRY004 - the history is wrong
    state = SlaState(
        type=first.type,
        level=first.level,
        received_at=first.at,
        terms=terms_in_force(terms, hours.local_day(first.at)),  # guide: it keeps the terms in force at receipt
    )
    for event in later:
        state = _after(state, event)
    return state


def _after(state: SlaState, event: SlaEvent) -> SlaState:
    match event:
        case Reclassified():
            return replace(state, type=event.type, level=event.level)
        case Paused():
            return state if state.waiting_since is not None else replace(state, waiting_since=event.at)
        case Resumed():
            return state if state.resolved_at is not None else _running_again(state, event.at)
        case HandlingStarted():
            return replace(state, handling_started_at=state.handling_started_at or event.at)
        case Resolved():
            return _resolved(state, event.at)
        case Reopened():
            return _running_again(replace(state, resolved_at=None), event.at)
        case _:
            raise ValueError("a ticket is opened once")


def _resolved(state: SlaState, at: datetime) -> SlaState:
    """Solved: that was handling, too. Until it is reopened the customer has it, and no clock runs (ours)."""
    if state.resolved_at is not None:
        return state
    started = state.handling_started_at or at
    return replace(_running_again(state, at), resolved_at=at, handling_started_at=started, waiting_since=at)


def _running_again(state: SlaState, at: datetime) -> SlaState:
    if state.waiting_since is None:
        return state
    lasted = Pause(state.waiting_since, max(at, state.waiting_since))
    return replace(state, pauses=(*state.pauses, lasted), waiting_since=None)

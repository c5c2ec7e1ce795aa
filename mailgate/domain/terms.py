"""The vendor's terms for program errors, by the day they take effect (guide, "Servicenivåer - tidsramar").

Says what is promised for each level. When that is, for a given mail, is for ``sla``.
"""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from mailgate.domain.ticket import ServiceLevel


class TargetUnit(StrEnum):
    """What a target for the solution is counted in."""

    SAME_DAY = "same day"
    SAME_WEEK = "same week"
    WEEKS = "weeks"
    MONTHS = "months"


@dataclass(frozen=True, slots=True)
class Target:
    """By when an error shall be solved; ``count`` is of weeks or months."""

    unit: TargetUnit
    count: int = 0

    def __str__(self) -> str:
        if self.unit in (TargetUnit.SAME_DAY, TargetUnit.SAME_WEEK):
            return self.unit.value
        return f"{self.count} {self.unit.value if self.count != 1 else self.unit.value[:-1]}"

    def day(self, *, received_on: date, handling_on: date) -> date:
        """The day at whose end the error shall be solved; ``handling_on``: the day by which handling shall start."""
        match self.unit:
            case TargetUnit.SAME_DAY:
                return handling_on
            case TargetUnit.SAME_WEEK:
                return handling_on + timedelta(days=7 - handling_on.isoweekday())
            case TargetUnit.WEEKS:
                return received_on + timedelta(weeks=self.count)
            case _:
                return months_later(received_on, self.count)


def months_later(day: date, months: int) -> date:
    """The same day of a later month; its last day, if it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What holds for one service level. ``handling_within``: open time until work on the error starts."""

    handling_within: timedelta
    target: Target

    def __post_init__(self) -> None:
        if self.handling_within <= timedelta():
            raise ValueError("handling starts within some open time, not within none")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceTerms:
    """One version of the terms. ``warn_at_percent``: the share of a clock's open time after which a warning is due."""

    published_on: date
    promises: Mapping[ServiceLevel, Promise]
    warn_at_percent: int = 75

    def __post_init__(self) -> None:
        if set(self.promises) != set(ServiceLevel):
            raise ValueError("terms promise something for each of the five levels")
        if not 0 < self.warn_at_percent <= 100:
            raise ValueError("a warning is due between 1 and 100 percent")

    @property
    def effective_on(self) -> date:
        """The first day of the month after they were published (guide, "SoftOne äger rätt att ändra villkoren")."""
        return months_later(self.published_on.replace(day=1), 1)


def terms_in_force(terms: Iterable[ServiceTerms], on: date) -> ServiceTerms:
    """The terms that hold on a day. What was before the first terms took effect is under these, too (ours)."""
    versions = sorted(terms, key=lambda one: one.published_on)
    # Of two that take effect together, the later publication is the vendor's last word.
    return next((one for one in reversed(versions) if one.effective_on <= on), versions[0])

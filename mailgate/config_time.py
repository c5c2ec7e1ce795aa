"""The tables of ``config.toml`` that say when the desk is open and what it promises, and the domain's values of them.

Which days are holidays is looked up in ``holiday_calendars``.
"""

import re
from collections.abc import Iterable
from datetime import date, time, timedelta
from typing import Annotated, Self, TypeVar

from pydantic import AfterValidator, Field, model_validator

from mailgate.config_section import Section
from mailgate.domain.day_plan import Holiday, Holidays, Hours, SpecialDay, WeekPlan
from mailgate.domain.rounds import RoundTimes
from mailgate.domain.terms import Promise, ServiceTerms, Target, TargetUnit
from mailgate.domain.ticket import ServiceLevel

_Value = TypeVar("_Value")


def _hours(text: str) -> Hours:
    match = re.fullmatch(r"(\d{1,2}):([0-5]\d)\s*[-–]\s*(\d{1,2}):([0-5]\d)", text)
    first, first_minute, last, last_minute = map(int, match.groups()) if match is not None else (0, 0, 0, 0)
    try:
        return Hours(timedelta(hours=first, minutes=first_minute), timedelta(hours=last, minutes=last_minute))
    except ValueError:
        raise ValueError(f"{text!r} are no hours of a day; write them like 08:00-16:00") from None


def _time_of_day(text: str) -> timedelta:
    match = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", text)
    if match is None or text in {"0:00", "00:00"}:
        raise ValueError(f"{text!r} is no time at which a day can end early; write it like 13:00, or leave it empty")
    return timedelta(hours=int(match[1]), minutes=int(match[2]))


def _target(text: str) -> Target:
    if text in (TargetUnit.SAME_DAY, TargetUnit.SAME_WEEK):
        return Target(TargetUnit(text))
    match = re.fullmatch(r"([1-9]\d{0,2}) (week|month)s?", text)
    if match is None:
        raise ValueError(f'{text!r} is no target; write "same day", "same week", "4 weeks" or "6 months"')
    return Target(TargetUnit(f"{match[2]}s"), int(match[1]))


def _is_hours(text: str) -> str:
    _hours(text)
    return text


def _is_hours_or_empty(text: str) -> str:
    return _is_hours(text) if text else text


def _is_time_or_empty(text: str) -> str:
    if text:
        _time_of_day(text)
    return text


def _is_time(text: str) -> str:
    if re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text) is None:
        raise ValueError(f"{text!r} is no time of day; write it like 07:00")
    return text


def _is_target(text: str) -> str:
    _target(text)
    return text


def _one_for_each_level(values: tuple[_Value, ...]) -> tuple[_Value, ...]:
    if len(values) != len(ServiceLevel):
        raise ValueError(f"there are {len(values)} here; write one for each of the levels 1 to {len(ServiceLevel)}")
    return values


DayHours = tuple[Annotated[str, AfterValidator(_is_hours)], ...]


class HoursConfig(Section):
    """The week (guide, "Öppettider")."""

    monday: DayHours = ("08:00-16:00",)
    tuesday: DayHours = ("08:00-16:00",)
    wednesday: DayHours = ("08:00-16:00",)
    thursday: DayHours = ("08:00-16:00",)
    friday: DayHours = ("08:00-16:00",)
    saturday: DayHours = ()
    sunday: DayHours = ()
    lunch: Annotated[str, AfterValidator(_is_hours_or_empty)] = "12:00-13:00"
    closes_before_holiday: Annotated[str, AfterValidator(_is_time_or_empty)] = "13:00"

    @model_validator(mode="after")
    def _makes_a_week(self) -> Self:
        week_plan(self, (), holidays=_no_holidays)
        return self


class HolidaysConfig(Section):
    country: str = Field(default="SE", pattern=r"^([A-Z]{2})?$")
    subdivision: str = ""
    categories: tuple[str, ...] = ("public",)
    closed_eves: tuple[str, ...] = ("Midsommarafton", "Julafton", "Nyårsafton")
    language: str = "sv"
    calendar_file: str = ""
    working_days: tuple[str, ...] = ()


class DigestConfig(Section):
    at: Annotated[str, AfterValidator(_is_time)] = "07:00"
    overview_at: Annotated[str, AfterValidator(_is_time)] = "08:00"
    status_at: Annotated[str, AfterValidator(_is_time)] = "09:00"


class SpecialDayConfig(Section):
    day: date
    hours: DayHours = ()
    why: str = ""

    @model_validator(mode="after")
    def _does_not_overlap(self) -> Self:
        week_plan(HoursConfig(), (self,), holidays=_no_holidays)
        return self


class TermsConfig(Section):
    published: date
    handling_hours: Annotated[tuple[Annotated[float, Field(gt=0, le=2000)], ...], AfterValidator(_one_for_each_level)]
    targets: Annotated[tuple[Annotated[str, AfterValidator(_is_target)], ...], AfterValidator(_one_for_each_level)]
    warn_at_percent: int = Field(default=75, ge=1, le=100)


def _each_day_once(days: tuple[SpecialDayConfig, ...]) -> tuple[SpecialDayConfig, ...]:
    _no_day_twice(special.day for special in days)
    return days


def _each_publication_once(versions: tuple[TermsConfig, ...]) -> tuple[TermsConfig, ...]:
    if not versions:
        raise ValueError("there are no terms; leave [[terms]] out to have those of the guide")
    _no_day_twice(terms.published for terms in versions)
    return versions


def _no_day_twice(days: Iterable[date]) -> None:
    seen: set[date] = set()
    for day in days:
        if day in seen:
            raise ValueError(f"{day} stands twice")
        seen.add(day)


SpecialDays = Annotated[tuple[SpecialDayConfig, ...], AfterValidator(_each_day_once)]
TermsVersions = Annotated[tuple[TermsConfig, ...], AfterValidator(_each_publication_once)]

GUIDE_TERMS = TermsConfig(
    published=date(2025, 12, 1),
    handling_hours=(2, 4, 12, 48, 48),
    targets=("same day", "same week", "4 weeks", "6 months", "12 months"),
)
"""guide, "Servicenivåer - tidsramar"; the day is ours."""


def _no_holidays(_day: date) -> Holiday | None:
    return None


def week_plan(hours: HoursConfig, special_days: Iterable[SpecialDayConfig], *, holidays: Holidays) -> WeekPlan:
    """The plan of the week. Raises ``ValueError`` if hours overlap, or there are none."""
    week = (
        hours.monday, hours.tuesday, hours.wednesday, hours.thursday, hours.friday, hours.saturday, hours.sunday,
    )  # fmt: skip
    early = hours.closes_before_holiday
    return WeekPlan(
        week=tuple(tuple(map(_hours, day)) for day in week),
        holidays=holidays,
        lunch=_hours(hours.lunch) if hours.lunch else None,
        closes_before_holiday=_time_of_day(early) if early else None,
        special={one.day: SpecialDay(hours=tuple(map(_hours, one.hours)), why=one.why) for one in special_days},
    )


def round_times(digest: DigestConfig) -> RoundTimes:
    """When the rounds of mails to many begin."""
    at, overview_at, status_at = map(time.fromisoformat, (digest.at, digest.overview_at, digest.status_at))
    return RoundTimes(digest=at, overview=overview_at, status=status_at)


def service_terms(versions: Iterable[TermsConfig]) -> tuple[ServiceTerms, ...]:
    """The terms, as the domain knows them."""
    return tuple(
        ServiceTerms(
            published_on=one.published,
            promises={
                level: Promise(handling_within=timedelta(hours=within), target=_target(target))
                for level, within, target in zip(ServiceLevel, one.handling_hours, one.targets, strict=True)
            },
            warn_at_percent=one.warn_at_percent,
        )
        for one in versions
    )

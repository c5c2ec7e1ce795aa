"""Which days are holidays: out of the ``holidays`` library, and an iCalendar file (RFC 5545) where one is configured.

The only user of both libraries. What a holiday does to the opening hours is for ``domain.day_plan``.
"""

from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import holidays as library

from mailgate.config import Config
from mailgate.config_time import HolidaysConfig, week_plan
from mailgate.domain.day_plan import Holiday, Holidays
from mailgate.domain.opening_hours import OpeningHours

_KNOWN_IN = range(2020, 2030)  # names of eves are looked for in these years
_DAY = timedelta(days=1)
_EARLIEST, _LATEST = datetime(1990, 1, 1), datetime(2100, 12, 31)  # noqa: DTZ001 - days, not moments
_Year = Mapping[date, Holiday]


class CalendarError(Exception):
    """The holidays cannot be looked up; one line, for the operator."""


def opening_hours(config: Config) -> OpeningHours:
    """The desk's opening hours. Raises ``CalendarError``."""
    holidays = holidays_of(config.holidays, config.home)
    return OpeningHours(
        plan=week_plan(config.hours, config.special_days, holidays=holidays), zone=ZoneInfo(config.desk.time_zone)
    )


def holidays_of(config: HolidaysConfig, home: Path) -> Holidays:
    """The holidays that the configuration names. Raises ``CalendarError``."""
    sources: list[Callable[[int], _Year]] = []
    if config.calendar_file:
        sources.append(_of_file(home / config.calendar_file))
    if config.country:
        sources.append(_of_country(config))
    working = {name.casefold() for name in config.working_days}

    @cache
    def of_year(number: int) -> _Year:
        found = ChainMap(*(dict(source(number)) for source in sources))
        return {day: holiday for day, holiday in found.items() if holiday.name.casefold() not in working}

    return lambda day: of_year(day.year).get(day)


def _of_country(config: HolidaysConfig) -> Callable[[int], _Year]:
    _check(config)

    def of_year(number: int) -> _Year:
        eves = {
            day: Holiday(name=name, official=False)
            for day, names in _days(config, number, _other_categories(config))
            for name in names
            if name in config.closed_eves
        }
        red = {day: Holiday(name=", ".join(names)) for day, names in _days(config, number, config.categories)}
        return eves | red

    return of_year


def _days(config: HolidaysConfig, number: int, categories: tuple[str, ...]) -> Iterator[tuple[date, list[str]]]:
    if categories:
        found = library.country_holidays(
            config.country,
            subdiv=config.subdivision or None,
            years=number,
            categories=categories,
            language=config.language or None,
        )
        for day in found:
            yield day, found.get_list(day)


def _supported(config: HolidaysConfig) -> library.HolidayBase:
    return library.country_holidays(config.country, subdiv=config.subdivision or None)


def _other_categories(config: HolidaysConfig) -> tuple[str, ...]:
    """Those in which days stand that are no red days."""
    return tuple(name for name in _supported(config).supported_categories if name not in config.categories)


def _check(config: HolidaysConfig) -> None:
    """Find what the library would stumble over, or, worse, pass over in silence."""
    try:
        country = _supported(config)
    except NotImplementedError as error:
        place = f"{config.country} {config.subdivision}".strip()
        raise CalendarError(f"holidays: nothing is known of {place}; countries are written like SE") from error
    _among("holidays.categories", config.categories, tuple(country.supported_categories))
    if config.language and config.country and country.supported_languages:
        _among("holidays.language", (config.language,), tuple(country.supported_languages))
    others = _other_categories(config)
    named = {name for year in _KNOWN_IN for _, names in _days(config, year, others) for name in names}
    red = {name for year in _KNOWN_IN for _, names in _days(config, year, config.categories) for name in names}
    _among("holidays.closed_eves", tuple(set(config.closed_eves) - red), tuple(named))


def _among(key: str, wanted: tuple[str, ...], known: tuple[str, ...]) -> None:
    for name in sorted(wanted):
        if name not in known:
            raise CalendarError(f"{key}: {name!r} is not known there; known are {', '.join(sorted(known)) or 'none'}")


def _of_file(path: Path) -> Callable[[int], _Year]:
    """The all-day events of an iCalendar file, as red days. What has a time of day is an appointment, no holiday."""
    from icalendar import Calendar  # noqa: PLC0415 - only a desk that names a file waits for it

    try:
        events = list(Calendar.from_ical(path.read_bytes()).walk("VEVENT"))
        days = {day: holiday for event in events if _is_day_off(event) for day, holiday in _occurrences(event)}
    except OSError as error:
        raise CalendarError(f"holidays.calendar_file: {path}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise CalendarError(f"holidays.calendar_file: {path} is no sound iCalendar file: {error!r}") from error
    if not days:
        raise CalendarError(f"holidays.calendar_file: {path} has no all-day events")
    return lambda number: {day: holiday for day, holiday in days.items() if day.year == number}


def _is_day_off(event: Any) -> bool:
    return not isinstance(event["DTSTART"].dt, datetime) and str(event.get("STATUS", "")).upper() != "CANCELLED"


def _occurrences(event: Any) -> Iterator[tuple[date, Holiday]]:
    """Each day of an event, each time it comes round."""
    first: date = event["DTSTART"].dt
    end = event["DTEND"].dt if "DTEND" in event else first + (event["DURATION"].dt if "DURATION" in event else _DAY)
    holiday = Holiday(name=str(event.get("SUMMARY", "")).strip())
    for start in _starts(event, datetime.combine(first, time.min)):
        # RFC 5545 §3.6.1: DTEND is the day after the last; a lone DTSTART is one day.
        for offset in range(max((end - first).days, 1)):
            yield start + timedelta(days=offset), holiday


def _starts(event: Any, first: datetime) -> Iterator[date]:
    """When it begins, as often as RRULE and RDATE say and EXDATE does not forbid (RFC 5545 §3.8.5)."""
    from dateutil.rrule import rruleset, rrulestr  # noqa: PLC0415 - as above

    rules = rruleset()
    rules.rdate(first)
    for rule in _listed(event, "RRULE"):
        # An UNTIL with a time of day, which generators write, does not go with a day; the day is what is meant.
        until = [datetime.combine(at, time.min) for at in rule.get("UNTIL", [])]
        text = ";".join(part for part in rule.to_ical().decode().split(";") if not part.startswith("UNTIL="))
        rules.rrule(rrulestr(text, dtstart=first).replace(until=min(until, default=None)))
    for key, add in (("RDATE", rules.rdate), ("EXDATE", rules.exdate)):
        for entry in _listed(event, key):
            for at in entry.dts:
                add(datetime.combine(at.dt, time.min))
    return (at.date() for at in rules.between(_EARLIEST, _LATEST, inc=True))


def _listed(event: Any, key: str) -> list[Any]:
    """A property that may stand in an event several times."""
    given = event.get(key, [])
    return given if isinstance(given, list) else [given]

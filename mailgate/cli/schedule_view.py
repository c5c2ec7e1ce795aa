"""``mailgate schedule``: what would go out until a day, if nothing else happened. Nothing is sent."""

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mailgate.cli.failure import MISUSED, Failure
from mailgate.cli.opening import workshop
from mailgate.cli.options import AsJson
from mailgate.cli.output import local, print_json, print_table

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from mailgate.desk.forecast import Expected

_DAY = timedelta(days=1)
_FARTHEST = 366
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def schedule(
    context: typer.Context,
    until: Annotated[
        str, typer.Option("--until", metavar="DAY", help="2026-11-27, friday, today or tomorrow; that day counts.")
    ] = "today",
    as_json: AsJson = False,
) -> None:
    """What would go out until a day: warnings, status mails, reminders, digests. Nothing is sent.

    What could not be told is listed with its trouble, and when it is tried again.
    """
    with workshop(context) as shop:
        from mailgate.app import now
        from mailgate.desk.forecast import forecast
        from mailgate.domain.wall_clock import moment

        at, hours = now(), shop.house.hours
        last = _day(until, today=hours.local_day(at))
        end = moment(datetime.combine(last + _DAY, time.min), hours.zone)
        with shop.database.reading() as uow:
            expected = forecast(uow, shop.house, now=at, until=end)
    if as_json:
        print_json([_record(each) for each in expected], zone=hours.zone)
        return
    empty = f"nothing would go out until the end of {last}"
    print_table(
        ("WHEN", "WHAT", "TICKET", "LEVEL", "SUBJECT"), [_row(each, hours.zone) for each in expected], empty=empty
    )


def _day(text: str, *, today: date) -> date:
    """The next day of this name, or the day of this date."""
    wanted = text.strip().casefold()
    week = [today + ahead * _DAY for ahead in range(7)]
    names = {"today": today, "tomorrow": today + _DAY} | {_WEEKDAYS[day.weekday()]: day for day in week}
    try:
        day = names.get(wanted) or date.fromisoformat(wanted)
    except ValueError:
        raise Failure(f"--until: {text!r} is no day; write 2026-11-27, friday or tomorrow", code=MISUSED) from None
    if not today <= day <= today + _FARTHEST * _DAY:
        raise Failure(f"--until: {day} is not within a year from today", code=MISUSED)
    return day


def _row(each: "Expected", zone: "ZoneInfo") -> tuple[str, ...]:
    ticket, what = each.ticket, each.what.replace("_", " ")
    if each.trouble is not None:
        number = str(ticket.number) if ticket is not None else "?"
        return local(each.at, zone), f"{what}, again", number, "", f"could not be told: {each.trouble}"
    if ticket is None:
        return local(each.at, zone), what, "", "", f"{each.mails} mail{'' if each.mails == 1 else 's'}"
    return (
        local(each.at, zone),
        what,
        str(ticket.number),
        str(int(ticket.level)) if ticket.level else "",
        ticket.subject,
    )


def _record(each: "Expected") -> dict[str, Any]:
    ticket = each.ticket
    return {
        "at": each.at,
        "what": each.what,
        "ticket": str(ticket.number) if ticket is not None else None,
        "level": ticket.level if ticket is not None else None,
        "subject": ticket.subject if ticket is not None else None,
        "mails": each.mails,
        "trouble": each.trouble,
    }

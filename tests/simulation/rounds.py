"""Digests and overviews: who had to get one on which day, and at which hours; worked out from the chronicle alone.

What stands in them is for other tests. Of overviews only a part can be told without following the tickets: nobody gets
two in a week, and everybody gets one whose company certainly has a ticket at work.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time

from tests.simulation.cast import SPECIALISTS, SUPERUSERS
from tests.simulation.chronicle import Chronicle, Moved, Opened, Replied, Ticked, Told
from tests.simulation.open_minutes import OpenMinutes

_BEGINS = {"digest": time(7), "overview": time(8)}
_NOT_AT_WORK = frozenset({"ask", "resolve", "close"})
_Sent = tuple[str, str, date]


def faults(queued: Iterable[Told], chronicle: Chronicle, minutes: OpenMinutes) -> list[str]:
    """What is wrong with the rounds, one line each."""
    sent: Counter[_Sent] = Counter()
    found = []
    for kind, to, _, at in queued:
        if kind in _BEGINS:
            sent[kind, to, _of(kind, minutes.day(minutes.minute(at)))] += 1
            if not _in_time(kind, at, minutes):
                found.append(f"{kind} to {to} at {at}")
    demanded = set(_digests(chronicle, minutes)) | set(_overviews(chronicle, minutes))
    found += [f"{count} times: {one}" for one, count in sent.items() if count > 1]
    found += [f"not sent: {one}" for one in demanded if one not in sent]
    found += [f"not demanded: {one}" for one in sent if one[0] == "digest" and one not in demanded]
    return found


def at_night(mails: Iterable[Told], minutes: OpenMinutes) -> list[Told]:
    """What the clock brought to people while the desk was closed, and had been for longer than a moment."""
    of_the_clock = ("status", "reminder", "closed_unanswered", "warned", "breached")
    return [
        one for one in mails if one.kind.startswith(of_the_clock) and not _just_open(minutes.minute(one.at), minutes)
    ]


def _just_open(at: int, minutes: OpenMinutes) -> bool:
    return any(minutes.is_open(at - back) for back in range(12))


def _of(kind: str, day: date) -> date:
    """The day a round belongs to; overviews belong to a week, here named by its Monday."""
    return day if kind == "digest" else date.fromordinal(day.toordinal() - day.weekday())


def _in_time(kind: str, at: datetime, minutes: OpenMinutes) -> bool:
    minute = minutes.minute(at)
    day = minutes.day(minute)
    if not minutes.is_working(day):
        return False
    return minutes.at_wall(day, _BEGINS[kind]) <= minute < minutes.closing_by(day)


def _looks(kind: str, chronicle: Chronicle, minutes: OpenMinutes) -> Iterator[tuple[int, date]]:
    """The first chance of each round: its place in the chronicle, and its day."""
    seen: set[date] = set()
    for place, one in enumerate(chronicle.happenings):
        if isinstance(one, Ticked) and _in_time(kind, one.at, minutes):
            day = _of(kind, minutes.day(minutes.minute(one.at)))
            if day not in seen:
                seen.add(day)
                yield place, day


def _digests(chronicle: Chronicle, minutes: OpenMinutes) -> Iterator[_Sent]:
    for _, day in _looks("digest", chronicle, minutes):
        yield from (("digest", one.address, day) for one in SPECIALISTS)


def _overviews(chronicle: Chronicle, minutes: OpenMinutes) -> Iterator[_Sent]:
    for place, day in _looks("overview", chronicle, minutes):
        houses = _surely_at_work(chronicle, place)
        yield from (("overview", one.address, day) for one in SUPERUSERS if one.house in houses)


def _surely_at_work(chronicle: Chronicle, until: int) -> set[str]:
    """Companies with a ticket to which nothing was done that could end in its closing."""
    house_of = {one.address: one.house for one in SUPERUSERS}
    owners: dict[str, str] = {}
    doubtful: dict[str, bool] = defaultdict(bool)
    for one in chronicle.happenings[:until]:
        if isinstance(one, Opened):
            owners[one.number] = house_of[one.by]
        elif isinstance(one, Replied):
            doubtful[one.number] = False
        elif isinstance(one, Moved) and (one.move in _NOT_AT_WORK or one.move == "reopen"):
            doubtful[one.number] = one.move in _NOT_AT_WORK
    return {house for number, house in owners.items() if not doubtful[number]}

"""Which mails the rules of the service desk demand, worked out from the chronicle of a world alone.

Shares no code with the product: it follows each ticket by itself from change to change, and asks of each thing that
falls due which was the first working minute at which it could be told. Where the rules leave room it holds to the
product's choices; each is marked "choice".
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tests.simulation.chronicle import Arrived, Chronicle, Happening, Moved, Opened, Replied, Ticked, Told
from tests.simulation.open_minutes import OpenMinutes

ON_TIME = 10
"""Minutes. Choice: what falls due as the desk closes still goes out if it is on time; what is late waits."""

_MOVE_TELLS = {
    "answer": "answer", "ask": "asked", "workaround": "workaround", "level": "level_changed", "type": "type_changed",
    "resolve": "resolved", "close": "closed", "reopen": "reopened",
}  # fmt: skip
_STARTS = frozenset({"take", "answer", "ask", "workaround"})
_Due = tuple[str, int]
_NEVER = 1 << 60


class Ticks:
    """When the desk looked what is due."""

    def __init__(self, happenings: Iterable[Happening], minutes: OpenMinutes) -> None:
        self._minutes = minutes
        self._runs: list[tuple[list[int], list[int]]] = []
        for place, one in enumerate(happenings):
            if isinstance(one, Ticked):
                at = minutes.minute(one.at)
                if not self._runs or at < self._runs[-1][1][-1]:
                    self._runs.append(([], []))  # the clock was set back
                self._runs[-1][0].append(place)
                self._runs[-1][1].append(at)

    def first(self, due: int, *, since: int, until: int) -> tuple[int, int] | None:
        """Place in the chronicle and time of the first look at which something that is due is told."""
        for places, times in self._runs:
            found = max(bisect_left(places, since), bisect_left(times, due))
            if found < len(times) and times[found] - due > ON_TIME and not self._minutes.is_open(times[found]):
                found = max(found, bisect_left(times, self._minutes.first_open(times[found])))
            if found < len(times) and places[found] < until:
                return places[found], times[found]
        return None


class Unread:
    """Mail that the desk had at some time, and had not read."""

    def __init__(self, happenings: Iterable[Happening], minutes: OpenMinutes) -> None:
        self._waited: list[tuple[int, int, int]] = []
        arrived: dict[int, tuple[int, int]] = {}
        for place, one in enumerate(happenings):
            if isinstance(one, Arrived):
                arrived[one.mail] = place, minutes.minute(one.received_at)
            elif isinstance(one, Opened | Replied):
                since, received = arrived.pop(one.mail)
                self._waited.append((since, place, received))
        self._waited += [(since, _NEVER, received) for since, received in arrived.values()]

    def received_by(self, due: int, *, place: int) -> bool:
        """Whether at this place mail lay there unread that was received when something fell due, or before."""
        return any(since < place < until and received <= due for since, until, received in self._waited)


@dataclass(kw_only=True)
class _Ticket:
    """One ticket's life."""

    chronicle: Chronicle
    minutes: OpenMinutes
    ticks: Ticks
    unread: Unread
    opened: Opened
    type: str = ""
    level: int | None = None
    team: str = ""
    status: str = "open"
    readers: list[str] = field(default_factory=list)
    received: int = 0
    started: bool = False
    begun: bool = False
    asked: int = 0
    resting_since: int | None = None
    pauses: list[tuple[int, int]] = field(default_factory=list)
    dealt_with: set[_Due] = field(default_factory=set)
    status_due: int | None = None
    status_told: int = 0

    def mails(self, life: list[tuple[int, Happening]]) -> Iterator[Told]:
        ends = [place for place, _ in life[1:]] + [len(self.chronicle.happenings)]
        for (place, one), until in zip(life, ends, strict=True):
            yield from self._happens(one)
            yield from self._falls_due(place, until)

    # what people do

    def _happens(self, one: Happening) -> Iterator[Told]:
        match one:
            case Opened():
                yield from self._opens(one)
            case Replied():
                yield from self._is_replied(one)
            case Moved():
                yield from self._is_moved(one)
        self._plan_status(self.minutes.minute(one.at))

    def _opens(self, one: Opened) -> Iterator[Told]:
        self.type, self.level, self.team = one.type, one.level, one.team
        self.received = self.minutes.minute(one.received_at)
        self.readers = list(dict.fromkeys((one.by, *one.cc)))
        # Choice: receipts, and what tells the team of new words, go out at once by day and night.
        yield Told("receipt", one.by, one.number, one.at)
        yield from (Told("team_new_ticket", to, one.number, one.at) for to in self.chronicle.teams[self.team])

    def _is_replied(self, one: Replied) -> Iterator[Told]:
        if self.status != "open":
            received = self.minutes.minute(one.received_at)
            assert self.resting_since is not None
            # Choice: a reply counts from when it was received, but not from before the question.
            self.pauses.append((self.resting_since, max(received, self.resting_since)))
            self.status, self.resting_since = "open", None
        steps_in = one.by not in self.readers
        self.readers = list(dict.fromkeys((*self.readers, one.by, *one.cc)))
        if steps_in and self.opened.by not in one.cc:
            # Choice: a colleague who steps in hears of the ticket from then on; its own SuperUser is told so, once.
            yield Told("colleague_wrote", self.opened.by, one.number, one.at)
        yield Told("joined", one.by, one.number, one.at)
        yield from (Told("team_follow_up", to, one.number, one.at) for to in self.chronicle.teams[self.team])

    def _is_moved(self, one: Moved) -> Iterator[Told]:
        at, kind = self.minutes.minute(one.at), _MOVE_TELLS.get(one.move, "")
        if one.move == "take":
            # Choice: that handling has started is told by what started it, and once.
            kind = "" if self.begun else "handling_started"
        self.begun = self.begun or one.move in _STARTS
        self.started = self.started or self.begun or one.move in {"resolve", "close"}
        self._change(one, at)
        if kind:
            yield from (Told(kind, to, one.number, one.at) for to in self.readers)
        if one.move == "team":
            yield from (Told("team_handed_over", to, one.number, one.at) for to in self.chronicle.teams[self.team])

    def _change(self, one: Moved, at: int) -> None:
        match one.move:
            case "workaround":
                self.level = 3
            case "level":
                self.level = int(one.to)
            case "type":
                self.type, self.level = one.to, 5 if one.to == "program_error" else None
            case "team":
                self.team = one.to
            case "ask":
                self.status, self.asked = "waiting", at
                self.resting_since = at if self.resting_since is None else self.resting_since
            case "resolve" | "close":
                # Choice: until it is reopened the customer has it, and no clock runs.
                self.status = "resolved" if one.move == "resolve" else "closed"
                self.resting_since = at if self.resting_since is None else self.resting_since
            case "reopen":
                assert self.resting_since is not None
                self.pauses.append((self.resting_since, max(at, self.resting_since)))
                self.status, self.resting_since = "open", None

    def _plan_status(self, at: int) -> None:
        if self.type != "program_error" or self.status not in {"open", "waiting"}:
            self.status_due = None
        elif self.status_due is None or self.status_due > at:
            # What is due already is still owed, whatever happens in the meantime.
            after = max(at, self.status_told)
            self.status_due = self.minutes.next_status(self.level or 5, self.received, after)

    # what the clock does

    def _falls_due(self, place: int, until: int) -> Iterator[Told]:
        while look := self._next_look(place, until):
            place, at = look
            due = [one for one in self._planned() if self.ticks.first(one[1], since=place, until=place + 1)]
            if any(kind == "closing" and self.unread.received_by(at, place=place) for kind, at in due):
                # Choice: whatever mail that is, it may be the answer; until it is read the ticket is left alone.
                place += 1
                continue
            self.dealt_with.update(due)
            yield from self._told(dict(due), at)

    def _next_look(self, place: int, until: int) -> tuple[int, int] | None:
        looks = (self.ticks.first(at, since=place, until=until) for _, at in self._planned())
        return min((look for look in looks if look is not None), default=None)

    def _planned(self) -> list[_Due]:
        planned: list[_Due] = []
        if self.status == "waiting":
            planned += [(kind, self.minutes.working_days_later(self.asked, days)) for kind, days in _QUESTION.items()]
        if self.status == "open" and self.type == "program_error":
            planned += self._alarms()
        if self.status_due is not None:
            planned.append(("status", self.status_due))
        # The same moment of the same clock is told once for ever, whatever changes there and back.
        return [one for one in planned if one not in self.dealt_with]

    def _alarms(self) -> Iterator[_Due]:
        deadlines = self.minutes.deadlines(self.level or 5, self.received, self.pauses)
        for clock, (warning, breach) in deadlines.items():
            if clock == "solution" or not self.started:
                yield f"warned {clock}", warning
                yield f"breached {clock}", breach

    def _told(self, due: dict[str, int], at: int) -> Iterator[Told]:
        now, number = self.minutes.moment(at), self.opened.number
        if "closing" in due:
            # Choice: what is closed at this minute is told nothing else.
            self.status, self.status_due = "closed", None
            yield from (Told("closed_unanswered", to, number, now) for to in self.readers)
            return
        for kind in due:
            if kind == "status":
                self.status_told = due["status"]
                # Choice: what was missed is told once; the next one is the next of the schedule.
                self.status_due = self.minutes.next_status(self.level or 5, self.received, at)
            # Choice: where both are late, that it has run out is enough.
            if not (kind.startswith("warned") and kind.replace("warned", "breached") in due):
                yield from (Told(kind, to, number, now) for to in self._readers_of(kind))

    def _readers_of(self, kind: str) -> Iterable[str]:
        if kind in {"status", "reminder"}:  # choice: a status mail also while we wait for the customer
            return self.readers
        heads = self.chronicle.heads if kind.startswith("breached") else ()
        return dict.fromkeys((*self.chronicle.teams[self.team], *heads))


_QUESTION = {"reminder": 5, "closing": 10}


def demanded(chronicle: Chronicle, minutes: OpenMinutes) -> Counter[Told]:
    """All mails that had to go out."""
    ticks, unread = Ticks(chronicle.happenings, minutes), Unread(chronicle.happenings, minutes)
    lives: dict[str, list[tuple[int, Happening]]] = defaultdict(list)
    for place, one in enumerate(chronicle.happenings):
        if not isinstance(one, Ticked | Arrived):
            lives[one.number].append((place, one))
    mails: Counter[Told] = Counter()
    for life in lives.values():
        opened = life[0][1]
        assert isinstance(opened, Opened)
        ticket = _Ticket(chronicle=chronicle, minutes=minutes, ticks=ticks, unread=unread, opened=opened)
        mails.update(ticket.mails(life))
    return mails

"""The specialists' digest: what waits for each of them this morning, worst first, and how their team stands.

Everything is gathered in a few statements for all specialists at once; the same digest is never sent twice.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from mailgate.desk.tell import to_person
from mailgate.domain.customer import Specialist
from mailgate.domain.news import DigestContent, TeamFigures, TicketLine
from mailgate.domain.opening_hours import OpeningHours
from mailgate.domain.outgoing import Notice
from mailgate.domain.rounds import RoundKind, RoundTimes, working_day_before
from mailgate.domain.ticket import Status
from mailgate.store.ticket_lists import Group, Morning, Pile
from mailgate.store.unit_of_work import UnitOfWork

LONGEST_LIST = 40
"""Of one group; nobody reads more in a mail, and a team in trouble has thousands."""

_SHARED = (Group.BREACHED, Group.DUE_TODAY, Group.NEW, Group.WAITING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """How all teams stand; each digest is a view of it."""

    day: date
    worst: Mapping[Pile, Sequence[TicketLine]]
    sizes: Mapping[Pile, int]
    statuses: Mapping[tuple[str, Status], int]
    opened: Mapping[str, int]
    solved: Mapping[str, int]

    def digest_of(self, specialist: Specialist) -> DigestContent:
        """What one specialist is told."""
        team = specialist.team
        shared = [Pile(group=group, team=team) for group in _SHARED]
        mine = Pile(group=Group.TAKEN, taken_by=specialist.specialist_id)
        breached, due_today, new, waiting, taken = (tuple(self.worst.get(pile, ())) for pile in (*shared, mine))
        shown = sum(map(len, (breached, due_today, new, waiting, taken)))
        return DigestContent(
            specialist=specialist.name,
            team=team,
            day=self.day,
            breached=breached,
            due_today=due_today,
            new=new,
            waiting=waiting,
            mine=taken,
            figures=self._figures(team),
            left_out=sum(self.sizes.get(pile, 0) for pile in (*shared, mine)) - shown,
        )

    def _figures(self, team: str) -> TeamFigures:
        return TeamFigures(
            open=self.statuses.get((team, Status.OPEN), 0),
            waiting=self.statuses.get((team, Status.WAITING), 0),
            breached=self.sizes.get(Pile(group=Group.BREACHED, team=team), 0),
            due_today=self.sizes.get(Pile(group=Group.DUE_TODAY, team=team), 0),
            opened_last_day=self.opened.get(team, 0),
            solved_last_day=self.solved.get(team, 0),
        )


def morning_of(day: date, *, now: datetime, times: RoundTimes, hours: OpeningHours) -> Morning:
    """The moments that decide what stands where in a day's digests."""
    before = working_day_before(day, hours)
    return Morning(
        now=now,
        closing=hours.closing_time(day) or now,
        since=times.start(RoundKind.DIGEST, before, hours),
    )


def board_of(uow: UnitOfWork, day: date, morning: Morning) -> Board:
    """How the teams stand at a moment."""
    lists = uow.ticket_lists
    sizes, statuses = lists.sizes(morning)
    return Board(
        day=day,
        worst=lists.piles(morning, most=LONGEST_LIST),
        sizes=sizes,
        statuses=statuses,
        opened=lists.opened_since(morning.since),
        solved=lists.solved_since(morning.since),
    )


def digests(uow: UnitOfWork, day: date, morning: Morning) -> Iterator[Notice]:
    """A day's digests, of all active specialists."""
    board = board_of(uow, day, morning)
    for specialist in uow.customers.specialists():
        key = f"digest:{specialist.specialist_id}:{day}"
        yield Notice(key=key, to=to_person(specialist), content=board.digest_of(specialist))


def digest_now(
    uow: UnitOfWork, specialist: Specialist, *, now: datetime, times: RoundTimes, hours: OpeningHours
) -> Notice:
    """What a specialist would be told at this moment; it is not sent, and does not count as told."""
    day = hours.local_day(now)
    morning = morning_of(day, now=now, times=times, hours=hours)
    content = board_of(uow, day, morning).digest_of(specialist)
    return Notice(key=f"digest:{specialist.specialist_id}:{day}:shown", to=to_person(specialist), content=content)

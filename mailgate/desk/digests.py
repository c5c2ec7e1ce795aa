"""The specialists' digest: what waits for each of them this morning, worst first, and how their team stands.

Everything is gathered in a few statements for all specialists at once; the same digest is never sent twice.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from mailgate.desk.due_alarms import CLOCK_OF
from mailgate.desk.house import House
from mailgate.desk.lasting_access import Lasting, lasting_access
from mailgate.desk.tell import to_person
from mailgate.domain.customer import Specialist
from mailgate.domain.held_contents import HeldLine
from mailgate.domain.news import AlarmClock, DigestContent, DigestSizes, TeamFigures, TicketLine
from mailgate.domain.outgoing import CalendarEntry, Notice
from mailgate.domain.rounds import RoundKind, working_day_before
from mailgate.domain.ticket import Status, TicketId
from mailgate.store.ticket_lists import Group, Morning, Pile
from mailgate.store.unit_of_work import UnitOfWork

LONGEST_LIST = 40
"""Of one group; nobody reads more in a mail, and a team in trouble has thousands."""

MOST_HELD = 20
"""Held mails in a digest; what is older comes first, so each is shown in its turn."""

MOST_FILES = 20
"""Deadlines that are taken back with one digest: each is a file of its own."""

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
    lasting: Sequence[Lasting] = ()
    held: Sequence[HeldLine] = ()
    held_count: int = 0

    def digest_of(self, specialist: Specialist) -> DigestContent:
        """What one specialist is told."""
        team = specialist.team
        shared = [Pile(group=group, team=team) for group in _SHARED]
        mine = Pile(group=Group.TAKEN, taken_by=specialist.specialist_id)
        breached, due_today, new, waiting, taken = (tuple(self.worst.get(pile, ())) for pile in (*shared, mine))
        shown = sum(map(len, (breached, due_today, new, waiting, taken)))
        sizes = [self.sizes.get(pile, 0) for pile in (*shared, mine)]
        return DigestContent(
            specialist=specialist.name,
            team=team,
            day=self.day,
            breached=breached,
            due_today=due_today,
            new=new,
            waiting=waiting,
            mine=taken,
            sizes=DigestSizes(breached=sizes[0], due_today=sizes[1], new=sizes[2], waiting=sizes[3], mine=sizes[4]),
            figures=self._figures(team),
            access=tuple(one.line for one in self.lasting if one.concerns(specialist)),
            held=tuple(self.held),
            held_count=self.held_count,
            left_out=sum(sizes) - shown,
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


def board_of(uow: UnitOfWork, house: House, day: date, *, now: datetime) -> Board:
    """How the teams stand on the morning of a day."""
    hours, lists = house.hours, uow.ticket_lists
    morning = Morning(now=now, closing=hours.closing_time(day) or now, since=_since(house, day))
    sizes, statuses = lists.sizes(morning)
    held, held_count = uow.holds.to_decide(most=MOST_HELD)
    return Board(
        day=day,
        held=held,
        held_count=held_count,
        worst=lists.piles(morning, most=LONGEST_LIST),
        sizes=sizes,
        statuses=statuses,
        opened=lists.opened_since(morning.since),
        solved=lists.solved_since(morning.since),
        lasting=lasting_access(uow, now=now),
    )


def digests(uow: UnitOfWork, house: House, day: date, *, now: datetime) -> Iterator[Notice]:
    """A day's digests, of all active specialists."""
    board, ended = board_of(uow, house, day, now=now), _ended_deadlines(uow, _since(house, day))
    everywhere = tuple(entry for entries in ended.values() for entry in entries)
    for specialist in uow.customers.specialists():
        key = f"digest:{specialist.specialist_id}:{day}"
        calendar = everywhere if specialist.head else tuple(ended.get(specialist.team, ()))
        content = board.digest_of(specialist)
        yield Notice(key=key, to=to_person(specialist), content=content, calendar=calendar[:MOST_FILES])


def _since(house: House, day: date) -> datetime:
    """The digest before this one."""
    return house.rounds.start(RoundKind.DIGEST, working_day_before(day, house.hours), house.hours)


def _ended_deadlines(uow: UnitOfWork, since: datetime) -> Mapping[str, Sequence[CalendarEntry]]:
    """By team: what alarms put into calendars, and what is solved by now. No mail goes to the team at that moment."""
    found = uow.ticket_history.alarmed_and_solved(since)
    last_events = uow.ticket_history.last_event_ids({one.ticket_id for one in found})
    entries: dict[str, dict[tuple[TicketId, AlarmClock], CalendarEntry]] = {}
    for one in found:
        clock = CLOCK_OF[one.kind]
        entries.setdefault(one.team, {})[one.ticket_id, clock] = CalendarEntry(
            number=one.number,
            clock=clock,
            sequence=last_events.get(one.ticket_id, 0),
            summary=one.subject,
            start=one.due_at,
            cancelled=True,
        )
    return {team: list(of_team.values()) for team, of_team in entries.items()}


def digest_now(uow: UnitOfWork, house: House, specialist: Specialist, *, now: datetime) -> DigestContent:
    """What a specialist would be told at this moment; nothing is sent, and nothing counts as told."""
    return board_of(uow, house, house.hours.local_day(now), now=now).digest_of(specialist)

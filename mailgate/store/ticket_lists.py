"""Tickets as lists in mails to many show them: a few statements for a whole round, however many tickets there are.

Which group a ticket stands in is told by the database, and each group's worst are read: no list is longer than a
person reads. Who gets the lists, and under which headings, is for ``desk.digests`` and ``desk.overviews``.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlmodel import Session, col

from mailgate.domain.customer import CustomerId, Language, SpecialistId, SuperUserId
from mailgate.domain.moves import Move
from mailgate.domain.news import TicketLine
from mailgate.domain.outgoing import Recipient
from mailgate.domain.ticket import Status, Ticket, TicketId, TicketType
from mailgate.store.rows import IDS
from mailgate.store.tables import CustomerRow, SuperUserRow, TicketEventRow, TicketRow
from mailgate.store.ticket_lines import NEWEST_SUBJECTS, ONE_LINE, at_work, deadline, line, lines, solved, sorted_level
from mailgate.store.tickets import ticket_of_row

_AT_ONCE = 500
"""Ids in one statement: SQLite knows a limit."""
# Built once each: what a statement costs most is to be put together.
_TICKETS = select(TicketRow).where(col(TicketRow.id).in_(IDS))
_LINES = lines(col(TicketRow.id)).where(col(TicketRow.id).in_(IDS))


class Group(StrEnum):
    """How a ticket stands, the worst first; it stands in the first of these that fits."""

    BREACHED = "breached"
    DUE_TODAY = "due_today"
    NEW = "new"
    WAITING = "waiting"
    TAKEN = "taken"
    UNTAKEN = "untaken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Morning:
    """The moments that decide. ``closing``: the day's closing time; ``since``: the digest before this one."""

    now: datetime
    closing: datetime
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Pile:
    """The tickets of a team that stand alike; what a specialist has taken is theirs, of whichever team it is."""

    group: Group
    team: str | None = None
    taken_by: SpecialistId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerTickets:
    """A customer's tickets of one type. ``worst`` holds the first of ``count``."""

    customer_id: CustomerId
    type: TicketType
    count: int
    worst: tuple[TicketLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewReader:
    """A SuperUser who gets the weekly overview."""

    superuser_id: SuperUserId
    customer_id: CustomerId
    customer: str
    to: Recipient


class TicketLists:
    """Many tickets at once, within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def tickets_of(self, ticket_ids: Collection[TicketId]) -> Mapping[TicketId, Ticket]:
        """These tickets."""
        rows = (
            row for part in _in_parts(ticket_ids) for row in self._session.execute(_TICKETS, {"ids": part}).scalars()
        )
        return {ticket.ticket_id: ticket for ticket in map(ticket_of_row, rows)}

    def lines_of(self, ticket_ids: Collection[TicketId]) -> Mapping[TicketId, TicketLine]:
        """These tickets, as lists show them."""
        connection = self._session.connection()
        rows = (row for part in _in_parts(ticket_ids) for row in connection.execute(_LINES, {"ids": part}))
        return {TicketId(ticket_id): line(*values) for ticket_id, *values in rows}

    def line_of(self, ticket_id: TicketId) -> TicketLine:
        """One ticket, as lists show it."""
        (row,) = ONE_LINE.all(self._session, ticket_id=ticket_id)
        return line(*row)

    def newest_subjects(self, customer_id: CustomerId, *, most: int) -> Sequence[tuple[TicketId, str]]:
        """Of a customer's newest tickets, the newest first."""
        rows = NEWEST_SUBJECTS.all(self._session, customer_id=customer_id, most=most)
        return [(TicketId(row.id), row.subject) for row in rows]

    def sizes(self, morning: Morning) -> tuple[Mapping[Pile, int], Mapping[tuple[str, Status], int]]:
        """How many tickets at work lie on each pile, and how many each team has of each status."""
        placed = _placed(morning).subquery()
        keys = (placed.c.standing, placed.c.pile_team, placed.c.taken_by, placed.c.team, placed.c.status)
        piles, statuses = Counter[Pile](), Counter[tuple[str, Status]]()
        for *pile, team, status, count in self._all(select(*keys, func.count()).group_by(*keys)):
            piles[_pile(*pile)] += count
            statuses[team, Status(status)] += count
        return piles, statuses

    def piles(self, morning: Morning, *, most: int) -> Mapping[Pile, Sequence[TicketLine]]:
        """The first of each pile: by service level, then by deadline."""
        placed = _placed(morning).where(_standing(morning) != Group.UNTAKEN.value).subquery()
        pile = (placed.c.standing, placed.c.pile_team, placed.c.taken_by)
        order = (placed.c.sorted_level, placed.c.deadline.nulls_last(), placed.c.ticket_id)
        place = func.row_number().over(partition_by=pile, order_by=order)
        ranked = select(placed.c.ticket_id, *pile, place.label("place")).subquery()
        found = lines(ranked.c.standing, ranked.c.pile_team, ranked.c.taken_by)
        found = found.join(ranked, ranked.c.ticket_id == col(TicketRow.id)).where(ranked.c.place <= most)
        piles: dict[Pile, list[TicketLine]] = {}
        for standing, team, taken_by, *values in self._all(found.order_by(ranked.c.place)):
            piles.setdefault(_pile(standing, team, taken_by), []).append(line(*values))
        return piles

    def opened_since(self, at: datetime) -> Mapping[str, int]:
        """How many tickets each team was given."""
        return self._by_team(col(TicketRow.opened_at) >= at)

    def solved_since(self, at: datetime) -> Mapping[str, int]:
        """How many each team has solved."""
        return self._by_team(solved(at))

    def at_work_of_customers(self, *, most: int) -> Sequence[CustomerTickets]:
        """What is not solved, of all customers; of each type the worst first."""
        return self._by_customer(at_work(), most=most)

    def solved_of_customers(self, since: datetime, *, most: int) -> Sequence[CustomerTickets]:
        """What was solved, of all customers."""
        return self._by_customer(solved(since), most=most)

    def overview_readers(self) -> Sequence[OverviewReader]:
        """The active SuperUsers who have not turned it off."""
        row: Any = SuperUserRow
        found = (
            select(row.id, row.customer_id, col(CustomerRow.name), row.address, row.name, row.language)
            .join(CustomerRow, col(CustomerRow.id) == row.customer_id)
            .where(row.active, row.overview)
            .order_by(row.customer_id, row.id)
        )
        return [
            OverviewReader(
                superuser_id=SuperUserId(superuser_id),
                customer_id=CustomerId(customer_id),
                customer=customer,
                to=Recipient(address=address, name=name, language=Language(language)),
            )
            for superuser_id, customer_id, customer, address, name, language in self._all(found)
        ]

    def _by_team(self, which: ColumnElement[bool]) -> Mapping[str, int]:
        team: Any = TicketRow.team
        found = select(team, func.count()).where(which).group_by(team)
        return {team: count for team, count in self._all(found)}

    def _by_customer(self, which: ColumnElement[bool], *, most: int) -> Sequence[CustomerTickets]:
        kind = (col(TicketRow.customer_id), col(TicketRow.type))
        order = (sorted_level(), deadline().nulls_last(), col(TicketRow.id))
        ranked = select(
            col(TicketRow.id).label("ticket_id"),
            func.row_number().over(partition_by=kind, order_by=order).label("place"),
            func.count().over(partition_by=kind).label("count"),
        )
        ranks = ranked.where(which).subquery()
        found = lines(col(TicketRow.customer_id), ranks.c.count)
        found = found.join(ranks, ranks.c.ticket_id == col(TicketRow.id)).where(ranks.c.place <= most)
        lists: dict[tuple[int, TicketType], tuple[int, list[TicketLine]]] = {}
        for customer_id, count, *values in self._all(found.order_by(ranks.c.place)):
            one = line(*values)
            lists.setdefault((customer_id, one.type), (count, []))[1].append(one)
        return [
            CustomerTickets(customer_id=CustomerId(customer_id), type=kind_of, count=count, worst=tuple(worst))
            for (customer_id, kind_of), (count, worst) in lists.items()
        ]

    def _all(self, found: Any) -> Sequence[Any]:
        return self._session.connection().execute(found).all()


def _in_parts(ids: Collection[TicketId]) -> Iterable[list[TicketId]]:
    every = list(ids)
    return (every[start : start + _AT_ONCE] for start in range(0, len(every), _AT_ONCE))


def _breached(at: Any) -> ColumnElement[bool]:
    handling = and_(col(TicketRow.handling_started_at).is_(None), col(TicketRow.handling_due) < at)
    return or_(handling, col(TicketRow.solution_due) < at)


def _standing(morning: Morning) -> ColumnElement[str]:
    """The group of a ticket at work. A clock that stands still runs out no more: it counts as of the question."""
    is_open, waits = col(TicketRow.status) == Status.OPEN.value, col(TicketRow.status) == Status.WAITING.value
    asked = (
        select(func.max(TicketEventRow.at))
        .where(col(TicketEventRow.ticket_id) == col(TicketRow.id), col(TicketEventRow.kind) == Move.ASK.value)
        .scalar_subquery()
    )
    unstarted = col(TicketRow.handling_started_at).is_(None)
    # A deadline at closing time itself is of that day.
    today = or_(
        and_(unstarted, col(TicketRow.handling_due) <= morning.closing), col(TicketRow.solution_due) <= morning.closing
    )
    untaken = col(TicketRow.specialist_id).is_(None)
    return case(
        (and_(is_open, _breached(morning.now)), Group.BREACHED.value),
        (and_(waits, _breached(asked)), Group.BREACHED.value),
        (and_(is_open, today), Group.DUE_TODAY.value),
        (and_(is_open, untaken, col(TicketRow.opened_at) >= morning.since), Group.NEW.value),
        (waits, Group.WAITING.value),
        (untaken, Group.UNTAKEN.value),
        else_=Group.TAKEN.value,
    )


def _placed(morning: Morning) -> Select[Any]:
    standing = _standing(morning)
    return select(
        col(TicketRow.id).label("ticket_id"),
        col(TicketRow.team),
        col(TicketRow.status),
        standing.label("standing"),
        case((standing != Group.TAKEN.value, col(TicketRow.team))).label("pile_team"),
        case((standing == Group.TAKEN.value, col(TicketRow.specialist_id))).label("taken_by"),
        sorted_level().label("sorted_level"),
        deadline().label("deadline"),
    ).where(at_work())


def _pile(standing: str, team: str | None, taken_by: int | None) -> Pile:
    return Pile(team=team, group=Group(standing), taken_by=SpecialistId(taken_by) if taken_by is not None else None)

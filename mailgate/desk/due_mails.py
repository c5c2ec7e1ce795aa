"""What the clock brings: warnings, breaches, status mails, reminders and closing; each once, whatever stood still.

A row of the calendar is marked as done in the transaction of the mails that it brings. People who share news are told
in one transaction, and each of them in one mail; the words are found before it, while nobody waits for the database.
What fell due while nobody ran is told at the next open moment. What cannot be told is set aside, and delays no other.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from mailgate.crash_points import crash_point
from mailgate.desk.due_access import end_of_access
from mailgate.desk.due_alarms import alarms
from mailgate.desk.due_news import news_of_customer
from mailgate.desk.due_settle import AGAIN_AFTER, settle_circle
from mailgate.desk.due_words import trouble_of, write
from mailgate.desk.falling import Circle
from mailgate.desk.house import House
from mailgate.domain.opening_hours import OpeningHours
from mailgate.store.database import Database
from mailgate.store.dues import ALARMS, Due, DueKind
from mailgate.store.trouble import DATABASE_MISUSE, DATABASE_TROUBLE
from mailgate.store.unit_of_work import UnitOfWork

log = structlog.get_logger()

_TOGETHER = 50
"""So many dues in one transaction, or one circle of people; mail that comes in waits for no more."""
_ON_TIME = timedelta(minutes=10)
_SETTLING_IN = timedelta(minutes=10)
"""After a start: by then servers in front have tried again, and mailboxes are read, whose mail came in time."""

Dues = tuple[Due, ...]


def due_now(uow: UnitOfWork, hours: OpeningHours, *, now: datetime, running_since: datetime | None = None) -> list[Due]:
    """What is to be told at this moment: while the desk is open all that is due, otherwise only what is on time."""
    is_open = hours.open_at_or_after(now) == now
    dues = uow.dues.due(until=now, since=None if is_open else now - _ON_TIME)
    if is_open:
        dues += uow.dues.to_try_again(now)
    settling_in = running_since is not None and now < running_since + _SETTLING_IN
    return _without_what_may_be_answered(uow, dues, missed_until=running_since if settling_in else None)


def _without_what_may_be_answered(
    uow: UnitOfWork, dues: Sequence[Due], *, missed_until: datetime | None = None
) -> list[Due]:
    """A question may have been answered by a mail that came in time: here, and not settled; or, where nothing ran until
    just now, not even here. No closing till that is known.
    """
    closings = [due for due in dues if due.kind is DueKind.CLOSING]
    oldest = uow.spool.oldest_waiting() if closings else None
    maybe = {
        due.ticket_id
        for due in closings
        if (oldest is not None and oldest <= due.due_at) or (missed_until is not None and due.due_at <= missed_until)
    }
    return [due for due in dues if due.ticket_id not in maybe]


@dataclass(frozen=True, slots=True, kw_only=True)
class DueMails:
    """The minute's work. ``told``: called after each commit; ``stopping``: asked before each.

    ``running_since``: when this process began to take mail.
    """

    database: Database
    house: House
    told: Callable[[], None] = lambda: None
    stopping: Callable[[], bool] = lambda: False
    running_since: datetime | None = None

    def tell(self, now: datetime) -> int:
        """Tell what is due, and mark it as told; how many rows of the calendar that were."""
        with self.database.reading() as uow:
            dues = due_now(uow, self.house.hours, now=now, running_since=self.running_since)
        return sum(0 if self.stopping() else self._tell(circles, now) for circles in _together(_circles(dues)))

    def _tell(self, circles: Sequence[Dues], now: datetime) -> int:
        try:
            return self._told(circles, now)
        except Exception as error:  # whatever it is, it must not stop what else is due
            if isinstance(error, DATABASE_TROUBLE) and not isinstance(error, DATABASE_MISUSE):
                raise
            if len(circles) > 1:  # one of them spoilt it for all
                return sum(self._tell([circle], now) for circle in circles)
            return self._without_culprits(circles[0], now, error)

    def _told(self, circles: Sequence[Dues], now: datetime) -> int:
        house = self.house
        with self.database.reading() as uow:
            gathered = [_gather(uow, house, circle, now) for circle in circles]
        written = [write(house, circle, now=now) for circle in gathered]

        def settle_all(uow: UnitOfWork) -> int:
            settled = sum(settle_circle(uow, house, one, now=now) for one in written)
            crash_point("due.before_commit")
            return settled

        count = self.database.commit_together(settle_all)
        crash_point("due.after_commit")
        self.told()
        return count

    def _without_culprits(self, circle: Dues, now: datetime, error: Exception) -> int:
        """What spoils it alone is set aside, and the rest is told."""
        culprits = [due for due in circle if not self._can_be_gathered(due, now)] or list(circle)
        if len(culprits) == len(circle) > 1 and not is_alarm(circle[0]):
            return sum(self._tell([(due,)], now) for due in circle)
        log.error("due_set_aside", tickets=[due.ticket_id for due in culprits], exc_info=error)
        trouble = trouble_of(error)

        def set_aside(uow: UnitOfWork) -> None:
            for due in culprits:
                uow.dues.set_aside(due.due_id, trouble=trouble, again_at=now + AGAIN_AFTER)

        self.database.commit_together(set_aside)
        rest = tuple(due for due in circle if due not in culprits)
        return self._tell([rest], now) if rest else 0

    def _can_be_gathered(self, due: Due, now: datetime) -> bool:
        try:
            with self.database.reading() as uow:
                _gather(uow, self.house, (due,), now)
        except Exception:  # noqa: BLE001 - this is the question
            return False
        return True


def is_alarm(due: Due) -> bool:
    """For the team, and not for the customer."""
    return due.kind in ALARMS


def _circles(dues: Sequence[Due]) -> list[Dues]:
    """Of a customer those that go to its SuperUsers; all alarms, for the head of service hears of every breach.

    The end of access is told by itself, each on its own: it must not be missed among other news.
    """
    found: dict[object, list[Due]] = defaultdict(list)
    for due in dues:
        alone = due.due_id if due.kind is DueKind.ACCESS_END else due.customer_id
        found["alarms" if is_alarm(due) else (due.kind is DueKind.ACCESS_END, alone)].append(due)
    return list(map(tuple, found.values()))


def _together(circles: Sequence[Dues]) -> Iterator[list[Dues]]:
    """Small circles share a transaction."""
    together: list[Dues] = []
    for circle in circles:
        together.append(circle)
        if sum(map(len, together)) >= _TOGETHER:
            yield together
            together = []
    if together:
        yield together


def _gather(uow: UnitOfWork, house: House, circle: Dues, now: datetime) -> Circle:
    if circle[0].kind is DueKind.ACCESS_END:
        return end_of_access(uow, house, circle)
    gather = alarms if is_alarm(circle[0]) else news_of_customer
    return gather(uow, house, circle, now=now)

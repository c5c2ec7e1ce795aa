"""When → which operation. APScheduler is the clock, and remembers nothing: what is due stands in the database.

Its job store lives in memory, jobs have fixed names, and a missed run is made up for by the next one. A job that fails
is logged, and tried again at its next time.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from mailgate.crash_points import crash_point
from mailgate.desk.digests import digests
from mailgate.desk.doubts import doubts_to_tell, tell_of_doubts
from mailgate.desk.due_mails import DueMails
from mailgate.desk.holds import release_paid
from mailgate.desk.house import House
from mailgate.desk.mailings import Worded, queue, untold, word
from mailgate.desk.overviews import overviews
from mailgate.desk.withheld import tell_of_withheld, withheld_to_tell
from mailgate.domain.outgoing import Notice
from mailgate.domain.ports import Clock
from mailgate.domain.rounds import RoundKind, round_day
from mailgate.store.database import Database
from mailgate.store.unit_of_work import UnitOfWork

log = structlog.get_logger()

_LATE = timedelta(minutes=5)
_COUNTS_KEPT = timedelta(days=2)
_BATCH = 20
"""Mails of a round in one transaction: a kill loses no more than these, and mail that comes in waits for no more."""


class Schedule:
    """The daemon's regular work."""

    def __init__(
        self,
        *,
        database: Database,
        house: House,
        clock: Clock,
        wake_intake: Callable[[], None],
        wake_outbox: Callable[[], None],
    ) -> None:
        self._database = database
        self._house = house
        self._clock = clock
        self._wake_intake = wake_intake
        self._wake_outbox = wake_outbox
        self._stopping = threading.Event()
        self._due_mails = DueMails(database=database, house=house, told=wake_outbox, stopping=self._stopping.is_set)
        # The library's defaults drop a run that is a second late, and run jobs side by side with themselves.
        defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._scheduler = BackgroundScheduler(timezone="UTC", job_defaults=defaults)
        self._add("release-paid", self.release_paid, seconds=10)
        self._add("late-mail", self.look_for_late_mail, minutes=1)
        self._add("due-mails", self.tell_what_is_due, minutes=1)
        self._add("rounds", self.make_rounds, minutes=1)
        self._add("doubts", self.tell_of_doubts, minutes=1)
        self._add("withheld", self.tell_of_withheld, minutes=1)
        self._add("tallies", self.forget_tallies, hours=1)
        self._add("years", self.work_out_years, hours=12)

    def _add(self, name: str, job: Callable[[], object], **every: int) -> None:
        def run() -> None:
            try:
                job()
            except Exception as error:  # the next run may do better, and the other jobs go on
                log.exception("job_failed", job=name, error=type(error).__name__)

        self._scheduler.add_job(run, "interval", id=name, **every)

    def start(self) -> None:
        """Begin, in a thread of its own; what could not be told before may be told now: templates are read anew."""
        now = self._clock()
        self._due_mails = replace(self._due_mails, running_since=now)
        self._database.commit_together(lambda uow: uow.dues.try_all_again(now=now))
        self._scheduler.start()

    def stop(self) -> None:
        """End; waits for what is under way, but for no more than a part of a round."""
        self._stopping.set()
        self._scheduler.shutdown(wait=True)

    def work_out_years(self) -> None:
        """The years that deadlines of these days fall into, before any mail or round waits for them."""
        hours = self._house.hours
        this_year = hours.local_day(self._clock()).year
        hours.work_out(range(this_year - 1, this_year + 3))

    def release_paid(self) -> None:
        """Held for a payment that has come: see ``desk.holds``."""
        with self._database.reading() as uow:
            if not uow.holds.any_paid():
                return
        now = self._clock()
        released = self._database.commit_together(lambda uow: release_paid(uow, now=now))
        for mail_id in released:
            log.info("hold_released", mail=mail_id, by="payment")
        self._wake_intake()

    def look_for_late_mail(self) -> None:
        """An alarm in the log while a received mail waits for longer than it should."""
        now = self._clock()
        with self._database.reading() as uow:
            oldest = uow.spool.oldest_waiting()
        if oldest is not None and now - oldest > _LATE:
            log.error("mail_waits", seconds=round((now - oldest).total_seconds()))

    def tell_of_doubts(self) -> None:
        """Mails of ours that may not have arrived: see ``desk.doubts``."""
        now = self._clock()
        with self._database.reading() as uow:
            if not doubts_to_tell(uow, now=now):
                return
        told = self._database.commit_together(lambda uow: tell_of_doubts(uow, self._house, now=now))
        log.warning("doubts_told", mails=told)
        self._wake_outbox()

    def tell_of_withheld(self) -> None:
        """Automatic mails that stayed away: see ``desk.withheld``."""
        now = self._clock()
        with self._database.reading() as uow:
            if not withheld_to_tell(uow, now=now):
                return
        self._database.commit_together(lambda uow: tell_of_withheld(uow, self._house, now=now))
        self._wake_outbox()

    def forget_tallies(self) -> None:
        """Counts of spans that are long over."""
        before = self._clock() - _COUNTS_KEPT
        self._database.commit_together(lambda uow: uow.tallies.forget(before=before))

    def tell_what_is_due(self) -> int:
        """Warnings, breaches, status mails, reminders: see ``desk.due_mails``. How many things were due."""
        told = self._due_mails.tell(self._clock())
        if told:
            log.info("due_told", count=told)
        return told

    def make_rounds(self) -> int:
        """Digests and overviews, when their time has come and they were not sent. How many mails that were."""
        now = self._clock()
        return sum(self._make_round(kind, now) for kind in RoundKind)

    def _make_round(self, kind: RoundKind, now: datetime) -> int:
        day = round_day(kind, now=now, times=self._house.rounds, hours=self._house.hours)
        if day is None:
            return 0
        with self._database.reading() as uow:
            if uow.dues.round_made(kind, day):
                return 0
            notices = self._notices(uow, kind, day, now)
            waiting = untold(uow, notices)
        mails = [self._send(waiting[start : start + _BATCH], now) for start in range(0, len(waiting), _BATCH)]
        if sum(mails) < len(waiting):
            return sum(mails)
        # Last of all: until this stands there, the next run looks for those who were not told.
        self._database.commit_together(lambda uow: uow.dues.make_round(kind, day))
        crash_point("round.made")
        log.info("round_made", round=kind.value, day=day.isoformat(), mails=sum(mails))
        return sum(mails)

    def _notices(self, uow: UnitOfWork, kind: RoundKind, day: date, now: datetime) -> list[Notice]:
        if kind is RoundKind.DIGEST:
            return list(digests(uow, self._house, day, now=now))
        return list(overviews(uow, self._house, day))

    def _send(self, notices: Sequence[Notice], now: datetime) -> int:
        """How many of them are in the outbox now."""
        if self._stopping.is_set():
            return 0
        mails = [mail for notice in notices if (mail := self._worded(notice, now)) is not None]
        self._database.commit_together(lambda uow: queue(uow, mails, now=now))
        crash_point("round.queued")
        self._wake_outbox()
        return len(mails)

    def _worded(self, notice: Notice, now: datetime) -> Worded | None:
        try:
            return word(self._house, notice, now=now)
        except Exception as error:  # one that cannot be worded keeps nobody else's back
            log.exception("round_trouble", key=notice.key, error=type(error).__name__)
            return None

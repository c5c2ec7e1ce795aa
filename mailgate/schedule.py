"""When → which operation. APScheduler is the clock, and remembers nothing: what is due stands in the database.

Its job store lives in memory, jobs have fixed names, and a missed run is made up for by the next one.
"""

from collections.abc import Callable
from datetime import timedelta

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from mailgate.desk.holds import release_paid
from mailgate.domain.ports import Clock
from mailgate.store.database import Database

log = structlog.get_logger()

_LATE = timedelta(minutes=5)


class Schedule:
    """The daemon's regular work."""

    def __init__(self, *, database: Database, clock: Clock, wake_intake: Callable[[], None]) -> None:
        self._database = database
        self._clock = clock
        self._wake_intake = wake_intake
        # The library's defaults drop a run that is a second late, and run jobs side by side with themselves.
        defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._scheduler = BackgroundScheduler(timezone="UTC", job_defaults=defaults)
        self._scheduler.add_job(self.release_paid, "interval", seconds=10, id="release-paid")
        self._scheduler.add_job(self.look_for_late_mail, "interval", minutes=1, id="late-mail")

    def start(self) -> None:
        """Begin, in a thread of its own."""
        self._scheduler.start()

    def stop(self) -> None:
        """End; waits for a run that is under way."""
        self._scheduler.shutdown(wait=True)

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

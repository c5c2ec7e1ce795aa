"""The desk of the week: a temporary folder, the SMTP door, the intake, the scheduler's work and the dispatcher.

They are the daemon's own parts; what APScheduler does each real minute, ``tick`` does each minute of the demo's clock.
Promises: whatever happens, everything is ended, and the folder removed unless it is to be kept.
"""

import logging
import shutil
import smtplib
import tempfile
import threading
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self
from zoneinfo import ZoneInfo

from mailgate.app import Workshop
from mailgate.config_file import load_config
from mailgate.demo.cast import register
from mailgate.demo.expect import UnexpectedError, expect, wait_for
from mailgate.demo.mails import Letter
from mailgate.demo.stage import shipped_config
from mailgate.demo.week.letters import SPECIALISTS
from mailgate.demo.witness import Answer, Witness
from mailgate.desk.register import Refused as RegisterRefused
from mailgate.desk.register import import_register
from mailgate.desk.register_checks import register_rules_of
from mailgate.desk.register_files import read_register
from mailgate.desk.standing import Standings, standings
from mailgate.desk.tickets import Act, Done, Refused
from mailgate.domain.mail import MailId
from mailgate.domain.ticket import Ticket
from mailgate.ingest.recipients import recipients_of
from mailgate.ingest.smtp_listener import SmtpListener
from mailgate.logs import configure_logs
from mailgate.notify.dispatcher import Dispatcher
from mailgate.notify.maildir_transport import MaildirTransport
from mailgate.schedule import Schedule
from mailgate.store.ports import SharedOutbox, SharedSpool

MINUTE = timedelta(minutes=1)
_SMTP_SECONDS = 30
_LOG_LINES_SHOWN = 8


class WeekStage:
    """See the module; a context manager. ``begins``: the first moment of the demo's clock."""

    def __init__(self, *, begins: datetime, keep: bool) -> None:
        self.now = begins
        self._keep = keep
        self._running = ExitStack()
        self._stop = threading.Event()
        self._seen: set[str] = set()
        self.folder = Path(tempfile.mkdtemp(prefix="mailgate-week-"))

    def __enter__(self) -> Self:
        try:
            self._build()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._running.close()
        if not self._keep:
            shutil.rmtree(self.folder)

    def _build(self) -> None:
        """Each part is ended in the reverse order of its beginning."""
        log = self._running.enter_context((self.folder / "daemon.log").open("a", encoding="utf-8"))
        configure_logs(level="info", form="json", stream=log)
        self._running.callback(logging.getLogger().handlers.clear)  # before its file is closed
        (self.folder / "config.toml").write_text(shipped_config(), encoding="utf-8")
        config = load_config(self.folder / "config.toml")
        one_parser = config.model_copy(update={"parser": config.parser.model_copy(update={"children": 1})})
        self.shop = self._running.enter_context(Workshop(one_parser, clock=self.clock))
        self.zone: ZoneInfo = self.shop.house.hours.zone
        self.witness = Witness(config.data_folder)
        self._running.callback(self.witness.close)
        self._import_register()
        self._open_door()
        self._schedule = Schedule(
            database=self.shop.database, house=self.shop.house, clock=self.clock,
            wake_intake=lambda: None, wake_outbox=self.shop.pipeline.settled.set,
        )  # fmt: skip
        self._start_dispatcher()

    def clock(self) -> datetime:
        """The present moment, for every part of the desk."""
        return self.now

    def _import_register(self) -> None:
        path = self.folder / "register.toml"
        path.write_text(register(specialists=SPECIALISTS), encoding="utf-8")
        draft = read_register([path], default_language=self.shop.config.desk.language)
        with self.shop.database.transaction() as uow:
            done = import_register(uow, draft, register_rules_of(self.shop.config), now=self.now)
        if isinstance(done, RegisterRefused):
            raise UnexpectedError(f"the register was refused: {'; '.join(map(str, done.faults))}")

    def _open_door(self) -> None:
        config = self.shop.config
        self._door = SmtpListener(
            config,
            recipients=recipients_of(config.addresses),
            spool=SharedSpool(self.shop.database, on_new=self.shop.pipeline.wake.ring),
            clock=self.clock,
        )
        self._door.start()
        self._running.callback(self._door.drain, config.smtp.drain_seconds)

    def _start_dispatcher(self) -> None:
        outgoing = self.shop.config.outgoing
        outbox = SharedOutbox(
            self.shop.database,
            owner=self.shop.owner,
            lease=timedelta(minutes=30),
            give_up_after=timedelta(days=outgoing.give_up_after_days),
            doubt=outgoing.doubt_policy,
        )
        folder = self.shop.config.data_folder / "outgoing"
        dispatcher = Dispatcher(
            outbox, lambda: MaildirTransport(folder), clock=self.clock, wake=self.shop.pipeline.settled
        )
        thread = threading.Thread(target=dispatcher.run, args=(self._stop,), name="outbox")
        thread.start()
        self._running.callback(self._end, thread)

    def _end(self, thread: threading.Thread) -> None:
        self._stop.set()
        self.shop.pipeline.settled.set()
        thread.join()

    @property
    def port(self) -> int:
        """Of the SMTP door."""
        return self._door.addresses[0][1]

    def tick(self, now: datetime) -> bool:
        """A moment has come: the scheduler's work is done; whether it brought anything."""
        self.now = now
        return bool(self._schedule.tell_what_is_due() + self._schedule.make_rounds())

    def receive(self, letter: Letter) -> MailId:
        """Hand a mail in by SMTP, and take it the whole way; the stored mail."""
        try:
            with smtplib.SMTP("127.0.0.1", self.port, timeout=_SMTP_SECONDS) as smtp:
                smtp.sendmail(letter.mail_from, [letter.rcpt_to], letter.content)
        except (smtplib.SMTPException, OSError) as error:
            raise UnexpectedError(f"the door did not take a mail: {error}") from error
        expect("mails that wait to be worked on after a 250", wanted=1, found=self.shop.pipeline.work())
        return self.witness.mails()[-1].mail_id

    def move(self, number: str, by: str, do: Callable[[Act], Done]) -> Ticket:
        """What a specialist does with a ticket."""
        with self.shop.database.transaction() as uow:
            person = uow.customers.specialist(by)
            ticket = next(one for one in uow.tickets.newest(limit=1000) if str(one.number) == number)
            if person is None:
                raise UnexpectedError(f"{by} is not in the register")
            done = do(Act(uow=uow, house=self.shop.house, ticket=ticket, by=person, now=self.now))
        if isinstance(done, Refused):
            raise UnexpectedError(f"{number}: {done.why}")
        self.shop.pipeline.settled.set()
        return done

    def sent(self) -> list[Answer]:
        """What has gone out since this was last asked; waits until nothing is left in the outbox."""
        wait_for("all mails to be sent", lambda: all(entry.state == "sent" for entry in self.witness.queued()))
        new = [one for one in self.witness.answers() if one.message_id not in self._seen]
        self._seen |= {one.message_id for one in new}
        return new

    def ticket(self, number: str) -> Ticket:
        """As it stands."""
        return next(one for one in self.witness.tickets() if str(one.number) == number)

    def standings(self, ticket: Ticket) -> Standings:
        """Its clocks, derived from its history."""
        house = self.shop.house
        with self.shop.database.reading() as uow:
            return standings(uow, ticket, terms=house.terms, hours=house.hours, now=self.now)

    def last_words(self) -> list[str]:
        """The end of the log."""
        return (self.folder / "daemon.log").read_text(encoding="utf-8").splitlines()[-_LOG_LINES_SHOWN:]

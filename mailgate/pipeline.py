"""ONE MAIL'S WHOLE WAY. Read this first.

    claim ─▶ parse (in a child process) ─▶ gather ─▶ decide ─▶ settle

Everything before ``claim`` is the doors' (``ingest``), everything after ``settle`` the dispatcher's (``notify``). A
mail that cannot be read is quarantined with its reason; trouble of ours is tried again later; nothing stops the next.
"""

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog

from mailgate.bell import Bell
from mailgate.classify.trace import decide_and_say_why
from mailgate.crash_points import crash_point
from mailgate.desk.case import Case
from mailgate.desk.gather import gather_facts
from mailgate.desk.house import House
from mailgate.desk.settle import Settled, settle
from mailgate.domain.mail import MailId, ParsedMail, SpooledMail
from mailgate.domain.ports import Clock
from mailgate.domain.verdict import Outcome, Reason
from mailgate.ingest.parser_pool import ParserPool, Unparsable
from mailgate.store.database import Database
from mailgate.store.trouble import DATABASE_MISUSE, DATABASE_TROUBLE
from mailgate.store.unit_of_work import UnitOfWork

log = structlog.get_logger()

_AT_ONCE = 3  # few enough that who is waiting for a 250 does not wait long
_LEASE = timedelta(minutes=15)
_MOST_ATTEMPTS = 5
_IDLE_SECONDS = 1.0
_TROUBLE_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Readable:
    """A mail that was read, and waits to be settled."""

    spooled: SpooledMail
    mail: ParsedMail


class Pipeline:
    """Takes mails from the spool to their tickets. Any number of threads may call ``run`` on the same pipeline."""

    def __init__(self, *, database: Database, parser: ParserPool, house: House, clock: Clock, owner: str) -> None:
        self._database = database
        self._parser = parser
        self._house = house
        self._clock = clock
        self._owner = owner
        self._orphans: deque[list[MailId]] = deque()
        self.wake = Bell()
        self.settled = threading.Event()

    def run(self, stop: threading.Event) -> None:
        """Work until ``stop`` is set; trouble with our surroundings delays the work, and never ends it."""
        while not stop.is_set():
            try:
                worked = self.work()
            except Exception as error:
                log.exception("intake_trouble", error=type(error).__name__)
                stop.wait(_TROUBLE_SECONDS)
                continue
            if not worked:
                self.wake.wait(_IDLE_SECONDS)
        self.wake.ring()  # the next one ends, too

    def work(self) -> int:
        """Take some mails the whole way; returns how many there were."""
        self._give_back_orphans()
        now = self._clock()
        with self._database.reading() as uow:
            if not uow.spool.has_waiting(now):
                return 0
        claimed = self._database.commit_together(
            lambda uow: uow.spool.claim(owner=self._owner, now=now, lease=_LEASE, limit=_AT_ONCE)
        )
        if len(claimed) == _AT_ONCE:
            self.wake.ring()  # there may be work for another
        crash_point("intake.claimed")
        try:
            self._process(claimed)
        except Exception:  # no child to be had, or no database: it is not the mails' fault
            self._orphans.append([spooled.mail_id for spooled in claimed])
            raise
        return len(claimed)

    def _give_back_orphans(self) -> None:
        """Claimed when trouble came: they wait as before, as soon as the database can be told so."""
        while self._orphans:
            self._give_back(self._orphans[0])
            self._orphans.popleft()

    def _give_back(self, mail_ids: Sequence[MailId]) -> None:
        self._database.commit_together(lambda uow: uow.spool.give_back(mail_ids, owner=self._owner))

    def work_on(self, mail_id: MailId) -> bool:
        """Take this one mail the whole way now; False if it does not wait, or another works on it."""
        now = self._clock()
        spooled = self._database.commit_together(
            lambda uow: uow.spool.claim_one(mail_id, owner=self._owner, now=now, lease=_LEASE)
        )
        self._process([spooled] if spooled is not None else [])
        return spooled is not None

    def _process(self, claimed: Sequence[SpooledMail]) -> None:
        readable = self._read(claimed)
        crash_point("intake.parsed")
        if readable and not self._settled_all(readable):
            for one in readable:  # one of them spoilt it for all: each on its own
                if not self._settled_all([one]):
                    self._postpone(one.spooled)

    def _settled_all(self, readable: Sequence[_Readable]) -> bool:
        try:
            self._settle(readable)
        except Exception as error:  # whatever it is, it must not stop the other mails
            if isinstance(error, DATABASE_TROUBLE) and not isinstance(error, DATABASE_MISUSE):
                raise  # a full disk, a lock: our trouble, and no mail's; all of them wait, and no attempt counts
            log.warning("settle_trouble", mails=[one.spooled.mail_id for one in readable], exc_info=error)
            return False
        return True

    def _read(self, claimed: Sequence[SpooledMail]) -> list[_Readable]:
        readings = self._parser.parse_all([spooled.envelope.content for spooled in claimed])
        readable: list[_Readable] = []
        for spooled, reading in zip(claimed, readings, strict=True):
            if isinstance(reading, Unparsable):
                self._quarantine(spooled, Reason(rule="unparsable", evidence=reading.reason))
            else:
                readable.append(_Readable(spooled=spooled, mail=reading))
        return readable

    def _settle(self, readable: Sequence[_Readable]) -> None:
        def all_of_them(uow: UnitOfWork) -> list[Settled | None]:
            settled = [self._decide_and_settle(uow, one) for one in readable]
            crash_point("settle.before_commit")
            return settled

        endings = self._database.commit_together(all_of_them, takes_long=True)
        crash_point("settle.after_commit")
        self.settled.set()
        for one, ending in zip(readable, endings, strict=True):
            if ending is not None:
                ticket = str(ending.ticket.number) if ending.ticket is not None else None
                log.info(
                    "mail_settled",
                    mail=one.spooled.mail_id,
                    outcome=ending.outcome.value,
                    rule=ending.reason.rule,
                    evidence=ending.reason.evidence,
                    ticket=ticket,
                )

    def _decide_and_settle(self, uow: UnitOfWork, one: _Readable) -> Settled | None:
        now = self._clock()
        policy = self._house.policy
        facts = gather_facts(uow, one.spooled, one.mail, policy=policy, keyring=self._house.keys(), now=now)
        verdict, trace = decide_and_say_why(one.mail, facts, policy)
        case = Case(
            uow=uow,
            house=self._house,
            spooled=one.spooled,
            mail=one.mail,
            now=now,
            authenticity=facts.authenticity,
            trace=trace,
        )
        return settle(case, verdict)

    def _quarantine(self, spooled: SpooledMail, reason: Reason) -> None:
        now = self._clock()
        self._database.commit_together(lambda uow: uow.spool.quarantine(spooled.mail_id, reason=reason, now=now))
        log.error(
            "mail_quarantined",
            mail=spooled.mail_id,
            outcome=Outcome.QUARANTINED.value,
            rule=reason.rule,
            evidence=reason.evidence,
        )

    def _postpone(self, spooled: SpooledMail) -> None:
        """Something of ours is broken: try again later, and after some tries keep the mail for somebody to look at."""
        if spooled.attempts >= _MOST_ATTEMPTS:
            self._quarantine(spooled, Reason(rule="settle-trouble", evidence=f"{spooled.attempts} attempts"))
            return
        until = self._clock() + timedelta(seconds=10 * 2**spooled.attempts)
        self._database.commit_together(lambda uow: uow.spool.postpone(spooled.mail_id, owner=self._owner, until=until))

"""The store's side of ``domain.ports``: what doors and loops see of it. Each call is durable when it returns."""

import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog

from mailgate.domain.back_off import is_expired, next_attempt
from mailgate.domain.fingerprint import Identity, identity_of
from mailgate.domain.mail import Accepted, Envelope, ImapPosition
from mailgate.domain.outgoing import Deferred, DeliveryOutcome, Failed, QueuedMail
from mailgate.domain.ports import Ended
from mailgate.domain.sending import DoubtPolicy
from mailgate.domain.verdict import Reason
from mailgate.store.database import Database
from mailgate.store.sending import TakenOver, outcome_change
from mailgate.store.spool import REFUSED_BY_DOOR
from mailgate.store.unit_of_work import UnitOfWork

log = structlog.get_logger()


class SharedSpool:
    """``domain.ports.Spool`` for the doors: each mail durable on return, commits shared with all who come at once."""

    def __init__(self, database: Database, *, on_new: Callable[[], None]) -> None:
        self._database = database
        self._on_new = on_new

    def put(self, envelope: Envelope, position: ImapPosition | None = None) -> Accepted:
        """See ``domain.ports.Spool``."""
        identity = identity_of(envelope)
        accepted = self._database.commit_together(
            lambda uow: uow.spool.put(envelope, position, identity=identity), awaited=True
        )
        if not accepted.duplicate:
            self._on_new()
        return accepted

    def put_all(self, mails: Sequence[tuple[Envelope, Identity]]) -> list[Accepted | Exception]:
        """See ``domain.ports.SharingSpool``."""
        try:
            accepted = self._database.commit_together(
                lambda uow: [uow.spool.put(envelope, identity=identity) for envelope, identity in mails], awaited=True
            )
        except Exception as error:  # noqa: BLE001 - handed to whoever waits for it
            if len(mails) == 1:
                return [error]
            return [one for mail in mails for one in self.put_all([mail])]  # one of them spoilt it for all
        if not all(one.duplicate for one in accepted):
            self._on_new()
        return list(accepted)

    def refuse(self, envelope: Envelope, position: ImapPosition, reason: str) -> None:
        """See ``domain.ports.Spool``."""
        why = Reason(rule=REFUSED_BY_DOOR, evidence=reason)
        mail_id = self._database.commit_together(lambda uow: uow.spool.refuse(envelope, position, reason=why))
        if mail_id is not None:
            log.error("mail_quarantined", mail=mail_id, rule=why.rule, evidence=why.evidence)

    def last_uid(self, mailbox: str, folder: str, uidvalidity: int) -> int:
        """See ``domain.ports.Spool``."""
        with self._database.reading() as uow:
            return uow.spool.last_uid(mailbox, folder, uidvalidity)


class SharedOutbox:
    """``domain.ports.Outbox`` for the dispatcher: claims with a lease, and knows when to try again or to give up."""

    def __init__(
        self,
        database: Database,
        *,
        owner: str,
        lease: timedelta,
        give_up_after: timedelta,
        doubt: DoubtPolicy,
    ) -> None:
        self._database = database
        self._owner = owner
        self._lease = lease
        self._give_up_after = give_up_after
        self._doubt = doubt
        self._dice = random.Random()  # noqa: S311 - spreads retries, guards nothing

    def claim_due(self, now: datetime, limit: int) -> Sequence[QueuedMail]:
        """See ``domain.ports.Outbox``."""
        with self._database.reading() as uow:
            due, lapsed = uow.sending.has_due(now), uow.sending.has_lapsed(now)
        if lapsed:  # of a sender that is gone: free from now on, or in doubt
            self._tell(self._database.commit_together(lambda uow: uow.sending.take_over_lapsed(self._doubt, now=now)))
        if not due:
            return ()
        return self._database.commit_together(
            lambda uow: uow.sending.claim_due(owner=self._owner, now=now, lease=self._lease, limit=limit)
        )

    def take_over(self, now: datetime) -> None:
        """Free all that is claimed: when the one process that works on this database starts."""
        self._tell(self._database.commit_together(lambda uow: uow.sending.take_over_all(self._doubt, now=now)))

    def _tell(self, taken: TakenOver) -> None:
        if taken.freed:
            log.warning("outbox_taken_over", mails=taken.freed)
        if taken.brought_forward:
            log.warning("outbox_clock_was_ahead", mails=taken.brought_forward)
        for doubt in taken.doubts:
            log.error("outbox_uncertain", outbox=doubt.outbox_id, kind=doubt.kind.value, becomes=doubt.state.value)

    def mark(self, queued: QueuedMail, now: datetime, *, ended: Sequence[Ended] = ()) -> bool:
        """See ``domain.ports.Outbox``."""
        changes = [self._change(mail, outcome, now) for mail, outcome in ended]

        def write(uow: UnitOfWork) -> bool:
            uow.sending.record(changes)
            return uow.sending.mark(queued.outbox_id, owner=self._owner, now=now)

        return self._database.commit_together(write)

    def record(self, ended: Sequence[Ended], now: datetime) -> None:
        """See ``domain.ports.Outbox``."""
        changes = [self._change(mail, outcome, now) for mail, outcome in ended]
        self._database.commit_together(lambda uow: uow.sending.record(changes))

    def _change(self, queued: QueuedMail, outcome: DeliveryOutcome, now: datetime) -> dict[str, Any]:
        if isinstance(outcome, Deferred) and is_expired(
            queued_at=queued.queued_at, now=now, give_up_after=self._give_up_after
        ):
            outcome = Failed(diagnostic=f"given up after {self._give_up_after.days} days: {outcome.diagnostic}")
        retry_at = next_attempt(attempts=queued.attempts, now=now, jitter=self._dice.random())
        return outcome_change(queued, outcome, owner=self._owner, retry_at=retry_at, now=now, policy=self._doubt)

"""The store's side of ``domain.ports``: what doors and loops see of it. Each call is durable when it returns."""

import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog

from mailgate.domain.mail import Accepted, Envelope, ImapPosition
from mailgate.domain.outgoing import Deferred, DeliveryOutcome, Failed, QueuedMail, is_expired, next_attempt
from mailgate.domain.verdict import Reason
from mailgate.store.database import Database
from mailgate.store.spool import REFUSED_BY_DOOR, identity_of

log = structlog.get_logger()


class SharedSpool:
    """``domain.ports.Spool`` for the doors: each mail durable on return, commits shared with all who come at once."""

    def __init__(self, database: Database, *, on_new: Callable[[], None]) -> None:
        self._database = database
        self._on_new = on_new

    def put(self, envelope: Envelope, position: ImapPosition | None = None) -> Accepted:
        """See ``domain.ports.Spool``."""
        identity = identity_of(envelope)
        accepted = self._database.commit_together(lambda uow: uow.spool.put(envelope, position, identity=identity))
        if not accepted.duplicate:
            self._on_new()
        return accepted

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

    def __init__(self, database: Database, *, owner: str, lease: timedelta, give_up_after: timedelta) -> None:
        self._database = database
        self._owner = owner
        self._lease = lease
        self._give_up_after = give_up_after
        self._dice = random.Random()  # noqa: S311 - spreads retries, guards nothing

    def claim_due(self, now: datetime, limit: int) -> Sequence[QueuedMail]:
        """See ``domain.ports.Outbox``."""
        with self._database.reading() as uow:
            if not uow.outbox.has_due(now):
                return []
        return self._database.commit_together(
            lambda uow: uow.outbox.claim_due(owner=self._owner, now=now, lease=self._lease, limit=limit)
        )

    def record(self, queued: QueuedMail, outcome: DeliveryOutcome, now: datetime) -> None:
        """See ``domain.ports.Outbox``."""
        if isinstance(outcome, Deferred) and is_expired(
            queued_at=queued.queued_at, now=now, give_up_after=self._give_up_after
        ):
            outcome = Failed(diagnostic=f"given up after {self._give_up_after.days} days: {outcome.diagnostic}")
        retry_at = next_attempt(attempts=queued.attempts, now=now, jitter=self._dice.random())
        self._database.commit_together(
            lambda uow: uow.outbox.record(
                queued.outbox_id, owner=self._owner, outcome=outcome, retry_at=retry_at, now=now
            )
        )

    def give_back(self, queued: Sequence[QueuedMail]) -> None:
        """See ``domain.ports.Outbox``."""
        ids = [mail.outbox_id for mail in queued]
        self._database.commit_together(lambda uow: uow.outbox.give_back(ids, owner=self._owner))

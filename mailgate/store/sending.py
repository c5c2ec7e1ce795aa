"""The outbox as senders see it: claim with a lease, mark before the final dot, record what came of it.

Whoever dies between mark and record, or loses its lease there, leaves a mail in doubt behind; one that was claimed and
not marked has certainly not gone out, and is simply sent.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, assert_never

from sqlalchemy import BindParameter, and_, bindparam, case, func, or_, select, text, update
from sqlmodel import Session

from mailgate.domain.back_off import LONGEST_UNTIL_NEXT
from mailgate.domain.notice_kinds import NoticeKind
from mailgate.domain.outgoing import (
    Deferred,
    Delivered,
    DeliveryOutcome,
    Failed,
    OutboxId,
    OutgoingMail,
    QueuedMail,
    Uncertain,
    Untried,
)
from mailgate.domain.sending import DoubtPolicy, SendingState
from mailgate.store.outbox import TABLE, WAITING
from mailgate.store.prepared import Prepared
from mailgate.store.tables.outgoing import UNSENT

UNANSWERED = "uncertain: sending ended before the answer to the final dot was known"

_c = TABLE.c
_SENDING = text("outbox.state = 'sending'")
_IN_DOUBT = text("outbox.state IN ('uncertain', 'parked')")
_IDS: BindParameter[int] = bindparam("ids", expanding=True)
_OWNER = bindparam("owner", type_=_c.lease_owner.type)

# Built once each: what a statement costs most is to be put together.
_FIRST_DUE = (
    select(_c.id)
    .where(UNSENT, _c.state == bindparam("due"), _c.not_before <= bindparam("now"))
    .order_by(_c.not_before, _c.id)
    .limit(bindparam("most"))
)
_DUE, _DUE_LOCKED = Prepared(_FIRST_DUE), Prepared(_FIRST_DUE.with_for_update(skip_locked=True))
_CLAIM = (
    update(TABLE)
    .where(_c.id.in_(_IDS))
    .values(
        state=SendingState.SENDING.value, attempts=_c.attempts + 1, marked_at=None,
        lease_owner=_OWNER, lease_until=bindparam("until"),
    )
    .returning(
        _c.id, _c.message_id, _c.mail_from, _c.recipient, _c.content, _c.kind, _c.queued_at, _c.attempts, _c.doubts,
    )
)  # fmt: skip
_MARK = Prepared(
    update(TABLE)
    .where(_c.id == bindparam("this"), _c.lease_owner == _OWNER, _SENDING)
    .values(marked_at=bindparam("at"))
)
_DOUBT = bindparam("doubt", type_=_c.doubts.type)
_RECORD = Prepared(
    update(TABLE)
    .where(
        _c.id == bindparam("this"),
        _c.lease_owner == _OWNER,
        # Who was thought lost and knows better after all ends the doubt, until somebody else has taken the mail.
        or_(_SENDING, and_(_IN_DOUBT, _DOUBT == 0)),
    )
    .values(
        state=case((bindparam("again", type_=_c.doubts.type) == 1, WAITING), else_=bindparam("becomes")),
        sent_at=bindparam("sent", type_=_c.sent_at.type),
        response=func.coalesce(bindparam("words", type_=_c.response.type), _c.response),
        attempts=_c.attempts - bindparam("untried", type_=_c.attempts.type),
        not_before=func.coalesce(bindparam("retry", type_=_c.not_before.type), _c.not_before),
        doubts=_c.doubts + _DOUBT,
        uncertain_at=func.coalesce(bindparam("doubted", type_=_c.uncertain_at.type), _c.uncertain_at),
        lease_owner=None,
        lease_until=None,
    )
)  # fmt: skip
_CLAIMED = select(_c.id, _c.kind, _c.doubts, _c.marked_at).where(UNSENT, _SENDING)
_LAPSED = _CLAIMED.where(_c.lease_until < bindparam("now"))
_ANY_LAPSED = Prepared(_LAPSED.limit(1))
_FREE = update(TABLE).where(_c.id.in_(_IDS), _SENDING).values(state=WAITING, lease_owner=None, lease_until=None)
_OF_THE_FUTURE = (
    update(TABLE)
    .where(UNSENT, or_(_c.queued_at > bindparam("now"), _c.not_before > bindparam("longest")))
    .values(not_before=bindparam("now"))
)
# The owner stays: if it lives after all, it may still tell how it went.
_DOUBTED = (
    update(TABLE)
    .where(_c.id == bindparam("this"), _SENDING)
    .values(
        state=bindparam("becomes"), response=UNANSWERED, doubts=_c.doubts + 1, uncertain_at=bindparam("at"),
        not_before=bindparam("at"), lease_until=None,
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A mail of which nobody knows whether it went out, and what was decided for it."""

    outbox_id: OutboxId
    kind: NoticeKind
    state: SendingState


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenOver:
    """What senders that are gone had left: mails that wait again, and mails in doubt.

    ``brought_forward``: mails that would have waited for a time to which the clock had been set, and is no longer.
    """

    freed: int = 0
    brought_forward: int = 0
    doubts: Sequence[Doubt] = ()


class SendingTable:
    """The outbox, within one transaction of a sender."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def has_due(self, now: datetime) -> bool:
        """Whether there is anything to claim; a read that keeps no writer waiting."""
        return bool(self._due(now, limit=1, locked=False))

    def claim_due(self, *, owner: str, now: datetime, lease: timedelta, limit: int) -> list[QueuedMail]:
        """Take due mails, oldest first, and count the attempt before it is made."""
        ids = self._due(now, limit=limit, locked=True)
        if not ids:
            return []
        rows = self._session.connection().execute(_CLAIM, {"ids": ids, "owner": owner, "until": now + lease})
        by_id = {row.id: row for row in rows}
        return [_queued(by_id[claimed]) for claimed in ids]

    def _due(self, now: datetime, *, limit: int, locked: bool) -> list[int]:
        due: list[int] = []
        statement = _DUE_LOCKED if locked else _DUE
        for state in (SendingState.UNCERTAIN, SendingState.PENDING):
            rows = statement.all(self._session, due=state.value, now=now, most=limit - len(due))
            due += [row.id for row in rows]
        return due

    def mark(self, outbox_id: OutboxId, *, owner: str, now: datetime) -> bool:
        """Remember that the final dot is about to go out; False if the lease is another's by now."""
        return _MARK.run(self._session, this=outbox_id, owner=owner, at=now) == 1

    def record(self, changes: Sequence[dict[str, Any]]) -> None:
        """Remember how sending went (see ``outcome_change``), unless a mail is another's by now."""
        for change in changes:
            _RECORD.run(self._session, **change)

    def take_over_all(self, policy: DoubtPolicy, *, now: datetime) -> TakenOver:
        """Everything that is claimed, and what waits too long: for the one process that works on this database."""
        taken = self._take_over(self._session.connection().execute(_CLAIMED).all(), policy, now)
        moment = {"now": now, "longest": now + LONGEST_UNTIL_NEXT}
        return replace(taken, brought_forward=self._session.connection().execute(_OF_THE_FUTURE, moment).rowcount)

    def has_lapsed(self, now: datetime) -> bool:
        """Whether a sender has not been heard of for longer than its lease; a read that keeps no writer waiting."""
        return _ANY_LAPSED.first(self._session, now=now) is not None

    def take_over_lapsed(self, policy: DoubtPolicy, *, now: datetime) -> TakenOver:
        """What was claimed by senders that have not been heard of for longer than their lease."""
        lapsed = self._session.connection().execute(_LAPSED.with_for_update(skip_locked=True), {"now": now})
        return self._take_over(lapsed.all(), policy, now)

    def _take_over(self, claimed: Sequence[Any], policy: DoubtPolicy, now: datetime) -> TakenOver:
        unmarked = [row.id for row in claimed if row.marked_at is None]
        if unmarked:
            self._session.connection().execute(_FREE, {"ids": unmarked})
        doubts = [_doubt(row, policy) for row in claimed if row.marked_at is not None]
        for doubt in doubts:
            change = {"this": doubt.outbox_id, "becomes": doubt.state.value, "at": now}
            self._session.connection().execute(_DOUBTED, change)
        return TakenOver(freed=len(unmarked), doubts=doubts)


def outcome_change(
    queued: QueuedMail, outcome: DeliveryOutcome, *, owner: str, retry_at: datetime, now: datetime, policy: DoubtPolicy
) -> dict[str, Any]:
    """What an outcome makes of a mail; ``retry_at`` counts where it is to be sent again."""
    change: dict[str, Any] = {
        "this": queued.outbox_id, "owner": owner, "again": 0, "becomes": "", "sent": None, "retry": None,
        "doubt": 0, "doubted": None,
        "untried": 0, "words": None,
    }  # fmt: skip
    match outcome:
        case Delivered(response=words):
            return {**change, "words": words, "becomes": SendingState.SENT.value, "sent": now}
        case Deferred(diagnostic=words):
            return {**change, "words": words, "again": 1, "retry": retry_at}
        case Failed(diagnostic=words):
            return {**change, "words": words, "becomes": SendingState.FAILED.value}
        case Uncertain(diagnostic=words):
            becomes = policy.state_after(queued.kind, doubts=queued.doubts + 1)
            doubt = {"becomes": becomes.value, "doubt": 1, "doubted": now, "retry": retry_at}
            return {**change, "words": words, **doubt}
        case Untried(wait=wait):
            return {**change, "again": 1, "untried": 1, "retry": now + wait if wait is not None else None}
        case _:
            assert_never(outcome)


def _doubt(row: Any, policy: DoubtPolicy) -> Doubt:
    kind = NoticeKind(row.kind)
    return Doubt(outbox_id=OutboxId(row.id), kind=kind, state=policy.state_after(kind, doubts=row.doubts + 1))


def _queued(row: Any) -> QueuedMail:
    mail = OutgoingMail(message_id=row.message_id, mail_from=row.mail_from, rcpt_to=row.recipient, content=row.content)
    return QueuedMail(
        outbox_id=OutboxId(row.id),
        mail=mail,
        kind=NoticeKind(row.kind),
        queued_at=row.queued_at,
        attempts=row.attempts,
        doubts=row.doubts,
    )

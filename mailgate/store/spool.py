"""The spool: received mail is put once, claimed with a lease, and settled or quarantined.

``state`` received → settled | quarantined. Whether a mail came before is decided by its key (``domain.fingerprint``).
Everything here happens within a transaction of the caller's; the doors come through ``ports``.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, update
from sqlmodel import Session, col, select

from mailgate.domain.customer import SuperUserId
from mailgate.domain.fingerprint import Identity, identity_of
from mailgate.domain.mail import Accepted, Envelope, ImapPosition, MailId, Origin, SpooledMail
from mailgate.domain.ticket import TicketId
from mailgate.domain.verdict import Outcome, Reason
from mailgate.store.authenticity import proof_of, proof_values
from mailgate.store.better_copies import take_better_copy
from mailgate.store.claims import RECEIVED, first_waiting, is_any_waiting, is_waiting, leased
from mailgate.store.prepared import Prepared
from mailgate.store.rows import change_row, insert_ignoring, insert_large, insert_row, is_just, key_of
from mailgate.store.tables import ArrivalRow, ImapCursorRow, MailRow, RawMailRow

SETTLED, QUARANTINED = "settled", "quarantined"
REFUSED_BY_DOOR = "refused-by-door"
"""The rule by which a mail is quarantined of which only the beginning was taken."""

_KNOWN = Prepared(select(MailRow.id).where(MailRow.dedupe_key == bindparam("dedupe_key")))
_RELEASED = Prepared(select(MailRow.release_superuser_id, MailRow.release_by).where(MailRow.id == bindparam("mail_id")))
_FINISH = Prepared(
    update(MailRow)
    .where(col(MailRow.id) == bindparam("mail_id"), col(MailRow.state) == RECEIVED)
    .values(
        {
            name: bindparam(f"new_{name}")
            for name in ("state", "outcome", "rule", "evidence", "settled_at", "lease_owner", "lease_until")
        }
    )
)


class SpoolTable:
    """The spool, within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(
        self, envelope: Envelope, position: ImapPosition | None = None, *, identity: Identity | None = None
    ) -> Accepted:
        """Keep a mail, and that it came; move the IMAP cursor if it came that way.

        ``identity``: where it has been worked out already, while nobody had to wait for it.
        """
        same = identity or identity_of(envelope)
        sha256 = same.sha256
        mail_id, duplicate = self._insert_once(envelope, key=same.dedupe_key, sha256=sha256)
        arrival = {
            "mail_id": mail_id, "origin": envelope.origin.value, "peer": envelope.peer,
            "received_at": envelope.received_at, "raw_sha256": sha256,
        }  # fmt: skip
        insert_row(self._session, ArrivalRow, arrival)
        if duplicate and take_better_copy(self._session, mail_id, envelope, sha256=sha256):
            self.wait_again(MailId(mail_id))
        if position is not None:
            self.advance(position)
        return Accepted(mail_id=MailId(mail_id), duplicate=duplicate)

    def refuse(self, envelope: Envelope, position: ImapPosition, *, reason: Reason) -> MailId | None:
        """Quarantine a mail of which only a beginning was taken; None if that was done before."""
        place = f"{position.mailbox}\0{position.folder}\0{position.uidvalidity}\0{position.uid}"
        key = "refused:" + hashlib.sha256(place.encode()).hexdigest()
        sha256 = hashlib.sha256(envelope.content).hexdigest()
        mail_id, before = self._insert_once(envelope, key=key, sha256=sha256)
        self.advance(position)
        if before:
            return None
        self.quarantine(MailId(mail_id), reason=reason, now=envelope.received_at)
        return MailId(mail_id)

    def _insert_once(self, envelope: Envelope, *, key: str, sha256: str) -> tuple[int, bool]:
        if (mail_id := _KNOWN.scalar(self._session, dedupe_key=key)) is not None:
            return int(mail_id), True
        raw = {"sha256": sha256, "size": len(envelope.content), "content": envelope.content}
        insert_large(self._session, RawMailRow, raw, unique="sha256", large="content")
        row = {
            "dedupe_key": key, "raw_sha256": sha256, "state": RECEIVED, "origin": envelope.origin.value,
            "peer": envelope.peer, "mail_from": envelope.mail_from, "rcpt_to": json.dumps(envelope.rcpt_to),
            "received_at": envelope.received_at, "attempts": 0, **proof_values(envelope.authenticity),
        }  # fmt: skip
        inserted = insert_ignoring(self._session, MailRow, row, unique=["dedupe_key"])  # another node may be first
        return key_of(_KNOWN.scalar(self._session, dedupe_key=key)), not inserted

    def advance(self, position: ImapPosition) -> None:
        """Remember that a folder has been fetched up to here."""
        row = self._session.get(ImapCursorRow, (position.mailbox, position.folder))
        if row is None:
            row = ImapCursorRow(mailbox=position.mailbox, folder=position.folder, uidvalidity=0, last_uid=0)
        if row.uidvalidity != position.uidvalidity:
            row.uidvalidity, row.last_uid = position.uidvalidity, 0
        row.last_uid = max(row.last_uid, position.uid)
        self._session.add(row)

    def last_uid(self, mailbox: str, folder: str, uidvalidity: int) -> int:
        """See ``domain.ports.Spool``."""
        row = self._session.get(ImapCursorRow, (mailbox, folder))
        return row.last_uid if row is not None and row.uidvalidity == uidvalidity else 0

    def claim(self, *, owner: str, now: datetime, lease: timedelta, limit: int) -> list[SpooledMail]:
        """Take waiting mails, oldest first, and count the attempt before it is made.

        A mail whose earlier attempts ended without a word is taken alone, so that it takes no other down with it.
        """
        ids = first_waiting(self._session, now=now, most=limit)
        return [spooled(row, row.content) for row in leased(self._session, ids, owner=owner, until=now + lease)]

    def claim_one(self, mail_id: MailId, *, owner: str, now: datetime, lease: timedelta) -> SpooledMail | None:
        """Take this mail if it waits and nobody else works on it."""
        if not is_waiting(self._session, mail_id, now=now):
            return None
        taken = leased(self._session, [mail_id], owner=owner, until=now + lease)[0]
        return spooled(taken, taken.content)

    def give_back(self, mail_ids: Sequence[MailId], *, owner: str) -> None:
        """Let go of mails that were claimed and not worked on; the attempt does not count."""
        change = {"attempts": MailRow.attempts - 1, "lease_owner": None, "lease_until": None}
        mine = update(MailRow).where(col(MailRow.id).in_(mail_ids), col(MailRow.lease_owner) == owner)
        self._session.connection().execute(mine.values(change))

    def end_leases(self) -> int:
        """Free everything that is claimed: for the one process that works on this database, when it starts."""
        held = update(MailRow).where(col(MailRow.lease_owner).is_not(None), is_just(MailRow.state, RECEIVED))
        return self._session.connection().execute(held.values(lease_owner=None, lease_until=None)).rowcount

    def settle(self, mail_id: MailId, *, outcome: Outcome, reason: Reason, now: datetime) -> bool:
        """The mail is dealt with; False if it was so already, and then nothing may be told a second time."""
        return self._finish(mail_id, state=SETTLED, outcome=outcome, reason=reason, now=now)

    def quarantine(self, mail_id: MailId, *, reason: Reason, now: datetime) -> bool:
        """The mail cannot be read; it is kept for somebody to look at."""
        return self._finish(mail_id, state=QUARANTINED, outcome=Outcome.QUARANTINED, reason=reason, now=now)

    def _finish(self, mail_id: MailId, *, state: str, outcome: Outcome, reason: Reason, now: datetime) -> bool:
        change = {
            "new_state": state, "new_outcome": outcome.value, "new_rule": reason.rule, "new_evidence": reason.evidence,
            "new_settled_at": now, "new_lease_owner": None, "new_lease_until": None,
        }  # fmt: skip
        return bool(_FINISH.run(self._session, mail_id=mail_id, **change))

    def oldest_waiting(self) -> datetime | None:
        """When the first of the mails that wait was received."""
        first = select(MailRow.received_at).where(is_just(MailRow.state, RECEIVED)).order_by(col(MailRow.received_at))
        return self._session.exec(first.limit(1)).first()

    def recount(self, mail_id: MailId, *, outcome: Outcome) -> None:
        """A settled mail ended in another way than it first seemed."""
        change = update(MailRow).where(col(MailRow.id) == mail_id, col(MailRow.state) == SETTLED)
        self._session.connection().execute(change.values(outcome=outcome.value))

    def link_ticket(self, mail_id: MailId, ticket_id: TicketId) -> None:
        """The mail is part of this ticket."""
        change_row(self._session, MailRow, mail_id, {"ticket_id": ticket_id})

    def postpone(self, mail_id: MailId, *, owner: str, until: datetime) -> None:
        """Work on it failed for a reason of ours: leave it alone until then."""
        mine = update(MailRow).where(col(MailRow.id) == mail_id, col(MailRow.lease_owner) == owner)
        self._session.connection().execute(mine.values(lease_until=until))

    def has_waiting(self, now: datetime) -> bool:
        """Whether there is anything to claim; a read that keeps no writer waiting."""
        return is_any_waiting(self._session, now=now)

    def wait_again(self, mail_id: MailId, *, superuser_id: SuperUserId | None = None, by: str | None = None) -> None:
        """Send a held or quarantined mail through the pipeline once more."""
        change = {
            "state": RECEIVED, "outcome": None, "rule": None, "evidence": None, "settled_at": None, "attempts": 0,
            "lease_owner": None, "lease_until": None, "release_superuser_id": superuser_id, "release_by": by,
        }  # fmt: skip
        change_row(self._session, MailRow, mail_id, change)

    def released(self, mail_id: MailId) -> tuple[SuperUserId, str] | None:
        """For which SuperUser a specialist let this mail through, and who did."""
        row = _RELEASED.first(self._session, mail_id=mail_id)
        if row is None or row.release_superuser_id is None:
            return None
        return SuperUserId(row.release_superuser_id), row.release_by or ""


def spooled(row: Any, content: bytes) -> SpooledMail:
    """The value of a row that was read."""
    envelope = Envelope(
        mail_from=row.mail_from,
        rcpt_to=tuple(json.loads(row.rcpt_to)),
        received_at=row.received_at,
        origin=Origin(row.origin),
        peer=row.peer,
        content=content,
        authenticity=proof_of(row),
    )
    return SpooledMail(mail_id=MailId(key_of(row.id)), envelope=envelope, attempts=row.attempts)

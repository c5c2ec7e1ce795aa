"""A mail that came once more, and this time proven: what an earlier copy could not show counts no more against it.

Whoever has a mail, from its Cc, can send it before its author's own copy is here, and without proof. Were that copy the
mail, the author's own would be taken for its repetition, and wait for a person.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col

from mailgate.domain.authenticity import Proof, is_proven
from mailgate.domain.mail import Envelope
from mailgate.domain.verdict import HoldCause
from mailgate.store.authenticity import proof_values
from mailgate.store.rows import insert_large
from mailgate.store.tables import HeldRow, MailRow, RawMailRow

_DOUBTED = (Proof.FORGED.value, Proof.UNPROVEN.value)
_HELD_FOR_DOUBT = (HoldCause.FORGED.value, HoldCause.UNPROVEN.value)


def take_better_copy(session: Session, mail_id: int, envelope: Envelope, *, sha256: str) -> bool:
    """Put this copy and its proof in the place of a doubted one; True if the mail was held for that doubt."""
    if not is_proven(envelope.authenticity):
        return False
    raw = {"sha256": sha256, "size": len(envelope.content), "content": envelope.content}
    doubted = update(MailRow).where(col(MailRow.id) == mail_id, col(MailRow.proof).in_(_DOUBTED))
    insert_large(session, RawMailRow, raw, unique="sha256", large="content")
    if not _changed(session, doubted.values(raw_sha256=sha256, **proof_values(envelope.authenticity))):
        return False
    return _let_go(session, mail_id, now=envelope.received_at)


def _let_go(session: Session, mail_id: int, *, now: datetime) -> bool:
    held = update(HeldRow).where(
        col(HeldRow.mail_id) == mail_id, col(HeldRow.state) == "held", col(HeldRow.cause).in_(_HELD_FOR_DOUBT)
    )
    return _changed(session, held.values(state="released", decided_at=now, decided_by="a copy that is proven"))


def _changed(session: Session, statement: Any) -> bool:
    session.flush()
    return bool(session.connection().execute(statement).rowcount)

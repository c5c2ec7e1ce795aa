"""What a received mail is known by in the spool. What makes two mails the same is said in ``domain.fingerprint``."""

import hashlib
from dataclasses import dataclass

from mailgate.domain.fingerprint import dedupe_key
from mailgate.domain.mail import Envelope


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What a mail is known by: the same mail has the same key, the same bytes have the same hash."""

    dedupe_key: str
    sha256: str


def identity_of(envelope: Envelope) -> Identity:
    """Takes its time with large mails: best before a transaction, which keeps others waiting."""
    return Identity(dedupe_key=dedupe_key(envelope), sha256=hashlib.sha256(envelope.content).hexdigest())

"""How far a mail of ours is on its way out, and what is done with one of which we do not know whether it arrived.

Such doubt cannot be excluded (RFC 5321 §6.1 gives a mail to one side or the other at the answer to the final dot, and
that answer can be lost); so it is named, listed, and treated by a policy, never silently.
"""

from dataclasses import dataclass
from enum import StrEnum

from mailgate.domain.notice_kinds import NoticeKind


class SendingState(StrEnum):
    """Of a row of the outbox. ``docs/operations.md`` tells what an operator does in each."""

    PENDING = "pending"
    """Waits to be sent, or to be tried again."""
    SENDING = "sending"
    """Claimed by a sender. Once its mark is made, the final dot may have gone out."""
    SENT = "sent"
    """The next server has taken it over."""
    FAILED = "failed"
    """Refused for good, or given up."""
    UNCERTAIN = "uncertain"
    """The dot may have gone out and no answer is known; the same bytes will be sent again."""
    PARKED = "parked"
    """As uncertain, but it waits for the operator's word."""
    DROPPED = "dropped"
    """The operator has let it be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingDoubtContent:
    """To the head of service: of so many mails it is not known whether they arrived."""

    sent_again: int
    parked: int
    kind: NoticeKind = NoticeKind.SENDING_DOUBT


# What the next of its kind makes good: a second copy would annoy more than a missing one (ours).
REPEATED_ANYWAY = frozenset({NoticeKind.STATUS, NoticeKind.REMINDER, NoticeKind.DIGEST, NoticeKind.OVERVIEW})


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubtPolicy:
    """What becomes of a mail in doubt. ``parked``: kinds that wait for the operator at once.

    All others are sent again, with the same bytes and the same Message-ID, but only ``resends`` times: a relay that
    takes mails and never says so must not fill anybody's mailbox.
    """

    parked: frozenset[NoticeKind] = REPEATED_ANYWAY
    resends: int = 1

    def state_after(self, kind: NoticeKind, *, doubts: int) -> SendingState:
        """``doubts``: how often it has come into doubt, this time included."""
        if kind in self.parked or doubts > self.resends:
            return SendingState.PARKED
        return SendingState.UNCERTAIN

"""What kind of mail one is: a closed set, with what speaks for it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from mailgate.domain.report import Delivery, Meeting


class MailKind(StrEnum):
    """Who or what wrote it, and to what end."""

    PERSON = "person"
    FORWARDED = "forwarded"
    """A person's mail that a rule passed on, and a server therefore marked as automatic."""
    CALENDAR = "calendar"
    """An invitation, an answer to one, a cancellation: a person pressed a button."""
    BOUNCE = "bounce"
    """What became of a mail on its way: failed, delayed, or delivered."""
    OUT_OF_OFFICE = "out-of-office"
    AUTO_REPLY = "auto-reply"
    """Any other mail that a machine wrote to us."""
    LIST = "list"
    """Written to many: mailing lists, newsletters, bulk."""
    FEEDBACK_REPORT = "feedback-report"
    """A complaint on a mail of ours (RFC 5965)."""


PERSONS = frozenset({MailKind.PERSON, MailKind.FORWARDED, MailKind.CALENDAR})
"""A person wants something: such a mail may become a ticket."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """The kind, and why. ``evidence``: names of fields and signs, never the mail's words.

    ``deliveries``: of a bounce, for each recipient. ``back_on``: of an out-of-office message that names the day.
    ``meeting``: of a calendar mail. ``answerable``: whether RFC 3834 and its kin allow an automatic answer.
    """

    kind: MailKind
    evidence: str = ""
    deliveries: tuple[Delivery, ...] = ()
    back_on: date | None = None
    meeting: Meeting | None = None
    answerable: bool = True

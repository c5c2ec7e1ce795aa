"""Mail that goes out: what is told (``Notice``), its rendered form (``OutgoingMail``), and how sending it can end.

Wording is for ``notify.compose``; when to try again for ``domain.back_off``.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NewType

from mailgate.domain.answers import ColleagueContent, CommandsContent, RequestContent
from mailgate.domain.customer import Language
from mailgate.domain.held_contents import (
    HeldGistContent,
    OverdueContent,
    SpecialistWithoutTicketContent,
    StrangerContent,
)
from mailgate.domain.news import AlarmClock, NewsContent
from mailgate.domain.news_of_teams import TeamTicketContent
from mailgate.domain.news_of_ways import WaysContent
from mailgate.domain.notice_kinds import NoticeKind
from mailgate.domain.pending import ConfirmContent, ConfirmOverContent
from mailgate.domain.reply_token import about_act
from mailgate.domain.sending import SendingDoubtContent
from mailgate.domain.ticket import ServiceLevel, TicketType
from mailgate.domain.withheld import AnswersStoppedContent

OutboxId = NewType("OutboxId", int)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """One person, by the address on file; mails never go to an address that a mail merely names."""

    address: str
    name: str
    language: Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """Where a mail stands in a conversation (RFC 5322 §3.6.4); ids with their angle brackets."""

    in_reply_to: str | None = None
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptContent:
    """A ticket was opened. ``sealed``: encrypted; ``follows``: the number of one closed long ago that it continues."""

    number: str
    subject: str
    type: TicketType
    level: ServiceLevel | None
    module: str | None
    untrained_module: str | None
    number_unknown: bool
    attachments: tuple[str, ...]
    released: bool
    sealed: bool = False
    follows: str = ""
    kind: NoticeKind = NoticeKind.RECEIPT


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinedContent:
    """A follow-up was added. ``sealed``: it is encrypted, and nobody here can read it."""

    number: str
    subject: str
    attachments: tuple[str, ...]
    sealed: bool = False
    reopened: bool = False
    kind: NoticeKind = NoticeKind.JOINED


NoticeContent = (
    ReceiptContent
    | JoinedContent
    | StrangerContent
    | OverdueContent
    | HeldGistContent
    | SpecialistWithoutTicketContent
    | TeamTicketContent
    | CommandsContent
    | RequestContent
    | ColleagueContent
    | NewsContent
    | WaysContent
    | SendingDoubtContent
    | AnswersStoppedContent
    | ConfirmContent
    | ConfirmOverContent
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEntry:
    """A deadline for the reader's own calendar. Ticket and clock tell which; a higher ``sequence`` replaces a lower.

    ``summary``: what the ticket is about. ``start``: when the clock runs out; when it last did, once it is cancelled.
    """

    number: str
    clock: AlarmClock
    sequence: int
    summary: str
    start: datetime
    cancelled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOn:
    """A file that a specialist sends to a customer through us; ``name`` and ``content_type`` as their mail has them."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What is to be told to whom, before any wording.

    ``key``: unique; the same thing is never told twice, whatever crashes in between.
    ``number``: stands in the subject, so that an answer finds its ticket. ``calendar``: goes with it as files.
    ``act``: the act on the ticket that a reply to it is to confirm.
    """

    key: str
    to: Recipient
    content: NoticeContent
    number: str | None = None
    thread: Thread = Thread()
    calendar: tuple[CalendarEntry, ...] = ()
    act: int | None = None
    files: tuple[PassedOn, ...] = ()

    @property
    def about(self) -> str:
        """What its reply token is bound to, beside its recipient and its day."""
        about = self.number or self.kind
        return about if self.act is None else about_act(about, self.act)

    @property
    def kind(self) -> NoticeKind:
        return self.content.kind


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMail:
    """A rendered mail. The Message-ID is minted once, so that a mail that is sent again is the same mail."""

    message_id: str
    mail_from: str | None
    rcpt_to: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedMail:
    """A mail taken out of the outbox to be sent; ``attempts`` counts this time too, ``doubts`` earlier ones only."""

    outbox_id: OutboxId
    mail: OutgoingMail
    kind: NoticeKind
    queued_at: datetime
    attempts: int
    doubts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """The next server has taken the mail over; ``response`` is what it said."""

    response: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deferred:
    """Not now (4xx, no connection, anything that is not understood): to be tried again."""

    diagnostic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """Not ever (5xx), or given up."""

    diagnostic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncertain:
    """The final dot may have gone out, and what was answered is not known: ``domain.sending`` says what now."""

    diagnostic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Untried:
    """It did not come to an attempt, by no fault of the mail: as if it had never been claimed, or not for a while."""

    diagnostic: str = ""
    wait: timedelta | None = None


DeliveryOutcome = Delivered | Deferred | Failed | Uncertain | Untried

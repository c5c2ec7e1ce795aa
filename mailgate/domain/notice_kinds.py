"""The kinds of mail that go out: to whom, when, which of them answer a mail, and which a person wrote.

A new kind needs its line in ``GOES_OUT``, its templates in every language, and a sample in ``notify.samples``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class NoticeKind(StrEnum):
    """Each has its templates in every language (``templates/<language>/<kind>.*``)."""

    RECEIPT = "receipt"
    JOINED = "joined"
    STRANGER = "stranger"
    OVERDUE = "overdue"
    HELD_GIST = "held_gist"
    TEAM_NEW_TICKET = "team_new_ticket"
    TEAM_FOLLOW_UP = "team_follow_up"
    TEAM_HANDED_OVER = "team_handed_over"
    COMMANDS_ANSWERED = "commands_answered"
    CONFIRM = "confirm"
    CONFIRM_OVER = "confirm_over"
    REQUEST_ANSWERED = "request_answered"
    COLLEAGUE_WROTE = "colleague_wrote"
    SPECIALIST_WITHOUT_TICKET = "specialist_without_ticket"

    # A specialist moved a ticket: told to its SuperUser.
    HANDLING_STARTED = "handling_started"
    ANSWER = "answer"
    ASKED = "asked"
    WORKAROUND = "workaround"
    LEVEL_CHANGED = "level_changed"
    TYPE_CHANGED = "type_changed"
    RESOLVED = "resolved"
    CLOSED = "closed"
    REOPENED = "reopened"
    MERGED = "merged"

    # A ticket goes its way; orders, and access to an installation.
    MOVED = "moved"
    HANDED_ON = "handed_on"
    ESTIMATE = "estimate"
    ORDER_ANSWERED = "order_answered"
    BILLED = "billed"
    ACCESS_ASKED = "access_asked"
    ACCESS_CHANGED = "access_changed"

    # The clock moved.
    STATUS = "status"
    REMINDER = "reminder"
    CLOSED_UNANSWERED = "closed_unanswered"
    SEVERAL = "several"
    SLA_ALARM = "sla_alarm"
    DIGEST = "digest"
    OVERVIEW = "overview"

    # Our own sending: told to the head of service.
    SENDING_DOUBT = "sending_doubt"
    ANSWERS_STOPPED = "answers_stopped"


# RFC 3834 §5.2: an answer to one mail is auto-replied; what we send of our own accord is auto-generated.
ANSWERS = frozenset(
    {
        NoticeKind.RECEIPT,
        NoticeKind.JOINED,
        NoticeKind.STRANGER,
        NoticeKind.OVERDUE,
        NoticeKind.SPECIALIST_WITHOUT_TICKET,
        NoticeKind.COMMANDS_ANSWERED,
        NoticeKind.CONFIRM,
        NoticeKind.CONFIRM_OVER,
        NoticeKind.ORDER_ANSWERED,
        NoticeKind.REQUEST_ANSWERED,
    }
)
# To the desk: who replies to one of these has seen what it tells, and nothing that happened since.
SHOWS_THE_TICKET = frozenset(
    {
        NoticeKind.TEAM_NEW_TICKET,
        NoticeKind.TEAM_FOLLOW_UP,
        NoticeKind.TEAM_HANDED_OVER,
        NoticeKind.HANDED_ON,
        NoticeKind.COMMANDS_ANSWERED,
    }
)
GENERATED = frozenset(NoticeKind) - ANSWERS

# What a person wrote goes out as that person's mail, through us: no machine wrote it (RFC 3834 §5, "no").
WRITTEN_BY_PEOPLE = frozenset({NoticeKind.ANSWER, NoticeKind.ASKED, NoticeKind.WORKAROUND})


class Audience(StrEnum):
    """Who gets a mail."""

    SUPERUSER = "SuperUser"
    SENDER = "sender"
    TEAM = "team"
    SPECIALIST = "specialist"
    HEAD = "head of service"
    HOLDER = "holder"


@dataclass(frozen=True, slots=True)
class Occasion:
    """To whom a kind of mail goes, and when."""

    to: Audience
    when: str


# As an operator reads it: ``mailgate preview`` lists it, docs/templates.md has it as a table.
GOES_OUT: Mapping[NoticeKind, Occasion] = {
    NoticeKind.RECEIPT: Occasion(Audience.SUPERUSER, "at once, when their mail has become a ticket"),
    NoticeKind.JOINED: Occasion(Audience.SUPERUSER, "their mail was added to a ticket ([desk] tell_joined)"),
    NoticeKind.STRANGER: Occasion(Audience.SENDER, "is no SuperUser, so the mail is held; once a week at most"),
    NoticeKind.OVERDUE: Occasion(Audience.SENDER, "the customer's payment is late, so the mail is held"),
    NoticeKind.HELD_GIST: Occasion(Audience.SUPERUSER, "a colleague who is no SuperUser wrote to support"),
    NoticeKind.TEAM_NEW_TICKET: Occasion(Audience.TEAM, "a new ticket, to each of the team or to its list"),
    NoticeKind.TEAM_FOLLOW_UP: Occasion(Audience.TEAM, "a ticket has a new message"),
    NoticeKind.TEAM_HANDED_OVER: Occasion(Audience.TEAM, "a ticket was handed over, to those who have it now"),
    NoticeKind.COMMANDS_ANSWERED: Occasion(Audience.SPECIALIST, "their mail had commands, or could not be followed"),
    NoticeKind.CONFIRM: Occasion(Audience.SUPERUSER, "a mail wants what binds, and is not proven to be theirs"),
    NoticeKind.CONFIRM_OVER: Occasion(Audience.SUPERUSER, "their yes came too late, or could not be followed"),
    NoticeKind.REQUEST_ANSWERED: Occasion(Audience.SUPERUSER, "the first lines of their mail asked for something"),
    NoticeKind.COLLEAGUE_WROTE: Occasion(Audience.SUPERUSER, "a colleague stepped into their ticket"),
    NoticeKind.SPECIALIST_WITHOUT_TICKET: Occasion(Audience.SPECIALIST, "wrote to support without a ticket's number"),
    NoticeKind.HANDLING_STARTED: Occasion(Audience.SUPERUSER, "a specialist took the ticket"),
    NoticeKind.ANSWER: Occasion(Audience.SUPERUSER, "a specialist answered"),
    NoticeKind.ASKED: Occasion(Audience.SUPERUSER, "a specialist asks something; the clocks stop"),
    NoticeKind.WORKAROUND: Occasion(Audience.SUPERUSER, "a specialist tells a way round; level 1 or 2 becomes 3"),
    NoticeKind.LEVEL_CHANGED: Occasion(Audience.SUPERUSER, "the service level was changed"),
    NoticeKind.TYPE_CHANGED: Occasion(Audience.SUPERUSER, "the type was changed"),
    NoticeKind.RESOLVED: Occasion(Audience.SUPERUSER, "the ticket is resolved"),
    NoticeKind.CLOSED: Occasion(Audience.SUPERUSER, "the ticket is closed"),
    NoticeKind.REOPENED: Occasion(Audience.SUPERUSER, "the ticket is open again"),
    NoticeKind.MERGED: Occasion(Audience.SUPERUSER, "their ticket goes on in another of theirs"),
    NoticeKind.MOVED: Occasion(Audience.SUPERUSER, "another holds the ticket: product, council, consultant, desk"),
    NoticeKind.HANDED_ON: Occasion(Audience.HOLDER, "a ticket has come to them; see [holders]"),
    NoticeKind.ESTIMATE: Occasion(Audience.SUPERUSER, "what an order costs; work begins with their JA"),
    NoticeKind.ORDER_ANSWERED: Occasion(Audience.SUPERUSER, "how their answer to an estimate counts"),
    NoticeKind.BILLED: Occasion(Audience.SUPERUSER, "an order is done, with what is billed"),
    NoticeKind.ACCESS_ASKED: Occasion(Audience.SUPERUSER, "a specialist asks for support access"),
    NoticeKind.ACCESS_CHANGED: Occasion(Audience.SUPERUSER, "support access granted, withdrawn, ended; who asked, too"),
    NoticeKind.STATUS: Occasion(Audience.SUPERUSER, "how open program errors stand, on a schedule by level"),
    NoticeKind.REMINDER: Occasion(Audience.SUPERUSER, "our question has been unanswered for 5 working days"),
    NoticeKind.CLOSED_UNANSWERED: Occasion(Audience.SUPERUSER, "closed, unanswered for 10 working days"),
    NoticeKind.SEVERAL: Occasion(Audience.SUPERUSER, "two or more of the last three kinds at one time"),
    NoticeKind.SLA_ALARM: Occasion(Audience.TEAM, "a deadline runs out soon, or has; then to the head, too"),
    NoticeKind.DIGEST: Occasion(Audience.SPECIALIST, "each working day before opening"),
    NoticeKind.OVERVIEW: Occasion(Audience.SUPERUSER, "the week's first working day, unless turned off"),
    NoticeKind.SENDING_DOUBT: Occasion(Audience.HEAD, "mails of ours may not have arrived"),
    NoticeKind.ANSWERS_STOPPED: Occasion(Audience.HEAD, "automatic answers were withheld: a loop, or too many"),
}

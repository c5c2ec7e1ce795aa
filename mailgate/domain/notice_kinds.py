"""The kinds of mail that go out, each with its templates; which of them answer a mail, and which a person wrote."""

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
    }
)
GENERATED = frozenset(NoticeKind) - ANSWERS

# What a person wrote goes out as that person's mail, through us: no machine wrote it (RFC 3834 §5, "no").
WRITTEN_BY_PEOPLE = frozenset({NoticeKind.ANSWER, NoticeKind.ASKED, NoticeKind.WORKAROUND})

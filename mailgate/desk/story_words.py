"""The words in which decisions, moves and mails are told to a head of support. What has none is told by its name."""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

from mailgate.domain.authenticity import Authenticity, Proof
from mailgate.domain.kind import MailKind
from mailgate.domain.moves import CustomerMove, Move
from mailgate.domain.notice_kinds import NoticeKind
from mailgate.domain.sending import SendingState
from mailgate.domain.verdict import HoldCause, Outcome
from mailgate.store.outbox import OutboxEntry

RULES: Mapping[str, str] = {
    "released-mail": "a person had let it through, and no rule undoes that",
    "own-loop": "it is mail of our own that came back",
    "bounce-of-ours": "a server reports what became of a mail that we had sent",
    "bounce": "a server reports on some mail, and it is none that we know",
    "feedback-report": "it is a complaint, made by a machine",
    "automatic-mail": "a machine wrote it, so it is kept and never answered",
    "calendar-answer": "somebody pressed a button in an invitation, which asks for nothing",
    "role-address": "it was written to nobody but postmaster or abuse: it is for the operator",
    "unreadable-author": "no one author can be read in its From",
    "forged-author": "the domain in its From says that it is not from there",
    "unproven-author": "it names somebody who is registered, does not prove it, and proof is asked for",
    "specialist-reply": "a specialist wrote to a ticket",
    "decides-on-held": "a specialist decided on held mail",
    "specialist-without-ticket": "a specialist wrote, and no ticket can be told from it",
    "stranger": "its author is no SuperUser of any customer",
    "only-asks": "a SuperUser only asks how tickets stand, which a late payment does not stop",
    "overdue-customer": "a payment of the customer's is late, and support rests until it is settled",
    "follow-up": "a SuperUser goes on with a ticket of their own company",
    "take-up": "a SuperUser took up a colleague's held mail by replying to its gist",
    "turn-down": "a SuperUser wanted no ticket of a colleague's held mail",
    "new-ticket": "a SuperUser writes, and it continues no ticket of their company",
    "unparsable": "it cannot be read within the limits",
    "refused-by-door": "only its beginning was taken, for it was too large or too slow",
    "settle-trouble": "something of ours failed each time that it was worked on",
}
"""By the name in a decision's reason: why it became what it became."""

KINDS: Mapping[str, str] = {
    MailKind.PERSON: "a person's own mail",
    MailKind.FORWARDED: "a person's mail that a mailbox rule passed on: it is treated as the person's, and gets no "
    "automatic answer, for a server has marked it as automatic",
    MailKind.CALENDAR: "a calendar mail: a person pressed a button",
    MailKind.BOUNCE: "a server's report on what became of a mail",
    MailKind.OUT_OF_OFFICE: "an out-of-office message",
    MailKind.AUTO_REPLY: "a machine's mail",
    MailKind.LIST: "mail to many: a list, a newsletter",
    MailKind.FEEDBACK_REPORT: "a complaint made by a machine",
}

_EVENTS: Mapping[str, str] = {
    "opened": "the ticket was opened",
    "joined": "a mail joined it",
    "not_sent": "a specialist's mail was not passed on to the customer",
    "unanswered": "an automatic mail was not sent",
    "not_done": "a specialist's commands were not carried out",
    "told": "what fell due was told",
    "bounced": "mail of ours to its people came back",
    "confirmation_asked": "a mail wanted what binds the customer, unproven: its SuperUser was asked to confirm it",
    "confirmation_done": "its SuperUser confirmed it, and it was done",
    "confirmation_declined": "its SuperUser did not want it: it was not done",
    "confirmation_expired": "its SuperUser's answer came too late: it was not done",
    "confirmation_refused": "its SuperUser confirmed it, and it could not be done any more",
    "resumed": "the customer's reply set it going again",
    "reopened": "the customer's reply opened it again",
    Move.TAKE: "it was taken",
    Move.ANSWER: "the customer was answered",
    Move.ASK: "the customer was asked, and its clocks stopped",
    Move.WORKAROUND: "a workaround was given",
    Move.LEVEL: "its service level was changed",
    Move.TYPE: "its type was changed",
    Move.TEAM: "it was handed to another team",
    Move.GIVE: "it was given to a colleague",
    Move.MODULE: "its module was changed",
    Move.MERGE: "it was merged into another ticket, and goes on there",
    "merged_here": "another ticket was merged into it",
    Move.LINK: "it was linked with another ticket",
    Move.CC: "another SuperUser of the customer is told from now on",
    Move.NOTE: "a note was written, for the desk alone",
    Move.DESK: "it came back to the service desk",
    Move.PRODUCT: "it went to the product department",
    Move.COUNCIL_INTERNAL: "it went to the internal product council",
    Move.COUNCIL_EXTERNAL: "it went to the external product council",
    Move.PLANNED: "the wish was planned",
    Move.DECLINED: "the wish was declined",
    Move.CONSULTANT: "it went to a consultant",
    Move.ESTIMATE: "the customer was told what it costs",
    Move.BILLED: "it was billed",
    CustomerMove.APPROVE: "the customer approved what it costs",
    CustomerMove.REFUSE: "the customer declined what it costs",
    Move.ACCESS: "the customer was asked for support access",
    "access_granted": "the customer granted support access",
    "access_refused": "the customer did not grant support access",
    "access_withdrawn": "the customer took support access back",
    "access_ended": "support access ended",
    Move.RESOLVE: "it was solved",
    Move.CLOSE: "it was closed",
    Move.REOPEN: "it was opened again",
}
_CONFIRMATIONS = tuple(kind for kind in _EVENTS if kind.startswith("confirmation_"))
_CHANGES: Mapping[str, tuple[str, ...]] = {
    "opened": ("type", "level", "module", "team"), Move.LEVEL: ("level",), Move.TYPE: ("type", "level"),
    **dict.fromkeys(_CONFIRMATIONS, ("what", "value")),
    Move.ESTIMATE: ("offer",), CustomerMove.APPROVE: ("offer", "proof"), CustomerMove.REFUSE: ("offer",),
    Move.BILLED: ("billed",), "access_granted": ("span", "ends_at", "proof"), "access_withdrawn": ("proof",),
    Move.TEAM: ("team",), Move.WORKAROUND: ("level",), Move.MODULE: ("module",), "told": ("what",),
    "confirmation_asked": ("what", "value"),
}  # fmt: skip


def moment(at: datetime | None, zone: tzinfo) -> str:
    """A time as the desk's clock shows it."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}" if at is not None else "at an unknown time"


def outcome(became: str, *, rule: str, ticket: str | None, cause: str | None = None) -> str:
    """What a mail became."""
    match became:
        case Outcome.TICKET:
            return f"a new ticket, {ticket}" if ticket else "a new ticket"
        case Outcome.JOINED:
            return f"one more message in {ticket}" if ticket else "one more message in a ticket"
        case Outcome.HELD:
            return f"held, to wait for somebody's decision{_CAUSES.get(cause or rule.partition('-')[0], '')}"
        case Outcome.STORED:
            return "kept, and nothing more"
        case Outcome.QUARANTINED:
            return "set aside whole, for somebody to look at (mailgate quarantine)"
        case _:
            return "waiting to be worked on"


_CAUSES: Mapping[str, str] = {HoldCause.OVERDUE: ", or for the payment"}


def rule(name: str, evidence: str) -> str:
    """Why, in a sentence, with what was seen."""
    why = RULES.get(name, f"the rule {name} said so")
    return f"{why} ({name}{f': {evidence}' if evidence else ''})"


def proof(found: Authenticity | None) -> str:
    """Whether a mail is from whom it names."""
    if found is None:
        return "Whether it is truly from there, nobody checked ([identity] in config.toml)."
    match found.proof:
        case Proof.PROVEN:
            return f"That it is truly from there is proven: {found.evidence}."
        case Proof.FORGED:
            return f"It is forged: {found.evidence}. It counts for nothing, and nobody is answered."
        case _:
            return f"That it is truly from there is not proven: {found.evidence}."


_NOTICES: Mapping[str, str] = {
    NoticeKind.RECEIPT: "The receipt",
    NoticeKind.JOINED: "Word that it joined",
    NoticeKind.STRANGER: "The answer for those who are no SuperUser",
    NoticeKind.OVERDUE: "Word that support rests until the payment has come",
    NoticeKind.HELD_GIST: "Its gist, for the company's SuperUsers,",
    NoticeKind.TEAM_NEW_TICKET: "News of the ticket, for the team,",
    NoticeKind.TEAM_FOLLOW_UP: "News of the mail, for the team,",
    NoticeKind.TEAM_HANDED_OVER: "Word that the ticket was handed over",
    NoticeKind.COMMANDS_ANSWERED: "Word of what became of the commands",
    NoticeKind.CONFIRM: "The question whether that was truly wanted",
    NoticeKind.CONFIRM_OVER: "Word that the yes came to nothing",
    NoticeKind.REQUEST_ANSWERED: "The answer to what the first lines asked for",
    NoticeKind.COLLEAGUE_WROTE: "Word that a colleague wrote in the ticket",
    NoticeKind.SPECIALIST_WITHOUT_TICKET: "The question which ticket is meant",
    NoticeKind.HANDLING_STARTED: "Word that work has begun",
    NoticeKind.ANSWER: "The desk's answer",
    NoticeKind.ASKED: "The desk's question",
    NoticeKind.WORKAROUND: "Word of a way round",
    NoticeKind.LEVEL_CHANGED: "Word of the new service level",
    NoticeKind.TYPE_CHANGED: "Word of the new type",
    NoticeKind.RESOLVED: "Word that it is resolved",
    NoticeKind.CLOSED: "Word that it is closed",
    NoticeKind.REOPENED: "Word that it is open again",
    NoticeKind.MERGED: "Word that it goes on in another ticket",
    NoticeKind.MOVED: "Word of who has the ticket now",
    NoticeKind.HANDED_ON: "The ticket, for those who have it now,",
    NoticeKind.ESTIMATE: "The price, with the question for a yes,",
    NoticeKind.ORDER_ANSWERED: "Word of how the answer to the price was understood",
    NoticeKind.BILLED: "Word of what is billed",
    NoticeKind.ACCESS_ASKED: "The question for support access",
    NoticeKind.ACCESS_CHANGED: "Word of the support access",
    NoticeKind.STATUS: "Word of how it stands",
    NoticeKind.REMINDER: "The reminder",
    NoticeKind.CLOSED_UNANSWERED: "Word that it is closed, unanswered,",
    NoticeKind.SEVERAL: "All that was to be told at that time",
    NoticeKind.SLA_ALARM: "The alarm of its clocks",
    NoticeKind.DIGEST: "The digest",
    NoticeKind.OVERVIEW: "The overview",
    NoticeKind.SENDING_DOUBT: "Word of mails in doubt",
    NoticeKind.ANSWERS_STOPPED: "Word of stopped answers",
}


_MAILDIR = "maildir:"


def notice(kind: str) -> str:
    """What a mail of ours is."""
    return _NOTICES.get(kind, f"The mail “{kind.replace('_', ' ')}”")


def sending(entry: OutboxEntry, zone: tzinfo) -> str:
    """How far a mail of ours is."""
    said = f" (the next server said: {entry.response})" if entry.response else ""
    said = ", into the Maildir" if said and (entry.response or "").startswith(_MAILDIR) else said
    match entry.state:
        case SendingState.SENT:
            words = f"sent {moment(entry.sent_at, zone)}{said}"
        case SendingState.PENDING if entry.attempts:
            words = f"waits for its {entry.attempts + 1}. attempt, {moment(entry.not_before, zone)}{said}"
        case SendingState.PENDING:
            words = "waits to be sent"
        case SendingState.SENDING:
            words = "is being sent"
        case SendingState.FAILED:
            words = f"could not be sent, and is not tried again{said}"
        case SendingState.UNCERTAIN:
            words = "may have arrived; it is sent once more, as the same mail"
        case SendingState.PARKED:
            words = "may have arrived; it waits for the operator's word (mailgate outbox)"
        case _:
            words = f"is {entry.state}"
    return words + (f"; {entry.doubts} times it was in doubt whether it arrived" if entry.doubts else "")


def event(kind: str, detail: Mapping[str, Any]) -> str:
    """What happened to a ticket, with what that changed. Never what was written."""
    words = _EVENTS.get(kind, kind.replace("_", " "))
    changed = [f"{name} {_plain(detail[name])}" for name in _CHANGES.get(kind, ()) if detail.get(name)]
    parts = [", ".join(changed), str(detail.get("why") or ""), str(detail.get("by") or "")]
    more = "; ".join(part for part in parts if part)
    return f"{words}: {more}" if more else words


def _plain(value: Any) -> str:
    return str(value).replace("_", " ")

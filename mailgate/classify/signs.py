"""What a mail shows of which ticket it is in: token, thread, number and sender, seen from one ticket.

What follows from these signs is the table of ``contradictions``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from mailgate.domain.looked_up import TokenFound
from mailgate.domain.reply_token import TokenState
from mailgate.domain.ticket import TicketRef
from mailgate.domain.verdict import Facts


class Token(StrEnum):
    """What the token says. ``THIS``: valid, for this sender and this ticket."""

    NONE = "none"
    THIS = "this ticket"
    OTHER_TICKET = "other ticket"
    NO_TICKET = "about no ticket"
    OTHER_RECIPIENT = "other recipient"
    EXPIRED = "expired"
    BAD_SIGNATURE = "bad signature"
    UNKNOWN_KEY = "unknown key"


class Thread(StrEnum):
    """Which ticket's thread the mail is in."""

    NONE = "none"
    THIS = "this ticket"
    OTHER = "other ticket"


class Number(StrEnum):
    """Which ticket's number stands in the subject; ``UNKNOWN``: no ticket's, ``BROKEN``: its check digit is wrong."""

    NONE = "none"
    THIS = "this ticket"
    OTHER = "other ticket"
    UNKNOWN = "unknown"
    BROKEN = "broken"


class Sender(StrEnum):
    """Who From names, seen from this ticket. ``SUPERUSER``: of its customer, or of any where no ticket is named."""

    SUPERUSER = "SuperUser of the customer"
    OTHER_SUPERUSER = "SuperUser of another customer"
    SPECIALIST = "specialist"
    STRANGER = "stranger"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What a mail shows, relative to "this" ticket: the first that its sender may write to.

    Looked for in the subject's number, then in the token, then in the thread: a number was written on purpose, a token
    is signed. Where there is none that the sender may write to, "this" is the first that is named at all.
    """

    token: Token = Token.NONE
    thread: Thread = Thread.NONE
    number: Number = Number.NONE
    sender: Sender = Sender.SUPERUSER


def signs_of(facts: Facts) -> tuple[Signs, TicketRef | None, TokenFound | None]:
    """The signs, the ticket that they are seen from, and the token that was looked at."""
    this = _this(facts)
    says, token = _token(facts, this)
    signs = Signs(
        token=says,
        thread=_thread(facts, this),
        number=_number(facts, this),
        sender=_sender(facts, this),
    )
    return signs, this, token


def _this(facts: Facts) -> TicketRef | None:
    by_token = (found.ticket for found in facts.tokens if found.state is TokenState.VALID)
    named = [ticket for ticket in (*facts.numbered, *by_token, facts.threaded) if ticket is not None]
    return next((ticket for ticket in named if _may_write(facts, ticket)), next(iter(named), None))


def _may_write(facts: Facts, ticket: TicketRef) -> bool:
    if facts.superuser is not None:
        return ticket.customer_id == facts.superuser.customer_id
    return facts.specialist is not None


def _sender(facts: Facts, this: TicketRef | None) -> Sender:
    if facts.superuser is not None:
        return Sender.SUPERUSER if this is None or _may_write(facts, this) else Sender.OTHER_SUPERUSER
    return Sender.SPECIALIST if facts.specialist is not None else Sender.STRANGER


def _number(facts: Facts, this: TicketRef | None) -> Number:
    if facts.numbered:
        return Number.THIS if this in facts.numbered else Number.OTHER
    if facts.unknown_number:
        return Number.UNKNOWN
    return Number.BROKEN if facts.broken_number else Number.NONE


def _thread(facts: Facts, this: TicketRef | None) -> Thread:
    if facts.threaded is None:
        return Thread.NONE
    return Thread.THIS if facts.threaded == this else Thread.OTHER


_STATES: Mapping[TokenState, Token] = {
    TokenState.OTHER_RECIPIENT: Token.OTHER_RECIPIENT,
    TokenState.EXPIRED: Token.EXPIRED,
    TokenState.BAD_SIGNATURE: Token.BAD_SIGNATURE,
    TokenState.UNKNOWN_KEY: Token.UNKNOWN_KEY,
}
_BEST_FIRST = tuple(Token)[1:]


def _token(facts: Facts, this: TicketRef | None) -> tuple[Token, TokenFound | None]:
    """Of several tokens the one that proves most."""
    said = {_says(found, this): found for found in reversed(facts.tokens)}
    return next(((token, said[token]) for token in _BEST_FIRST if token in said), (Token.NONE, None))


def _says(found: TokenFound, this: TicketRef | None) -> Token:
    if found.state is not TokenState.VALID:
        return _STATES[found.state]
    if not found.of_ticket:
        return Token.NO_TICKET
    return Token.THIS if this is not None and found.ticket == this else Token.OTHER_TICKET

"""Which ticket a mail is in, and whether its token is proof there, when token, thread, number and sender disagree.

``TABLE`` is the whole of it: exactly one row fits each combination of signs (``signs.Signs``). The rules use it, and
docs/security.md prints it. Pointers to tickets that the sender may not write to are signs like any other, but lead
nowhere: such a number is treated as one that does not exist.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from mailgate.classify.signs import Number, Sender, Signs, Thread, Token, signs_of
from mailgate.domain.looked_up import TokenFound
from mailgate.domain.ticket import TicketRef
from mailgate.domain.verdict import Facts


class Follows(StrEnum):
    """What becomes of the mail, as far as tickets go."""

    JOINS = "joins this ticket"
    OPENS = "opens a ticket of its own"
    NO_TICKET = "no ticket"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Signs, each any of several, and what follows. ``proof``: whether the token proves the sender there."""

    reason: str
    senders: frozenset[Sender]
    tokens: frozenset[Token]
    threads: frozenset[Thread] = frozenset(Thread)
    numbers: frozenset[Number] = frozenset(Number)
    follows: Follows
    proof: bool = False

    def fits(self, signs: Signs) -> bool:
        """Whether this is the row for these signs."""
        return (
            signs.sender in self.senders
            and signs.token in self.tokens
            and signs.thread in self.threads
            and signs.number in self.numbers
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """The ticket that a mail joins, if it does; the row of the table that says so, and the token that it looked at."""

    row: Row
    ticket: TicketRef | None = None
    token: TokenFound | None = None


_OWN = frozenset({Sender.SUPERUSER})
_DESK = frozenset({Sender.SPECIALIST})
_WRITERS = _OWN | _DESK
_NOTHING_PROVED = frozenset({Token.NONE, Token.NO_TICKET})
_NOT_THIS_TOKEN = frozenset(Token) - {Token.THIS}
_THREAD_HERE = frozenset({Thread.THIS})
_THREAD_ELSEWHERE = frozenset(Thread) - _THREAD_HERE
_THREAD_AGREES = frozenset({Thread.NONE, Thread.THIS})
_THREAD_DISAGREES = frozenset({Thread.OTHER})
_NUMBER_HERE = frozenset({Number.THIS})
_NO_NUMBER = frozenset({Number.NONE})
_NUMBER_ELSEWHERE = frozenset(Number) - _NUMBER_HERE
_NUMBER_AGREES = _NO_NUMBER | _NUMBER_HERE
_NUMBER_DISAGREES = _NUMBER_ELSEWHERE - _NO_NUMBER

_USELESS: Mapping[Token, str] = {
    Token.OTHER_TICKET: "token-of-another-ticket",
    Token.OTHER_RECIPIENT: "token-of-another-recipient",
    Token.EXPIRED: "expired-token",
    Token.BAD_SIGNATURE: "forged-token",
    Token.UNKNOWN_KEY: "token-of-unknown-key",
}


def _joins_unproven(token: Token, reason: str) -> tuple[Row, Row]:
    """Number and thread find the ticket; the token that is there does not prove who writes."""
    tokens, joins = frozenset({token}), Follows.JOINS
    return (
        Row(reason=reason, senders=_WRITERS, tokens=tokens, numbers=_NUMBER_HERE, follows=joins),
        Row(reason=reason, senders=_WRITERS, tokens=tokens, threads=_THREAD_HERE, numbers=_NUMBER_ELSEWHERE,
            follows=joins),
    )  # fmt: skip


TABLE: tuple[Row, ...] = (
    # A token of this ticket: it joins, and the sender is proven.
    Row(reason="token", senders=_WRITERS, tokens=frozenset({Token.THIS}), threads=_THREAD_AGREES,
        numbers=_NUMBER_AGREES, follows=Follows.JOINS, proof=True),
    Row(reason="token-over-thread", senders=_WRITERS, tokens=frozenset({Token.THIS}), threads=_THREAD_DISAGREES,
        numbers=_NUMBER_AGREES, follows=Follows.JOINS, proof=True),
    Row(reason="token-over-number", senders=_WRITERS, tokens=frozenset({Token.THIS}), numbers=_NUMBER_DISAGREES,
        follows=Follows.JOINS, proof=True),
    # No token that says anything of a ticket.
    Row(reason="number", senders=_WRITERS, tokens=_NOTHING_PROVED, threads=_THREAD_AGREES, numbers=_NUMBER_HERE,
        follows=Follows.JOINS),
    Row(reason="number-over-thread", senders=_WRITERS, tokens=_NOTHING_PROVED, threads=_THREAD_DISAGREES,
        numbers=_NUMBER_HERE, follows=Follows.JOINS),
    Row(reason="thread", senders=_WRITERS, tokens=_NOTHING_PROVED, threads=_THREAD_HERE, numbers=_NO_NUMBER,
        follows=Follows.JOINS),
    Row(reason="thread-over-number", senders=_WRITERS, tokens=_NOTHING_PROVED, threads=_THREAD_HERE,
        numbers=_NUMBER_DISAGREES, follows=Follows.JOINS),
    # A token that proves nothing here.
    *(row for token, reason in _USELESS.items() for row in _joins_unproven(token, reason)),
    # No ticket that the sender may write to.
    Row(reason="new", senders=_OWN, tokens=_NOT_THIS_TOKEN - {Token.NO_TICKET}, threads=_THREAD_ELSEWHERE,
        numbers=_NO_NUMBER, follows=Follows.OPENS),
    Row(reason="number-of-nothing", senders=_OWN, tokens=_NOT_THIS_TOKEN - {Token.NO_TICKET},
        threads=_THREAD_ELSEWHERE, numbers=_NUMBER_DISAGREES, follows=Follows.OPENS),
    Row(reason="token-without-ticket", senders=_OWN, tokens=frozenset({Token.NO_TICKET}),
        threads=_THREAD_ELSEWHERE, numbers=_NUMBER_ELSEWHERE, follows=Follows.OPENS, proof=True),
    Row(reason="not-their-ticket", senders=frozenset({Sender.OTHER_SUPERUSER}), tokens=frozenset(Token),
        follows=Follows.OPENS),
    Row(reason="desk-token-without-ticket", senders=_DESK, tokens=frozenset({Token.NO_TICKET}),
        threads=_THREAD_ELSEWHERE, numbers=_NUMBER_ELSEWHERE, follows=Follows.NO_TICKET, proof=True),
    Row(reason="names-no-ticket", senders=_DESK, tokens=_NOT_THIS_TOKEN - {Token.NO_TICKET}, threads=_THREAD_ELSEWHERE,
        numbers=_NUMBER_ELSEWHERE, follows=Follows.NO_TICKET),
    Row(reason="stranger", senders=frozenset({Sender.STRANGER}), tokens=frozenset(Token), follows=Follows.NO_TICKET),
)  # fmt: skip


def row_for(signs: Signs) -> Row:
    """What follows from these signs; one row fits, and only one."""
    return next(row for row in TABLE if row.fits(signs))


def meant(facts: Facts) -> Meant:
    """Which ticket a mail joins, and whether its token proves its sender there."""
    signs, this, token = signs_of(facts)
    row = row_for(signs)
    return Meant(row=row, ticket=this if row.follows is Follows.JOINS else None, token=token)

"""Finds a mail's reply tokens and judges them for its author; what they prove is for ``classify.contradictions``."""

from collections.abc import Iterator
from datetime import UTC

from mailgate.desk.linked import goes_on_in
from mailgate.domain.customer import Specialist
from mailgate.domain.looked_up import TokenFound
from mailgate.domain.mail import Envelope, ParsedMail
from mailgate.domain.reply_token import Keyring, Seal, TokenState, seal_in, seal_of, state_of
from mailgate.domain.ticket_number import find_numbers
from mailgate.domain.verdict import Policy
from mailgate.store.tickets import ref
from mailgate.store.unit_of_work import UnitOfWork

_MOST = 8
"""A reply has one or two; each costs a look."""


def tokens_found(
    uow: UnitOfWork,
    envelope: Envelope,
    mail: ParsedMail,
    *,
    specialist: Specialist | None,
    policy: Policy,
    keyring: Keyring,
) -> tuple[TokenFound, ...]:
    """The tokens of the mail that it replies to, and of the address that it was sent to."""
    if mail.author is None:
        return ()
    # What goes to a team's list goes to specialists alone.
    own = (mail.author.spec, *(sorted(policy.team_lists) if specialist is not None else ()))
    today = envelope.received_at.astimezone(UTC).date()
    found = []
    for seal in list(dict.fromkeys(_seals(envelope, mail, policy)))[:_MOST]:
        state = state_of(seal, keyring, recipients=own, instance=policy.instance, today=today)
        if state is TokenState.BAD_SIGNATURE and _was_sent_to_another(uow, seal, keyring, policy):
            state = TokenState.OTHER_RECIPIENT
        found.append(_found(uow, seal, state, prefix=policy.number_prefix))
    return tuple(found)


def _seals(envelope: Envelope, mail: ParsedMail, policy: Policy) -> Iterator[Seal]:
    for message_id in mail.in_reply_to or mail.references[-1:]:
        if seal := seal_of(message_id, policy.instance):
            yield seal
    for address in (*(each.spec for each in (*mail.to, *mail.cc)), *envelope.rcpt_to):
        local, _, domain = address.rpartition("@")
        name, _, tag = local.rpartition("+")
        if f"{name}@{domain}".lower() in policy.own_addresses and (seal := seal_in(tag)):
            yield seal


def _was_sent_to_another(uow: UnitOfWork, seal: Seal, keyring: Keyring, policy: Policy) -> bool:
    """Whether it is a sound token of a mail of ours to somebody else: forwarded, or replied to by a colleague."""
    sent = uow.bounces.sent([seal.message_id(policy.instance)])
    if sent is None:
        return False
    state = state_of(seal, keyring, recipients=[sent.recipient], instance=policy.instance, today=seal.issued_on)
    return state is TokenState.VALID


def _found(uow: UnitOfWork, seal: Seal, state: TokenState, *, prefix: str) -> TokenFound:
    told = f"of {seal.issued_on} by key {seal.key_id.hex()}"
    if not seal.number:
        return TokenFound(state=state, told=told, of_ticket=False)
    # Only what was signed names a ticket: anything else is somebody's own words.
    numbers = find_numbers(seal.number, prefix).sound if state is TokenState.VALID else ()
    ticket = uow.tickets.by_number(numbers[0]) if numbers else None
    if ticket is not None:
        ticket = goes_on_in(uow, ticket) or ticket
    return TokenFound(state=state, told=told, ticket=ref(ticket) if ticket is not None else None, act=seal.act)

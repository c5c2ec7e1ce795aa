"""A mail transaction at the SMTP door, as far as it is ours to decide: who may write to whom, and when a mail is safe.

Promises: 250 is said only after the spool has committed; a fault of ours is 451 with a fixed text, so that the mail
stays with the sender's server; a client that vanishes does not stop a commit. What must be refused is refused here, in
the dialogue, so that the peer tells its user; never by a mail of ours afterwards.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import structlog
from aiosmtpd.smtp import Envelope as SmtpEnvelope
from aiosmtpd.smtp import Session

from mailgate.config import Config
from mailgate.domain.mail import Envelope, Origin
from mailgate.domain.ports import Clock, Spool
from mailgate.ingest import replies
from mailgate.ingest.authenticity.door import Examination
from mailgate.ingest.authenticity.undecided import UndecidedError
from mailgate.ingest.line_ends import has_bare, normalised
from mailgate.ingest.recipients import Recipients, is_role
from mailgate.ingest.smtp_session import SmtpSession

log = structlog.get_logger()

Welcomes = Callable[[str], bool]
"""Looks up a reverse-path; it may take its time, and raise."""


class MailTransactions:
    """What is ours to decide in a dialogue; aiosmtpd calls these by name.

    ``welcomes``: whether the sender that the envelope names may write to us at all; None: anybody may.
    ``examine``: finds out whether a mail is from its author; None: nobody does.
    """

    def __init__(
        self,
        *,
        recipients: Recipients,
        welcomes: Welcomes | None,
        spool: Spool,
        clock: Clock,
        config: Config,
        examine: Examination | None = None,
    ) -> None:
        self._limits = config.limits
        self._bare_line_ends = config.smtp.bare_line_ends
        self._recipients = recipients
        self._welcomes = welcomes
        self._spool = spool
        self._clock = clock
        self._examine = examine

    async def handle_EHLO(  # noqa: N802  aiosmtpd's name
        self, server: SmtpSession, session: Session, envelope: SmtpEnvelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [line for line in responses if not line.startswith("250-AUTH")]

    async def handle_MAIL(  # noqa: N802
        self, server: SmtpSession, session: Session, envelope: SmtpEnvelope, address: str, options: list[str]
    ) -> str:
        octets = next((int(word[5:]) for word in options if word.startswith("SIZE=")), 0)
        if refusal := server.refusal_of_mail(address, octets):
            return refusal
        envelope.mail_from = address
        return "250 2.1.0 Ok"

    async def handle_RCPT(  # noqa: N802
        self, server: SmtpSession, session: Session, envelope: SmtpEnvelope, address: str, options: list[str]
    ) -> str:
        ours = self._recipients.address_for(address)
        if ours is None:
            return "550 5.1.1 No such address here"
        if refusal := await self._refusal_of_sender(envelope.mail_from or "", ours):
            return refusal
        if len(envelope.rcpt_tos) >= self._limits.recipients:
            return "452 4.5.3 Too many recipients"  # RFC 5321 §4.5.3.1.10
        envelope.rcpt_tos.append(ours)
        return "250 2.1.5 Ok"

    async def _refusal_of_sender(self, sender: str, ours: str) -> str:
        """Why this sender may not write to this address of ours; no reason: they may.

        The null reverse-path may, for it is what becomes of our own mails (RFC 5321 §4.5.5), and so may anybody who
        writes to postmaster or abuse.
        """
        if self._welcomes is None or sender == "<>" or is_role(ours):
            return ""
        try:
            welcome = await asyncio.get_running_loop().run_in_executor(None, self._welcomes, sender)
        except Exception as error:
            log.error("smtp_trouble", error=getattr(error, "kind", type(error).__name__))  # noqa: TRY400 - as in _keep
            log.debug("smtp_trouble_details", exc_info=error)
            return replies.LOCAL_TROUBLE
        return "" if welcome else replies.NOT_REGISTERED

    async def handle_DATA(self, server: SmtpSession, session: Session, envelope: SmtpEnvelope) -> str:  # noqa: N802
        server.hold_the_clock()
        peer = str(session.peer[0]) if session.peer else ""
        assert isinstance(envelope.content, bytes)  # noqa: S101  we ask aiosmtpd not to decode
        mail = Envelope(
            mail_from=None if envelope.mail_from == "<>" else envelope.mail_from,
            rcpt_to=tuple(dict.fromkeys(envelope.rcpt_tos)),
            received_at=self._clock(),
            origin=Origin.SMTP,
            peer=peer,
            content=envelope.content,
        )
        log.debug("smtp_mail_arrived", peer=peer, helo=session.host_name)
        if self._examine is not None:
            try:
                mail = await self._examine(mail, session.host_name or "")
            except UndecidedError:
                log.info("smtp_author_undecided", peer=peer)
                return replies.UNDECIDED
        async with server.client.turn_to_commit(len(mail.content)):
            # Shielded: aiosmtpd cancels us when the client vanishes, and a commit is not to be left half-way.
            return await asyncio.shield(asyncio.get_running_loop().run_in_executor(None, self._keep, mail))

    def _keep(self, mail: Envelope) -> str:
        """Commit, in a thread of its own, and say what came of it. Never raises."""
        if has_bare(mail.content):
            if self._bare_line_ends == "refuse":
                log.info("smtp_bare_line_ends", peer=mail.peer, bytes=len(mail.content))
                return replies.BARE_LINE_ENDS
            mail = replace(mail, content=normalised(mail.content))
        try:
            accepted = self._spool.put(mail)
        except Exception as error:  # whatever it is, it is ours: the sender is to try again
            # Not log.exception: a database's error text quotes what it was given, and that is the mail.
            log.error("smtp_trouble", error=getattr(error, "kind", type(error).__name__))  # noqa: TRY400
            log.debug("smtp_trouble_details", exc_info=error)
            return replies.LOCAL_TROUBLE
        log.info("smtp_accepted", mail=accepted.mail_id, bytes=len(mail.content), duplicate=accepted.duplicate)
        return f"250 2.0.0 Ok: kept as {accepted.mail_id}"

"""One SMTP connection: aiosmtpd's dialogue (RFC 5321), with the limits and the manners that it leaves to us.

Promises: lines end with CR LF and nothing else, no command is run that a bare LF smuggled in, a fault of ours is
never a permanent refusal, and a session can be asked to leave. What is taken, and when it is safe, is for
``smtp_listener``.
"""

import asyncio
from collections import defaultdict
from functools import partial
from typing import Any

import structlog
from aiosmtpd.smtp import SMTP, TLSSetupException, syntax

from mailgate.ingest import conduct, replies
from mailgate.ingest.clients import Client
from mailgate.ingest.conduct import Conduct
from mailgate.ingest.connections import Account, Connections, OverloadedError
from mailgate.ingest.patience import Patience
from mailgate.ingest.session_rules import SessionRules
from mailgate.ingest.smtp_path import path_and_parameters
from mailgate.ingest.smtp_reader import COMMAND_OCTETS, LineReader, NoCommandError

log = structlog.get_logger()

# While others wait for a place, a client that is silent and has no mail under way is waited for so long only.
CROWDED_SECONDS = 10.0
_LINGER_SECONDS = 5.0


class SmtpSession(SMTP):
    """One connection. The handler decides on recipients and on mails."""

    command_size_limit = COMMAND_OCTETS

    def __init__(self, handler: object, client: Client, *, rules: SessionRules, connections: Connections) -> None:
        # One dictionary for each session: aiosmtpd's is shared by all, and cleared by each.
        self.command_size_limits = defaultdict(lambda: COMMAND_OCTETS)
        super().__init__(
            handler,
            data_size_limit=rules.max_mail_bytes,
            hostname=rules.hostname,
            ident="ESMTP",
            tls_context=rules.starttls,
            require_starttls=rules.require_starttls,
            timeout=rules.limits.command_seconds,
            loop=asyncio.get_running_loop(),
        )
        self.client = client
        self._limits = rules.limits
        self._connections = connections
        self._account = Account(connections, client)
        self._lines = LineReader(
            mail_octets=rules.max_mail_bytes, account=self._account, turns=client.turns, loop=self.loop
        )
        # aiosmtpd builds a plain StreamReader and offers no way to give it another: ours takes its place.
        asyncio.StreamReaderProtocol.__init__(
            self, self._lines, client_connected_cb=self._cb_client_connected, loop=self.loop
        )
        self._patience = Patience(
            pace=rules.limits.slowest_bytes_per_second,
            arrived=lambda: self._lines.arrived,
            too_slow=lambda: self.say_goodbye(replies.TOO_SLOW),
        )
        self._conduct = Conduct(rules.limits)
        self._farewell = ""
        self._last_reply = False
        self._declared = 0

    @property
    def in_transaction(self) -> bool:
        """Whether a mail is under way, from MAIL to the answer to its final dot."""
        return self.envelope is not None and bool(self.envelope.mail_from)

    # No property: aiosmtpd's constructor reads all attributes.
    def conversation(self) -> "asyncio.Task[None]":
        """Done when the connection is."""
        assert self._handler_coroutine is not None  # noqa: S101  set when the connection was made
        return self._handler_coroutine

    def leave(self, farewell: str = replies.SHUTTING_DOWN) -> None:
        """Go: at once, or after the mail that is under way."""
        self._farewell = farewell
        if not self.in_transaction:
            self.say_goodbye(farewell)

    def hurry(self) -> None:
        """Others wait for the place: be patient no longer with a client that is silent."""
        if not self.in_transaction:
            self._reset_timeout()

    def say_goodbye(self, reply: str = "") -> None:
        """Close, after a last reply. aiosmtpd runs nothing more that waits for an answer to be written."""
        if self.transport is None or self.transport.is_closing():
            return
        if reply:
            self.transport.write(f"{reply}\r\n".encode("ascii"))  # type: ignore[attr-defined]
        self.transport.close()
        # A client that does not read must not keep the connection.
        self.loop.call_later(_LINGER_SECONDS, self.cut)

    def cut(self) -> None:
        """Close at once; a TLS peer that says no goodbye would keep us waiting."""
        for transport in (self.transport, self._original_transport):
            if isinstance(transport, asyncio.WriteTransport):
                transport.abort()

    def hold_the_clock(self) -> None:
        """The command time-out is for clients; a commit takes as long as it takes."""
        self._lines.rest()
        self._patience.end_text()
        if self._timeout_handle is not None:
            self._timeout_handle.cancel()

    # The connection

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        is_new = self.transport is None  # after STARTTLS, the same connection once more
        if is_new:
            self._connections.enter(self, self.client)
        super().connection_made(transport)
        if is_new:
            self.conversation().add_done_callback(_note_the_end)
            self._patience.bound(self._limits.session_seconds, partial(self.leave, replies.SESSION_OVER))

    def connection_lost(self, error: Exception | None) -> None:
        self._connections.exit(self, self.client)
        self._patience.end()
        super().connection_lost(error)

    def _reset_timeout(self, duration: float | None = None) -> None:
        if duration is None and self._connections.is_crowded and not self.in_transaction:
            duration = min(CROWDED_SECONDS, self._limits.command_seconds)
        super()._reset_timeout(duration)

    def _timeout_cb(self) -> None:
        self.say_goodbye(replies.WAITED_TOO_LONG)

    # Replies

    async def push(self, status: str | bytes) -> None:
        reply = status.decode("ascii") if isinstance(status, bytes) else status
        reply = self._conduct.counted(replies.OUR_WORDS.get(reply, reply))
        if self._conduct.tries_patience(reply) and not self.client.is_relay:
            await asyncio.sleep(conduct.PAUSE_SECONDS)
        await super().push(reply)
        over = self._farewell and not self.in_transaction and reply[3:4] != "-"
        if self._last_reply or reply.startswith("421"):
            self.say_goodbye()
        elif self._conduct.only_talks:
            self.say_goodbye(replies.TOO_MANY_COMMANDS)
        elif over:
            self.leave(self._farewell)

    async def handle_exception(self, error: Exception) -> str:
        if isinstance(error, NoCommandError):
            self._last_reply = True
            return replies.NO_COMMAND
        if isinstance(error, OverloadedError):
            return replies.OVERLOADED_CLOSING
        if isinstance(error, OSError | TLSSetupException):
            log.info("smtp_connection_broken", error=type(error).__name__)
        else:
            log.error("smtp_trouble", error=type(error).__name__)
            log.debug("smtp_trouble_details", exc_info=error)
        return replies.LOCAL_TROUBLE

    # Commands

    def refusal_of_mail(self, sender: str, octets: int) -> str:
        """Why a mail cannot begin now; no reason: it may. ``octets``: as declared by SIZE (RFC 1870), or 0."""
        number = self._conduct.begins_another_mail()
        if number > self._limits.mails_per_connection and not self.client.is_relay:
            return replies.ENOUGH_MAILS
        self._declared = octets
        self._reset_timeout(self._limits.command_seconds)
        return self._connections.refusal_of_mail(self.client, sender=sender, octets=octets)

    @syntax("DATA")
    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802  aiosmtpd's name
        if self.envelope is not None and self.envelope.rcpt_tos and not arg:
            # Again: there may have been room when the mail began.
            if refusal := self._connections.refusal_of_text(self.client, octets=self._declared):
                self._set_post_data_state()  # type: ignore[no-untyped-call]
                await self.push(refusal)
                return
            self._account.reserve(self._declared)
        self._reset_timeout(self._limits.data_seconds)
        self._patience.begin_text()
        before = self._lines.arrived
        try:
            await self._take_text(arg)
        finally:
            self._connections.was_larger(self.client, octets=self._lines.arrived - before - self._declared)
            self._patience.end_text()
            self._lines.let_go()
            self._conduct.has_sent_a_mail()
        self._reset_timeout()

    async def _take_text(self, arg: str) -> None:
        """aiosmtpd's own way to read a mail goes line by line, which for a large one is most of its cost."""
        if await self.check_helo_needed() or await self.check_auth_needed("DATA"):
            return
        assert self.envelope is not None  # noqa: S101  made when the connection was
        if (
            refusal := "501 5.5.4 Syntax: DATA"
            if arg
            else ""
            if self.envelope.rcpt_tos
            else "503 5.5.1 Need RCPT first"
        ):
            await self.push(refusal)
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        try:
            text = await self._lines.read_text()
        except asyncio.CancelledError:  # the connection is lost
            self._writer.close()
            raise
        answer = replies.TOO_LARGE
        if text is not None:
            self.envelope.content = self.envelope.original_content = text
            answer = await self._call_handler_hook("DATA")
        self._set_post_data_state()  # type: ignore[no-untyped-call]
        await self.push(answer)

    @syntax("VRFY <address>")
    async def smtp_VRFY(self, arg: str) -> None:  # noqa: N802
        # RFC 5321 §7.3: addresses are not given away.
        await self.push("252 2.5.1 Cannot verify, but will take mail for it if it is here")

    async def smtp_AUTH(self, arg: str) -> None:  # noqa: N802
        await self.push("502 5.5.1 AUTH is not offered here")

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        # The base class's reading, made for RFC 5322, raises on some that are wrong.
        return path_and_parameters(arg)


def _note_the_end(conversation: "asyncio.Task[Any]") -> None:
    """Look at what ended a conversation: aiosmtpd lets errors of a broken connection through."""
    if conversation.cancelled():
        return
    error = conversation.exception()
    if error is not None and not isinstance(error, OSError):
        log.error("smtp_trouble", error=type(error).__name__)

"""One SMTP connection: aiosmtpd's dialogue (RFC 5321), with the limits and the manners that it leaves to us.

Promises: lines end with CR LF and nothing else, no command is run that a bare LF smuggled in, a fault of ours is
never a permanent refusal, and a session can be asked to leave. What is taken, and when it is safe, is for
``smtp_listener``.
"""

import asyncio
import re
import ssl
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import structlog
from aiosmtpd.smtp import SMTP, TLSSetupException, syntax

from mailgate.ingest.smtp_reader import COMMAND_OCTETS, Connections, LineReader, NoCommandError, OverloadedError

log = structlog.get_logger()

LOCAL_TROUBLE = "451 4.3.0 Local trouble, please try again later"
_OVERLOADED = "421 4.3.1 Too much mail at once, please try again later"
_NO_COMMAND = "500 5.5.2 Commands are short lines that end with CR LF (RFC 5321, section 2.3.8), closing"
_TOO_MANY_FAULTS = "421 4.7.0 Too many faults, closing"
# Where aiosmtpd's words lack the enhanced code, or blame a line for the size of the mail.
_OUR_WORDS = {
    "530 Must issue a STARTTLS command first": "530 5.7.0 Must issue a STARTTLS command first",
    "500 Line too long (see RFC5321 4.5.3.1.6)": "552 5.3.4 Error: Too much mail data",
    "552 Error: Too much mail data": "552 5.3.4 Error: Too much mail data",
}

COMMAND_SECONDS = 300.0  # RFC 5321 §4.5.3.2.7
DATA_SECONDS = 900.0  # a whole mail; 25 MiB come through at 30 kB/s
_FAULTS = 20
_LINGER_SECONDS = 5.0
# RFC 5321 §4.1.2: "<" [source route ":"] mailbox ">"; senders that leave the brackets out are understood, too.
_PATH = re.compile(
    r'<(?:@[^<>:\s]*:)?(?P<path>(?:"(?:[^"\\]|\\.)*"|[^<>"\s\\])*)>(?P<rest>(?:\s.*)?)|(?P<bare>[^<>"\s\\]+)(?P<more>.*)'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRules:
    """What holds for every session at one place of listening."""

    hostname: str
    max_mail_bytes: int
    starttls: ssl.SSLContext | None
    require_starttls: bool


class SmtpSession(SMTP):
    """One connection. The handler decides on recipients and on mails."""

    command_size_limit = COMMAND_OCTETS

    def __init__(self, handler: object, *, rules: SessionRules, connections: Connections) -> None:
        # One dictionary for each session: aiosmtpd's is shared by all, and cleared by each.
        self.command_size_limits = defaultdict(lambda: COMMAND_OCTETS)
        self.line_length_limit = rules.max_mail_bytes
        super().__init__(
            handler,
            data_size_limit=rules.max_mail_bytes,
            hostname=rules.hostname,
            ident="ESMTP",
            tls_context=rules.starttls,
            require_starttls=rules.require_starttls,
            timeout=COMMAND_SECONDS,
            loop=asyncio.get_running_loop(),
        )
        self._lines = LineReader(mail_octets=rules.max_mail_bytes, connections=connections, loop=self.loop)
        # aiosmtpd builds a plain StreamReader and offers no way to give it another: ours takes its place.
        asyncio.StreamReaderProtocol.__init__(
            self, self._lines, client_connected_cb=self._cb_client_connected, loop=self.loop
        )
        self._connections = connections
        self._faults = 0
        self._leaving = False
        self._last_reply = False
        self._turned_away = False

    @property
    def in_transaction(self) -> bool:
        """Whether a mail is under way, from MAIL to the answer to its final dot."""
        return self.envelope is not None and bool(self.envelope.mail_from)

    # No property: aiosmtpd's constructor reads all attributes.
    def conversation(self) -> "asyncio.Task[None]":
        """Done when the connection is."""
        assert self._handler_coroutine is not None  # noqa: S101  set when the connection was made
        return self._handler_coroutine

    def leave(self) -> None:
        """Go: at once, or after the mail that is under way."""
        self._leaving = True
        if not self.in_transaction:
            self.say_goodbye("421 4.3.2 Shutting down, please come back later")

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
        if self._timeout_handle is not None:
            self._timeout_handle.cancel()

    # The connection

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self.transport is not None:  # after STARTTLS, the same connection once more
            super().connection_made(transport)
        elif self._connections.leaving or len(self._connections.live) >= self._connections.limit:
            self._turned_away = True
            transport.write(b"421 4.7.0 Too many connections, please come back later\r\n")  # type: ignore[attr-defined]
            transport.close()
        else:
            super().connection_made(transport)
            self._connections.live.add(self)
            self.conversation().add_done_callback(_note_the_end)

    def eof_received(self) -> bool | None:
        return None if self._turned_away else super().eof_received()

    def connection_lost(self, error: Exception | None) -> None:
        self._connections.live.discard(self)
        if not self._turned_away:
            super().connection_lost(error)

    def _timeout_cb(self) -> None:
        self.say_goodbye("421 4.4.2 Waited too long, closing")

    # Replies

    async def push(self, status: str | bytes) -> None:
        reply = status.decode("ascii") if isinstance(status, bytes) else status
        reply = self._counted(_OUR_WORDS.get(reply, reply))
        await super().push(reply)
        over = self._leaving and not self.in_transaction and reply[3:4] != "-"
        if self._last_reply or reply.startswith("421"):
            self.say_goodbye()
        elif over:
            self.leave()

    def _counted(self, reply: str) -> str:
        if reply[:1] not in "45" or reply == LOCAL_TROUBLE:
            return reply
        self._faults += reply.startswith("5")
        log.info("smtp_refused", code=int(reply[:3]))
        return _TOO_MANY_FAULTS if self._faults > _FAULTS else reply

    async def handle_exception(self, error: Exception) -> str:
        if isinstance(error, NoCommandError):
            self._last_reply = True
            return _NO_COMMAND
        if isinstance(error, OverloadedError):
            log.error("smtp_overloaded", held=self._connections.held)
            return _OVERLOADED
        if isinstance(error, OSError | TLSSetupException):
            log.info("smtp_connection_broken", error=type(error).__name__)
        else:
            log.error("smtp_trouble", error=type(error).__name__)
            log.debug("smtp_trouble_details", exc_info=error)
        return LOCAL_TROUBLE

    # Commands

    @syntax("DATA")
    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802  aiosmtpd's name
        self._reset_timeout(DATA_SECONDS)
        try:
            await super().smtp_DATA(arg)
        finally:
            self._lines.let_go()
        self._reset_timeout()

    @syntax("VRFY <address>")
    async def smtp_VRFY(self, arg: str) -> None:  # noqa: N802
        # RFC 5321 §7.3: addresses are not given away.
        await self.push("252 2.5.1 Cannot verify, but will take mail for it if it is here")

    async def smtp_AUTH(self, arg: str) -> None:  # noqa: N802
        await self.push("502 5.5.1 AUTH is not offered here")

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """RFC 5321 paths. The base class's reading, made for RFC 5322, raises on some that are wrong."""
        match = _PATH.fullmatch(arg.strip())
        if match is None:
            return None, None
        if match["bare"]:
            return match["bare"], match["more"]
        return match["path"] or "<>", match["rest"]


def _note_the_end(conversation: "asyncio.Task[Any]") -> None:
    """Look at what ended a conversation: aiosmtpd lets errors of a broken connection through."""
    if conversation.cancelled():
        return
    error = conversation.exception()
    if error is not None and not isinstance(error, OSError):
        log.error("smtp_trouble", error=type(error).__name__)

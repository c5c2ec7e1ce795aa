"""A real SMTP server for tests of what we send: it keeps the mails, and answers as it was told to.

``sink.answer("RCPT", "450 4.2.0 Later")`` is the answer to the next RCPT; ``DROP`` instead of a reply ends the
connection, ``SILENCE`` says nothing for ever. Stages are CONNECT, EHLO, MAIL, RCPT, DATA, DOT (the final one) and RSET.
"""

import asyncio
import re
import ssl
import threading
from collections import defaultdict, deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from mailgate.notify.smtp_transport import SmtpTransport

Submit = Callable[..., SmtpTransport]
"""Makes a transport to a sink, or to a port; what is not said of its configuration is ordinary."""

DROP = "drop"
SILENCE = "silence"


@dataclass(frozen=True, slots=True, kw_only=True)
class SunkMail:
    """A mail as the sink took it."""

    mail_from: str
    rcpt_to: tuple[str, ...]
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class SinkRules:
    """What kind of server it is. ``user``: (name, password), then signing in is demanded."""

    starttls: ssl.SSLContext | None = None
    implicit_tls: ssl.SSLContext | None = None
    user: tuple[str, str] | None = None
    auth_in_the_clear: bool = False
    pipelining: bool = False
    host: str = "127.0.0.1"


class SmtpSink:
    """Runs in a thread of its own, between ``with`` and its end."""

    def __init__(self, rules: SinkRules | None = None) -> None:
        self.rules = rules or SinkRules()
        self.mails: list[SunkMail] = []
        self.connections = 0
        self.commands: list[str] = []
        self.port = 0
        self._answers: defaultdict[str, deque[str]] = defaultdict(deque)
        self._arrived = threading.Condition()
        self._open: set[SinkSession] = set()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="smtp-sink")
        self._ready: Future[asyncio.AbstractEventLoop] = Future()
        self._stop: asyncio.Event | None = None

    def answer(self, stage: str, *replies: str) -> None:
        """The next answers at that stage; when they are used up it answers as servers do."""
        self._answers[stage].extend(replies)

    def wait_for(self, count: int, *, seconds: float = 30) -> list[SunkMail]:
        """The mails, once there are so many; raises ``AssertionError`` when they do not come."""
        with self._arrived:
            if not self._arrived.wait_for(lambda: len(self.mails) >= count, seconds):
                raise AssertionError(f"{len(self.mails)} of {count} mails came within {seconds} s")
            return list(self.mails)

    def hang_up(self) -> None:
        """End all connections, as a server does that restarts."""
        loop = self._ready.result()

        async def end() -> None:
            for session in list(self._open):
                session.drop()

        asyncio.run_coroutine_threadsafe(end(), loop).result(10)

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.result(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._stop is not None
        self.hang_up()
        self._ready.result().call_soon_threadsafe(self._stop.set)
        self._thread.join(10)
        assert not self._thread.is_alive()

    async def _serve(self) -> None:
        loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        try:
            server = await loop.create_server(
                lambda: SinkSession(self), self.rules.host, self.port, ssl=self.rules.implicit_tls
            )
        except OSError as error:
            self._ready.set_exception(error)
            return
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set_result(loop)
        await self._stop.wait()
        server.close()
        # Connections amid their TLS handshake are known to the server only.
        for _ in range(500):
            if getattr(server, "_active_count", 0) == 0:
                break
            await asyncio.sleep(0.01)

    # aiosmtpd calls these by name.

    async def handle_EHLO(  # noqa: N802
        self, server: "SinkSession", session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [responses[0], "250-PIPELINING", *responses[1:]] if self.rules.pipelining else responses

    async def handle_MAIL(  # noqa: N802
        self, server: "SinkSession", session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return "250 2.1.0 Ok"

    async def handle_RCPT(  # noqa: N802
        self, server: "SinkSession", session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = await server.scripted("RCPT")
        if reply is None:
            envelope.rcpt_tos.append(address)
        return reply or "250 2.1.5 Ok"

    async def handle_DATA(self, server: "SinkSession", session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert envelope.mail_from is not None
        assert isinstance(envelope.content, bytes)
        mail = SunkMail(mail_from=envelope.mail_from, rcpt_to=tuple(envelope.rcpt_tos), content=envelope.content)
        reply = await server.scripted("DOT", before_drop=lambda: self._keep(mail))
        if reply is None or reply.startswith("2"):
            self._keep(mail)
        return reply or "250 2.0.0 Ok: queued"

    def _keep(self, mail: SunkMail) -> None:
        with self._arrived:
            self.mails.append(mail)
            self._arrived.notify_all()

    def _authenticated(self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, who: Any) -> AuthResult:
        assert isinstance(who, LoginPassword)
        assert self.rules.user is not None
        name, password = self.rules.user
        return AuthResult(success=who == (name.encode(), password.encode()), handled=False)

    def next_answer(self, stage: str) -> str | None:
        return self._answers[stage].popleft() if self._answers[stage] else None


class SinkSession(SMTP):
    """One connection to the sink."""

    line_length_limit = 10_000_000

    def __init__(self, sink: SmtpSink) -> None:
        self._sink = sink
        super().__init__(
            sink,
            hostname="sink.example",
            tls_context=sink.rules.starttls,
            authenticator=sink._authenticated,
            auth_require_tls=not (sink.rules.auth_in_the_clear or sink.rules.implicit_tls),
            loop=asyncio.get_running_loop(),
        )

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self.transport is None:
            self._sink.connections += 1
            self._sink._open.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._sink._open.discard(self)
        super().connection_lost(error)

    def drop(self) -> None:
        for transport in (self.transport, self._original_transport):
            if isinstance(transport, asyncio.WriteTransport):
                transport.abort()

    def finish(self) -> None:
        """Close after what was written."""
        if self.transport is not None:
            self.transport.close()

    async def scripted(self, stage: str, before_drop: Any = lambda: None) -> str | None:
        """The answer that was asked for; None: answer as servers do."""
        self._sink.commands.append(stage)
        reply = self._sink.next_answer(stage)
        if reply in (DROP, SILENCE):
            before_drop()
            if reply == DROP:
                self.drop()
            await asyncio.get_running_loop().create_future()  # until the connection is lost, which cancels this
        return reply

    async def push(self, status: str | bytes) -> None:
        text = status if isinstance(status, str) else status.decode()
        if text.startswith("220 sink.example"):
            text = await self.scripted("CONNECT") or text
        await super().push(text)
        if re.match("421 ", text):
            self.finish()

    async def smtp_EHLO(self, hostname: str) -> None:  # noqa: N802
        reply = await self.scripted("EHLO")
        await (self.push(reply) if reply else super().smtp_EHLO(hostname))

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802
        reply = await self.scripted("MAIL")
        assert self.session is not None
        if reply is None and self._sink.rules.user is not None and not self.session.authenticated:
            reply = "530 5.7.0 Authentication required"
        await (self.push(reply) if reply else super().smtp_MAIL(arg))

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        reply = await self.scripted("DATA")
        await (self.push(reply) if reply else super().smtp_DATA(arg))

    async def smtp_RSET(self, arg: str) -> None:  # noqa: N802
        reply = await self.scripted("RSET")
        await (self.push(reply) if reply else super().smtp_RSET(arg))

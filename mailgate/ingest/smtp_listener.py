"""The SMTP door: RFC 5321 dialogue → ``Envelope`` → ``Spool``.

Promises: shutting down lets mails under way finish. The dialogue itself is in ``smtp_session``, what is decided in it
in ``mail_transactions``, whom we take mail for in ``recipients``.
"""

import asyncio
import socket
import ssl
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

import structlog

from mailgate.config import Config
from mailgate.domain.ports import Clock, Spool
from mailgate.ingest import replies
from mailgate.ingest.authenticity.door import examination
from mailgate.ingest.connections import Connections
from mailgate.ingest.disk_space import DiskSpace
from mailgate.ingest.doorman import Doorman
from mailgate.ingest.mail_transactions import MailTransactions, Welcomes
from mailgate.ingest.recipients import Recipients
from mailgate.ingest.session_rules import SessionRules
from mailgate.ingest.smtp_session import SmtpSession

log = structlog.get_logger()

# Commits wait for each other, and share one: so many mails can be part of it.
_COMMITS = 32
_LAST_WORDS_SECONDS = 0.3
_WAITING_TO_BE_ACCEPTED = 100


class SmtpListener:
    """Listens where the configuration says, in a thread with a loop of its own."""

    def __init__(
        self, config: Config, *, recipients: Recipients, spool: Spool, clock: Clock, welcomes: Welcomes | None = None
    ) -> None:
        self._config = config.smtp
        self._limits = config.limits
        self._home = config.home
        self._examine = examination(config)
        self._transactions = MailTransactions(
            recipients=recipients, welcomes=welcomes, spool=spool, clock=clock, config=config, examine=self._examine
        )
        disk = DiskSpace(config.data_folder, floor=config.limits.free_disk_mib * 2**20)
        self._connections = Connections(config.limits, disk=disk)
        self._servers: list[asyncio.Server] = []
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._over: asyncio.Event | None = None

    @property
    def addresses(self) -> tuple[tuple[str, int], ...]:
        """Where it listens: ``listen`` first, then ``listen_tls``, with the ports that were really bound."""
        names = [each.getsockname() for server in self._servers for each in server.sockets]
        return tuple((name[0], name[1]) for name in names)

    def start(self) -> None:
        """Listen. Raises ``OSError`` if a place cannot be bound or a certificate not be used."""
        ready: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, args=(ready,), name="smtp", daemon=True)
        self._thread.start()
        ready.result()
        log.info("smtp_listening", addresses=[f"{host}:{port}" for host, port in self.addresses])

    def drain(self, seconds: float) -> None:
        """Stop listening, let mails under way finish, close; returns at the latest a second after ``seconds``."""
        if self._loop is None or self._thread is None or not self._thread.is_alive():
            return
        closing = asyncio.run_coroutine_threadsafe(self._close_down(seconds), self._loop)
        try:
            closing.result(seconds + 0.7)
        except TimeoutError:
            log.warning("smtp_drain_overdue")
        if self._examine is not None:
            self._examine.close()
        self._thread.join(0.3)
        log.info("smtp_closed", unfinished=len(self._connections.live))

    def _run(self, ready: "Future[None]") -> None:
        try:
            asyncio.run(self._serve(ready))
        except BaseException as error:
            if not ready.done():
                ready.set_exception(error)
                return
            log.exception("smtp_listener_died")
            raise

    async def _serve(self, ready: "Future[None]") -> None:
        self._loop = asyncio.get_running_loop()
        self._loop.set_default_executor(ThreadPoolExecutor(_COMMITS, thread_name_prefix="smtp-commit"))
        self._over = asyncio.Event()
        try:
            await self._listen()
        except OSError:
            self._stop_listening()
            raise
        ready.set_result(None)
        await self._over.wait()

    async def _listen(self) -> None:
        tls = self._tls_context() if self._config.certificate else None
        if self._config.listen:
            await self._bind(self._config.listen, starttls=tls)
        if self._config.listen_tls:
            await self._bind(self._config.listen_tls, implicit=tls)

    async def _bind(
        self, place: str, *, starttls: ssl.SSLContext | None = None, implicit: ssl.SSLContext | None = None
    ) -> None:
        rules = SessionRules(
            # Never getfqdn(): that asks DNS, and waits for it.
            hostname=self._config.hostname or socket.gethostname(),
            max_mail_bytes=self._config.max_mail_bytes,
            starttls=starttls,
            require_starttls=self._config.require_tls and implicit is None,
            limits=self._limits,
        )
        session = partial(SmtpSession, self._transactions, rules=rules, connections=self._connections)
        doorman = partial(Doorman, self._connections, session)
        host, _, port = place.rpartition(":")
        loop = asyncio.get_running_loop()
        # asyncio's backlog is also how often it accepts in a row; where descriptors run out each of them is logged and
        # tried again a second later, so that 100 become 100 000 within ten seconds.
        server = await loop.create_server(doorman, host.strip("[]"), int(port), ssl=implicit, backlog=1)
        self._servers.append(server)
        for listening in server.sockets:
            with listening.dup() as same:
                same.listen(_WAITING_TO_BE_ACCEPTED)

    def _tls_context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2  # RFC 8996
        context.load_cert_chain(self._home / self._config.certificate, self._home / self._config.key)
        return context

    async def _close_down(self, seconds: float) -> None:
        self._stop_listening()
        self._connections.close_down()
        for turned_away in list(self._connections.turned_away):
            turned_away.abort()
        sessions = list(self._connections.live)
        for session in sessions:
            session.leave()
        if sessions:
            await asyncio.wait([session.conversation() for session in sessions], timeout=seconds)
        if self._connections.live:
            for session in list(self._connections.live):
                session.say_goodbye(replies.SHUTTING_DOWN)
            await asyncio.sleep(_LAST_WORDS_SECONDS)
            for session in list(self._connections.live):
                session.cut()
        if self._over is not None:
            self._over.set()

    def _stop_listening(self) -> None:
        for server in self._servers:
            server.close()

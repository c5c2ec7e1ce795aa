"""A small world for one trial: a folder with a desk in it, the server that takes its mail, a mailbox, and the daemon.

Everything listens on the loopback address only, and ends with the ``with`` block.
"""

import json
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

from judge.daemon import PATIENCE, Daemon, NeverCameError
from judge.database import DatabaseFile
from judge.told import Told
from tests.support.budgets import NO_BUDGETS
from tests.support.dovecot import PASSWORD, USER, Dovecot, running_dovecot
from tests.support.servers import free_ports

SUPERUSERS = ("eva@kund.example", "bo@kund.example", "ulla@handel.example")
SPECIALIST = "sven@desk.example"

_CONFIG = """
[smtp]
listen = "127.0.0.1:{port}"
[outgoing]
host = "127.0.0.1"
port = {sink}
tls = "none"
timeout_seconds = 10
[limits]
mails_per_minute_per_sender = 0

{budgets}
[log]
format = "json"
[[teams]]
name = "Handel"
industries = ["Lantbruk"]
"""
_MAILBOX = """
[[imap]]
name = "support"
host = "127.0.0.1"
port = {port}
tls = "none"
user = "{user}"
password_file = "password"
address = "support@example.com"
poll_seconds = 1
timeout_seconds = 20
"""
_REGISTER = """
[[customer]]
code = "1"
name = "Kund AB"
industry = "Lantbruk"
superuser = [{ address = "eva@kund.example", name = "Eva Ek" }, { address = "bo@kund.example", name = "Bo Berg" }]
[[customer]]
code = "2"
name = "Handel AB"
industry = "Lantbruk"
superuser = [{ address = "ulla@handel.example", name = "Ulla Lund" }]
[[specialist]]
address = "sven@desk.example"
name = "Sven Sund"
team = "Handel"
head = true
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Something that the sink saw: ``dot`` or ``taken``, of which mail, when."""

    event: str
    at: float
    message_id: str
    to: str
    subject: str


class World:
    """See the module. ``mailbox``: with a Dovecot; ``mailbox_port``, ``relay``: of servers of the caller's own."""

    def __init__(
        self, *, seed: int = 0, mailbox: bool = False, bugs: Sequence[str] = (), mailbox_port: int = 0, relay: int = 0
    ) -> None:
        self.seed = seed
        self.told = Told()
        self.dovecot: Dovecot | None = None
        self._mailbox, self._mailbox_port, self._bugs, self._relay = mailbox, mailbox_port, bugs, relay
        self._stack = ExitStack()
        self._sunk: list[Taken] = []
        self._sunk_until = 0
        self._reading = threading.Lock()

    def __enter__(self) -> Self:
        with self._stack:
            self.folder = Path(self._stack.enter_context(TemporaryDirectory(prefix="judge-")))
            self.port = free_ports(1)[0]
            self._sink_log = self.folder / "sink.jsonl"
            config = _CONFIG.format(port=self.port, sink=self._relay or self._start_sink(), budgets=NO_BUDGETS)
            if self._mailbox:
                self.dovecot = self._stack.enter_context(running_dovecot())
                self._mailbox_port = self.dovecot.port
            if self._mailbox_port:
                # Our scripted server knows no way to sign in that takes other letters than ASCII.
                password = PASSWORD if self._mailbox else "hemligt"
                (self.folder / "password").write_text(password, encoding="utf-8")
                config += _MAILBOX.format(port=self._mailbox_port, user=USER)
            self._fill_desk(config)
            self.database = DatabaseFile(self.folder / "data" / "mailgate.db")
            self.daemon = self._stack.enter_context(self.another_daemon())
            self._stack = self._stack.pop_all()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def _start_sink(self) -> int:
        sink = subprocess.Popen(
            [sys.executable, "-m", "judge.sink", str(self._sink_log), str(self.seed)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._stack.callback(sink.wait, PATIENCE)
        self._stack.enter_context(sink)
        assert sink.stdout is not None
        assert sink.stdin is not None
        self._stack.callback(sink.stdin.close)
        return int(sink.stdout.readline())

    def _fill_desk(self, config: str) -> None:
        (self.folder / "config.toml").write_text(config, encoding="utf-8")
        shutil.copytree(Path(_an_empty_desk().name) / "data", self.folder / "data")

    @contextmanager
    def another_daemon(self) -> Iterator[Daemon]:
        """A daemon on this folder; none should run beside the first."""
        daemon = Daemon(self.folder / "config.toml", self.port, log=self.folder / "daemon.log", bugs=self._bugs)
        try:
            yield daemon
        finally:
            daemon.close()

    def command(self, *words: str) -> str:
        """What an operator would type; its output."""
        return _command(self.folder, *words)

    def sunk(self) -> list[Taken]:
        """What the sink has seen so far, in its order. For any number of threads."""
        with self._reading:
            if self._sink_log.exists():
                with self._sink_log.open("rb") as log:
                    log.seek(self._sunk_until)
                    lines = log.read().rpartition(b"\n")[0]
                self._sunk += [Taken(**json.loads(line)) for line in lines.splitlines()]
                self._sunk_until += len(lines) + bool(lines)
            return list(self._sunk)

    def taken(self) -> list[Taken]:
        """Mails that the sink took over, once for each time."""
        return [one for one in self.sunk() if one.event == "taken"]

    def is_done(self) -> bool:
        """Whether every mail that is ours to keep has come to an end, and nothing waits to be sent."""
        mails = self.database.mails()
        if self.told.kept() - {mail.token for mail in mails} or any(mail.state == "received" for mail in mails):
            return False
        return not any(row.state in ("pending", "sending", "uncertain") for row in self.database.outgoing(unsent=True))

    def wait_until_done(self, seconds: float = PATIENCE) -> bool:
        """Whether that came about in time, and while the daemon lives."""
        return wait_until(lambda: self.is_done() or self.daemon.is_dead(), seconds=seconds) and self.is_done()

    def log_tail(self) -> str:
        """The end of the daemon's log."""
        return self.daemon.log.read_text(encoding="utf-8", errors="replace")[-3000:]


def _command(folder: Path, *words: str) -> str:
    line = [sys.executable, "-m", "mailgate", "--config", str(folder / "config.toml"), *words]
    return subprocess.run(line, check=True, capture_output=True, text=True).stdout


@cache
def _an_empty_desk() -> "TemporaryDirectory[str]":
    """With its register read in, to be copied."""
    made = TemporaryDirectory(prefix="judge-desk-")
    folder = Path(made.name)
    (folder / "config.toml").write_text(_CONFIG.format(port=0, sink=25, budgets=NO_BUDGETS), encoding="utf-8")
    (folder / "register.toml").write_text(_REGISTER, encoding="utf-8")
    _command(folder, "register", "import", str(folder / "register.toml"))
    return made


def wait_until(condition: Callable[[], bool], *, seconds: float = PATIENCE) -> bool:
    """Whether it came to be so in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.03)
    return True


__all__ = ["SPECIALIST", "SUPERUSERS", "NeverCameError", "Taken", "World", "wait_until"]

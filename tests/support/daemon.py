"""The real daemon, ``mailgate serve``, as a process of its own on a folder of the test's."""

import json
import mailbox
import os
import signal
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import Message
from pathlib import Path
from types import TracebackType
from typing import Self

from mailgate.config_file import load_config
from mailgate.domain.customer import Language
from mailgate.store.database import Database
from mailgate.store.schema import migrate
from mailgate.store.unit_of_work import UnitOfWork
from tests.support.budgets import NO_BUDGETS
from tests.support.fresh_database import fresh_database
from tests.support.servers import free_ports

_PATIENCE = 30.0

CONFIG = """
[smtp]
listen = "127.0.0.1:{port}"

[limits]
mails_per_minute_per_sender = 0

{budgets}
[log]
format = "json"

[[teams]]
name = "Handel"
industries = ["Lantbruk"]
{more}
"""


class MailgateDaemon:
    """Starts, kills, stops the daemon; looks at what it did through its own database and Maildir."""

    def __init__(self, folder: Path, *, more: str = "", budgets: str = NO_BUDGETS) -> None:
        self.folder = folder
        (self.port,) = free_ports(1)
        self.config_path = folder / "config.toml"
        self.config_path.write_text(CONFIG.format(port=self.port, more=more, budgets=budgets), encoding="utf-8")
        self.log_path = folder / "daemon.log"
        config = load_config(self.config_path)
        config.data_folder.mkdir(exist_ok=True)
        at = config.storage.database
        self.database = Database(at) if at else fresh_database(config.data_folder)
        migrate(self.database)
        self._maildir = config.data_folder / "outgoing"
        self._process: subprocess.Popen[bytes] | None = None

    def register(self, address: str = "eva@kund.example", *, code: str = "K1", domains: tuple[str, ...] = ()) -> None:
        """A customer with one SuperUser; and the team's specialist."""
        with self.database.transaction() as uow:
            customer = uow.customers.save_customer(
                code=code, name=f"Kund {code}", industry="Lantbruk", modules=[], domains=domains, overdue_since=None
            )
            uow.customers.save_superuser(
                customer_id=customer.customer_id, address=address, name="Eva Ek", language=Language.SWEDISH, trained=[]
            )
            uow.customers.save_specialist(
                address="sven@desk.example", name="Sven", team="Handel", language=Language.SWEDISH, head=True
            )

    def start(self, **environment: str) -> Self:
        """Start it, and wait until it greets."""
        with self.log_path.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "mailgate", "--config", str(self.config_path), "serve"],
                env={**os.environ, **environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self.wait_until(self._greets)
        return self

    def _greets(self) -> bool:
        if self._process is not None and self._process.poll() is not None:
            return True  # died at once: who asked for it will notice
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def wait_for_death(self) -> int:
        """How it ended: minus the signal's number, or the exit code."""
        assert self._process is not None
        try:
            return self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError("it lives on") from None

    def is_dead(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def kill(self) -> None:
        """As by a power cut, as far as one process can tell."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(_PATIENCE)

    def stop(self) -> int:
        """Drain and end; its exit code."""
        if self._process is None:
            return 0
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        return self._process.wait(_PATIENCE)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, _e: BaseException | None, _t: TracebackType | None) -> None:
        code = self.stop()
        self.database.close()
        if kind is None:
            assert code in (0, -signal.SIGKILL), f"ended with {code}: {self.log_path.read_text()[-2000:]}"

    def send(self, content: bytes, *, mail_from: str = "eva@kund.example", to: str = "support@example.com") -> None:
        """Hand over a mail as a client would; raises what smtplib raises if it is not taken."""
        with smtplib.SMTP("127.0.0.1", self.port, timeout=_PATIENCE, local_hostname="client.example") as client:
            client.sendmail(mail_from, [to], content)

    def wait_until(self, condition: Callable[[], bool], *, seconds: float = _PATIENCE) -> None:
        """Until it is so; fails with the end of the daemon's log if it never is."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise AssertionError(f"waited in vain; the log ends: {self.log_path.read_text()[-3000:]}")
            time.sleep(0.05)

    @contextmanager
    def look(self) -> Iterator[UnitOfWork]:
        """Into its database."""
        with self.database.reading() as uow:
            yield uow

    def sums(self) -> dict[str, int]:
        """How many mails ended in which way."""
        with self.look() as uow:
            return uow.mails.sums()

    def is_done(self, count: int) -> bool:
        """Whether so many mails have come to an end, and all that is to be sent has been."""
        with self.look() as uow:
            sums = uow.mails.sums()
            waiting = uow.outbox.entries(states=("pending", "sending", "uncertain"))
        return sum(sums.values()) >= count and "received" not in sums and not waiting

    def wait_settled(self, count: int) -> dict[str, int]:
        """Until ``is_done``; returns the sums."""
        self.wait_until(lambda: self.is_done(count))
        return self.sums()

    def sent(self) -> list[Message]:
        """What lies in its Maildir."""
        if not (self._maildir / "cur").is_dir():
            return []
        box = mailbox.Maildir(self._maildir, create=False)
        return list(box.values())

    def sent_to(self, address: str) -> list[Message]:
        """What lies in its Maildir for somebody."""
        return [mail for mail in self.sent() if address in str(mail["To"])]

    def log_events(self) -> list[dict[str, object]]:
        """The lines of its log; each must be JSON."""
        return [json.loads(line) for line in self.log_path.read_text().splitlines() if line.startswith("{")]

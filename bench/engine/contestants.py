"""Those who are measured: each is started on an empty folder, fed mails, and stopped. All send to the same sink.

Mailgate is the product as it is installed, ``mailgate serve`` with the defaults of its configuration (no specialists
are registered, so that each mail has one answer, as the others give). What the others do is in ``floor`` and
``peer_django_helpdesk``.
"""

import json
import pickle
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bench.children import Asked
from bench.engine.letters import CUSTOMERS, SUPERUSERS_EACH, superuser
from bench.engine.load import Mail
from mailgate.config_file import load_config
from mailgate.domain.customer import Language
from mailgate.store.database import Database, sqlite_url
from mailgate.store.schema import migrate
from tests.support.budgets import NO_BUDGETS

_CONFIG = """
[smtp]
listen = "127.0.0.1:{port}"
[outgoing]
host = "127.0.0.1"
port = {sink}
tls = "none"
[limits]
mails_per_minute_per_sender = 0
{budgets}
[log]
format = "json"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fed:
    """How feeding went. ``accepted``: for each tag the moments of the final dot and of its 250 (none: no dialogue)."""

    began: float
    accepted: dict[str, tuple[float, float]]


class Contestant(Protocol):
    """Whoever makes tickets of mails."""

    name: str

    @property
    def pid(self) -> int:
        """The process at the root of all that it costs."""

    def feed(self, mails: Sequence[Mail], connections: int) -> Fed:
        """Hand over all mails; returns when all are taken."""

    def stop(self) -> None:
        """End it, and wait for that."""


class Mailgate:
    """The product."""

    def __init__(
        self,
        folder: Path,
        sink_port: int,
        *,
        name: str = "mailgate",
        before: Callable[[Path], None] = lambda _config: None,
    ) -> None:
        """``before``: is given the configuration's file, to put things into the database before the daemon starts."""
        self.name = name
        self._folder = folder
        self._port = _free_port()
        path = folder / "config.toml"
        path.write_text(_CONFIG.format(port=self._port, sink=sink_port, budgets=NO_BUDGETS), encoding="utf-8")
        before(path)
        _register(load_config(path).data_folder)
        with (folder / "daemon.log").open("wb") as log:
            command = [sys.executable, "-m", "mailgate", "--config", str(path), "serve"]
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)  # noqa: S603
        _wait_for_port(self._port)

    @property
    def pid(self) -> int:
        """Of the daemon."""
        return self._process.pid

    def feed(self, mails: Sequence[Mail], connections: int) -> Fed:
        """By SMTP."""
        return _feed_by_smtp(self._folder, self._port, mails, connections)

    def stop(self) -> None:
        """As an operator would."""
        self._process.terminate()
        self._process.wait(30)


class Floor(Asked):
    """The bare pipeline."""

    name = "floor"

    def __init__(self, folder: Path, sink_port: int) -> None:
        super().__init__([sys.executable, "-m", "bench.engine.floor", str(folder), str(sink_port)])
        self._folder = folder

    def feed(self, mails: Sequence[Mail], connections: int) -> Fed:
        """By SMTP."""
        return _feed_by_smtp(self._folder, int(self.first_line), mails, connections)


class DjangoHelpdesk(Asked):
    """The fastest peer, by its own mail path: it reads a folder of mails."""

    name = "django-helpdesk"

    def __init__(self, folder: Path, sink_port: int, *, python: Path) -> None:
        self._mails = folder / "mail"
        self._mails.mkdir()
        script = Path(__file__).with_name("peer_django_helpdesk.py")
        super().__init__([str(python), str(script), str(folder), str(sink_port)])

    def feed(self, mails: Sequence[Mail], connections: int) -> Fed:
        """Laid into its folder; one run of its job takes them all."""
        for tag, _, _, content in mails:
            (self._mails / tag).write_bytes(content)
        began = time.monotonic()
        self.ask()
        left = list(self._mails.iterdir())
        if left:
            raise RuntimeError(f"{self.name} left {len(left)} mails, the first {left[0].name}")
        return Fed(began=began, accepted={})


def _feed_by_smtp(folder: Path, port: int, mails: Sequence[Mail], connections: int) -> Fed:
    given, results = folder / "mails.pickle", folder / "results.json"
    stuffed = [(tag, sender, to, content.replace(b"\r\n.", b"\r\n..")) for tag, sender, to, content in mails]
    given.write_bytes(pickle.dumps(stuffed))  # RFC 5321 §4.5.2
    command = [sys.executable, "-m", "bench.engine.load", str(port), str(connections), str(given), str(results)]
    subprocess.run(command, check=True)  # noqa: S603
    found = json.loads(results.read_text(encoding="utf-8"))
    if found["refused"]:
        raise RuntimeError(f"{len(found['refused'])} mails were refused, the first: {found['refused'][0]}")
    return Fed(began=found["began"], accepted={tag: (dot, taken) for tag, (dot, taken) in found["accepted"].items()})


def _register(data: Path) -> None:
    data.mkdir(parents=True, exist_ok=True)
    database = Database(sqlite_url(data))
    migrate(database)
    with database.transaction() as uow:
        for number in range(CUSTOMERS):
            customer = uow.customers.save_customer(
                code=f"BENCH{number}", name=f"Kund {number}", industry="", modules=[], domains=(), overdue_since=None
            )
            for person in range(SUPERUSERS_EACH):
                uow.customers.save_superuser(
                    customer_id=customer.customer_id,
                    address=superuser(number, person),
                    name="Eva Ek",
                    language=Language.SWEDISH,
                    trained=[],
                )
    database.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for_port(port: int) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("the daemon does not listen")

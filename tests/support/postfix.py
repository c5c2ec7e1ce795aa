"""A real Postfix of the operating system, with folders of its own, on a free loopback port; needs root.

In front of us it is the border that takes mail from the world and relays our domain; behind us it is the submission
server that our mail goes to. It comes back after 2 seconds where a real one waits minutes.
"""

import os
import shutil
import smtplib
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from tests.support.servers import free_ports, require

_MASTER = Path("/usr/share/postfix/master.cf.dist")
_SECONDS = 30.0


class Postfix:
    """Runs between ``with`` and its end. ``routes``: domain → loopback port that its mail is relayed to."""

    def __init__(self, routes: dict[str, int], **settings: str) -> None:
        self._program = require("postfix")
        if os.geteuid() != 0:
            pytest.skip("Postfix starts as root only")
        self._routes = routes
        self._settings = settings
        self.port = free_ports(1)[0]
        # Not below pytest's folders: Postfix gives up root, and those are closed to others.
        self.folder = Path(tempfile.mkdtemp(prefix="mailgate-postfix-"))
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> str:
        """What it has to say."""
        path = self.folder / "maillog"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def queued(self) -> int:
        """How many mails wait in it."""
        queues = ("maildrop", "incoming", "active", "deferred")
        return sum(path.is_file() for name in queues for path in (self.folder / "queue" / name).rglob("*"))

    def wait_until_empty(self) -> None:
        """Until it has got rid of all mails."""
        deadline = time.monotonic() + _SECONDS
        while self.queued():
            if time.monotonic() > deadline:
                raise AssertionError(f"mails are stuck in Postfix:\n{self.log}")
            time.sleep(0.05)

    def __enter__(self) -> Self:
        try:
            self._write_configuration()
            self._process = subprocess.Popen(
                [self._program, "-c", str(self.folder / "etc"), "start-fg"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            self._wait_for_greeting()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def _end(self) -> None:
        if self._process is not None:
            subprocess.run(
                [self._program, "-c", str(self.folder / "etc"), "stop"], check=False, capture_output=True, timeout=30
            )
            self._process.terminate()
            self._process.wait(30)
        shutil.rmtree(self.folder)

    def _write_configuration(self) -> None:
        for name in ("etc", "queue", "data"):
            (self.folder / name).mkdir()
        self.folder.chmod(0o755)
        shutil.chown(self.folder / "data", "postfix")
        transports = ", ".join(f"{{ {domain} = smtp:[127.0.0.1]:{port} }}" for domain, port in self._routes.items())
        settings = {
            "compatibility_level": "3.6",
            "myhostname": "postfix.example",
            "queue_directory": f"{self.folder}/queue",
            "data_directory": f"{self.folder}/data",
            "maillog_file": f"{self.folder}/maillog",
            "maillog_file_prefixes": str(self.folder),
            "inet_interfaces": "127.0.0.1",
            "inet_protocols": "ipv4",
            "mynetworks": "127.0.0.0/8",
            "mydestination": "",
            "alias_maps": "",
            "alias_database": "",
            "relay_domains": " ".join(self._routes),
            "transport_maps": f"inline:{{ {transports} }}",
            "default_transport": "error:5.1.2 nothing leaves this machine",
            "minimal_backoff_time": "2s",
            "maximal_backoff_time": "4s",
            "queue_run_delay": "2s",
        }
        lines = [f"{name} = {value}\n" for name, value in (settings | self._settings).items()]
        (self.folder / "etc" / "main.cf").write_text("".join(lines), encoding="utf-8")
        (self.folder / "etc" / "master.cf").write_text(self._services(), encoding="utf-8")

    def _services(self) -> str:
        """Debian's list of services, with our port in the place of 25."""
        services = _MASTER.read_text(encoding="utf-8").splitlines()
        first = next(index for index, line in enumerate(services) if line.split()[:2] == ["smtp", "inet"])
        services[first] = f"127.0.0.1:{self.port} inet n - n - - smtpd"
        return "\n".join(services) + "\n"

    def _wait_for_greeting(self) -> None:
        deadline = time.monotonic() + _SECONDS
        while True:
            try:
                smtplib.SMTP("127.0.0.1", self.port, local_hostname="test.example", timeout=5).quit()
            except (OSError, smtplib.SMTPException):
                if time.monotonic() > deadline:
                    raise AssertionError(f"Postfix does not answer:\n{self.log}") from None
                time.sleep(0.05)
            else:
                return

"""A real Dovecot 2.3 of a test's own: fresh folder, free loopback ports, ended with the test.

Other clients of the mailbox (people, filters) are played through ``client``.
"""

import base64
import grp
import os
import pwd
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jwt
import trustme
from imapclient import IMAPClient

from tests.support.servers import free_ports, require, unusable

USER = "support"
PASSWORD = "hemligt lösen"  # not ASCII, as people's passwords are
_TOKEN_KEY = b"a key of 32 bytes that signs JWTs"

_CONF = Path(__file__).with_suffix(".conf")
_OAUTH2_CONF = """
introspection_mode = local
local_validation_key_dict = fs:posix:prefix={home}/keys/
username_attribute = sub
"""


class Dovecot:
    """See the module. ``port`` speaks plain text and STARTTLS, ``tls_port`` TLS; ``ca_file`` vouches for both."""

    def __init__(self, home: Path, *, extra: str = "") -> None:
        self._binary = require("dovecot")
        version = subprocess.run([self._binary, "--version"], capture_output=True, text=True, check=True).stdout
        if not version.startswith("2.3."):
            unusable(f"this configuration is for Dovecot 2.3, here is {version.strip()}")
        self.home = home
        self.ca_file = home / "ca.pem"
        self.port, self.tls_port = free_ports(2)
        self._process: subprocess.Popen[bytes] | None = None
        self._write_files(extra)

    def _write_files(self, extra: str) -> None:
        home = self.home
        for folder in ("run", "mail", "keys/default/HS256"):
            (home / folder).mkdir(parents=True)
        authority = trustme.CA()
        authority.cert_pem.write_to_path(str(self.ca_file))
        certificate = authority.issue_cert("127.0.0.1", "localhost")
        certificate.private_key_pem.write_to_path(str(home / "key.pem"))
        certificate.cert_chain_pems[0].write_to_path(str(home / "cert.pem"))
        (home / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n", encoding="utf-8")
        (home / "oauth2.conf").write_text(_OAUTH2_CONF.format(home=home), encoding="utf-8")
        (home / "keys/default/HS256/default").write_bytes(base64.b64encode(_TOKEN_KEY))
        (home / "dovecot.conf").write_text(
            _CONF.read_text(encoding="utf-8").format(
                home=home, port=self.port, tls_port=self.tls_port, extra=extra, **self._users()
            ),
            encoding="utf-8",
        )

    def _users(self) -> dict[str, str | int]:
        """Root must hand its rights down; anybody else runs all of it as themselves."""
        if os.geteuid() != 0:
            me, group = pwd.getpwuid(os.getuid()).pw_name, grp.getgrgid(os.getgid()).gr_name
            return {
                "internal_user": me, "internal_group": group, "login_user": me,
                "mail_user": os.getuid(), "mail_group": os.getgid(),
            }  # fmt: skip
        mail = pwd.getpwnam("mail")
        os.chown(self.home / "mail", mail.pw_uid, mail.pw_gid)
        self.home.chmod(0o755)
        for path in (self.home / "keys").rglob("*"):
            path.chmod(0o755 if path.is_dir() else 0o644)
        return {
            "internal_user": "dovecot", "internal_group": "dovecot", "login_user": "dovenull",
            "mail_user": mail.pw_uid, "mail_group": mail.pw_gid,
        }  # fmt: skip

    def start(self) -> None:
        """Start it, and return once it answers."""
        self._process = subprocess.Popen(
            [self._binary, "-F", "-c", str(self.home / "dovecot.conf")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + 15
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise AssertionError(f"Dovecot did not start:\n{self.log()}")
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                return connection.recv(4) == b"* OK"
        except OSError:
            return False

    def stop(self) -> None:
        """End it, and the sessions that it would let run on."""
        if self._process is None:
            return
        for pid in self.sessions():
            _signal(pid, signal.SIGTERM)
        self._process.terminate()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def _children(self) -> list[int]:
        """The processes that our master started; they are in no process group of ours."""
        assert self._process is not None
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        return [int(pid) for pid in children.read_text(encoding="ascii").split()] if children.exists() else []

    def sessions(self) -> list[int]:
        """Process ids of the sessions that are signed in."""
        return [pid for pid in self._children() if _program(pid) == "imap"]

    def kill_sessions(self) -> int:
        """Let all sessions die without a word; how many there were. Dovecot then holds new ones back for seconds.

        None dies with the lock of a folder's list in its hands: Dovecot would wait two minutes for it to go stale.
        """
        deadline = time.monotonic() + 15
        while not self._stopped_without_locks(pids := self.sessions()):
            for pid in pids:
                _signal(pid, signal.SIGCONT)
            if time.monotonic() > deadline:
                raise AssertionError("the sessions never let go of their locks")
            time.sleep(0.02)
        for pid in pids:
            _signal(pid, signal.SIGKILL)
        return len(pids)

    def _stopped_without_locks(self, pids: list[int]) -> bool:
        """Stop these sessions; whether they stand still, and no lock file lies in the mailbox."""
        for pid in pids:
            _signal(pid, signal.SIGSTOP)
        return all(_state(pid) == "T" for pid in pids) and not any((self.home / "mail").rglob("*.lock"))

    def log(self) -> str:
        """What it has logged so far."""
        path = self.home / "dovecot.log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    @contextmanager
    def client(self, folder: str | None = None) -> Iterator[Any]:
        """Another client of the same mailbox, signed in."""
        with IMAPClient("127.0.0.1", self.port, ssl=False, timeout=30) as client:
            client.plain_login(USER, PASSWORD)
            if folder is not None:
                client.select_folder(folder)
            yield client

    def deliver(self, content: bytes, *, folder: str = "INBOX", flags: tuple[bytes, ...] = ()) -> None:
        """Put a mail into a folder."""
        with self.client() as client:
            client.append(folder, content, flags)

    def drop(self, contents: Iterable[bytes]) -> None:
        """Put mails into the inbox as a server does that delivers: whatever is in them."""
        inbox = self.home / "mail" / USER
        for folder in (inbox, *(inbox / name for name in ("new", "cur", "tmp"))):
            folder.mkdir(exist_ok=True)
        for number, content in enumerate(contents, start=1):
            (inbox / "new" / f"{1_700_000_000 + number}.M1P1.desk").write_bytes(content)
        if os.geteuid() == 0:
            mail = pwd.getpwnam("mail")
            for path in (inbox, *inbox.rglob("*")):
                os.chown(path, mail.pw_uid, mail.pw_gid)

    def create_folder(self, folder: str) -> None:
        with self.client() as client:
            client.create_folder(folder)

    def delete_folder(self, folder: str) -> None:
        with self.client() as client:
            client.delete_folder(folder)

    def rename_folder(self, old: str, new: str) -> None:
        with self.client() as client:
            client.rename_folder(old, new)

    def mails_in(self, folder: str) -> list[bytes]:
        """The bytes of the mails in a folder, by UID."""
        with self.client(folder) as client:
            answer = client.fetch(client.search(), ["BODY.PEEK[]"])
            return [answer[uid][b"BODY[]"] for uid in sorted(answer)]

    def flags_in(self, folder: str) -> list[tuple[bytes, ...]]:
        """The flags of the mails in a folder, by UID."""
        with self.client(folder) as client:
            answer = client.get_flags(client.search())
            return [answer[uid] for uid in sorted(answer)]

    @staticmethod
    def token(*, expires_in: float = 3600) -> str:
        """An OAuth access token that this server takes."""
        now = int(time.time())
        claims = {"sub": USER, "iss": "mailgate-tests", "iat": now - 60, "exp": now + int(expires_in)}
        return jwt.encode(claims, _TOKEN_KEY, algorithm="HS256")


def _program(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text(encoding="ascii").strip()
    except OSError:  # it has ended since it was listed
        return ""


def _state(pid: int) -> str:
    """The letter of a process's state; T is stopped (proc(5))."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()[0]
    except OSError:  # it has ended since it was listed
        return "X"


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


@contextmanager
def running_dovecot(*, extra: str = "") -> Iterator[Dovecot]:
    """A Dovecot for the length of a ``with``; ``extra`` are more lines of its configuration."""
    # Not pytest's tmp_path: as root, Dovecot hands its rights down to users who cannot enter there.
    # A killed session's helpers may still write while all is removed.
    with tempfile.TemporaryDirectory(prefix="dovecot-", ignore_cleanup_errors=True) as home:
        server = Dovecot(Path(home), extra=extra)
        server.start()
        try:
            yield server
        finally:
            server.stop()

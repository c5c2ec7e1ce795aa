"""The stage: a temporary folder with a configuration and a register, the running daemon, a mailbox, and a witness.

Promises: whatever happens, the daemon is ended and the folder removed, unless it is to be kept.
"""

import shutil
import smtplib
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from mailgate.app import now
from mailgate.demo.cast import SUPPORT, register
from mailgate.demo.expect import UnexpectedError, expect, wait_for
from mailgate.demo.imap_stage import ImapStage
from mailgate.demo.mails import Letter
from mailgate.demo.process import DaemonProcess, run_command
from mailgate.demo.witness import Witness
from mailgate.domain.mail import MailId
from mailgate.domain.notice_kinds import NoticeKind
from mailgate.shipped import sample_config

_IMAP_PASSWORD = "demo"  # noqa: S105 - of a mailbox that lives for some seconds, on the loopback address
_SHIPPED_LISTEN = 'listen = "127.0.0.1:2525"'
_ANY_PORT = 'listen = "127.0.0.1:0"'
_MAILBOX = """

# The demo's own mailbox.
[[imap]]
name = "demo"
host = "127.0.0.1"
port = {port}
tls = "none"
user = "{user}"
password_file = "imap-password"
address = "{user}"
poll_seconds = 1
"""
_SMTP_SECONDS = 30
_OVERDUE_FOR = timedelta(days=20)


def shipped_config() -> str:
    """The configuration as it is shipped, but for the port: any that is free."""
    shipped = sample_config().read_text(encoding="utf-8")
    if shipped.count(_SHIPPED_LISTEN) != 1:
        raise UnexpectedError(f"the shipped configuration has no line {_SHIPPED_LISTEN}")
    return shipped.replace(_SHIPPED_LISTEN, _ANY_PORT)


class Stage:
    """See the module. ``begins``: when the performance does."""

    def __init__(self, *, begins: datetime, keep: bool) -> None:
        self._begins = begins
        self._keep = keep
        self.folder = Path(tempfile.mkdtemp(prefix="mailgate-demo-"))
        self.config = self.folder / "config.toml"
        self.daemon = DaemonProcess(self.config)
        self.imap = ImapStage(user=SUPPORT, password=_IMAP_PASSWORD)
        self.handed_in = 0
        self._port = 0
        self._witness: Witness | None = None

    @property
    def witness(self) -> Witness:
        """Who reads what the system has done; the database is there once the register was imported."""
        if self._witness is None:
            self._witness = Witness(self.folder / "data")
        return self._witness

    @property
    def maildir(self) -> Path:
        """Where the answers are."""
        return self.folder / "data" / "outgoing"

    def __enter__(self) -> Self:
        self.imap.__enter__()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.daemon.end()
        self.imap.__exit__(None, None, None)
        if self._witness is not None:
            self._witness.close()
        if not self._keep:
            shutil.rmtree(self.folder)

    def write_files(self, people: str | None = None) -> Path:
        """The shipped configuration with another port and a mailbox, and a register; the register's path.

        ``people``: the register file, if it is another one than the demo's.
        """
        mailbox = _MAILBOX.format(port=self.imap.port, user=SUPPORT)
        self.config.write_text(shipped_config() + mailbox, encoding="utf-8")
        (self.folder / "imap-password").write_text(_IMAP_PASSWORD, encoding="utf-8")
        path = self.folder / "register.toml"
        people = people or register(overdue_since=(self._begins - _OVERDUE_FOR).date())
        path.write_text(people, encoding="utf-8")
        return path

    def run(self, *arguments: str, columns: int | None = None, code: int = 0) -> str:
        """Run a ``mailgate`` command, which ends with this exit code; what it printed, at a terminal that wide."""
        return run_command(self.config, arguments, columns=columns, code=code)

    def start_daemon(self) -> int:
        """Open the doors; the port of the SMTP door."""
        self._port = self.daemon.start()
        return self._port

    def send(self, letter: Letter) -> MailId:
        """Hand a mail in by SMTP, and see that its 250 means that it is stored; the stored mail."""
        before = {mail.mail_id for mail in self.witness.mails()}
        self.hand_in(letter)
        new = [mail.mail_id for mail in self.witness.mails() if mail.mail_id not in before]
        expect("mails in the store after one more 250", wanted=1, found=len(new))
        return new[0]

    def hand_in(self, letter: Letter) -> None:
        """One SMTP dialogue, up to the 250 and QUIT."""
        try:
            with smtplib.SMTP("127.0.0.1", self._port, timeout=_SMTP_SECONDS) as smtp:
                smtp.sendmail(letter.mail_from, [letter.rcpt_to], letter.content)
        except (smtplib.SMTPException, OSError) as error:
            raise UnexpectedError(f"the daemon did not take a mail: {error}") from error
        self.handed_in += 1

    def hand_in_and_kill(self, letter: Letter) -> None:
        """The same, but the daemon is killed the moment its 250 has come."""
        smtp = smtplib.SMTP("127.0.0.1", self._port, timeout=_SMTP_SECONDS)
        try:
            smtp.sendmail(letter.mail_from, [letter.rcpt_to], letter.content)
        except (smtplib.SMTPException, OSError) as error:
            raise UnexpectedError(f"the daemon did not take a mail: {error}") from error
        finally:
            self.daemon.kill()
            smtp.close()
        self.handed_in += 1

    def deliver(self, content: bytes) -> int:
        """Put a mail into the mailbox that the daemon fetches from; its UID there."""
        self.handed_in += 1
        return self.imap.deliver(content, at=now())

    def wait_until_sent(self) -> None:
        """Every mail that is queued has gone out."""

        def all_sent() -> bool:
            return all(entry.state == "sent" for entry in self.witness.queued())

        wait_for("all queued mails to be sent", all_sent)

    def receipts(self, mail_id: MailId) -> int:
        """How many receipts for a mail lie in the Maildir."""
        return len(self.witness.about(mail_id, NoticeKind.RECEIPT))

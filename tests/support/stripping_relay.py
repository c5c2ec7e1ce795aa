"""A relay between desks that strips mails of every mark: what loops in the worst of neighbourhoods look like."""

import smtplib
import threading
from collections.abc import Mapping
from email import message_from_bytes
from email.policy import SMTP
from itertools import count
from types import TracebackType
from typing import Self

from tests.support.smtp_sink import SmtpSink, SunkMail

_NEEDED_TO_READ = ("MIME-Version", "Content-Type", "Content-Transfer-Encoding")


class StrippingRelay:
    """Passes on what is for one of ``ports`` (address → the port of its desk), and keeps all that it was given.

    Of a mail's header only From and To are left, and a subject: its own, or ``subject`` for all. The null reverse-path,
    too, becomes the author's address.
    """

    def __init__(self, *, subject: str | None = None) -> None:
        self.ports: Mapping[str, int] = {}
        self.sink = SmtpSink()
        self.passed: list[tuple[str, str]] = []
        """From whom, to whom."""
        self._subject = subject
        self._numbers = count(1)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="stripping-relay")

    def __enter__(self) -> Self:
        self.sink.__enter__()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join(30)
        self.sink.__exit__(kind, error, trace)
        assert not self._thread.is_alive()

    @property
    def has_passed_on_all(self) -> bool:
        """Whether nothing that it was given still lies with it."""
        return len(self.passed) == sum(mail.rcpt_to[0] in self.ports for mail in list(self.sink.mails))

    def _run(self) -> None:
        done = 0
        while not self._stop.wait(0.05):
            for mail in self.sink.mails[done:]:
                done += 1
                self._pass_on(mail)

    def _pass_on(self, mail: SunkMail) -> None:
        (to,) = mail.rcpt_to
        if to not in self.ports:
            return
        author, content = self._stripped(mail.content)
        with smtplib.SMTP("127.0.0.1", self.ports[to], local_hostname="relay.example", timeout=30) as client:
            client.sendmail(author, [to], content)
        self.passed.append((author, to))

    def _stripped(self, content: bytes) -> tuple[str, bytes]:
        mail = message_from_bytes(content, policy=SMTP)
        author = mail["From"].addresses[0].addr_spec
        kept = {name: str(mail[name]) for name in _NEEDED_TO_READ if name in mail}
        subject = self._subject if self._subject is not None else str(mail["Subject"])
        for name in set(mail.keys()):
            del mail[name]
        mail["From"], mail["To"], mail["Subject"] = author, "support", subject
        mail["Message-ID"] = f"<{next(self._numbers)}@relay.example>"
        for name, value in kept.items():
            mail[name] = value
        return author, mail.as_bytes()

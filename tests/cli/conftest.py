"""A folder as ``mailgate init`` makes it, with mails gone through the real pipeline, and the command line to call."""

import json
import logging
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import structlog

from mailgate.app import Workshop
from mailgate.cli import run
from mailgate.config_file import load_config
from mailgate.domain.mail import Envelope, MailId, Origin
from mailgate.domain.verdict import Reason
from mailgate.shipped import sample_config, sample_register
from tests.support.envelopes import MONDAY

ANNA = "anna.lind@norrby-el.example"
PDF = b"%PDF-1.4 \x00\xff not for a terminal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class CommandLine:
    """``mailgate --config folder/config.toml …``, in this process."""

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capture = capture

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    def __call__(self, *arguments: object) -> Result:
        self._capture.readouterr()
        code = run(["--config", str(self.config), *map(str, arguments)])
        printed = self._capture.readouterr()
        return Result(code=code, out=printed.out, err=printed.err)

    def done(self, *arguments: object) -> Result:
        """The same for a command that must succeed."""
        result = self(*arguments)
        assert result.code == 0, result.err
        return result


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    yield
    root.handlers[:], root.level = before
    structlog.reset_defaults()


@pytest.fixture
def fresh(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """With the shipped files, and nothing read in."""
    for source in (sample_config(), sample_register()):
        shutil.copy(source, tmp_path)
    return CommandLine(tmp_path, capsys)


@pytest.fixture(scope="session")
def _used_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("used")
    for source in (sample_config(), sample_register()):
        shutil.copy(source, folder)
    assert run(["--config", str(folder / "config.toml"), "register", "import", str(folder / "register.toml")]) == 0
    with Workshop(load_config(folder / "config.toml")) as shop:
        for content in (
            a_mail(ANNA, subject="Lönen går inte att köra", text="Servicenivå: 2\n\nHej!", attachment=PDF),
            a_mail("foo.bar@norrby-el.example", subject="Lönen", text="Vem kan hjälpa oss?"),
            a_mail("lisa.holm@ankaret.example", subject="Momsen", text="Hej!"),
            a_mail("x@nowhere.example", subject="Till er", text="Hej \x1b[2Jdär!"),
            a_mail("maskin@nowhere.example", subject="Frånvaro", text="Auto", auto_submitted="auto-replied"),
            a_mail("y@nowhere.example", subject="Trasig", text="Hej!"),
        ):
            put(shop, content)
        put(shop, a_mail("x@nowhere.example", subject="Till er", text="Hej \x1b[2Jdär!"))
        with shop.database.transaction() as uow:
            why = Reason(rule="unparsable", evidence="limit:depth")
            assert uow.spool.quarantine(MailId(6), reason=why, now=MONDAY)
        while shop.pipeline.work():
            pass
    return folder


@pytest.fixture
def used(_used_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """Mails: 1 a ticket, 2 held of a colleague, 3 held of an overdue customer, 4 a stranger's that came twice,
    5 stored, 6 in quarantine.
    """
    folder = tmp_path / "used"
    shutil.copytree(_used_folder, folder)
    return CommandLine(folder, capsys)


def put(shop: Workshop, content: bytes) -> None:
    """A mail comes in."""
    envelope = Envelope(
        mail_from="sender@somewhere.example", rcpt_to=("support@example.com",), received_at=MONDAY,
        origin=Origin.SMTP, peer="192.0.2.1", content=content,
    )  # fmt: skip
    with shop.database.transaction() as uow:
        uow.spool.put(envelope)


def a_mail(
    author: str, *, subject: str, text: str, attachment: bytes | None = None, auto_submitted: str | None = None
) -> bytes:
    """A mail's bytes."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"Namn <{author}>", "support@example.com", subject
    mail["Message-ID"], mail["Date"] = f"<{len(text)}.{author}>", MONDAY
    if auto_submitted is not None:
        mail["Auto-Submitted"] = auto_submitted
    mail.set_content(text)
    if attachment is not None:
        mail.add_attachment(attachment, maintype="application", subtype="pdf", filename="räkning.pdf")
    return mail.as_bytes()

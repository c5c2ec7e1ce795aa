"""A desk whose register is as hostile as its mail: the real pipeline and the command line, in this process."""

import io
import logging
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import structlog
from structlog._config import BoundLoggerLazyProxy

from mailgate import cli
from mailgate.app import Workshop, now
from mailgate.config_file import load_config
from mailgate.domain.customer import Language
from mailgate.domain.mail import Envelope, MailId, Origin
from mailgate.domain.verdict import Outcome, Reason
from mailgate.logs import configure_logs
from tests.support.budgets import NO_BUDGETS
from tests.threats.hostile import ALL_AT_ONCE, writable

_CONFIG = """
[smtp]
listen = "127.0.0.1:0"
[identity]
trust_specialists = ["smtp"]
{budgets}
[[teams]]
name = "Handel"
industries = ["Lantbruk"]
"""


@dataclass(slots=True, kw_only=True)
class House:
    """A desk whose register is as hostile as its mail, with the command line beside it."""

    shop: Workshop
    log: io.StringIO
    seen: int = 0

    def takes(self, content: bytes, *, sender: str = "eva@kund.example") -> MailId:
        """A mail comes in, and goes all its way."""
        with self.shop.database.transaction() as uow:
            mail_id = uow.spool.put(_arrived(content, sender)).mail_id
        while self.shop.pipeline.work():
            pass
        return mail_id

    def sets_aside(self, content: bytes, *, evidence: str) -> None:
        """A mail that cannot be read."""
        with self.shop.database.transaction() as uow:
            mail_id = uow.spool.put(_arrived(content, "x@evil.example")).mail_id
            assert uow.spool.quarantine(mail_id, reason=Reason(rule="unparsable", evidence=evidence), now=now())

    def number_of(self, mail_id: MailId) -> str:
        with self.shop.database.reading() as uow:
            summary = uow.mails.summary(mail_id)
            assert summary is not None
            assert summary.ticket_id is not None, summary
            ticket = uow.tickets.ticket(summary.ticket_id)
        assert ticket is not None
        return str(ticket.number)

    def new_mails(self) -> Iterator[bytes]:
        """What was queued since the last look."""
        with self.shop.database.reading() as uow:
            for entry in reversed(uow.outbox.entries(limit=100_000)):
                if entry.outbox_id > self.seen:
                    found = uow.outbox.entry(entry.outbox_id)
                    assert found is not None
                    yield found[1]
                    self.seen = max(self.seen, entry.outbox_id)

    @property
    def today(self) -> date:
        return now().date()

    def names(self) -> dict[str, list[str]]:
        """Of some of the things that there are, by the command that shows one."""
        with self.shop.database.reading() as uow:
            mails = [str(each.mail_id) for each in uow.mails.summaries(limit=3)]
            aside = [str(each.mail_id) for each in uow.mails.summaries(outcome=Outcome.QUARANTINED, limit=2)]
            held = [str(each.mail_id) for each in uow.holds.waiting()][:2]
            ours = [str(each.outbox_id) for each in uow.outbox.entries(limit=3)]
        lines = [line for line in self.command("ticket", "list").splitlines() if line.startswith("MG-")]
        numbers = [line.split()[0] for line in lines]
        errors = [number for number, line in zip(numbers, lines, strict=True) if " program_error " in line]
        return {
            "ticket show": numbers[:2], "sla explain": errors[:1], "mail show": mails, "outbox show": ours,
            "explain": [*numbers[:1], *mails], "held show": held, "quarantine show": aside,
        }  # fmt: skip

    def at_a_terminal(self, *arguments: str) -> str:
        """What a command writes to a terminal of its own."""
        program = [sys.executable, "-m", "mailgate", "--config", str(self.shop.config.home / "config.toml"), *arguments]
        ours, its = pty.openpty()
        process = subprocess.Popen(program, stdin=its, stdout=its, stderr=its, env={**os.environ, "COLUMNS": "100"})
        os.close(its)
        written = b""
        with suppress(OSError):  # the terminal is gone when the command is
            while piece := os.read(ours, 65536):
                written += piece
        os.close(ours)
        assert process.wait(30) == 0, written
        return written.decode()

    def command(self, *arguments: str, code: int | None = 0) -> str:
        """What a command prints, complaints included."""
        out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="", write_through=True)
        with redirect_stdout(out), redirect_stderr(out):
            ended = cli.run(["--config", str(self.shop.config.home / "config.toml"), *arguments])
        written = out.detach().getvalue().decode()  # type: ignore[attr-defined]
        assert code is None or ended == code, written
        return written


def _arrived(content: bytes, sender: str) -> Envelope:
    return Envelope(
        mail_from=sender, rcpt_to=("support@example.com",), received_at=now(), origin=Origin.SMTP, peer="127.0.0.1",
        content=content,
    )  # fmt: skip


@contextmanager
def a_house(folder: Path) -> Iterator[House]:
    """With three customers, their people, and a specialist."""
    log = io.StringIO()
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    configure_logs(level="debug", form="json", stream=log)
    _let_loggers_begin_anew()
    (folder / "config.toml").write_text(_CONFIG.format(budgets=NO_BUDGETS), encoding="utf-8")
    with Workshop(load_config(folder / "config.toml")) as shop:
        _register(shop)
        yield House(shop=shop, log=log)
    root.handlers[:], root.level = before
    structlog.reset_defaults()


def _register(shop: Workshop) -> None:
    whole = writable(ALL_AT_ONCE)
    with shop.database.transaction() as uow:
        for code, name in (("K1", whole), ("=K2", "=1+1\u202e"), ("K3", "<script>alert(1)</script>{{7191*7}}")):
            customer = uow.customers.save_customer(
                code=code, name=name, industry="Lantbruk", modules=["Lön", whole], domains=["kund.example"],
                overdue_since=None,
            )  # fmt: skip
            for language in Language:
                uow.customers.save_superuser(
                    customer_id=customer.customer_id, address=_address(code, language), name=f"{whole} {code}",
                    language=language, trained=[],
                )  # fmt: skip
        uow.customers.save_specialist(
            address="sven@desk.example", name=f"Sven {whole}", team="Handel", language=Language.SWEDISH, head=True
        )


def _address(code: str, language: Language) -> str:
    return (
        "eva@kund.example" if (code, language) == ("K1", "sv") else f"{code.strip('=')}.{language}@kund.example".lower()
    )


def _let_loggers_begin_anew() -> None:
    """A logger keeps what it was first used with: here perhaps by a test before, in this process."""
    for module in list(sys.modules.values()):
        logger = getattr(module, "log", None)
        if isinstance(logger, BoundLoggerLazyProxy):
            vars(logger).pop("bind", None)

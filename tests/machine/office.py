"""The office that the machine plays with: a real desk with two customers, five specialists, and people from outside.

Mails are bytes that the real parser reads; each has marks of its own in its words, so that the oracle can tell where
they came to. What is done here is noted in a ``Deed``, which is all that the oracle is told of a move. Nothing is
killed here, so nothing waits for a disk.
"""

import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from sqlalchemy import event

from mailgate.desk.tickets import Act, Done
from mailgate.domain.authenticity import Authenticity, Proof
from mailgate.domain.customer import Language
from mailgate.domain.mail import Envelope, MailId, Origin, SpooledMail
from mailgate.domain.moves import Holder
from mailgate.domain.ticket import TicketId
from mailgate.ingest.parse import parse
from mailgate.schedule import Schedule
from mailgate.store.database import Database, sqlite_url
from mailgate.store.schema import migrate
from mailgate.store.unit_of_work import UnitOfWork
from tests.support.desk import OTHER_TEAM, TEAM, Desk

CUSTOMERS = {"K1": ("eva@ett.example", "erik@ett.example"), "K2": ("anna@tva.example", "aino@tva.example")}
SUPERUSERS = {address: code for code, people in CUSTOMERS.items() for address in people}
COLLEAGUES = {"nils@ett.example": "K1", "nora@tva.example": "K2"}
"""Work at the customers, and are no SuperUsers."""
STRANGERS = ("stina@annan.example", "mallory@ett.example.evil.example")
SPECIALISTS = {
    "sven@desk.example": (TEAM, ""),
    "saga@desk.example": (OTHER_TEAM, ""),
    "kim@desk.example": (TEAM, "consultant"),
    "pia@desk.example": (TEAM, "product"),
    "ulla@desk.example": (OTHER_TEAM, "council_internal"),
}
HEAD = "product"
"""The role of the one who is the head of service as well."""
COUNCIL = "radet@utanfor.example"
"""The external council: people who hold tickets, and are no specialists."""
LANGUAGES = {"anna@tva.example": Language.ENGLISH, "aino@tva.example": Language.FINNISH}
_MIXED = 'Content-Type: multipart/mixed; boundary="=_b"\r\n'
_FILE = 'Content-Type: text/plain; charset=utf-8\r\nContent-Disposition: attachment; filename="anteckning.txt"\r\n'
FOUND = {"proven": Proof.PROVEN, "unproven": Proof.UNPROVEN, "forged": Proof.FORGED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail to support. ``proof``: what the door found, or that nobody looked ("unchecked").

    ``answers``: the Message-ID of a mail; ``attached``: the words in a file that goes along.
    """

    author: str
    text: str
    subject: str = "Hej"
    answers: str | None = None
    cc: str = ""
    proof: str = "proven"
    attached: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One move, as the oracle is told of it: what kind of move, and how.

    ``whose``: customer whose words these are; ``secret``: words that no customer may read; ``yes``: it says yes to a
    price or to access; ``proven``: it is known to be its author's; ``joins``: the ticket that an honest reply must come
    to; ``decides``: held mails on which it may decide, and the customers that they may become tickets of; ``clock``:
    the clock has done what is due.
    """

    what: str
    how: str = ""
    author: str = ""
    mark: str = ""
    whose: str = ""
    secret: str = ""
    mail_id: int | None = None
    letter: Letter | None = None
    yes: bool = False
    proven: bool = False
    joins: int | None = None
    honest: bool = False
    decides: tuple[tuple[int, str], ...] = ()
    clock: bool = False


@dataclass(slots=True)
class Office:
    """See the module."""

    folder: Path
    desk: Desk
    clock: Schedule
    rows: sqlite3.Connection
    sent: list[tuple[Letter, SpooledMail]] = field(default_factory=list)
    marks: int = 0

    @classmethod
    def opened(cls, within: Path) -> "Office":
        """A new office, in a folder of its own in that one, with everybody in its register."""
        folder = Path(mkdtemp(dir=within))
        shutil.copy(_registered(within) / "mailgate.db", folder)
        database = Database(sqlite_url(folder))
        event.listen(database.engine, "connect", _wait_for_no_disk)
        desk = Desk(database)
        desk.holder_list(Holder.COUNCIL_EXTERNAL, COUNCIL)
        clock = Schedule(
            database=database, house=desk.house, clock=lambda: desk.now,
            wake_intake=lambda: None, wake_outbox=lambda: None,
        )  # fmt: skip
        return cls(folder, desk, clock, sqlite3.connect(folder / "mailgate.db"))

    def close(self) -> None:
        self.rows.close()
        self.desk.database.close()
        shutil.rmtree(self.folder)

    def mark(self) -> str:
        """A word that stands nowhere else."""
        self.marks += 1
        return f"qz{self.marks}zq"

    def post(self, letter: Letter) -> int:
        """A mail comes in and is settled; its id."""
        content = self._bytes(letter)
        found = FOUND.get(letter.proof)
        envelope = Envelope(
            mail_from=letter.author, rcpt_to=("support@example.com",), received_at=self.desk.now, origin=Origin.SMTP,
            peer="127.0.0.1", content=content,
            authenticity=Authenticity(proof=found, evidence="the machine says so") if found is not None else None,
        )  # fmt: skip
        with self.desk.database.transaction() as uow:
            accepted = uow.spool.put(envelope)
        spooled = SpooledMail(mail_id=accepted.mail_id, envelope=envelope, attempts=1)
        self.sent.append((letter, spooled))
        self.desk.take(parse(content), spooled=spooled)
        self.take_what_waits()
        return accepted.mail_id

    def again(self, place: int) -> int:
        """A mail that has been settled comes once more."""
        _, spooled = self.sent[place % len(self.sent)]
        with self.desk.database.transaction() as uow:
            accepted = uow.spool.put(spooled.envelope)
        self.desk.take(parse(spooled.envelope.content), spooled=spooled)
        return accepted.mail_id

    def take_what_waits(self) -> None:
        """What was released goes through once more, as the pipeline would; and what that brings back, too."""
        query = "SELECT id FROM mail WHERE state = 'received' ORDER BY id"
        while waiting := {row[0] for row in self.rows.execute(query)}:
            for _, spooled in self.sent:
                if spooled.mail_id in waiting:
                    self.desk.take(parse(spooled.envelope.content), spooled=spooled)

    def do(self, address: str, ticket_id: int, move: Callable[..., Done], *words: str) -> Done:
        """A specialist does something at the command line."""
        with self.desk.database.transaction() as uow:
            ticket, by = uow.tickets.ticket(TicketId(ticket_id)), uow.customers.specialist(address)
            assert ticket is not None
            assert by is not None
            act = Act(uow=uow, house=self.desk.house, ticket=ticket, by=by, now=self.desk.now)
            return move(act, *words)

    def decide(self, mail_id: int, decision: Callable[[UnitOfWork, MailId, datetime], object]) -> None:
        """Somebody decides on a mail, by ``desk.holds``: a held one, or one that is not."""
        with self.desk.database.transaction() as uow:
            decision(uow, MailId(mail_id), self.desk.now)
        self.take_what_waits()

    def pays(self, code: str, *, late: bool) -> None:
        """A customer's payment is late from now on, or has come."""
        since = self.desk.now.date() if late else None
        domain = CUSTOMERS[code][0].partition("@")[2]
        self.desk.a_customer(code, domains=(domain,), overdue_since=since)

    def wait(self, span: timedelta) -> None:
        """Time passes, and all that the clock does is done, twice over: what has been done is not done again."""
        self.desk.later(span)
        jobs = self.clock
        for _ in range(2):
            jobs.release_paid()
            self.take_what_waits()
            jobs.tell_what_is_due()
            jobs.make_rounds()
            jobs.tell_of_doubts()
            jobs.tell_of_withheld()
            jobs.forget_tallies()

    def _bytes(self, letter: Letter) -> bytes:
        thread = f"In-Reply-To: {letter.answers}\r\nReferences: {letter.answers}\r\n" if letter.answers else ""
        cc = f"Cc: {letter.cc}\r\n" if letter.cc else ""
        name = letter.author.partition("@")[0].title()
        self.marks += 1
        head = (
            f"From: {name} <{letter.author}>\r\nTo: support@example.com\r\n{cc}Subject: {letter.subject}\r\n"
            f"Message-ID: <m{self.marks}@{letter.author.partition('@')[2]}>\r\n{thread}MIME-Version: 1.0\r\n"
        )
        text = "Content-Type: text/plain; charset=utf-8\r\n\r\n" + letter.text.replace("\n", "\r\n") + "\r\n"
        if not letter.attached:
            return (head + text).encode()
        file = f"{_FILE}\r\n{letter.attached}\r\n"
        return f"{head}{_MIXED}\r\n--=_b\r\n{text}\r\n--=_b\r\n{file}\r\n--=_b--\r\n".encode()


def _wait_for_no_disk(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")


@cache
def _registered(within: Path) -> Path:
    """A database with everybody in the register: made once, copied for each office."""
    folder = Path(mkdtemp(dir=within))
    database = Database(sqlite_url(folder))
    migrate(database)
    desk = Desk(database)
    for code, people in CUSTOMERS.items():
        customer = desk.a_customer(code, domains=(people[0].partition("@")[2],))
        for address in people:
            desk.a_superuser(address, of=customer, language=LANGUAGES.get(address, Language.SWEDISH))
    with database.transaction() as uow:
        for address, (team, role) in SPECIALISTS.items():
            name = f"{address.partition('@')[0].title()} Sund"
            uow.customers.save_specialist(
                address=address, name=name, team=team, role=role, language=Language.SWEDISH, head=role == HEAD
            )
    database.close()
    return folder

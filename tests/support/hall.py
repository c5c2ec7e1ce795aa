"""One running daemon, many tickets at once, and people of three languages who write to it, each when the test says so.

Tickets are opened by mail, and brought to a place on their way by the desk's own functions on the same database; what
is tested then comes by SMTP again, many mails in a row, and what came of each is found by its Message-ID.
"""

import smtplib
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from email.message import Message
from functools import cached_property
from itertools import count
from pathlib import Path

from mailgate.config_file import load_config
from mailgate.desk import orders, tickets
from mailgate.desk.hand_on import hand_on
from mailgate.desk.house import House, house_of
from mailgate.desk.keys import open_keys
from mailgate.desk.order_answers import take_answer
from mailgate.desk.tickets import Act, Refused
from mailgate.desk.word import Word
from mailgate.domain.customer import Language
from mailgate.domain.money import Money, Offer
from mailgate.domain.moves import HANDS_ON
from mailgate.domain.orders import Answer
from mailgate.domain.ticket import Ticket, TicketId
from tests.support.daemon import MailgateDaemon
from tests.support.envelopes import a_mail_text

SV, EN, FI = Language.SWEDISH, Language.ENGLISH, Language.FINNISH
SVEN, NINA, AINO = "sven@desk.example", "nina@desk.example", "aino@desk.example"
EVA, EINAR, HELMI = "eva@kund.example", "einar@kund.example", "helmi@kund.example"
NAMES = {
    SVEN: "Sven Sund", NINA: "Nina Ny", AINO: "Aino Aalto", EVA: "Eva Ek", EINAR: "Einar Ek", HELMI: "Helmi Holm",
}  # fmt: skip
SPECIALISTS: Mapping[Language, str] = {SV: SVEN, EN: NINA, FI: AINO}
SUPERUSERS: Mapping[Language, str] = {SV: EVA, EN: EINAR, FI: HELMI}
TYPES = {"question": "Supportfråga", "program_error": "Programfel", "wish": "Önskemål", "order": "Beställning"}
OFFER = Offer(hours=Decimal(4), price=Money(amount=Decimal(4800), currency="SEK"), text="En rapport.")
_TRUSTING = """
[identity]
trust_specialists = ["smtp"]
"""
_OTHER_TEAM = '[[teams]]\nname = "Hantverk"\nindustries = ["Bygg"]\n'


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail that somebody writes. ``answers``: the Message-ID of the mail that it replies to."""

    serial: int
    by: str
    subject: str
    text: str
    answers: str = ""

    @property
    def message_id(self) -> str:
        return f"<{self.serial}@client.example>"

    @property
    def content(self) -> bytes:
        return a_mail_text(
            sender=f"{NAMES[self.by]} <{self.by}>",
            subject=self.subject,
            message_id=self.message_id,
            body=self.text.replace("\n", "\r\n"),
            extra=f"In-Reply-To: {self.answers}" if self.answers else "",
        )


class Hall:
    """``with hall.daemon:`` around all but the register."""

    def __init__(self, folder: Path, *, database: str = "", trusting: bool = True) -> None:
        storage = f'[storage]\ndatabase = "{database}"\n' if database else ""
        more = f"{_OTHER_TEAM}{_TRUSTING if trusting else ''}{storage}"
        self.daemon = MailgateDaemon(folder, more=more)
        self.on_postgresql = bool(database)
        self._serials = count(1)
        self._settled = 0
        self._register()

    def _register(self) -> None:
        with self.daemon.database.transaction() as uow:
            customer = uow.customers.save_customer(
                code="K1", name="Kund K1", industry="Lantbruk", modules=["Lön", "Tid"], domains=(), overdue_since=None
            )
            for language, address in SUPERUSERS.items():
                uow.customers.save_superuser(
                    customer_id=customer.customer_id, address=address, name=NAMES[address], language=language,
                    trained=["Lön", "Tid"],
                )  # fmt: skip
            for language, address in SPECIALISTS.items():
                uow.customers.save_specialist(
                    address=address, name=NAMES[address], team="Handel", language=language, head=address == SVEN
                )

    @cached_property
    def house(self) -> House:
        """As the daemon's: the same configuration, and the same keys."""
        config = load_config(self.daemon.config_path)
        keys = open_keys(self.daemon.database, config, new_key=bytes, today=date(2026, 1, 1))
        tokens = count(1)
        return house_of(config, mint=lambda: f"set-up-{next(tokens)}", keys=keys)

    def letter(
        self, by: str, text: str, *, about: Ticket | None = None, subject: str = "", answers: str = ""
    ) -> Letter:
        """A new mail that names a ticket, or a reply to a mail of ours."""
        subject = f"Re: [{about.number}] {about.subject}" if about is not None else subject
        return Letter(serial=next(self._serials), by=by, subject=subject, text=text, answers=answers)

    def post(self, letters: Sequence[Letter]) -> None:
        """All of them, one after the other by one connection; until all that follows from them has gone out."""
        self._send(letters)
        self._settled += len(letters)
        self.daemon.wait_settled(self._settled)

    def post_at_once(self, *hands: Sequence[Letter]) -> None:
        """Each hand's letters by a connection of its own, all let go at one moment."""
        start, failures = threading.Barrier(len(hands)), list[BaseException]()

        def send(letters: Sequence[Letter]) -> None:
            try:
                start.wait(30)
                self._send(letters)
            except BaseException as failure:  # noqa: BLE001 - told by the test
                failures.append(failure)

        threads = [threading.Thread(target=send, args=(one,)) for one in hands]
        for one in threads:
            one.start()
        for one in threads:
            one.join(60)
        assert failures == []
        self._settled += sum(map(len, hands))
        self.daemon.wait_settled(self._settled)

    def _send(self, letters: Sequence[Letter]) -> None:
        with smtplib.SMTP("127.0.0.1", self.daemon.port, timeout=30, local_hostname="client.example") as client:
            for one in letters:
                client.sendmail(one.by, ["support@example.com"], one.content)

    def open_tickets(self, wanted: Iterable[tuple[str, str]]) -> list[Ticket]:
        """One for each type and author, in this order; program errors of level 2."""
        letters = [
            self.letter(author, f"Ärendekategori: {TYPES[kind]}\n{_level(kind)}\nHej!", subject=f"Ärende {place}")
            for place, (kind, author) in enumerate(wanted)
        ]
        self.post(letters)
        with self.daemon.look() as uow:
            by_subject = {one.subject: one for one in uow.tickets.newest(limit=len(letters))}
        return [by_subject[one.subject] for one in letters]

    def lead(self, ticket: Ticket, steps: Iterable[str], *, by: str = SVEN) -> Ticket:
        """Bring it on, by the desk's own functions."""
        with self.daemon.database.transaction() as uow:
            specialist = uow.customers.specialist(by)
            assert specialist is not None
            for step in steps:
                act = Act(uow=uow, house=self.house, ticket=ticket, by=specialist, now=datetime.now(UTC))
                done = _STEPS[step](act)
                assert not isinstance(done, Refused), done.why
                ticket = done
        return ticket

    def wait_sent(self) -> None:
        """Until what the desk's own functions told has gone out, too."""
        self.daemon.wait_settled(self._settled)

    def last_mail(self, to: str, about: TicketId, *, kinds: Sequence[str] = ()) -> str:
        """The Message-ID of the last mail of ours to somebody about a ticket."""
        with self.daemon.look() as uow:
            entries = uow.outbox.entries(limit=5000)
        found = (one for one in entries if one.recipient == to and one.ticket_id == about)
        return next(one.message_id for one in found if not kinds or one.kind in kinds)

    def answers(self) -> dict[str, list[Message]]:
        """The mails that went out, by the Message-ID of what they answer."""
        found: dict[str, list[Message]] = {}
        for mail in self.daemon.sent():
            found.setdefault(str(mail["In-Reply-To"]), []).append(mail)
        return found

    def ticket(self, ticket: Ticket) -> Ticket:
        """As it stands by now."""
        with self.daemon.look() as uow:
            found = uow.tickets.ticket(ticket.ticket_id)
        assert found is not None
        return found


def plain_text(mail: Message) -> str:
    """What a mail of ours says, without its line breaks."""
    part = next(part for part in mail.walk() if part.get_content_type() == "text/plain")
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content.decode("utf-8").replace("\r\n", "\n")


def _level(kind: str) -> str:
    return "Servicenivå: 2\n" if kind == "program_error" else ""


def _approved(act: Act) -> Ticket:
    ticket = act.ticket
    said = Answer(superuser_id=ticket.superuser_id, at=act.now, text="JA", proof="the test says so")
    estimate = act.uow.estimates.of_ticket(ticket.ticket_id)[-1]
    return take_answer(Word(uow=act.uow, house=act.house, ticket=ticket, said=said, now=act.now), estimate, yes=True)


_STEPS: Mapping[str, Callable[[Act], "Ticket | Refused"]] = {
    **{move.value: lambda act, move=move: hand_on(act, move) for move in HANDS_ON},  # type: ignore[misc]
    "answer": lambda act: tickets.answer(act, "Så här gör man."),
    "estimate": lambda act: orders.estimate(act, OFFER),
    "approve": _approved,
    "resolve": tickets.resolve,
    "close": tickets.close,
}

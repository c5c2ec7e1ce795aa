"""One ticket on a specialist's table, at a desk whose clock the tests turn."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from zoneinfo import ZoneInfo

from mailgate.desk.due_mails import DueMails
from mailgate.desk.history import sla_state
from mailgate.desk.tickets import Act, Done, Refused
from mailgate.domain.customer import Customer, Language, Specialist
from mailgate.domain.mail import Address, ParsedMail, SpooledMail
from mailgate.domain.sla_history import SlaState
from mailgate.domain.ticket import Status, Ticket, TicketId
from mailgate.schedule import Schedule
from mailgate.store.outbox import OutboxEntry
from mailgate.store.tickets import Clocks, TicketEvent
from tests.support.desk import TEAM, Desk, a_desk, from_eva

STOCKHOLM = ZoneInfo("Europe/Stockholm")
AT_OPENING = frozenset({"receipt", "team_new_ticket", "joined", "team_follow_up"})
"""Mails that each test here has, and none is about."""


class Table:
    """Eva's ticket, with Sven."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.customer: Customer = desk.a_customer(domains=("kund.example",))
        desk.a_superuser(of=self.customer)
        self.sven = self.a_specialist("sven@desk.example", "Sven Sund")
        self._mails = 0
        self.ticket_id = TicketId(0)

    def a_specialist(self, address: str, name: str, *, team: str = TEAM, head: bool = False) -> Specialist:
        """Register one."""
        with self.desk.database.transaction() as uow:
            return uow.customers.save_specialist(
                address=address, name=name, team=team, language=Language.SWEDISH, head=head
            )

    def opened(self, text: str = "Ärendekategori: Programfel\nServicenivå: 1", **changes: object) -> Ticket:
        """Eva writes of something new."""
        settled = self.desk.take(from_eva("Lönen", text, **{"message_id": self._message_id(), **changes}))
        assert settled is not None
        assert settled.ticket is not None
        self.ticket_id = settled.ticket.ticket_id
        return settled.ticket

    def replied(self, text: str = "Jo!", **changes: object) -> Ticket:
        """Eva, or whoever is named, replies to the ticket."""
        subject = str(changes.pop("subject", f"Re: [{self.ticket.number}]"))
        return self.settled(from_eva(subject, text, **{"message_id": self._message_id(), **changes}))

    def sven_replied(self, text: str, *, new_text: str | None = None, **changes: object) -> Ticket:
        """Sven replies by mail to what he was last told about a ticket."""
        sven = Address(spec="sven@desk.example", name="Sven Sund")
        told = [entry.message_id for entry in self.desk.told() if entry.recipient == sven.spec][-1:]
        changes = {"in_reply_to": tuple(told), **changes}
        return self.replied(text, author=sven, new_text=text if new_text is None else new_text, **changes)

    def settled_by_thread(self, entry: OutboxEntry) -> Ticket:
        """Eva replies to a mail of ours, and loses the number."""
        answer = from_eva("Re: ", "Jo!", message_id=self._message_id(), in_reply_to=(entry.message_id,))
        return self.settled(answer)

    def reply_waits(self, text: str) -> tuple[SpooledMail, ParsedMail]:
        """Eva's reply has come, and nobody has read it."""
        mail = from_eva(f"Re: [{self.ticket.number}]", text, message_id=self._message_id())
        return self.desk.spool(mail), mail

    def settle_waiting(self, waiting: tuple[SpooledMail, ParsedMail]) -> None:
        """Now somebody has."""
        spooled, mail = waiting
        assert self.desk.take(mail, spooled=spooled) is not None

    def status_of(self, ticket: Ticket) -> Status:
        """By now."""
        with self.desk.database.reading() as uow:
            found = uow.tickets.ticket(ticket.ticket_id)
        assert found is not None
        return found.status

    def settled(self, mail: ParsedMail) -> Ticket:
        """A mail comes in now; the ticket as it is after it."""
        assert self.desk.take(mail) is not None
        return self.ticket

    def move(self, move: Callable[..., Done], *arguments: object, by: Specialist | None = None) -> Done:
        """A specialist does something."""
        with self.desk.database.transaction() as uow:
            act = Act(uow=uow, house=self.desk.house, ticket=self.ticket, by=by or self.sven, now=self.desk.now)
            return move(act, *arguments)

    def moved(self, move: Callable[..., Done], *arguments: object, by: Specialist | None = None) -> Ticket:
        """The same, where it must be legal."""
        done = self.move(move, *arguments, by=by)
        assert not isinstance(done, Refused), done.why
        return done

    def tick(self) -> int:
        """The minute's look at what is due."""
        return DueMails(database=self.desk.database, house=self.desk.house).tell(self.desk.now)

    def a_process_starts(self) -> Schedule:
        """And ends again; its jobs can still be run by hand."""
        schedule = Schedule(
            database=self.desk.database, house=self.desk.house, clock=lambda: self.desk.now,
            wake_intake=lambda: None, wake_outbox=lambda: None,
        )  # fmt: skip
        schedule.start()
        schedule.stop()
        return schedule

    def at(self, local: str) -> datetime:
        """Turn the clock to a time in Stockholm."""
        self.desk.now = datetime.fromisoformat(local).replace(tzinfo=STOCKHOLM).astimezone(ZoneInfo("UTC"))
        return self.desk.now

    def minutes_until(self, local: str) -> Iterator[datetime]:
        """Each quarter of an hour from now until then, the clock turned to it."""
        end = datetime.fromisoformat(local).replace(tzinfo=STOCKHOLM)
        while self.desk.now < end:
            self.desk.later(timedelta(minutes=15))
            yield self.desk.now

    @property
    def ticket(self) -> Ticket:
        """As it stands in the database."""
        with self.desk.database.reading() as uow:
            found = uow.tickets.ticket(self.ticket_id)
        assert found is not None
        return found

    @property
    def clocks(self) -> Clocks:
        with self.desk.database.reading() as uow:
            return uow.tickets.clocks(self.ticket_id)

    @property
    def events(self) -> list[TicketEvent]:
        with self.desk.database.reading() as uow:
            return uow.tickets.events(self.ticket_id)

    @property
    def state(self) -> SlaState:
        """Replayed out of its history."""
        return sla_state(self.ticket, self.events, terms=self.desk.house.terms, hours=self.desk.house.hours)

    def dues(self) -> dict[str, str]:
        """What it still has before it, by the clock in Stockholm."""
        with self.desk.database.reading() as uow:
            found = uow.dues.of_ticket(self.ticket_id)
        return {due.kind.value: local(due.due_at) for due in found}

    def told(self) -> list[tuple[str, str]]:
        """What was told to whom, but for what opening tells."""
        return [(one.kind, one.recipient) for one in self.mails()]

    def mails(self, kind: str | None = None) -> list[OutboxEntry]:
        """The same as mails."""
        return [one for one in self.desk.told(kind) if one.kind not in AT_OPENING]

    def text(self, entry: OutboxEntry) -> str:
        """What a mail says, and its subject above it."""
        content = self.desk.sent_text(entry)
        plain = message_from_bytes(content, _class=EmailMessage, policy=default).get_body(("plain",))
        assert plain is not None
        subject = str(make_header(decode_header(message_from_bytes(content)["Subject"])))
        return "\n".join(f"{subject}\n{plain.get_content()}".splitlines())

    def header(self, entry: OutboxEntry, name: str) -> str:
        """One of its fields."""
        return str(message_from_bytes(self.desk.sent_text(entry))[name])

    def _message_id(self) -> str:
        self._mails += 1
        return f"<eva-{self._mails}@kund.example>"


def local(at: datetime | None) -> str:
    """By the clock in Stockholm."""
    return f"{at.astimezone(STOCKHOLM):%Y-%m-%d %H:%M}" if at is not None else ""


@contextmanager
def a_table(folder: Path, *, database_url: str = "") -> Iterator[Table]:
    """A table with nothing on it."""
    with a_desk(folder, database_url=database_url) as desk:
        yield Table(desk)

"""The product, as the simulated world uses it: mails come in, specialists move tickets, each minute the clock works.

Every step may be killed: at some statement or right before its commit its transaction is broken off, and all that was
in memory is thrown away. What is left is the database file.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import event
from sqlmodel import Session, col, func, select

from mailgate.classify.decide import decide
from mailgate.config import Config, TeamConfig, policy_of
from mailgate.desk.case import Case
from mailgate.desk.gather import gather_facts
from mailgate.desk.house import House
from mailgate.desk.settle import Settled, settle
from mailgate.desk.tickets import Act, Refused
from mailgate.domain.budgets import Budget, Budgets
from mailgate.domain.customer import Language
from mailgate.domain.mail import Address, ParsedMail, SpooledMail
from mailgate.domain.ticket import Ticket
from mailgate.domain.ticket_number import TicketNumber
from mailgate.schedule import Schedule
from mailgate.store.database import Database, sqlite_url
from mailgate.store.schema import migrate
from mailgate.store.tables import DueRow
from mailgate.store.unit_of_work import UnitOfWork
from tests.simulation.cast import LISTED_TEAM, TEAM_LIST, TEAMS, Person
from tests.support.desk import Desk
from tests.support.envelopes import a_mail_text, an_envelope

T = TypeVar("T")
_LANGUAGES = (Language.SWEDISH, Language.ENGLISH, Language.FINNISH)


_NONE = Budget(ten_minutes=0, day=0)
NO_BUDGETS = Budgets(address=_NONE, customer=_NONE, instance=_NONE, strangers=_NONE, team=_NONE)


class Killed(BaseException):
    """Like SIGKILL: nothing that the product may recover from. ``committed``: something was on disk by then."""

    committed = False


class DeskUnderTest:
    """One folder, and whatever process works on it at the time."""

    def __init__(self, folder: Path) -> None:
        self._url = sqlite_url(folder)
        self.database = Database(self._url)
        migrate(self.database)
        self._tokens = count(1)
        config = Config(teams=tuple(TeamConfig(name=name, industries=(name,)) for name in TEAMS))
        desk = Desk(self.database)
        self.house: House = replace(
            desk.house,
            # Its people have few words, and a year of theirs passes quickly: both look like loops.
            policy=replace(policy_of(config), answers_repetitions=True),
            budgets=NO_BUDGETS,
            mint=lambda: f"token{next(self._tokens)}",
            team_lists={LISTED_TEAM: TEAM_LIST},
        )

    def close(self) -> None:
        self.database.close()

    def restart(self) -> None:
        """Everything in memory is gone."""
        self.database.close()
        self.database = Database(self._url)

    def hire(self, people: Iterable[Person], *, head: str) -> None:
        """The specialists."""
        with self.database.transaction() as uow:
            for one in people:
                uow.customers.save_specialist(
                    address=one.address, name=one.name, team=one.house,
                    language=Language.SWEDISH, head=one.address == head,
                )  # fmt: skip

    def register(self, code: str, industry: str, people: Iterable[Person]) -> None:
        """A customer and its SuperUsers."""
        with self.database.transaction() as uow:
            customer = uow.customers.save_customer(
                code=code, name=f"Kund {code}", industry=industry, modules=[], domains=[], overdue_since=None
            )
            for place, one in enumerate(people):
                uow.customers.save_superuser(
                    customer_id=customer.customer_id, address=one.address, name=one.name,
                    language=_LANGUAGES[place % len(_LANGUAGES)], trained=[],
                )  # fmt: skip

    def receive(self, *, by: Person, subject: str, text: str, cc: tuple[str, ...], at: datetime) -> SpooledMail:
        """A mail is taken over; not yet settled."""
        content = a_mail_text(message_id=f"<{next(self._tokens)}@spool.example>", sender=by.address)
        envelope = an_envelope(content, received_at=at, mail_from=by.address)
        with self.database.transaction() as uow:
            return SpooledMail(mail_id=uow.spool.put(envelope).mail_id, envelope=envelope, attempts=1)

    def settle(
        self, spooled: SpooledMail, mail: ParsedMail, *, now: datetime, killed_at: int | None = None
    ) -> Settled | None:
        def work(uow: UnitOfWork) -> Settled | None:
            facts = gather_facts(uow, spooled, mail, policy=self.house.policy, keyring=self.house.keys(), now=now)
            case = Case(
                uow=uow,
                house=self.house,
                spooled=spooled,
                mail=mail,
                now=now,
                authenticity=facts.authenticity,
            )
            return settle(case, decide(mail, facts, self.house.policy))

        return self._step(work, killed_at)

    def parsed(self, *, by: Person, subject: str, text: str, cc: tuple[str, ...]) -> ParsedMail:
        """The same mail as the parser gives it."""
        return ParsedMail(
            author=Address(spec=by.address, name=by.name),
            subject=subject,
            text=text,
            new_text=text,
            cc=tuple(Address(spec=address, name="") for address in cc),
            message_id=f"<{next(self._tokens)}@kund.example>",
        )

    def ticket(self, number: str) -> Ticket:
        with self.database.reading() as uow:
            return _ticket(uow, number)

    def move(
        self, number: str, by: str, do: Callable[[Act], Ticket | Refused], *, now: datetime, killed_at: int | None
    ) -> Ticket | Refused:
        """What a specialist does."""

        def work(uow: UnitOfWork) -> Ticket | Refused:
            person = uow.customers.specialist(by)
            assert person is not None
            return do(Act(uow=uow, house=self.house, ticket=_ticket(uow, number), by=person, now=now))

        return self._step(work, killed_at)

    def tick(self, *, now: datetime, killed_at: int | None = None) -> int:
        """What the scheduler does each minute: what is due is told."""
        return self._killable(self._schedule(now).tell_what_is_due, killed_at)

    def make_rounds(self, *, now: datetime, killed_at: int | None = None) -> int:
        """Likewise: digests and overviews."""
        return self._killable(self._schedule(now).make_rounds, killed_at)

    def _schedule(self, now: datetime) -> Schedule:
        return Schedule(
            database=self.database, house=self.house, clock=lambda: now,
            wake_intake=lambda: None, wake_outbox=lambda: None,
        )  # fmt: skip

    def next_due(self, *, after: datetime | None = None) -> datetime | None:
        """When something falls due, overdue things included unless ``after`` is given. Only tells when to look."""
        found = select(func.min(DueRow.due_at)).where(DueRow.state == "due")
        if after is not None:
            found = found.where(col(DueRow.due_at) > after)
        with Session(self.database.engine) as session:
            at = session.exec(found).one()
        return at.astimezone(UTC) if at is not None else None

    def _step(self, work: Callable[[UnitOfWork], T], killed_at: int | None) -> T:
        def step() -> T:
            with self.database.transaction() as uow:
                return work(uow)

        return self._killable(step, killed_at)

    def _killable(self, step: Callable[[], T], killed_at: int | None) -> T:
        """Do it; or be killed at the n-th statement, or right before the first commit that comes sooner."""
        if killed_at is None:
            return step()
        statements, killed, engine = count(1), Killed(), self.database.engine

        def at_statement(*_: Any) -> None:
            if next(statements) >= killed_at:
                raise killed

        def at_commit(*_: Any) -> None:
            if killed_at % 2:
                raise killed
            killed.committed = True

        event.listen(engine, "before_cursor_execute", at_statement)
        event.listen(engine, "commit", at_commit)
        try:
            return step()
        finally:
            event.remove(engine, "before_cursor_execute", at_statement)
            event.remove(engine, "commit", at_commit)


def _ticket(uow: UnitOfWork, number: str) -> Ticket:
    prefix, serial, _ = number.split("-")
    ticket = uow.tickets.by_number(TicketNumber(prefix, int(serial)))
    assert ticket is not None
    return ticket

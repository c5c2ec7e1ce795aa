"""A desk on a real SQLite file, with the shipped templates, a small register, and a clock that tests turn."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path

from mailgate.classify.trace import decide_and_say_why
from mailgate.config import Config, TeamConfig, policy_of
from mailgate.config_time import service_terms
from mailgate.config_ways import ways_of
from mailgate.desk.case import Case
from mailgate.desk.gather import gather_facts
from mailgate.desk.house import House
from mailgate.desk.settle import Settled, settle
from mailgate.domain.customer import Customer, Language, SuperUser
from mailgate.domain.mail import Address, MailId, ParsedMail, SpooledMail
from mailgate.domain.moves import Holder
from mailgate.domain.reply_token import Keyring, ReplyKey
from mailgate.holiday_calendars import opening_hours
from mailgate.notify.compose import Composer, desk_voice
from mailgate.shipped import templates_folder
from mailgate.store.database import Database
from mailgate.store.outbox import OutboxEntry
from tests.support.envelopes import MONDAY, a_mail_text, an_envelope
from tests.support.fresh_database import fresh_database

TEAM = "Handel"
OTHER_TEAM = "Hantverk"
KEYRING = Keyring(keys=(ReplyKey(secret=b"k" * 32, since=date(2020, 1, 1)),))


class Desk:
    """Mails go straight to gather, decide and settle; what came of them is read back from the database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.now = MONDAY
        self._tokens = count(1)
        config = Config(teams=(TeamConfig(name=TEAM, industries=("Lantbruk",)),))
        self.house = House(
            policy=policy_of(config),
            composer=_composer(),
            mint=lambda: f"token{next(self._tokens)}",
            keys=lambda: KEYRING,
            hours=opening_hours(config),
            terms=service_terms(config.terms),
            first_number=100001,
            tell_joined=True,
            team_lists={},
            ways=ways_of(config.ways),
            team_names=(TEAM, OTHER_TEAM),
        )

    def a_customer(
        self, code: str = "K1", *, overdue_since: date | None = None, domains: tuple[str, ...] = ()
    ) -> Customer:
        """Register a customer, or change it."""
        with self.database.transaction() as uow:
            return uow.customers.save_customer(
                code=code,
                name=f"Kund {code}",
                industry="Lantbruk",
                modules=["Lön"],
                domains=domains,
                overdue_since=overdue_since,
            )

    def a_superuser(
        self, address: str = "eva@kund.example", *, of: Customer, language: Language = Language.SWEDISH
    ) -> SuperUser:
        """Register a SuperUser who is trained in nothing."""
        with self.database.transaction() as uow:
            return uow.customers.save_superuser(
                customer_id=of.customer_id, address=address, name="Eva Ek", language=language, trained=[]
            )

    def a_specialist(self, address: str = "sven@desk.example") -> None:
        """Register a specialist of the one team."""
        with self.database.transaction() as uow:
            uow.customers.save_specialist(
                address=address, name="Sven Sund", team=TEAM, language=Language.SWEDISH, head=False
            )

    def holder_list(self, holder: Holder, address: str) -> None:
        """Everybody who holds such tickets is reached by one address."""
        self.house = replace(self.house, holder_lists={**self.house.holder_lists, holder: address})

    def spool(self, mail: ParsedMail) -> SpooledMail:
        """Let a mail come in; its bytes say nothing, the parsed mail says it all."""
        content = a_mail_text(message_id=f"<{next(self._tokens)}@spool.example>")
        envelope = an_envelope(content, received_at=self.now, mail_from=mail.author.spec if mail.author else None)
        with self.database.transaction() as uow:
            accepted = uow.spool.put(envelope)
        return SpooledMail(mail_id=accepted.mail_id, envelope=envelope, attempts=1)

    def take(self, mail: ParsedMail, *, spooled: SpooledMail | None = None) -> Settled | None:
        """A mail's way from gather to settle."""
        spooled = spooled or self.spool(mail)
        with self.database.transaction() as uow:
            facts = gather_facts(uow, spooled, mail, policy=self.house.policy, keyring=self.house.keys(), now=self.now)
            verdict, trace = decide_and_say_why(mail, facts, self.house.policy)
            case = Case(
                uow=uow,
                house=self.house,
                spooled=spooled,
                mail=mail,
                now=self.now,
                authenticity=facts.authenticity,
                trace=trace,
            )
            return settle(case, verdict)

    def later(self, span: timedelta) -> datetime:
        """Let time pass."""
        self.now += span
        return self.now

    def told(self, kind: str | None = None) -> list[OutboxEntry]:
        """What was queued, oldest first."""
        with self.database.reading() as uow:
            entries = uow.outbox.entries(limit=1000)
        return [entry for entry in reversed(entries) if kind is None or entry.kind == kind]

    def sent_text(self, entry: OutboxEntry) -> bytes:
        """The bytes of a queued mail."""
        with self.database.reading() as uow:
            found = uow.outbox.entry(entry.outbox_id)
        assert found is not None
        return found[1]

    def waits(self, mail_id: MailId) -> bool:
        """Whether a mail is to go through the pipeline."""
        with self.database.reading() as uow:
            summary = uow.mails.summary(mail_id)
        assert summary is not None
        return summary.state == "received"


@cache
def _composer() -> Composer:
    """It remembers nothing, and takes a second to read its templates."""
    return Composer(desk=desk_voice(Config()), template_folders=[templates_folder()])


@contextmanager
def a_desk(folder: Path, *, database_url: str = "") -> Iterator[Desk]:
    """An empty desk, in a folder or on another database."""
    database = Database(database_url) if database_url else fresh_database(folder)
    try:
        yield Desk(database)
    finally:
        database.close()


def from_eva(subject: str = "Hjälp med lönen", text: str = "Hej!", **changes: object) -> ParsedMail:
    """A mail as the parser gives it."""
    values: dict[str, object] = {
        "author": Address(spec="eva@kund.example", name="Eva Ek"),
        "subject": subject,
        "text": text,
        "new_text": text,
        "message_id": "<m1@kund.example>",
    }
    return ParsedMail(**{**values, **changes})  # type: ignore[arg-type]

"""Kept mails decided again: what would be the same is not told, what would be different is, with who was right."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text as sql

from mailgate.desk import holds
from mailgate.desk.replay import Reading, Replayed, Rules, Span, Sums, counted, replay
from mailgate.desk.tickets import close, set_level, set_type
from mailgate.domain.customer import SuperUserId
from mailgate.domain.differences import Aspect
from mailgate.domain.mail import Address, MailId, ParsedMail
from mailgate.domain.ticket import ServiceLevel, TicketType
from mailgate.domain.ticket_number import TicketNumber
from mailgate.domain.verdict import Keyword, Policy
from tests.support.desk import Desk, from_eva
from tests.support.table import Table

ALL_DAYS = timedelta(days=400)
AWAY = "Tack för ditt mail! Jag är på semester och är åter den 15 juli. Vid brådskande ärenden, ring växeln."


class Past:
    """A desk's mails, and their bytes, which the tests' desk makes up."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.desk: Desk = table.desk
        self._known: dict[bytes, ParsedMail] = {}

    def takes(self, mail: ParsedMail) -> int:
        spooled = self.desk.spool(mail)
        self._known[spooled.envelope.content] = mail
        assert self.desk.take(mail, spooled=spooled) is not None
        return spooled.mail_id

    def eva(self, subject: str, text: str, **changes: object) -> int:
        self.desk.later(timedelta(minutes=1))
        return self.takes(from_eva(subject, text, **{"message_id": f"<{len(self._known)}@kund.example>", **changes}))

    def read(self, raws: Sequence[bytes], /) -> Sequence[Reading]:
        return [self._known.get(raw, ValueError("unreadable")) for raw in raws]

    def replayed(self, *, other: Policy | None = None, sums: Sums | None = None) -> list[Replayed]:
        now = self.desk.later(timedelta(minutes=1))
        span = Span(start=now - ALL_DAYS, end=now)
        rules = Rules(policy=self.desk.house.policy, keyring=self.desk.house.keys(), other=other)
        return list(replay(self.desk.database, self.read, span, rules, sums=sums or Sums()))

    def forget_traces(self) -> None:
        with self.desk.database.engine.begin() as connection:
            connection.execute(sql("DELETE FROM trace"))


@pytest.fixture
def past(table: Table) -> Past:
    return Past(table)


def a_year(past: Past) -> None:
    """Mails that end in every way, some of which depend on what was before them."""
    desk = past.desk
    past.eva("Lönen", "Servicenivå: 1\n\nDet går inte att köra.")
    number = "MG-100001-5"
    past.eva(f"Re: [{number}]", "Jo, så är det.")
    past.eva(f"Re: [{TicketNumber('MG', 100003)}]", "Det numret finns inte ännu.")
    past.eva("Momsen", "Önskemål: en knapp till")
    past.eva("Re: Lönen", "I tråden.", in_reply_to=("<0@kund.example>",))
    past.eva("Hej", "Vem hjälper mig?", author=Address(spec="nils@kund.example", name="Nils"))
    past.eva("Hej", "Och en gång till?", author=Address(spec="nils@kund.example", name="Nils"))
    past.eva("Hej", "Auto", headers=(("auto-submitted", "auto-replied"),))
    for _ in range(3):
        past.eva("Frånvaro", AWAY)
    desk.a_customer(overdue_since=date(2026, 10, 1), domains=("kund.example",))
    past.eva("Tid", "Vi har inte betalat.")
    desk.a_customer(domains=("kund.example",))
    past.eva(f"[{number}]", "Löst nu.", author=Address(spec="sven@desk.example", name="Sven"))


@pytest.mark.parametrize("traced", [True, False])
def test_what_is_decided_again_by_the_same_rules_is_the_same_whatever_came_after_it(past: Past, traced: bool) -> None:
    a_year(past)
    if not traced:
        past.forget_traces()
    sums = Sums()
    assert past.replayed(sums=sums) == []
    assert (sums.mails, sums.unreadable, sums.untraced) == (13, 0, 0 if traced else 13)


def test_nothing_is_changed_by_it(past: Past) -> None:
    a_year(past)
    with past.desk.database.engine.connect() as connection:
        before = connection.exec_driver_sql("SELECT count(*), max(settled_at) FROM mail").all()
        outbox = connection.exec_driver_sql("SELECT count(*) FROM outbox").all()
    past.replayed(other=replace(past.desk.house.policy, prove_all=True))
    with past.desk.database.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*), max(settled_at) FROM mail").all() == before
        assert connection.exec_driver_sql("SELECT count(*) FROM outbox").all() == outbox


def errors_named(policy: Policy, pattern: str) -> Policy:
    """The same policy, and one more word for program errors."""
    words = {**policy.type_keywords}
    words[TicketType.PROGRAM_ERROR] = (*words.get(TicketType.PROGRAM_ERROR, ()), Keyword(pattern=pattern, weight=9))
    return replace(policy, type_keywords=words)


def test_another_keyword_lists_just_the_mails_that_it_changes_and_names_itself(past: Past) -> None:
    past.eva("Fråga", "Hur gör man?")
    changed = past.eva("Fråga", "Programmet hicklar.")
    (found,) = past.replayed(other=errors_named(past.desk.house.policy, "hicklar"))
    assert (found.mail_id, found.by_config) == (changed, True)
    assert [(one.aspect, one.old, one.new) for one in found.changes] == [
        (Aspect.TYPE, "question", "program_error"),
        (Aspect.LEVEL, "", "5"),
    ]
    assert ("type", "keyword: hicklar (9)") in found.seen


def test_a_persons_corrections_say_whether_the_change_would_have_been_right(past: Past) -> None:
    for text in ("Programmet hicklar.", "Det hicklar igen, annars allt bra.", "Hicklar."):
        past.eva("Fråga", text)
    table = past.table
    for number, (move, value) in {1: (set_type, TicketType.PROGRAM_ERROR), 2: (set_type, TicketType.WISH)}.items():
        table.ticket_id = type(table.ticket_id)(number)
        table.moved(move, value)
    table.ticket_id = type(table.ticket_id)(3)
    table.moved(close)
    found = past.replayed(other=errors_named(past.desk.house.policy, "hicklar"))
    assert [one.changes[0].corrected for one in found] == ["program_error", "wish", None]
    assert [one.changes[0].right for one in found] == [True, False, None]
    assert [one.done_with for one in found] == [False, False, True]
    aspects, right = counted(found)
    assert (aspects[Aspect.TYPE], right[True], right[False]) == (3, 1, 1)


def test_a_level_that_a_person_set_is_compared_as_well(past: Past) -> None:
    past.eva("Lönen", "Ärendekategori: Programfel\n\nDet hicklar.")
    past.table.ticket_id = type(past.table.ticket_id)(1)
    past.table.moved(set_level, ServiceLevel.HAMPERED)
    policy = past.desk.house.policy
    words = {**policy.level_keywords, ServiceLevel.HAMPERED: (Keyword(pattern="hicklar", weight=9),)}
    (found,) = past.replayed(other=replace(policy, level_keywords=words))
    (level,) = found.changes
    assert (level.aspect, level.old, level.new, level.right) == (Aspect.LEVEL, "5", "2", True)


def test_another_policy_on_proof_changes_outcomes_and_answers(past: Past) -> None:
    past.eva("Fråga", "Hur gör man?")
    (found,) = past.replayed(other=replace(past.desk.house.policy, prove_all=True))
    assert [(one.aspect, one.old, one.new) for one in found.changes] == [
        (Aspect.OUTCOME, "ticket", "held"),
        (Aspect.ANSWERED, "yes", "no"),
    ]
    assert found.new.rule == "unproven-author"


def test_who_is_registered_since_is_a_difference_that_no_configuration_makes(past: Past) -> None:
    past.eva("Hej", "Vem hjälper mig?", author=Address(spec="nils@kund.example", name="Nils"))
    past.desk.a_superuser("nils@kund.example", of=past.table.customer)
    (found,) = past.replayed(other=past.desk.house.policy)
    assert found.by_config is False
    assert found.changes[0].old == "held"
    assert (found.old.rule, found.new.rule) == ("stranger", "new-ticket")


def test_a_mail_that_a_person_let_through_stays_so(past: Past) -> None:
    nils = from_eva("Lönen", "Hej", author=Address(spec="nils@kund.example", name="Nils"))
    mail_id = past.takes(nils)
    past.desk.later(timedelta(hours=1))
    with past.desk.database.transaction() as uow:
        eva = uow.customers.superuser_by_id(SuperUserId(1))
        assert holds.release(uow, MailId(mail_id), superuser=eva, by="Karin", now=past.desk.now) == eva
        content = uow.mails.content(MailId(mail_id))
    (waiting,) = [one for one in past._known if one == content]
    with past.desk.database.transaction() as uow:
        (spooled,) = uow.spool.claim(owner="me", now=past.desk.now, lease=timedelta(hours=1), limit=1)
    assert spooled.envelope.content == waiting
    assert past.desk.take(nils, spooled=spooled) is not None
    assert past.replayed() == []
    past.forget_traces()
    assert past.replayed() == []


def test_what_cannot_be_read_any_more_is_counted(past: Past) -> None:
    past.eva("Fråga", "Hur gör man?")
    past._known.clear()
    sums = Sums()
    assert past.replayed(sums=sums) == []
    assert (sums.mails, sums.unreadable) == (0, 1)


def test_many_mails_are_decided_in_batches_and_in_order(past: Past) -> None:
    for number in range(40):
        past.eva("Fråga", f"Det hicklar {number}.")
    found = past.replayed(other=errors_named(past.desk.house.policy, "hicklar"))
    assert [one.mail_id for one in found] == list(range(1, 41))

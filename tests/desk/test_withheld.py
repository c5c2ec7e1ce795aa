"""T14, T15: automatic mail has an end, whatever the other side says of itself; and the desk is told of it once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

import pytest

from mailgate.desk.withheld import tell_of_withheld
from mailgate.domain.budgets import Budget, Budgets
from mailgate.domain.customer import Language
from mailgate.domain.mail import Address
from mailgate.domain.verdict import Outcome
from tests.support.desk import Desk, a_desk, from_eva

AWAY = "Tack för ditt mail! Jag är på semester och är åter den 15 juli. Vid brådskande ärenden, ring växeln."
HEAD = "lena@desk.example"
TEN_MINUTES, DAY = timedelta(minutes=10), timedelta(days=1)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with a_desk(tmp_path) as desk:
        desk.a_superuser(of=desk.a_customer(domains=("kund.example",)))
        desk.a_specialist()
        with desk.database.transaction() as uow:
            uow.customers.save_specialist(address=HEAD, name="Lena", team="Annat", language=Language.SWEDISH, head=True)
        yield desk


def limited(desk: Desk, **budgets: Budget) -> None:
    desk.house = replace(desk.house, budgets=replace(Budgets(), **budgets))


def mail(
    desk: Desk, text: str, *, subject: str = "Lön", address: str = "eva@kund.example", answers: str | None = None
) -> tuple[Outcome, int]:
    """What became of a mail, and its id."""
    replied = (answers,) if answers is not None else ()
    message_id, author = f"<{desk.house.mint()}@kund.example>", Address(spec=address)
    one = from_eva(subject, text, message_id=message_id, author=author, in_reply_to=replied)
    spooled = desk.spool(one)
    settled = desk.take(one, spooled=spooled)
    assert settled is not None
    return settled.outcome, spooled.mail_id


def answers_to(desk: Desk, address: str = "eva@kund.example") -> int:
    return sum(entry.recipient == address for entry in desk.told())


def alarms(desk: Desk) -> list[str]:
    found = (message_from_bytes(desk.sent_text(entry)) for entry in desk.told("answers_stopped"))
    return [str(one.get_payload()[0].get_payload(decode=True).decode()) for one in found]  # type: ignore[union-attr]


def test_an_unmarked_autoresponder_without_our_number_gets_three_mails_and_the_desk_one_alarm(desk: Desk) -> None:
    mail(desk, "Hej! Löneberäkningen ger fel semesterdagar.")
    for _ in range(10):
        if answers_to(desk) < 4:
            assert mail(desk, AWAY, subject="Frånvaro")[0] is Outcome.TICKET
    assert answers_to(desk) == 3
    (alarm,) = alarms(desk)
    assert "eva@kund.example" in alarm
    assert mail(desk, "Nu är jag tillbaka. Hur attesterar jag tid för förra veckan?")[0] is Outcome.TICKET
    assert answers_to(desk) == 4


def test_an_unmarked_autoresponder_that_keeps_the_number_is_answered_once(desk: Desk) -> None:
    mail(desk, "Hej! Löneberäkningen ger fel semesterdagar.")
    number = desk.told("receipt")[0].ticket_id
    assert number is not None
    with desk.database.reading() as uow:
        ticket = uow.tickets.ticket(number)
    assert ticket is not None
    joined = [mail(desk, f"{AWAY} {n}/7 10:0{n}", subject=f"Re: [{ticket.number}] Lön") for n in range(1, 9)]
    assert {outcome for outcome, _ in joined} == {Outcome.JOINED}
    assert [entry.kind for entry in desk.told() if entry.recipient == "eva@kund.example"] == ["receipt", "joined"]
    assert len(alarms(desk)) == 1
    with desk.database.reading() as uow:
        summary = uow.mails.summary(joined[-1][1])  # type: ignore[arg-type]
        assert summary is not None
        assert summary.unanswered == "the same was said before"
        assert [event.kind for event in uow.tickets.events(number)].count("unanswered") == 7


def test_people_may_say_the_same_twice_and_again_the_next_day(desk: Desk) -> None:
    for _ in range(2):
        mail(desk, AWAY)
    desk.later(DAY + TEN_MINUTES)
    mail(desk, AWAY)
    assert answers_to(desk) == 3
    assert alarms(desk) == []


def test_short_thanks_in_different_matters_are_not_the_same(desk: Desk) -> None:
    for subject in ("Lön", "Tid", "Lager", "Order"):
        mail(desk, "Tack!", subject=subject)
    assert answers_to(desk) == 4


def test_the_same_trouble_with_another_invoice_is_another_matter(desk: Desk) -> None:
    for number in range(10):
        mail(desk, f"Hej! Faktura SO 10023{number} till Grossisten i Umeå AB går inte att skriva ut. Hälsningar Eva")
    assert answers_to(desk) == 10
    assert alarms(desk) == []


def test_a_responder_with_ever_new_words_meets_the_budget_of_its_address(desk: Desk) -> None:
    limited(desk, address=Budget(ten_minutes=3, day=5))
    for n in range(6):
        assert mail(desk, f"Ord {'abcdefgh'[n] * 50}")[0] is Outcome.TICKET
    assert answers_to(desk) == 3
    desk.later(TEN_MINUTES)
    for n in range(6):
        mail(desk, f"Ord {'ijklmnop'[n] * 50}")
    assert answers_to(desk) == 5
    desk.later(DAY)
    mail(desk, "Något annat, helt nytt och mycket längre än förut, så att det räknas.")
    assert answers_to(desk) == 6


def test_a_responder_that_changes_its_address_meets_the_budget_of_its_customer(desk: Desk) -> None:
    limited(desk, customer=Budget(ten_minutes=4, day=100))
    customer = desk.a_customer(domains=("kund.example",))
    for n in range(8):
        desk.a_superuser(f"robot{n}@kund.example", of=customer)
        assert mail(desk, AWAY, address=f"robot{n}@kund.example")[0] is Outcome.TICKET
    assert len(desk.told("receipt")) == 4
    (alarm,) = alarms(desk)
    assert "Kund K1" in alarm
    other = desk.a_customer("K2")
    desk.a_superuser("olle@annan.example", of=other)
    mail(desk, AWAY, address="olle@annan.example")
    assert answers_to(desk, "olle@annan.example") == 1


def test_a_thousand_mails_under_many_strangers_names_are_not_answered_a_thousand_times(desk: Desk) -> None:
    for n in range(120):
        assert mail(desk, f"Hej {n}", address=f"x{n}@{'abcdef'[n % 6]}.example")[0] is Outcome.HELD
    assert len(desk.told("stranger")) == 30
    mail(desk, "Hej! Löneberäkningen ger fel semesterdagar.")
    assert answers_to(desk) == 1, "a flood of strangers silences no SuperUser's receipt"


def test_strangers_of_one_domain_bring_its_superusers_no_flood(desk: Desk) -> None:
    limited(desk, address=Budget(ten_minutes=5, day=5))
    for n in range(20):
        mail(desk, f"Hej {n}", address=f"forged{n}@kund.example")
    assert len(desk.told("held_gist")) == 5
    mail(desk, "Hej! Löneberäkningen ger fel semesterdagar.")
    assert len(desk.told("receipt")) == 1


def test_the_team_is_not_told_without_end(desk: Desk) -> None:
    limited(desk, team=Budget(ten_minutes=3, day=3))
    for n in range(6):
        mail(desk, f"Ord {'abcdefgh'[n] * 50}")
    assert len(desk.told("team_new_ticket")) == 3
    assert len(desk.told("receipt")) == 6


def test_a_budget_of_none_is_any_number(desk: Desk) -> None:
    none = Budget(ten_minutes=0, day=0)
    limited(desk, address=none, customer=none, instance=none, team=none)
    for n in range(50):
        mail(desk, f"Ord {n} {chr(97 + n % 26) * (40 + n)}")
    assert len(desk.told("receipt")) == 50


def test_what_stops_within_the_hour_is_told_together_and_of_each_case_once_a_day(desk: Desk) -> None:
    limited(desk, address=Budget(ten_minutes=1, day=1))
    customer = desk.a_customer(domains=("kund.example",))
    people = [f"robot{n}@kund.example" for n in range(4)]
    for address in people:
        desk.a_superuser(address, of=customer)
        for n in range(3):
            mail(desk, f"{AWAY} {'abc'[n] * 9}", address=address)
    assert len(alarms(desk)) == 1
    desk.later(timedelta(hours=1))
    for _ in range(2):
        with desk.database.transaction() as uow:
            tell_of_withheld(uow, desk.house, now=desk.now)
    first, second = alarms(desk)
    assert people[0] in first
    assert [person in second for person in people] == [False, True, True, True]
    assert {entry.recipient for entry in desk.told("answers_stopped")} == {HEAD}


def test_what_people_and_the_clock_write_is_not_counted(desk: Desk) -> None:
    limited(desk, address=Budget(ten_minutes=1, day=1))
    mail(desk, "Hej! Löneberäkningen ger fel semesterdagar.")
    (told,) = desk.told("team_new_ticket")
    for n in range(3):
        mail(desk, f"Svar {n}: så här gör du.", address="sven@desk.example", answers=told.message_id)
    assert len(desk.told("answer")) == 3


def test_a_specialist_who_clears_a_list_by_mail_is_answered_each_time_and_a_robot_is_not(desk: Desk) -> None:
    desk.a_specialist()
    sven = Address(spec="sven@desk.example", name="Sven Sund")
    settled = desk.take(from_eva())
    assert settled is not None
    assert settled.ticket is not None
    told = desk.told("team_new_ticket")[-1].message_id
    number = str(settled.ticket.number)
    for n in range(65):
        text = f"#anteckning Klar med nummer {n}"
        desk.take(from_eva(f"Re: [{number}]", text, author=sven, in_reply_to=(told,), message_id=f"<s{n}@d.example>"))
        if n == 40:
            assert len(desk.told("commands_answered")) == 41
    assert len(desk.told("commands_answered")) == 60
    mail(desk, "Hej! Löneberäkningen ger fel semesterdagar.")
    assert len(desk.told("receipt")) == 2, "no SuperUser is silenced by it"

"""Two who act at once: the second is told of the first, and nothing of either is lost or overwritten."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from mailgate.domain.customer import Specialist
from mailgate.domain.mail import Address, ParsedMail, SpooledMail
from mailgate.domain.ticket import ServiceLevel, Status
from mailgate.store.outbox import OutboxEntry
from tests.support.postgres import on_both_databases
from tests.support.table import Table

pytestmark = on_both_databases

SVEN, NINA, EVA = "sven@desk.example", "nina@desk.example", "eva@kund.example"
NAMES = {SVEN: "Sven Sund", NINA: "Nina Ny"}


@pytest.fixture
def nina(table: Table) -> Specialist:
    return table.a_specialist(NINA, "Nina Ny")


def told_to(table: Table, address: str) -> OutboxEntry:
    return [one for one in table.desk.told() if one.recipient == address][-1]


def from_desk(table: Table, address: str, text: str, *, to: OutboxEntry | None, serial: int = 1) -> ParsedMail:
    return ParsedMail(
        author=Address(spec=address, name=NAMES[address]),
        subject=f"Re: [{table.ticket.number}] Lönen",
        text=text,
        new_text=text,
        message_id=f"<{serial}.{address}>",
        in_reply_to=(to.message_id,) if to is not None else (),
        date=table.desk.now,
    )


def to_eva(table: Table, kind: str) -> list[str]:
    return [table.text(one) for one in table.mails(kind) if one.recipient == EVA]


def answered(table: Table, address: str) -> str:
    return table.text([one for one in table.mails("commands_answered") if one.recipient == address][-1])


def test_the_second_who_takes_it_is_told_who_has_it(table: Table, nina: Specialist) -> None:
    table.opened()
    seen = told_to(table, SVEN)
    table.settled(from_desk(table, NINA, "#take", to=told_to(table, NINA)))
    table.settled(from_desk(table, SVEN, "#take", to=seen))
    assert table.ticket.specialist_id == nina.specialist_id
    said = answered(table, SVEN)
    assert "#take – Nina Ny har tagit ärendet efter det mejl som du svarade på" in said
    assert "Gäller det ändå?" in said
    table.settled(from_desk(table, SVEN, "#take", to=told_to(table, SVEN), serial=2))
    assert table.ticket.specialist_id == table.sven.specialist_id, "who knows, and means it, has it"


def test_of_two_answers_the_second_comes_back_with_the_first(table: Table, nina: Specialist) -> None:
    table.opened()
    seen = told_to(table, SVEN)
    table.settled(from_desk(table, NINA, "Starta om programmet.", to=told_to(table, NINA)))
    table.settled(from_desk(table, SVEN, "Starta inte om programmet!", to=seen))
    assert len(to_eva(table, "answer")) == 1
    said = answered(table, SVEN)
    assert "Nina Ny har skrivit till kunden" in said
    assert "Starta om programmet." in said
    assert "Starta inte om programmet!" in said
    table.settled(from_desk(table, SVEN, "Starta inte om programmet!", to=told_to(table, SVEN), serial=2))
    assert len(to_eva(table, "answer")) == 2


def test_it_is_not_closed_over_a_mail_that_was_not_seen(table: Table) -> None:
    table.opened()
    seen = told_to(table, SVEN)
    table.replied("Nu har det blivit värre, alla löner är fel.")
    table.settled(from_desk(table, SVEN, "#close\n\nDå stänger vi.", to=seen))
    assert table.ticket.status is Status.OPEN
    assert to_eva(table, "answer") == []
    said = answered(table, SVEN)
    assert "kunden har skrivit efter det mejl som du svarade på" in said
    assert "alla löner är fel" in said
    table.settled(from_desk(table, SVEN, "#close", to=told_to(table, SVEN), serial=2))
    assert table.ticket.status is Status.CLOSED


def test_an_answer_crosses_a_customers_mail_as_letters_do(table: Table) -> None:
    table.opened()
    seen = told_to(table, SVEN)
    table.replied("En sak till.")
    table.settled(from_desk(table, SVEN, "Prova att starta om.", to=seen))
    assert len(to_eva(table, "answer")) == 1


def test_a_level_is_not_set_over_anothers(table: Table, nina: Specialist) -> None:
    table.opened()
    seen = told_to(table, SVEN)
    table.settled(from_desk(table, NINA, "#level 2", to=told_to(table, NINA)))
    table.settled(from_desk(table, SVEN, "#level 4\n#note Inte så farligt.", to=seen))
    assert table.ticket.level is ServiceLevel.HAMPERED
    assert "#level 4 – Nina Ny har ändrat det" in answered(table, SVEN)
    assert not [event for event in table.events if event.kind == "note"]


def test_what_one_did_oneself_is_in_nobodys_way(table: Table) -> None:
    table.opened()
    seen = told_to(table, SVEN)
    for serial, words in enumerate(("#take", "#level 2", "#level 3", "Vi tittar.", "Vi tittar mer.", "#close")):
        table.settled(from_desk(table, SVEN, words, to=seen, serial=serial))
    assert table.ticket.status is Status.CLOSED
    assert len(to_eva(table, "answer")) == 2


def test_who_writes_anew_has_seen_what_happened_before_they_wrote(table: Table, nina: Specialist) -> None:
    table.opened()
    early = table.desk.now + timedelta(minutes=1)
    table.desk.later(timedelta(minutes=5))
    table.settled(from_desk(table, NINA, "#take", to=told_to(table, NINA)))
    table.desk.later(timedelta(minutes=5))
    late_arrival = replace(from_desk(table, SVEN, "#take", to=told_to(table, SVEN)), in_reply_to=(), date=early)
    # Without a reply nothing proves who wrote it: this desk takes its people at their word.
    proven(table)
    table.settled(late_arrival)
    assert table.ticket.specialist_id == nina.specialist_id
    table.settled(replace(late_arrival, message_id="<2@desk.example>", date=table.desk.now))
    assert table.ticket.specialist_id == table.sven.specialist_id


def proven(table: Table) -> None:
    """At a door where specialists are taken at their word."""
    house = table.desk.house
    table.desk.house = replace(house, policy=replace(house.policy, trusted_doors=frozenset({"smtp"})))


def at_once(table: Table, mails: list[tuple[SpooledMail, ParsedMail]]) -> None:
    """Each in a thread of its own, in a transaction of its own, all let go at one moment."""
    start = threading.Barrier(len(mails))
    failures: list[BaseException] = []

    def work(spooled: SpooledMail, mail: ParsedMail) -> None:
        try:
            start.wait()
            assert table.desk.take(mail, spooled=spooled) is not None
        except BaseException as failure:  # noqa: BLE001 - told by the test
            failures.append(failure)

    threads = [threading.Thread(target=work, args=each) for each in mails]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert failures == []


def race(table: Table, *texts: tuple[str, str]) -> None:
    seen = {address: told_to(table, address) for address, _ in texts}
    mails = [
        from_desk(table, address, text, to=seen[address], serial=serial) for serial, (address, text) in enumerate(texts)
    ]
    at_once(table, [(table.desk.spool(mail), mail) for mail in mails])


def test_of_two_threads_that_take_it_one_has_it_and_the_other_is_told(table: Table, nina: Specialist) -> None:
    table.opened()
    race(table, (SVEN, "#take"), (NINA, "#take"))
    takes = [event for event in table.events if event.kind == "take"]
    assert len(takes) == 1
    winner = SVEN if table.ticket.specialist_id == table.sven.specialist_id else NINA
    loser = NINA if winner == SVEN else SVEN
    assert f"{NAMES[winner]} har tagit ärendet" in answered(table, loser)
    assert table.told().count(("handling_started", EVA)) == 1


def test_of_two_threads_that_answer_one_reaches_the_customer(table: Table, nina: Specialist) -> None:
    table.opened()
    race(table, (SVEN, "#resolve\nKlart, säger Sven."), (NINA, "Vi tittar, säger Nina."))
    assert len(to_eva(table, "answer")) + len(to_eva(table, "resolved")) == 1
    assert len([event for event in table.events if event.kind in {"not_sent", "not_done"}]) == 1

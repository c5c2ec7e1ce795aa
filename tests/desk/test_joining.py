"""Tickets that are merged or linked, and SuperUsers who are put in Cc."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from mailgate.desk.joining import MERGED_HERE, cc, link, merge
from mailgate.desk.linked import linked_with
from mailgate.desk.tickets import Refused, close, note, reopen, resolve
from mailgate.domain.causes import Cause
from mailgate.domain.mail import Address
from mailgate.domain.ticket import Status, Ticket, TicketId
from tests.support.desk import from_eva
from tests.support.postgres import on_both_databases
from tests.support.table import Table

pytestmark = on_both_databases

EVA, EINAR, OLLE = "eva@kund.example", "einar@kund.example", "olle@annan.example"


@pytest.fixture
def pair(table: Table) -> Iterator["Pair"]:
    """Two of Eva's tickets; the table is at the second, and Einar is her colleague."""
    table.desk.a_superuser(EINAR, of=table.customer)
    first = table.opened("Lönen stannar.")
    second = table.opened("Lönen stannar igen.")
    return Pair(table=table, first=first, second=second)


@dataclass(frozen=True)
class Pair:
    table: Table
    first: Ticket
    second: Ticket

    def merged(self) -> Ticket:
        return self.table.moved(merge, str(self.first.number))

    def texts(self, ticket: Ticket) -> list[str]:
        with self.table.desk.database.reading() as uow:
            return [message.text for message in uow.tickets.messages(ticket.ticket_id)]

    def links(self, ticket: Ticket) -> list[tuple[str, str]]:
        with self.table.desk.database.reading() as uow:
            return list(linked_with(uow, ticket.ticket_id))

    def kinds(self, ticket: Ticket) -> list[str]:
        with self.table.desk.database.reading() as uow:
            return [event.kind for event in uow.tickets.events(ticket.ticket_id)]


def refusal(done: Ticket | Refused) -> tuple[Cause, str]:
    assert isinstance(done, Refused)
    return done.cause, done.about


def test_what_is_merged_goes_on_in_the_other_with_all_that_was_said_and_is_closed(pair: Pair) -> None:
    moved = pair.merged()
    assert moved.status is Status.CLOSED
    assert pair.texts(pair.first) == ["Lönen stannar.", "Lönen stannar igen."]
    assert pair.table.dues() == {}, "its clocks stand"
    assert pair.kinds(pair.second)[-1] == "merge"
    assert pair.kinds(pair.first)[-1] == MERGED_HERE
    assert pair.links(pair.second) == [(str(pair.first.number), "in which it goes on")]
    assert pair.links(pair.first) == [(str(pair.second.number), "which goes on here")]


def test_the_superuser_is_told_once_where_it_goes_on(pair: Pair) -> None:
    pair.merged()
    (mail,) = pair.table.mails()
    assert (mail.kind, mail.recipient) == ("merged", EVA)
    assert str(pair.first.number) in pair.table.text(mail)


def test_later_mail_by_number_or_thread_joins_the_other(pair: Pair) -> None:
    table = pair.table
    receipt = table.desk.told("receipt")[-1]
    pair.merged()
    table.replied("Med numret.")
    table.settled_by_thread(receipt)
    assert pair.texts(pair.first)[2:] == ["Med numret.", "Jo!"]
    assert table.ticket.status is Status.CLOSED, "no reply opens what was merged"


def test_a_chain_leads_to_its_end(pair: Pair) -> None:
    table = pair.table
    pair.merged()
    third = table.opened("Och en tredje gång.")
    assert str(table.moved(merge, str(pair.second.number)).number) == str(third.number)
    assert pair.links(third) == [(str(pair.first.number), "in which it goes on")]
    fourth = table.opened("En fjärde.")
    table.ticket_id = pair.first.ticket_id
    table.moved(merge, str(fourth.number))
    table.settled(from_eva(f"Re: [{third.number}]", "Hör hit!", message_id="<chain@kund.example>"))
    texts = pair.texts(fourth)
    assert texts[-1] == "Hör hit!"
    assert set(texts) == {"Lönen stannar.", "Lönen stannar igen.", "Och en tredje gång.", "En fjärde.", "Hör hit!"}


def test_whoever_hears_of_the_one_hears_of_the_other(pair: Pair) -> None:
    pair.table.moved(cc, EINAR)
    pair.merged()
    assert sorted(mail.recipient for mail in pair.table.mails("merged")) == [EINAR, EVA]
    pair.table.ticket_id = pair.first.ticket_id
    pair.table.moved(close)
    assert sorted(mail.recipient for mail in pair.table.mails("closed")) == [EINAR, EVA]


def test_it_is_not_merged_into_itself_nor_into_what_is_done_with_nor_into_nothing(pair: Pair) -> None:
    table, first, second = pair.table, str(pair.first.number), str(pair.second.number)
    assert refusal(table.move(merge, second)) == (Cause.SAME_TICKET, second)
    assert refusal(table.move(merge, "MG-999999-1")) == (Cause.UNKNOWN_TICKET, "MG-999999-1")
    table.ticket_id = pair.first.ticket_id
    for ending in (resolve, close):
        table.moved(ending)
        table.ticket_id = pair.second.ticket_id
        assert refusal(table.move(merge, first)) == (Cause.DONE_WITH, first)
        table.ticket_id = pair.first.ticket_id
    assert refusal(table.move(merge, second))[0] is Cause.STATUS, "what is closed is not merged either"


def test_it_is_not_merged_into_another_customers_ticket(pair: Pair) -> None:
    other = anothers(pair.table)
    pair.table.ticket_id = pair.second.ticket_id
    assert refusal(pair.table.move(merge, str(other.number))) == (Cause.OTHER_CUSTOMER, str(other.number))
    assert pair.table.told() == []


def test_what_was_merged_is_opened_by_no_move_and_can_still_be_noted(pair: Pair) -> None:
    pair.merged()
    assert refusal(pair.table.move(reopen)) == (Cause.MERGED, str(pair.first.number))
    assert refusal(pair.table.move(merge, str(pair.first.number)))[0] is Cause.MERGED
    pair.table.moved(note, "Samma fel.")


def test_a_note_in_what_was_merged_does_not_leave_by_a_reply_that_quotes_it(pair: Pair) -> None:
    words = "Kunden hotar att byta leverantör om detta inte löses i dag."
    pair.table.sven_replied(f"#note {words}")
    pair.merged()
    pair.table.sven_replied(f"Nu går det igen.\n\nSven skrev:\n#note {words}")
    pair.table.sven_replied(f"Nu går det igen.\n\n{words}")
    sent = [pair.table.text(mail) for mail in pair.table.mails("answer")]
    assert sent
    assert all("hotar" not in text for text in sent)


def test_a_link_is_on_both_sides_and_the_customer_is_not_told(pair: Pair) -> None:
    other = anothers(pair.table)
    pair.table.ticket_id = pair.second.ticket_id
    pair.table.moved(link, str(other.number))
    assert pair.links(pair.second) == [(str(other.number), "related")]
    assert pair.links(other) == [(str(pair.second.number), "related")]
    assert (pair.kinds(pair.second)[-1], pair.kinds(other)[-1]) == ("link", "link")
    assert pair.table.told() == []
    pair.table.ticket_id = other.ticket_id
    assert refusal(pair.table.move(link, str(pair.second.number)))[0] is Cause.LINKED_ALREADY
    assert refusal(pair.table.move(link, str(other.number)))[0] is Cause.SAME_TICKET


def test_what_was_linked_can_still_be_merged(pair: Pair) -> None:
    pair.table.moved(link, str(pair.first.number))
    pair.merged()
    assert pair.links(pair.second) == [(str(pair.first.number), "in which it goes on")]


@pytest.mark.parametrize("written", [EINAR, "<EINAR@kund.example>", "einar@kund.example <mailto:einar@kund.example>"])
def test_another_superuser_of_the_customer_is_told_from_now_on(pair: Pair, written: str) -> None:
    pair.table.moved(cc, written)
    pair.table.moved(close)
    assert sorted(mail.recipient for mail in pair.table.mails("closed")) == [EINAR, EVA]
    assert refusal(pair.table.move(cc, EVA))[0] is Cause.COPIED_ALREADY


@pytest.mark.parametrize("address", [OLLE, "nobody@kund.example", "sven@desk.example", "Einar"])
def test_nobody_else_is_put_in_cc(pair: Pair, address: str) -> None:
    anothers(pair.table)
    pair.table.ticket_id = pair.second.ticket_id
    done = pair.table.move(cc, address)
    assert refusal(done) == (Cause.NO_SUPERUSER_OF_CUSTOMER, address)
    assert isinstance(done, Refused)
    assert done.choices == (EINAR,)


def test_by_mail(pair: Pair) -> None:
    table = pair.table
    table.sven_replied(f"#kopia {EINAR}\n#länka {pair.first.number}")
    assert table.told() == [("commands_answered", "sven@desk.example")]
    table.sven_replied(f"#ihop {pair.first.number}")
    said = table.text(table.mails("commands_answered")[-1])
    assert "ärendet fortsätter i det andra" in said
    assert table.ticket.status is Status.CLOSED
    # A further reply to the ticket's mails is about the one in which it goes on.
    table.sven_replied("#ta")
    table.ticket_id = TicketId(pair.first.ticket_id)
    assert table.ticket.specialist_id == table.sven.specialist_id


def test_refused_by_mail_with_the_reason(pair: Pair) -> None:
    pair.table.sven_replied(f"#merge {pair.second.number}")
    said = pair.table.text(pair.table.mails("commands_answered")[-1])
    assert f"{pair.second.number} är det här ärendet" in said


def anothers(table: Table) -> Ticket:
    """Another customer's ticket."""
    other = table.desk.a_customer(code="K2", domains=("annan.example",))
    table.desk.a_superuser(OLLE, of=other)
    return table.opened("Vår faktura.", author=Address(spec=OLLE, name="Olle"))


def test_whoever_merged_it_by_mail_is_shown_the_ticket_in_which_it_goes_on(pair: Pair) -> None:
    table = pair.table
    table.sven_replied(f"#ihop {pair.first.number}")
    (told,) = table.mails("commands_answered")
    text = table.text(told)
    assert f"Klart i ärende {pair.second.number}:" in text
    assert f"* Ärende: {pair.first.number}" in text
    assert "* Läge: öppet" in text
    assert text.startswith(f"[{pair.first.number}]"), "an answer goes on there"


def test_what_is_merged_is_no_solved_ticket_of_the_customers(pair: Pair) -> None:
    pair.merged()
    with pair.table.desk.database.reading() as uow:
        closed = uow.tickets.newest(status=Status.CLOSED.value)
        assert [one.number for one in closed] == [pair.second.number]
    assert pair.table.state.resolved_at is not None, "its clocks stand all the same"


def test_who_replies_to_an_old_mail_closes_what_it_goes_on_in_only_once_they_know(pair: Pair) -> None:
    table = pair.table
    nina = table.a_specialist("nina@desk.example", "Nina Ny")
    seen = [one.message_id for one in table.desk.told() if one.recipient == "sven@desk.example"][-1]
    table.moved(merge, str(pair.first.number), by=nina)
    table.desk.later(timedelta(minutes=5))
    table.sven_replied("#close", in_reply_to=(seen,), date=table.desk.now)
    assert table.status_of(pair.first) is Status.OPEN
    (told,) = table.mails("commands_answered")
    assert "Nina Ny har slagit ihop det med ett annat ärende" in " ".join(table.text(told).split())
    table.sven_replied("#close", subject=f"Re: [{pair.first.number}]")
    assert table.status_of(pair.first) is Status.CLOSED

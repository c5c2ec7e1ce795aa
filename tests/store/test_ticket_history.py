"""Histories of many tickets are whole and in order, on both databases."""

from mailgate.domain.mail import Envelope, Origin
from mailgate.domain.ticket import TicketType
from mailgate.domain.verdict import HoldCause
from mailgate.store.database import Database
from tests.support.ticket_past import a_past, at

START, END = at("11-01 00:00"), at("12-01 00:00")


def test_a_span_has_what_lived_in_it_each_with_its_whole_history(database: Database) -> None:
    with database.transaction() as uow:
        a_past(uow, ("resolve", "10-31 15:00"), opened="10-30 09:00", subject="done before")
        a_past(uow, ("resolve", "11-01 00:00"), opened="10-30 09:00", subject="done in it")
        a_past(uow, opened="03-02 09:00", subject="never done")
        a_past(uow, ("take", "12-01 09:00"), opened="11-30 23:59", subject="of its last minute", of="K2")
        a_past(uow, opened="12-01 00:00", subject="after it")
    with database.reading() as uow:
        alive = uow.ticket_history.alive(START, END)
        received = uow.ticket_history.received(START, END)
    assert [one.ticket.subject for one in alive] == ["done in it", "never done", "of its last minute"]
    assert [[event.kind for event in one.events] for one in alive] == [
        ["opened", "resolve"],
        ["opened"],
        ["opened", "take"],
    ]
    (last,) = received
    assert (last.ticket.subject, last.customer_code, last.customer_name) == ("of its last minute", "K2", "Kund K2")
    assert last.events[1].at == at("12-01 09:00")
    assert last.events[0].detail["type"] == TicketType.PROGRAM_ERROR


def test_events_are_in_the_order_in_which_they_were_recorded(database: Database) -> None:
    with database.transaction() as uow:
        a_past(uow, ("ask", "11-02 11:00"), ("resumed", "11-02 10:00"))  # a reply is dated by its receipt
    with database.reading() as uow:
        (one,) = uow.ticket_history.received(START, END)
    assert [event.kind for event in one.events] == ["opened", "ask", "resumed"]


def test_held_mails_are_of_the_span_in_which_they_were_held(database: Database) -> None:
    with database.transaction() as uow:
        for number, day in enumerate(["10-31 23:59", "11-01 00:00", "11-30 23:59", "12-01 00:00"]):
            envelope = Envelope(
                mail_from="x@nowhere.example", rcpt_to=("support@example.com",), received_at=at(day),
                origin=Origin.SMTP, peer="192.0.2.1", content=b"Subject: %d\r\n\r\nHej\r\n" % number,
            )  # fmt: skip
            mail_id = uow.spool.put(envelope).mail_id
            uow.holds.hold(mail_id, cause=HoldCause.STRANGER, customer_id=None, now=at(day))
            uow.holds.decide(mail_id, state="released", by="x", now=at("12-02 09:00"))
    with database.reading() as uow:
        held = uow.ticket_history.held(START, END)
    assert [one.held_at for one in held] == [at("11-01 00:00"), at("11-30 23:59")]
    assert {(one.cause, one.state, one.decided_at) for one in held} == {
        (HoldCause.STRANGER, "released", at("12-02 09:00"))
    }

"""Each mail that is settled keeps how that came about, in the transaction that settles it."""

import pytest

from mailgate.domain.mail import Address, MailId
from mailgate.store.traces import KeptTrace
from tests.support.desk import Desk, from_eva
from tests.support.table import Table


def kept(desk: Desk, mail_id: int) -> list[KeptTrace]:
    with desk.database.reading() as uow:
        return uow.traces.of_mail(MailId(mail_id))


def newest(desk: Desk) -> KeptTrace:
    with desk.database.reading() as uow:
        (summary,) = uow.mails.summaries(limit=1)
        return uow.traces.of_mail(summary.mail_id)[-1]


def test_what_the_trace_says_is_what_the_mail_row_says(table: Table) -> None:
    table.opened()
    found = newest(table.desk)
    with table.desk.database.reading() as uow:
        (summary,) = uow.mails.summaries(limit=1)
    assert (found.trace.decided.outcome, found.trace.decided.rule) == (summary.outcome, summary.rule)
    assert found.at == table.desk.now
    assert found.trace.decided.level == 1


def test_who_is_in_copy_is_noted_and_that_another_customers_people_hear_nothing(table: Table) -> None:
    colleague = table.desk.a_superuser("per@kund.example", of=table.customer)
    other = table.desk.a_superuser("lisa@annan.example", of=table.desk.a_customer("K2"))
    copies = tuple(Address(spec=address) for address in ("per@kund.example", "lisa@annan.example", "x@y.example"))
    table.opened(cc=copies)
    assert newest(table.desk).trace.notes == (
        ("copy", f"SuperUser {colleague.superuser_id} is told what the sender is told"),
        ("copy", f"SuperUser {other.superuser_id} is another customer's, and is told nothing"),
    )


def test_why_a_specialists_mail_was_not_passed_on_is_noted(table: Table) -> None:
    table.opened()
    table.sven_replied("Det är löst.", in_reply_to=())
    ((about, why),) = newest(table.desk).trace.notes
    assert about == "not passed on"
    assert why.startswith("not proven to be the specialist's")


def test_a_mail_whose_settling_fails_keeps_no_trace(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("no words")

    spooled = table.desk.spool(from_eva("Lönen", "Hej"))
    monkeypatch.setattr(table.desk.house.composer, "compose", broken)
    with pytest.raises(ValueError, match="no words"):
        table.desk.take(from_eva("Lönen", "Hej"), spooled=spooled)
    assert kept(table.desk, spooled.mail_id) == []

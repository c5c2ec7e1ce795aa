"""Who writes so that nobody here can read it is told, kindly, in the answer that they get anyway."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mailgate.domain.report import Sealed
from tests.support.desk import Desk, a_desk, from_eva


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with a_desk(tmp_path) as desk:
        desk.a_superuser(of=desk.a_customer(domains=("kund.example",)))
        desk.a_specialist()
        yield desk


def said(desk: Desk, kind: str) -> str:
    return desk.sent_text(desk.told(kind)[-1]).decode("utf-8", "replace")


def test_a_sealed_mail_is_a_ticket_and_its_receipt_says_that_it_cannot_be_read(desk: Desk) -> None:
    desk.take(from_eva(text="", sealed=Sealed.SMIME))
    assert "krypterat" in said(desk, "receipt")
    desk.take(from_eva("Momsen", message_id="<m2@kund.example>"))
    assert "krypterat" not in said(desk, "receipt")


def test_a_sealed_follow_up_is_told_even_where_follow_ups_are_not(desk: Desk) -> None:
    desk.house = replace(desk.house, tell_joined=False)
    opened = desk.take(from_eva())
    assert opened is not None
    assert opened.ticket is not None
    subject = f"Sv: [{opened.ticket.number}]"
    desk.take(from_eva(subject, message_id="<m2@kund.example>"))
    assert desk.told("joined") == []
    desk.take(from_eva(subject, text="", message_id="<m3@kund.example>", sealed=Sealed.PGP))
    assert "krypterat" in said(desk, "joined")

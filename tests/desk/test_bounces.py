"""A bounce of ours finds its mail and its ticket, and marks the address; any other changes nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mailgate.domain.mail import Address, ParsedMail
from mailgate.domain.report import Delivery, DeliveryAction
from mailgate.domain.ticket import Status
from mailgate.domain.verdict import Outcome
from mailgate.store.tickets import TicketEvent
from tests.support.desk import Desk, a_desk, from_eva

DAEMON = Address(spec="mailer-daemon@kund.example", name="Mail Delivery System")
EVA = "eva@kund.example"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with a_desk(tmp_path) as desk:
        desk.a_superuser(of=desk.a_customer(domains=("kund.example",)))
        desk.a_specialist()
        desk.take(from_eva())
        yield desk


def a_bounce(
    returned: str,
    *,
    action: DeliveryAction = DeliveryAction.FAILED,
    text: str = "",
    recipient: str = EVA,
    number: int = 1,
) -> ParsedMail:
    report = Delivery(recipient=recipient, action=action, status="5.1.1")
    return from_eva(
        "Undelivered Mail Returned to Sender",
        text or "It could not be delivered.",
        author=DAEMON,
        message_id=f"<b{number}@kund.example>",
        report_type=None if text else "delivery-status",
        content_type="text/plain" if text else "multipart/report",
        deliveries=() if text else (report,),
        returned_ids=() if text else (returned,),
    )


def receipt_id(desk: Desk) -> str:
    return desk.told("receipt")[0].message_id


def bounced_events(desk: Desk) -> list[TicketEvent]:
    with desk.database.reading() as uow:
        (ticket,) = uow.tickets.newest()
        assert ticket.status is Status.OPEN
        return [event for event in uow.tickets.events(ticket.ticket_id) if event.kind == "bounced"]


def marked(desk: Desk) -> dict[str, str | None]:
    with desk.database.reading() as uow:
        return {address: one.status for address, one in uow.bounces.failed([EVA, "sven@desk.example"]).items()}


def test_a_bounce_of_ours_stands_in_the_ticket_and_marks_the_address(desk: Desk) -> None:
    told = len(desk.told())
    settled = desk.take(a_bounce(receipt_id(desk)))
    assert settled is not None
    assert settled.ticket is not None
    assert (settled.outcome, settled.reason.rule) == (Outcome.STORED, "bounce-of-ours")
    (event,) = bounced_events(desk)
    assert (event.detail["recipient"], event.detail["action"], event.detail["status"]) == (EVA, "failed", "5.1.1")
    assert marked(desk) == {EVA: "5.1.1"}
    assert len(desk.told()) == told, "a bounce is told to nobody"


def test_the_id_may_stand_in_the_text_as_qmail_puts_it(desk: Desk) -> None:
    notice = f"<{EVA}>:\n550 5.1.1 unknown user\n\n--- Below this line is a copy.\n\nMessage-ID: {receipt_id(desk)}\n"
    settled = desk.take(a_bounce("", text=notice))
    assert settled is not None
    assert settled.reason.rule == "bounce-of-ours"
    assert marked(desk) == {EVA: "5.1.1"}


def test_the_same_said_twice_is_written_down_once(desk: Desk) -> None:
    for number in (1, 2, 3):
        desk.take(a_bounce(receipt_id(desk), number=number))
    assert len(bounced_events(desk)) == 1


def test_a_delay_is_written_down_and_marks_nobody(desk: Desk) -> None:
    desk.take(a_bounce(receipt_id(desk), action=DeliveryAction.DELAYED))
    assert [event.detail["action"] for event in bounced_events(desk)] == ["delayed"]
    assert marked(desk) == {}


@pytest.mark.parametrize("returned", ["<somebody.else@x.example>", ""])
def test_a_bounce_that_is_not_provably_of_ours_changes_nothing(desk: Desk, returned: str) -> None:
    settled = desk.take(a_bounce(returned))
    assert settled is not None
    assert (settled.outcome, settled.reason.rule, settled.ticket) == (Outcome.STORED, "bounce", None)
    assert bounced_events(desk) == []
    assert marked(desk) == {}


def test_who_is_named_by_the_report_cannot_mark_others(desk: Desk) -> None:
    desk.take(a_bounce(receipt_id(desk), recipient="sven@desk.example"))
    assert marked(desk) == {EVA: "5.1.1"}, "only whom the mail was sent to"


def test_a_persons_reply_to_our_mail_is_no_bounce(desk: Desk) -> None:
    settled = desk.take(from_eva("Sv: ärendet", message_id="<m2@kund.example>", in_reply_to=(receipt_id(desk),)))
    assert settled is not None
    assert settled.outcome is Outcome.JOINED


def test_what_a_rule_forwarded_gets_its_ticket_without_a_receipt(desk: Desk) -> None:
    receipts = len(desk.told("receipt"))
    headers = (("auto-submitted", "auto-generated"), ("x-ms-exchange-inbox-rules-loop", EVA))
    settled = desk.take(from_eva("Momsen", message_id="<m3@kund.example>", headers=headers))
    assert settled is not None
    assert settled.outcome is Outcome.TICKET
    assert len(desk.told("receipt")) == receipts
    assert len(desk.told("team_new_ticket")) == 2

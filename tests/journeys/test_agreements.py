"""Through the running daemon by SMTP: an order to the consultants' address from its estimate to the bill, a wish from
council to council, support access from asking to withdrawing; and what an unproven mail cannot do.
"""

import re
from email.message import Message
from itertools import count
from pathlib import Path

import pytest

from mailgate.domain.access import AccessState
from mailgate.domain.customer import Language
from mailgate.domain.orders import EstimateState
from mailgate.domain.ticket import Status, Ticket, TicketType
from tests.support.daemon import MailgateDaemon
from tests.support.envelopes import a_mail_text

pytestmark = pytest.mark.journey

EVA, SVEN, KIM = "eva@kund.example", "sven@desk.example", "kim@desk.example"


class Talk:
    """Eva, Sven and the consultant Kim write to each other through the daemon."""

    def __init__(self, folder: Path) -> None:
        self.daemon = MailgateDaemon(folder)
        self.daemon.register()
        with self.daemon.database.transaction() as uow:
            uow.customers.save_specialist(
                address=KIM, name="Kim Kvist", team="Handel", language=Language.SWEDISH, head=False, role="consultant"
            )
        self._mails = count(1)
        self._sent = 0

    def writes(self, sender: str, text: str, *, to: str = "support@example.com", subject: str = "Rapport") -> None:
        self._send(sender, text, to=to, subject=subject, extra="")

    def replies(self, sender: str, text: str, *, under: Message | None = None) -> None:
        """To the last mail that they got from us, or to this one."""
        parent = under if under is not None else self.last_to(sender)
        self._send(sender, text, subject=f"Re: {self.ticket.number}", extra=f"In-Reply-To: {parent['Message-ID']}")

    def _send(self, sender: str, text: str, *, subject: str, extra: str, to: str = "support@example.com") -> None:
        number = next(self._mails)
        content = a_mail_text(
            sender=sender,
            subject=subject,
            message_id=f"<{number}@client.example>",
            body=text.replace("\n", "\r\n"),
            extra=extra,
        )
        self.daemon.send(content, mail_from=sender, to=to)
        self.daemon.wait_settled(number)

    def mails_to(self, address: str) -> list[Message]:
        """In the order in which they were queued."""
        with self.daemon.look() as uow:
            order = {one.message_id: one.outbox_id for one in uow.outbox.entries(limit=1000)}
        return sorted(self.daemon.sent_to(address), key=lambda mail: order[str(mail["Message-ID"])])

    def last_to(self, address: str) -> Message:
        return self.mails_to(address)[-1]

    def kinds_to(self, address: str) -> list[str]:
        with self.daemon.look() as uow:
            return [one.kind for one in reversed(uow.outbox.entries(limit=1000)) if one.recipient == address]

    @property
    def ticket(self) -> Ticket:
        with self.daemon.look() as uow:
            (ticket,) = uow.tickets.newest()
        return ticket

    def estimates(self) -> list[EstimateState]:
        with self.daemon.look() as uow:
            return [one.state for one in uow.estimates.of_ticket(self.ticket.ticket_id)]

    def accesses(self) -> list[AccessState]:
        with self.daemon.look() as uow:
            return [one.state for one in uow.accesses.of_ticket(self.ticket.ticket_id)]


def words(mail: Message) -> str:
    parts = [part for part in mail.walk() if part.get_content_type() == "text/plain"]
    payload = parts[0].get_payload(decode=True)
    assert isinstance(payload, bytes)
    return re.sub(r"\s+", " ", payload.decode())


def test_an_order_from_the_consultants_address_to_the_bill(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    with talk.daemon:
        talk.writes(EVA, "Hej, vi vill ha en rapport om det.", to="konsult@example.com")
        assert (talk.ticket.type, talk.ticket.stage) == (TicketType.ORDER, "service_desk")
        talk.replies(SVEN, "#konsult Det är en rapport till dig.")
        assert "handed_on" in talk.kinds_to(KIM)
        talk.replies(KIM, "#fakturerat 4800 kr")
        assert talk.ticket.status is Status.OPEN, "nothing is billed before a yes"
        assert talk.kinds_to(KIM)[-1] == "commands_answered"
        talk.replies(KIM, "#pris 4 h, 4 800 kr, Vi bygger rapporten.")
        asks = talk.last_to(EVA)
        assert "4 800 kr · 4 timmar" in words(asks)
        talk.replies(EVA, "Ja, men helst billigare.")
        assert (talk.ticket.stage, talk.estimates()) == ("approval", [EstimateState.OPEN])
        assert "Svara med bara JA" in words(talk.last_to(EVA))
        talk.replies(KIM, "#pris 3 h, 3 600 kr, En enklare rapport.")
        talk.replies(EVA, "JA", under=asks)
        assert talk.estimates() == [EstimateState.SUPERSEDED, EstimateState.OPEN]
        talk.writes(EVA, "JA", subject=f"Re: {talk.ticket.number}")
        assert talk.kinds_to(EVA)[-1] == "confirm", "nothing proves that it is Eva"
        assert talk.estimates()[-1] is EstimateState.OPEN
        talk.replies(EVA, "JA")
        assert (talk.ticket.stage, talk.estimates()[-1]) == ("work", EstimateState.APPROVED)
        talk.replies(KIM, "#fakturerat 3 h, 3 600 kr, Rapporten ligger under Lön.")
        assert (talk.ticket.status, talk.estimates()[-1]) == (Status.CLOSED, EstimateState.BILLED)
        assert "3 600 kr" in words(talk.last_to(EVA))
    assert [kind for kind in talk.kinds_to(EVA) if kind == "moved"] == ["moved"]


def test_a_wish_tells_its_sender_at_each_council(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    with talk.daemon:
        talk.writes(EVA, "Ärendekategori: Önskemål\nKan man få se frånvaro?")
        talk.replies(SVEN, "#råd externt")
        assert talk.ticket.stage == "service_desk"
        for command, stage in (
            ("#råd internt", "internal_council"),
            ("#råd externt", "external_council"),
            ("#avslaget", "declined"),
        ):
            talk.replies(SVEN, command)
            assert talk.ticket.stage == stage
        talk.replies(SVEN, "#stäng")
    assert [kind for kind in talk.kinds_to(EVA) if kind != "receipt"] == ["moved", "moved", "moved", "closed"]


def test_support_access_is_asked_granted_and_withdrawn(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    with talk.daemon:
        talk.writes(EVA, "Ärendekategori: Programfel\nDet blir fel.")
        talk.replies(SVEN, "#inloggning Jag vill se lönearterna.")
        asks = talk.last_to(EVA)
        assert "8 arbetstimmar: svara JA" in words(asks)
        talk.replies(EVA, "Ja, men inte i dag", under=asks)
        assert talk.accesses() == [AccessState.ASKED]
        talk.replies(EVA, "JA", under=asks)
        assert talk.accesses() == [AccessState.GRANTED]
        assert talk.kinds_to(SVEN)[-1] == "access_changed"
        talk.replies(EVA, "ÅTERKALLA", under=asks)
        assert talk.accesses() == [AccessState.WITHDRAWN]
        assert talk.kinds_to(EVA).count("access_changed") == 3

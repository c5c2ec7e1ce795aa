"""A colleague's held mail becomes a ticket by a SuperUser's reply to its gist, on a real database."""

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

import pytest

from mailgate.desk import holds
from mailgate.desk.access import ask_access
from mailgate.desk.settle import Settled
from mailgate.desk.tickets import Act
from mailgate.domain.access import AccessState
from mailgate.domain.mail import Address, Attachment, MailId, ParsedMail
from mailgate.domain.verdict import Outcome
from tests.support.desk import Desk, a_desk, from_eva

NILS = Address(spec="nils@kund.example", name="Nils Nyman")
ALMA = Address(spec="alma@kund.example", name="Alma Ask")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with a_desk(tmp_path) as desk:
        customer = desk.a_customer(domains=("kund.example",))
        desk.a_superuser(of=customer)
        desk.a_superuser(ALMA.spec, of=customer)
        desk.a_superuser("olle@annan.example", of=desk.a_customer("K2"))
        yield desk


class Held:
    """A mail of Nils', who is no SuperUser, with the gist that Eva and Alma got."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.mail = from_eva("Skrivaren", "Den skriver inte.", author=NILS, message_id="<nils@kund.example>")
        self.spooled = desk.spool(self.mail)
        desk.take(self.mail, spooled=self.spooled)
        self._replies = 0

    @property
    def mail_id(self) -> MailId:
        return self.spooled.mail_id

    def reply(self, text: str, *, by: Address | None = None, **changes: object) -> ParsedMail:
        self._replies += 1
        gist = next(e for e in self.desk.told("held_gist") if e.recipient == (by.spec if by else "eva@kund.example"))
        author = {"author": by} if by is not None else {}
        message_id = f"<reply{self._replies}@kund.example>"
        return from_eva(
            "Sv: En kollega", text, in_reply_to=(gist.message_id,), message_id=message_id, **author, **changes
        )

    def state(self) -> str:
        with self.desk.database.reading() as uow:
            held = uow.holds.get(self.mail_id)
        assert held is not None
        return held.state

    def through(self) -> Settled:
        """The pipeline takes it once more."""
        settled = self.desk.take(self.mail, spooled=self.spooled)
        assert settled is not None
        return settled


@pytest.fixture
def held(desk: Desk) -> Held:
    return Held(desk)


def _messages(desk: Desk, settled: Settled) -> list[str]:
    assert settled.ticket is not None
    with desk.database.reading() as uow:
        return [message.text for message in uow.tickets.messages(settled.ticket.ticket_id)]


@pytest.mark.parametrize("text", ["Ja tack!", "JA", "", "Yes please", "Kyllä kiitos"])
def test_a_yes_makes_it_their_ticket(desk: Desk, held: Held, text: str) -> None:
    reply = held.reply(text)
    spooled = desk.spool(reply)
    taken = desk.take(reply, spooled=spooled)
    assert taken is not None
    assert (taken.outcome, taken.reason.rule, taken.ticket) == (Outcome.STORED, "take-up", None)
    assert desk.waits(held.mail_id)
    opened = held.through()
    assert opened.outcome is Outcome.TICKET
    assert _messages(desk, opened) == ["Den skriver inte."]
    (receipt,) = desk.told("receipt")
    assert receipt.recipient == "eva@kund.example"
    assert not desk.waits(spooled.mail_id)
    with desk.database.reading() as uow:
        summary = uow.mails.summary(spooled.mail_id)
    assert summary is not None
    assert opened.ticket is not None
    assert summary.ticket_id == opened.ticket.ticket_id


def test_what_the_reply_says_more_joins_the_ticket_that_comes_of_it(desk: Desk, held: Held) -> None:
    reply = held.reply("Ja, det gäller alla skrivare på kontoret. Det är bråttom.")
    spooled = desk.spool(reply)
    desk.take(reply, spooled=spooled)
    opened = held.through()
    assert desk.waits(spooled.mail_id)
    joined = desk.take(reply, spooled=spooled)
    assert joined is not None
    assert joined.outcome is Outcome.JOINED
    assert [entry.recipient for entry in desk.told("joined")] == ["eva@kund.example"]
    assert _messages(desk, opened) == ["Den skriver inte.", "Ja, det gäller alla skrivare på kontoret. Det är bråttom."]


def test_files_alone_say_something_too(desk: Desk, held: Held) -> None:
    file = Attachment(part="2", name="bild.png", content_type="image/png", size=5, content_id=None, inline=False)
    reply = held.reply("", attachments=(file,))
    spooled = desk.spool(reply)
    desk.take(reply, spooled=spooled)
    held.through()
    assert desk.waits(spooled.mail_id)


def test_a_no_turns_it_down_and_tells_nobody(desk: Desk, held: Held) -> None:
    before = len(desk.told())
    taken = desk.take(held.reply("Nej tack"))
    assert taken is not None
    assert (taken.outcome, taken.reason.rule) == (Outcome.STORED, "turn-down")
    assert held.state() == "rejected"
    assert len(desk.told()) == before


def test_a_no_that_goes_on_is_no_plain_no(desk: Desk, held: Held) -> None:
    desk.take(held.reply("Nej, det fungerar inte för oss heller. Vi behöver hjälp med skrivaren före fredag."))
    assert held.state() == "released"


def test_who_thinks_better_of_it_can_still_take_it_up(desk: Desk, held: Held) -> None:
    desk.take(held.reply("Nej tack"))
    desk.later(timedelta(minutes=5))
    desk.take(held.reply("Jo, vi behöver hjälp med det här ändå."))
    assert held.state() == "released"
    assert held.through().outcome is Outcome.TICKET


def test_two_superusers_who_reply_at_once_share_one_ticket(desk: Desk, held: Held) -> None:
    first, second = held.reply("Ja tack"), held.reply("Ja, ring mig på eftermiddagen om det här.", by=ALMA)
    spooled = desk.spool(second)
    desk.take(first)
    desk.take(second, spooled=spooled)
    opened = held.through()
    assert desk.waits(spooled.mail_id)
    joined = desk.take(second, spooled=spooled)
    assert joined is not None
    assert joined.ticket is not None
    assert opened.ticket is not None
    assert joined.ticket.ticket_id == opened.ticket.ticket_id
    assert len(desk.told("receipt")) == 1


def test_a_later_reply_to_the_gist_joins_the_ticket(desk: Desk, held: Held) -> None:
    desk.take(held.reply("Ja tack"))
    opened = held.through()
    joined = desk.take(held.reply("Det är skrivaren i receptionen.", by=ALMA))
    assert joined is not None
    assert joined.outcome is Outcome.JOINED
    assert len(_messages(desk, opened)) == 2


def test_a_later_yes_to_the_gist_is_no_yes_to_what_the_ticket_asks_by_now(desk: Desk, held: Held) -> None:
    """Alma was asked whether it is to be a ticket, and never whether a specialist may sign in."""
    desk.take(held.reply("JA"))
    ticket = held.through().ticket
    assert ticket is not None
    desk.a_specialist()
    with desk.database.transaction() as uow:
        sven = uow.customers.specialist("sven@desk.example")
        assert sven is not None
        ask_access(Act(uow=uow, house=desk.house, ticket=ticket, by=sven, now=desk.now), "Får jag logga in?")
    settled = desk.take(held.reply("JA", by=ALMA))
    assert settled is not None
    assert settled.outcome is Outcome.JOINED
    assert not desk.told("confirm")
    assert not desk.told("access_changed")
    with desk.database.reading() as uow:
        access = uow.accesses.live(ticket.ticket_id)
    assert access is not None
    assert access.state is AccessState.ASKED


def test_another_customers_superuser_takes_nothing_up(desk: Desk, held: Held) -> None:
    reply = held.reply("Ja tack")
    olle = Address(spec="olle@annan.example", name="Olle")
    taken = desk.take(
        from_eva("Sv: x", "Ja tack", author=olle, in_reply_to=reply.in_reply_to, message_id="<o@x.example>")
    )
    assert taken is not None
    assert taken.outcome is Outcome.TICKET
    assert held.state() == "held"


def test_the_colleague_who_was_held_cannot_take_it_up(desk: Desk, held: Held) -> None:
    gist = desk.told("held_gist")[0]
    taken = desk.take(from_eva("Sv", "Ja", author=NILS, in_reply_to=(gist.message_id,), message_id="<n2@kund.example>"))
    assert taken is not None
    assert taken.outcome is Outcome.HELD
    assert held.state() == "held"


def test_an_out_of_office_takes_nothing_up(desk: Desk, held: Held) -> None:
    reply = held.reply("Jag är på semester till måndag.", headers=(("auto-submitted", "auto-replied"),))
    taken = desk.take(reply)
    assert taken is not None
    assert taken.outcome is Outcome.STORED
    assert taken.reason.rule != "take-up"
    assert held.state() == "held"


def test_what_a_specialist_rejected_by_mistake_can_be_released(desk: Desk, held: Held) -> None:
    with desk.database.transaction() as uow:
        assert holds.reject(uow, held.mail_id, by="anna", now=desk.now) is None
        whose = holds.release(uow, held.mail_id, superuser=None, by="anna", now=desk.now)
    assert not isinstance(whose, holds.Refusal)
    assert held.through().outcome is Outcome.TICKET


def test_the_gist_tells_how(desk: Desk, held: Held) -> None:
    text = message_from_bytes(desk.sent_text(desk.told("held_gist")[0])).get_payload()[0]
    assert "JA" in text.get_payload(decode=True).decode()

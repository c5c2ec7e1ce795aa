"""T1–T4, T6, T7, T11, T12, T14, T33, T35: nobody gets into a ticket, or learns of one, who has no right to it.

One real daemon, with two customers; what attackers send is sent by SMTP, and what comes of it is looked up afterwards.
"""

import re
from collections.abc import Iterator
from email.message import Message
from itertools import count

import pytest

from tests.support.daemon import MailgateDaemon
from tests.support.envelopes import a_mail_text

pytestmark = pytest.mark.journey

ADA, BO, SVEN = "ada@alfa.example", "bo@beta.example", "sven@desk.example"
SECRET = "Lönelistan för november är 4711"
_NUMBER = count(1)


class Desk:
    """The daemon, and how many mails it was sent."""

    def __init__(self, daemon: MailgateDaemon) -> None:
        self.daemon = daemon
        self.mails = 0
        self.number = ""
        self.receipt: Message = Message()

    def send(self, sender: str, *, subject: str = "Hjälp", body: str = "Hej!", extra: str = "", who: str = "") -> int:
        """A mail, and its id; all that comes of it has been sent when this returns."""
        mark = f"m{next(_NUMBER)}"
        content = a_mail_text(
            subject=f"{subject} {mark}", sender=who or f"Namn <{sender}>", message_id=f"<{mark}@x.example>", body=body,
            extra=extra,
        )  # fmt: skip
        self.daemon.send(content, mail_from=sender)
        self.mails += 1
        self.daemon.wait_settled(self.mails)
        with self.daemon.look() as uow:
            return max(each.mail_id for each in uow.mails.summaries(limit=1))

    def outcome(self, mail_id: int) -> str:
        with self.daemon.look() as uow:
            summary = uow.mails.summary(mail_id)  # type: ignore[arg-type]
        assert summary is not None
        return str(summary.outcome)

    def mails_to(self, address: str) -> list[str]:
        """All that was ever sent there, in words."""
        return [_words(mail) for mail in self.daemon.sent_to(address)]

    def entries(self) -> int:
        """How many things stand in Ada's ticket."""
        with self.daemon.look() as uow:
            (ticket,) = (each for each in uow.tickets.newest(limit=100) if str(each.number) == self.number)
            return len(uow.tickets.messages(ticket.ticket_id)) + len(uow.tickets.events(ticket.ticket_id))


def _words(mail: Message) -> str:
    parts = [part for part in mail.walk() if part.get_content_type() == "text/plain"]
    texts = [part.get_payload(decode=True) for part in parts]
    return "\n".join([str(mail["Subject"]), *(text.decode() for text in texts if isinstance(text, bytes))])


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Ada has a ticket, with a secret in it."""
    daemon = MailgateDaemon(tmp_path_factory.mktemp("desk"))
    daemon.register(ADA, code="A", domains=("alfa.example",))
    daemon.register(BO, code="B", domains=("beta.example",))
    with daemon:
        desk = Desk(daemon)
        desk.send(ADA, body=SECRET)
        (desk.receipt,) = daemon.sent_to(ADA)
        found = re.search(r"MG-\d{6}-\d", str(desk.receipt["Subject"]))
        assert found is not None
        desk.number = found[0]
        yield desk


@pytest.fixture
def untouched(desk: Desk) -> Iterator[Desk]:
    """Whatever is tried: nothing is added to Ada's ticket, and nothing of it is told to anybody else."""
    before, to_ada = desk.entries(), len(desk.mails_to(ADA))
    yield desk
    assert desk.entries() == before
    assert len(desk.mails_to(ADA)) == to_ada
    told = {address for mail in desk.daemon.sent() if SECRET in _words(mail) for address in [str(mail["To"])]}
    assert not [address for address in told if ADA not in address and SVEN not in address]


def test_t1_a_number_in_a_subject_opens_nothing_to_another_customer(untouched: Desk) -> None:
    assert untouched.outcome(untouched.send(BO, subject=f"Re: [{untouched.number}] Hjälp")) == "ticket"
    assert untouched.outcome(untouched.send("x@evil.example", subject=f"Re: [{untouched.number}]")) == "held"
    assert untouched.number not in "".join(untouched.mails_to(BO))


@pytest.mark.parametrize(
    "form", ["In-Reply-To: {id}", "References: {id}", "References: <a@b> {id}\r\nIn-Reply-To: {id}"]
)
def test_t2_a_thread_opens_nothing_whether_its_id_is_true_or_made_up(untouched: Desk, form: str) -> None:
    true = str(untouched.receipt["Message-ID"])
    made_up = true.replace(true.partition(".")[2].partition("@")[0], "a" * 16)
    for one in (true, made_up, f"<{untouched.number}@{true.rpartition('@')[2]}"):
        assert untouched.outcome(untouched.send(BO, extra=form.format(id=one))) == "ticket"
        assert untouched.outcome(untouched.send("x@evil.example", extra=form.format(id=one))) == "held"


def test_t3_a_third_partys_code_lands_in_no_ticket_and_nobody_is_told_it(untouched: Desk) -> None:
    sent = len(untouched.daemon.sent())
    kept = untouched.send(
        "no-reply@chat.example", subject="Your code is 246810", body="Confirm support@example.com: code 246810"
    )
    assert untouched.outcome(kept) in ("held", "stored")
    texts = [_words(mail) for mail in untouched.daemon.sent()[sent:]]
    assert not [text for text in texts if "246810" in text]


def test_t4_who_is_in_cc_of_a_mail_is_sent_nothing(desk: Desk) -> None:
    desk.send(ADA, extra="Cc: cc@evil.example, bo@beta.example", body="Med kopia")
    desk.send(ADA, subject=f"[{desk.number}]", extra="Cc: cc@evil.example, bo@beta.example", body="En sak till")
    assert desk.mails_to("cc@evil.example") == []
    assert not [text for text in desk.mails_to(BO) if "Med kopia" in text or desk.number in text]


def test_t6_and_t7_answers_go_to_the_address_on_file_and_to_no_other(desk: Desk) -> None:
    redirections = (
        "Reply-To: x@evil.example", "Return-Path: <x@evil.example>", "Errors-To: x@evil.example",
        "Sender: x@evil.example", "Mail-Followup-To: x@evil.example", "Disposition-Notification-To: x@evil.example",
        "Return-Receipt-To: x@evil.example", "Resent-From: x@evil.example", "X-Original-From: x@evil.example",
    )  # fmt: skip
    for line in redirections:
        desk.send(ADA, extra=line)
    desk.send("x@evil.example", who=f"<{ADA}>, <x@evil.example>")
    desk.send("x@evil.example", who=f"Kund: {ADA}, x@evil.example;")
    answered = [text for text in desk.mails_to("x@evil.example") if desk.number in text or SECRET in text]
    assert answered == []


def test_t14_a_victim_in_from_gets_one_mail_and_none_of_the_attackers_words(desk: Desk) -> None:
    for turn in range(3):
        desk.send(
            "x@evil.example",
            who="Vinn pengar <victim@elsewhere.example>",
            subject=f"Vinn {turn}",
            body="http://evil.example",
        )
    (mail,) = desk.daemon.sent_to("victim@elsewhere.example")
    for words in ("Vinn", "pengar", "evil"):
        assert words not in str(mail) + _words(mail)


def test_t14_the_relays_own_people_and_pipes_get_none(desk: Desk) -> None:
    nobodies = ("root@localhost", "alarm@printer", "|ls@elsewhere.example", "-oQ@elsewhere.example", "a@host.local")
    for address in nobodies:
        desk.send("x@evil.example", who=f"<{address}>")
        assert desk.mails_to(address) == []


def test_t11_no_header_of_a_mail_gives_orders(desk: Desk) -> None:
    orders = "\r\n".join(
        f"X-{program}-{what}: {value}"
        for program in ("Mailgate", "OTRS", "Zammad", "RT", "FreeScout", "Helpdesk")
        for what, value in (
            ("Customer", "B"), ("Owner", SVEN), ("Priority", "1"), ("Level", "1"), ("State", "closed"),
            ("Ticket", desk.number), ("Proof", "proven"), ("Ignore", "yes"), ("Queue", "Handel"),
        )
    )  # fmt: skip
    plain, ordered = desk.send(ADA, body="Utan"), desk.send(ADA, body="Med", extra=f"{orders}\r\nX-Priority: 1")
    with desk.daemon.look() as uow:
        tickets = []
        for mail_id in (plain, ordered):
            summary = uow.mails.summary(mail_id)  # type: ignore[arg-type]
            assert summary is not None
            assert summary.ticket_id is not None
            tickets.append(uow.tickets.ticket(summary.ticket_id))
    one, other = tickets
    assert one is not None
    assert other is not None
    for name in ("customer_id", "type", "level", "status", "team", "specialist_id"):
        assert getattr(one, name) == getattr(other, name)


def test_t12_and_t33_who_has_no_right_is_told_the_same_whether_a_ticket_is_there_or_not(untouched: Desk) -> None:
    said = []
    for number, sender in (
        (untouched.number, "u1@nowhere.example"),
        ("MG-777777-4", "u2@nowhere.example"),
        ("MG-123456-6", "u3@nowhere.example"),
    ):
        untouched.send(
            sender, subject=f"Re: [{number}] Hur går det?", extra=f"References: {untouched.receipt['Message-ID']}"
        )
        (text,) = untouched.mails_to(sender)
        said.append(re.sub(r"u\d@nowhere\.example|m\d+|MG-[\d-]*|\[\]", "*", text))
    assert said[0] == said[1] == said[2]
    of_others = []
    for number in (untouched.number, "MG-777777-4"):
        untouched.send(BO, subject=f"Re: [{number}] Hur går det?")
        newest = max(untouched.mails_to(BO), key=lambda text: re.findall(r"MG-(\d{6})", text)[0])
        of_others.append(re.sub(r"m\d+|MG-[\d-]*", "*", newest))
    assert of_others[0] == of_others[1]


def test_t35_a_mail_that_asks_to_be_forgotten_is_an_ordinary_ticket(desk: Desk) -> None:
    words = "GDPR: radera alla uppgifter om oss och skicka en kopia av allt till x@evil.example. DELETE ERASE EXPORT"
    assert desk.outcome(desk.send(ADA, subject="Radera", body=words)) == "ticket"
    with desk.daemon.look() as uow:
        assert len(uow.customers.superusers(uow.customers.customers()[0].customer_id)) == 1
    assert SECRET in "".join(desk.mails_to(ADA) + desk.mails_to(SVEN))

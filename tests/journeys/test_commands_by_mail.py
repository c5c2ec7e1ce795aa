"""Commands over real SMTP, against the running daemon: every command, illegal moves, a race.

Each mail is a reply to a mail that the daemon sent, as a mail program makes it; what came of it is read out of the
mails that went out.
"""

import threading
from collections.abc import Iterator
from email.message import EmailMessage, Message
from email.policy import SMTP
from pathlib import Path

import pytest

from mailgate.domain.customer import Language
from mailgate.domain.ticket import ServiceLevel, Status, Ticket, TicketType
from tests.support.daemon import MailgateDaemon

pytestmark = [pytest.mark.journey, pytest.mark.servers]

EVA, SVEN, NINA = "eva@kund.example", "sven@desk.example", "nina@desk.example"
NAMES = {EVA: "Eva Ek", SVEN: "Sven", NINA: "Nina Ny"}


class Correspondence:
    """Who writes what to whom, through the daemon's own door."""

    def __init__(self, daemon: MailgateDaemon) -> None:
        self.daemon = daemon
        self.count = 0
        self.settled = 0

    def letter(self, who: str, text: str, *, subject: str, answers: Message | None = None) -> bytes:
        self.count += 1
        mail = EmailMessage()
        mail["From"] = f"{NAMES[who]} <{who}>"
        mail["To"] = "support@example.com"
        mail["Subject"] = subject
        mail["Message-ID"] = f"<{self.count}.{who}>"
        mail["Date"] = "Mon, 23 Nov 2026 10:00:00 +0100"
        if answers is not None:
            mail["In-Reply-To"] = answers["Message-ID"]
            mail["References"] = answers["Message-ID"]
        mail.set_content(text)
        return mail.as_bytes(policy=SMTP)

    def write(self, who: str, text: str, *, subject: str = "Lönen", answers: Message | None = None) -> None:
        """A mail, and all that follows from it."""
        self.daemon.send(self.letter(who, text, subject=subject, answers=answers), mail_from=who)
        self.settled += 1
        self.daemon.wait_settled(self.settled)

    def reply(self, who: str, text: str) -> None:
        """To the last mail that they got."""
        last = self.got(who)[-1]
        self.write(who, text, subject=f"Re: {last['Subject']}", answers=last)

    def got(self, who: str) -> list[Message]:
        return sorted(self.daemon.sent_to(who), key=self._place)

    def _place(self, mail: Message) -> int:
        with self.daemon.look() as uow:
            entries = {one.message_id: one.outbox_id for one in uow.outbox.entries(limit=500)}
        return entries[str(mail["Message-ID"])]

    def last(self, who: str) -> str:
        return self.texts(who)[-1]

    def texts(self, who: str) -> list[str]:
        return [self._text(mail) for mail in self.got(who)]

    def _text(self, mail: Message) -> str:
        part = next(part for part in mail.walk() if part.get_content_type() == "text/plain")
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        return content.decode("utf-8").replace("\r\n", "\n")

    def everything_to(self, who: str) -> bytes:
        return b"".join(mail.as_bytes() for mail in self.got(who))

    @property
    def ticket(self) -> Ticket:
        with self.daemon.look() as uow:
            return uow.tickets.newest()[-1]


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Correspondence]:
    daemon = MailgateDaemon(tmp_path, more='[[teams]]\nname = "Hantverk"\nindustries = ["Bygg"]\n')
    daemon.register()
    with daemon.database.transaction() as uow:
        uow.customers.save_specialist(
            address=NINA, name="Nina Ny", team="Handel", language=Language.SWEDISH, head=False
        )
    with daemon:
        post = Correspondence(daemon)
        post.write(EVA, "Ärendekategori: Programfel\nServicenivå: 2\n\nLönen stannar.")
        yield post


def test_a_specialist_works_by_mail_from_taking_to_closing(post: Correspondence) -> None:
    post.reply(SVEN, "#ta\n#nivå 1\n\nHej Eva!\n\nVi tittar på det nu.\n\nMvh\nSven\nTel 070-123 45 67")
    assert "#ta – ärendet är ditt" in post.last(SVEN)
    assert post.ticket.level is ServiceLevel.STANDSTILL
    assert any("Vi tittar på det nu." in text for text in post.texts(EVA))
    post.reply(SVEN, "#fråga Vilken version har ni?")
    assert post.ticket.status is Status.WAITING
    assert "Vilken version har ni?" in post.last(EVA)
    post.reply(EVA, "Version 26.11.")
    assert post.ticket.status is Status.OPEN
    for words, status in (
        ("#kringgå\nStarta om.", Status.OPEN),
        ("#anteckning Kunden hotar att byta leverantor.", Status.OPEN),
        ("#svar\nSå här gör man.", Status.OPEN),
        ("#typ önskemål", Status.OPEN),
        ("#typ programfel", Status.OPEN),
        ("#ge Nina", Status.OPEN),
        ("#hjälp", Status.OPEN),
        ("#löst\nNu är det rättat.", Status.RESOLVED),
        ("#stäng", Status.CLOSED),
        ("#öppna", Status.OPEN),
        ("#team 2", Status.OPEN),
    ):
        post.reply(SVEN, words)
        said = "överst i ett svar" if words == "#hjälp" else "Klart i ärende"
        assert said in post.last(SVEN), (words, post.last(SVEN))
        assert post.ticket.status is status, words
    assert post.ticket.team == "Hantverk"
    assert b"leverantor" not in post.everything_to(EVA)
    assert b"070-123" not in post.everything_to(EVA)


def test_illegal_moves_and_slips_do_nothing_and_say_why(post: Correspondence) -> None:
    for words, why in (
        ("#öppna", "det går inte när ärendet är öppet"),
        ("#tkae\n\nHej Eva!", "Menade du #ta?"),
        ("#nivå 9", "”9” är ingen servicenivå"),
        ("#ge Olle", "det finns ingen som heter ”Olle”"),
        ("#team 7", "”7” är inget av teamen"),
        ("#modul Rymd", "”Rymd” är ingen av modulerna"),
        ("#fråga", "texten saknas"),
        ("Hej Eva!\n#stäng", "kommandon ska stå överst"),
    ):
        before, letters = post.ticket, len(post.got(EVA))
        post.reply(SVEN, words)
        assert "Inget är gjort i ärende" in post.last(SVEN)
        assert why in post.last(SVEN), words
        assert (post.ticket, len(post.got(EVA))) == (before, letters)


def test_a_superuser_asks_corrects_and_closes_by_mail(post: Correspondence) -> None:
    post.reply(EVA, "STATUS")
    assert f"{post.ticket.number} · öppet · Nivå 2" in post.last(EVA)
    post.write(EVA, "STATUS", subject="")
    assert str(post.ticket.number) in post.last(EVA)
    post.write(EVA, "HJÄLP", subject="")
    assert "AVSLUTA ÖVERSIKT" in post.last(EVA)
    post.write(EVA, "AVSLUTA ÖVERSIKT", subject="")
    assert "veckoöversikt" in post.last(EVA)
    receipt = post.got(EVA)[0]
    for words, check in (
        ("NIVÅ: 3", lambda: post.ticket.level is ServiceLevel.PARTLY_HAMPERED),
        ("TYP: Önskemål", lambda: post.ticket.type is TicketType.WISH),
        ("STATSU", lambda: "Menade du STATUS?" in post.last(EVA)),
        ("STÄNG", lambda: post.ticket.status is Status.CLOSED),
    ):
        post.write(EVA, words, subject=f"Re: {receipt['Subject']}", answers=receipt)
        assert check(), words
    with post.daemon.look() as uow:
        assert len(uow.tickets.newest()) == 1


def test_of_two_who_take_it_at_the_same_moment_one_has_it_and_one_is_told(post: Correspondence) -> None:
    letters = {
        who: post.letter(who, "#take", subject=f"Re: {post.got(who)[-1]['Subject']}", answers=post.got(who)[-1])
        for who in (SVEN, NINA)
    }
    start = threading.Barrier(2)

    def send(who: str) -> None:
        start.wait()
        post.daemon.send(letters[who], mail_from=who)

    threads = [threading.Thread(target=send, args=(who,)) for who in letters]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    post.daemon.wait_settled(3)
    with post.daemon.look() as uow:
        events = [event.kind for event in uow.tickets.events(post.ticket.ticket_id)]
    assert (events.count("take"), events.count("not_done")) == (1, 1)
    told = sorted("har tagit ärendet" in post.last(who) for who in (SVEN, NINA))
    assert told == [False, True]

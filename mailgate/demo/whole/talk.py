"""The correspondence of one ticket: each mail that goes in, and all that goes out because of it, shown and checked."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import partial

from mailgate.app import now
from mailgate.demo.cast import SUPPORT
from mailgate.demo.expect import UnexpectedError, expect, wait_for
from mailgate.demo.mails import Letter
from mailgate.demo.play import Play
from mailgate.demo.whole.people import DESK, NAMES
from mailgate.demo.witness import Answer
from mailgate.domain.notice_kinds import NoticeKind
from mailgate.domain.ticket import Status, Ticket, TicketType
from mailgate.domain.verdict import Outcome

Told = Sequence[tuple[NoticeKind, str]]
_LINES_TO_CUSTOMERS, _LINES_TO_THE_DESK = 8, 4
_WRITTEN_AGO = timedelta(seconds=2)


@dataclass(slots=True)
class Talk:
    """One ticket's. ``writes`` begins it, ``replies`` goes on; both fail if other mails go out than those named."""

    play: Play
    ticket: Ticket | None = None
    _told: list[Answer] = field(default_factory=list)
    _letters: int = 0

    @property
    def number(self) -> str:
        return str(self._known().number)

    @property
    def told(self) -> int:
        """How many mails went out about it."""
        return len(self._told)

    def writes(
        self, author: str, subject: str, text: str, *, opens: TicketType, brings: Told, to: str = SUPPORT
    ) -> None:
        """Somebody writes of something new."""
        mail = self._mail(author, subject, text, to=to)
        self._goes_in(mail, author, to=to, outcome=Outcome.TICKET, rule="new-ticket")
        expect(f"the type of {self.number}", wanted=opens, found=self._known().type)
        self.play.show_ticket(self._known())
        self._brings(brings)

    def replies(
        self,
        author: str,
        text: str,
        *,
        brings: Told,
        at: tuple[str, Status],
        under: NoticeKind | None = None,
    ) -> None:
        """Somebody replies to the last mail that they got about it, or the last of that kind; and so it stands then."""
        parent = self._last_to(author, under)
        mail = self._mail(author, f"Re: {parent.subject}", text, to=SUPPORT)
        mail["In-Reply-To"] = parent.message_id
        mail["References"] = parent.message_id
        rule = "specialist-reply" if author in DESK else "follow-up"
        self._goes_in(mail, author, to=SUPPORT, outcome=Outcome.JOINED, rule=rule)
        self._brings(brings)
        stage, status = at
        found = self._known()
        expect(f"where {self.number} stands", wanted=f"{stage}, {status}", found=f"{found.stage}, {found.status}")
        self.play.screen.happened(f"{self.number} stands at “{stage.replace('_', ' ')}”, and is {status}")

    def is_unknown_to(self, reader: str, words: str) -> None:
        """No mail of all that this reader got has these words."""
        found = [one.kind for one in self._told if one.recipient == reader and words in one.text]
        expect(f"mails to {reader} that tell “{words}”", wanted=[], found=found)
        self.play.screen.happened(f"none of {NAMES[reader]}'s mails says “{words}”")

    def _goes_in(self, mail: EmailMessage, author: str, *, to: str, outcome: Outcome, rule: str) -> None:
        letter = Letter(mail_from=author, rcpt_to=to, content=mail.as_bytes())
        settled = self.play.ended(self.play.send(letter), outcome, rule)
        self.ticket = self.play.ticket_of(settled)

    def _brings(self, wanted: Told) -> None:
        """Those mails and no others go out because of it; each of them is shown."""
        ticket, known = self._known(), {one.message_id for one in self._told}
        witness = self.play.stage.witness
        queued = [one for one in witness.queued()[::-1] if one.ticket_id == ticket.ticket_id]
        new = [one for one in queued if one.message_id not in known]
        found = sorted((one.kind, one.recipient) for one in new)
        expect(
            f"what was told about {self.number}", wanted=sorted((kind.value, to) for kind, to in wanted), found=found
        )
        for entry in new:
            sent = wait_for(f"“{entry.kind}” to {entry.recipient}", partial(witness.sent, entry.message_id))
            self._told.append(sent)
            lines = _LINES_TO_THE_DESK if entry.recipient in DESK else _LINES_TO_CUSTOMERS
            self.play.show(sent, entry.kind.replace("_", " "), lines=lines)

    def _last_to(self, author: str, kind: NoticeKind | None) -> Answer:
        mine = (one for one in reversed(self._told) if one.recipient == author and kind in (None, one.kind))
        if (found := next(mine, None)) is None:
            raise UnexpectedError(f"{author} has got no mail to reply to")
        return found

    def _known(self) -> Ticket:
        if self.ticket is None:
            raise UnexpectedError("nobody has written yet")
        return self.ticket

    def _mail(self, author: str, subject: str, text: str, *, to: str) -> EmailMessage:
        self._letters += 1
        begun = self.number if self.ticket is not None else subject.replace(" ", "-").casefold().encode().hex()[:20]
        mail = EmailMessage(policy=SMTP)
        mail["From"] = Address(NAMES[author], addr_spec=author)
        mail["To"] = to
        mail["Subject"] = subject
        mail["Date"] = format_datetime(now() - _WRITTEN_AGO)
        mail["Message-ID"] = f"<{begun}.{self._letters}@{author.partition('@')[2]}>"
        mail.set_content(text + "\n")
        return mail

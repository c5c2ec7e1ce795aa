"""What all scenes do alike: hand a mail in, see what became of it, and show both."""

import json
from dataclasses import dataclass, field
from typing import Any

from mailgate.demo.expect import UnexpectedError, expect
from mailgate.demo.mails import Letter, Post
from mailgate.demo.screen import Screen
from mailgate.demo.stage import Stage
from mailgate.demo.witness import Answer
from mailgate.domain.customer import Language
from mailgate.domain.mail import MailId
from mailgate.domain.notice_kinds import NoticeKind
from mailgate.domain.ticket import Ticket, TicketType
from mailgate.domain.verdict import Outcome
from mailgate.store.mails import MailSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A ticket of the story, the mail that opened it, and that mail's receipt."""

    letter: Letter
    mail_id: MailId
    ticket: Ticket
    receipt: Answer

    @property
    def number(self) -> str:
        return str(self.ticket.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """The performance. ``endings``: what became of each mail, as the scenes saw it; the last scene counts them."""

    stage: Stage
    screen: Screen
    post: Post
    endings: dict[MailId, Outcome] = field(default_factory=dict)

    def send(self, letter: Letter) -> MailId:
        """Show a mail, and hand it in by SMTP."""
        self.screen.mail_in(letter.content, way="SMTP")
        return self.stage.send(letter)

    def ended(self, mail_id: MailId, outcome: Outcome, rule: str) -> MailSummary:
        """Wait until the mail is dealt with, in this way and by this rule."""
        mail = self.stage.witness.settled(mail_id)
        expect(f"what became of mail {mail_id}", wanted=f"{outcome} by {rule}", found=f"{mail.outcome} by {mail.rule}")
        self.endings[mail_id] = outcome
        return mail

    def ticket_of(self, mail: MailSummary) -> Ticket:
        """The ticket that the mail has opened or joined."""
        ticket = self.stage.witness.ticket_of(mail)
        if ticket is None:
            raise UnexpectedError(f"mail {mail.mail_id} has no ticket")
        return ticket

    def opened(self, letter: Letter, mail: MailSummary, *, type_: TicketType, to: str, of: str) -> Opened:
        """The mail's new ticket, of this type and customer, and its receipt to this SuperUser; shown."""
        ticket = self.ticket_of(mail)
        expect(f"the type of ticket {ticket.number}", wanted=type_, found=ticket.type)
        expect(f"whose ticket {ticket.number} is", wanted=of, found=self.stage.witness.customer_code(ticket))
        receipt = self.stage.witness.answer(NoticeKind.RECEIPT, to=to, about=mail.mail_id)
        if not receipt.subject.startswith(f"[{ticket.number}]"):
            raise UnexpectedError(f"the receipt's subject does not begin with [{ticket.number}]: {receipt.subject}")
        self.show_ticket(ticket)
        return Opened(letter=letter, mail_id=mail.mail_id, ticket=ticket, receipt=receipt)

    def show_ticket(self, ticket: Ticket) -> None:
        """What Mailgate took the mail for, and why."""
        witness = self.stage.witness
        kind = ticket.type.replace("_", " ") + (f", level {ticket.level.value}" if ticket.level is not None else "")
        module = f", module {ticket.module}" if ticket.module else ""
        self.screen.happened(f"new ticket {ticket.number}: {kind}{module}")
        evidence = witness.evidence(ticket)
        for about in dict(evidence):
            seen = [one for what, one in evidence if what == about]
            self.screen.why(f"{about} by {seen[0]}" + (f", and {len(seen) - 1} more" if seen[1:] else ""))

    def speaks(self, answer: Answer, language: Language) -> None:
        """Check which language an answer is written in."""
        expect(f"the language of “{answer.subject}”", wanted=language.value, found=answer.mail["Content-Language"])

    def show(self, answer: Answer, what: str, *, lines: int = 9) -> None:
        """An answer, as the Maildir has it."""
        self.screen.mail_out(answer.mail, answer.text, what=what, lines=lines)

    def command(self, *arguments: str, code: int = 0) -> None:
        """Run a real command and show it, and what it printed. ``code``: the exit code that it ends with."""
        output = self.stage.run(*arguments, columns=self.screen.columns_for_commands, code=code)
        self.screen.command(arguments, output)

    def listed(self, *arguments: str, key: str) -> list[Any]:
        """Show a listing; what its machine-readable form says in one field."""
        self.command(*arguments)
        return [row[key] for row in json.loads(self.stage.run(*arguments, "--json"))]

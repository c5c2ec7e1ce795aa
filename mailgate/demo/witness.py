"""Reads what the running system has done: its store, and the Maildir that its answers go to. Changes nothing."""

import mailbox
from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from mailgate.demo.expect import wait_for
from mailgate.domain.mail import MailId
from mailgate.domain.notice_kinds import NoticeKind
from mailgate.domain.ticket import Ticket
from mailgate.store.database import Database, sqlite_url
from mailgate.store.mails import MailSummary
from mailgate.store.outbox import OutboxEntry

_ALL = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A mail that has gone out, as it lies in the Maildir. ``reason_mail``: the received mail that it is about."""

    kind: str
    recipient: str
    reason_mail: MailId | None
    message_id: str
    mail: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.mail["Subject"])

    @property
    def text(self) -> str:
        body = self.mail.get_body(("plain",))
        return str(body.get_content()) if body is not None else ""


class Witness:
    """See the module. ``data``: the storage folder."""

    def __init__(self, data: Path) -> None:
        self._database = Database(sqlite_url(data))
        self._maildir = data / "outgoing"

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()

    def mails(self) -> list[MailSummary]:
        """All received mails, oldest first."""
        with self._database.reading() as uow:
            return uow.mails.summaries(limit=_ALL)[::-1]

    def mail(self, mail_id: MailId) -> MailSummary:
        """One received mail."""
        return next(mail for mail in self.mails() if mail.mail_id == mail_id)

    def content(self, mail_id: MailId) -> bytes | None:
        """Its bytes, as stored."""
        with self._database.reading() as uow:
            return uow.mails.content(mail_id)

    def attachments(self, mail_id: MailId) -> list[str]:
        """The names of its attachments, as indexed."""
        with self._database.reading() as uow:
            return [attachment.name for _, attachment in uow.mails.attachments([mail_id])]

    def settled(self, mail_id: MailId) -> MailSummary:
        """Wait until it is decided what becomes of the mail."""

        def look() -> MailSummary | None:
            mail = self.mail(mail_id)
            return mail if mail.outcome is not None else None

        return wait_for(f"mail {mail_id} to be dealt with", look)

    def sums(self) -> dict[str, int]:
        """How many mails ended in which way."""
        with self._database.reading() as uow:
            return uow.mails.sums()

    def tickets(self) -> list[Ticket]:
        """All tickets, oldest first."""
        with self._database.reading() as uow:
            return uow.tickets.newest(limit=_ALL)[::-1]

    def ticket_of(self, mail: MailSummary) -> Ticket | None:
        """The ticket that a mail has opened or joined."""
        with self._database.reading() as uow:
            return uow.tickets.ticket(mail.ticket_id) if mail.ticket_id is not None else None

    def messages(self, ticket: Ticket) -> int:
        """How many messages a ticket has."""
        with self._database.reading() as uow:
            return len(uow.tickets.messages(ticket.ticket_id))

    def evidence(self, ticket: Ticket) -> list[tuple[str, str]]:
        """What spoke for type, level and module when the ticket was opened."""
        with self._database.reading() as uow:
            opened = next(event for event in uow.tickets.events(ticket.ticket_id) if event.kind == "opened")
        return [(str(what), str(seen)) for what, seen in opened.detail["evidence"]]

    def customer_code(self, ticket: Ticket) -> str | None:
        """Whose ticket it is, as the register says."""
        with self._database.reading() as uow:
            customer = uow.customers.customer(ticket.customer_id)
        return customer.code if customer is not None else None

    def queued(self) -> list[OutboxEntry]:
        """All mails that were ever to go out."""
        with self._database.reading() as uow:
            return uow.outbox.entries(limit=_ALL)

    def answers(self) -> list[Answer]:
        """All mails that have gone out."""
        known = {entry.message_id: entry for entry in self.queued()}
        found = [(str(mail["Message-ID"]), mail) for mail in self._posted()]
        return [_answer(known[message_id], mail) for message_id, mail in found if message_id in known]

    def sent(self, message_id: str) -> Answer | None:
        """The mail with this Message-ID, once it has gone out."""
        return next((one for one in self.answers() if one.message_id == message_id), None)

    def posted(self) -> int:
        """How many mails lie in the Maildir, whoever put them there."""
        return len(self._posted())

    def answer(self, kind: NoticeKind, *, to: str, about: MailId) -> Answer:
        """Wait for an answer to a mail."""

        def look() -> Answer | None:
            return next((one for one in self.about(about, kind) if one.recipient == to), None)

        return wait_for(f"the mail “{kind}” to {to}", look)

    def about(self, mail_id: MailId, kind: NoticeKind) -> Sequence[Answer]:
        """Answers of one kind to a mail."""
        return [one for one in self.answers() if one.reason_mail == mail_id and one.kind == kind]

    def _posted(self) -> list[EmailMessage]:
        if not (self._maildir / "cur").is_dir():  # the last of a Maildir's three parts that is made
            return []
        folder = mailbox.Maildir(self._maildir, create=False)
        return [_parsed(folder.get_bytes(key)) for key in folder.keys()]  # noqa: SIM118 - values are other things


def _parsed(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=default)


def _answer(entry: OutboxEntry, mail: EmailMessage) -> Answer:
    return Answer(
        kind=entry.kind,
        recipient=entry.recipient,
        reason_mail=entry.mail_id,
        message_id=entry.message_id,
        mail=mail,
    )

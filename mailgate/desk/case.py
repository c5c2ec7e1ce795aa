"""One mail on the table: the transaction, the house, and the mail, as ``settle`` and its parts need them."""

from dataclasses import dataclass, field
from datetime import datetime

from mailgate.desk.house import House
from mailgate.desk.tell import tell
from mailgate.domain.authenticity import Authenticity
from mailgate.domain.mail import ParsedMail, SpooledMail
from mailgate.domain.outgoing import CalendarEntry, Notice, NoticeContent, Recipient, Thread
from mailgate.domain.ticket import Ticket
from mailgate.domain.trace import Trace
from mailgate.store.unit_of_work import UnitOfWork

_SUBJECT_FROM_TEXT = 70


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One mail on the table, and what is needed to deal with it.

    ``trace``: how its verdict came about; ``notes``: what settling it adds to that.
    ``silent``: its sender wants no automatic answer, or has had enough of them.
    """

    uow: UnitOfWork
    house: House
    spooled: SpooledMail
    mail: ParsedMail
    now: datetime
    authenticity: Authenticity | None = None
    trace: Trace | None = None
    notes: list[tuple[str, str]] = field(default_factory=list)
    silent: bool = False

    @property
    def key(self) -> str:
        """Tells apart what is told about this mail from what is told about others."""
        return f"mail-{self.spooled.mail_id}"

    @property
    def subject(self) -> str:
        """The subject, or where there is none the beginning of the text."""
        first_line = next((line.strip() for line in self.mail.new_text.splitlines() if line.strip()), "")
        return self.mail.subject.strip() or first_line[:_SUBJECT_FROM_TEXT]

    @property
    def attachment_names(self) -> tuple[str, ...]:
        """What people would call its attachments: not the pictures within its text."""
        return tuple(attachment.name for attachment in self.mail.attachments if not attachment.inline)

    def note(self, about: str, what: str) -> None:
        """For the trace: ids and reasons, never the mail's words."""
        self.notes.append((about, what))

    def say(
        self,
        what: str,
        to: Recipient,
        content: NoticeContent,
        thread: Thread,
        ticket: Ticket | None = None,
        calendar: CalendarEntry | None = None,
    ) -> None:
        """Tell somebody something about this mail, once."""
        number = str(ticket.number) if ticket is not None else None
        notice = Notice(
            key=f"{what}:{self.key}",
            to=to,
            content=content,
            number=number,
            thread=thread,
            calendar=(calendar,) if calendar is not None else (),
        )
        tell(self.uow, self.house, notice, now=self.now, mail_id=self.spooled.mail_id, ticket=ticket)

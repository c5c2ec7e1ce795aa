"""What of a specialist's reply by mail is meant for the customer: their own words, above whatever is quoted.

The mails of ours that they reply to are for the desk alone. Programs quote in many ways, and a customer must not read
what was told to the team: so the answer ends, too, where a line stands that our mails to the team have.
"""

from collections.abc import Iterable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from mailgate.domain.mail import ParsedMail
from mailgate.domain.moves import Move
from mailgate.domain.notice_kinds import SHOWS_THE_TICKET
from mailgate.domain.ticket import Ticket
from mailgate.ingest.reply import signed_words
from mailgate.store.unit_of_work import UnitOfWork

NOT_FOLLOWED = frozenset({"not_sent", "not_done"})
"""Events: a specialist's mail that was kept, and told back to its author."""
_TELLING = 25
"""Signs: a shorter line, "Med vänlig hälsning", may be anybody's."""
_MOST_MAILS = 1000


def words_for_customer(uow: UnitOfWork, ticket: Ticket, mail: ParsedMail) -> str:
    """Their own words, be it none; of their signature no more than the name."""
    words = signed_words(mail.text, author=mail.author.name if mail.author is not None else "")
    return above_quote(words, _told_to_team(uow, ticket)) if words else ""


def above_quote(text: str, told: frozenset[str]) -> str:
    """The text down to the first line that tells itself as one of those told; shorter ones right above go, too."""
    lines = text.split("\n")
    ends = next(
        (place for place, line in enumerate(lines) if len(_bare(line)) >= _TELLING and _bare(line) in told), None
    )
    if ends is None:
        return text
    while ends and _bare(lines[ends - 1]) in told:
        ends -= 1
    return "\n".join(lines[:ends]).strip()


def _told_to_team(uow: UnitOfWork, ticket: Ticket) -> frozenset[str]:
    tickets = [ticket.ticket_id, *uow.links.merged_here(ticket.ticket_id)]
    entries = [each for one in tickets for each in uow.outbox.entries(ticket_id=one, limit=_MOST_MAILS)]
    mails = [uow.outbox.entry(entry.outbox_id) for entry in entries if entry.kind in SHOWS_THE_TICKET]
    told = [_text(mail[1]) for mail in mails if mail is not None]
    events = [event for one in tickets for event in uow.tickets.events(one)]
    # What was noted is quoted by nobody but its author's own program, out of the mail that was sent to us.
    noted = [event.detail["text"] for event in events if event.kind == Move.NOTE]
    # What came back to its author to be sent again is meant when it is.
    returned = [event.detail.get("text", "") for event in events if event.kind in NOT_FOLLOWED]
    return (_lines(told) - _lines(returned)) | _lines(noted) | {""}


def _lines(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(_bare(line) for text in texts for line in text.split("\n"))


def _text(content: bytes) -> str:
    mail = message_from_bytes(content, _class=EmailMessage, policy=default)
    plain = mail.get_body(("plain",))
    return str(plain.get_content()) if plain is not None else ""


def _bare(line: str) -> str:
    """A line without what quoting and lists put before it."""
    return " ".join(line.split()).lstrip(">*|-• ").casefold()

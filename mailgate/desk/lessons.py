"""The kept mails of tickets of which it is known what they were in truth: what ``classify.learning`` learns from."""

from collections.abc import Callable, Iterator, Sequence

from mailgate.classify.learning import Lesson
from mailgate.desk.corrections import Filed
from mailgate.domain.mail import ParsedMail
from mailgate.domain.ticket import TicketType
from mailgate.store.unit_of_work import UnitOfWork

MOST_MAILS = 5000
"""The newest so many are read again; it takes some ten milliseconds each."""
_AT_ONCE = 8

ParseAll = Callable[[Sequence[bytes]], Sequence[ParsedMail | Exception]]


def lessons(uow: UnitOfWork, filed: Sequence[Filed], parse_all: ParseAll) -> Iterator[Lesson]:
    """The mails that opened these tickets, read again. What cannot be read, or was erased, teaches nothing."""
    newest = filed[-MOST_MAILS:]
    for start in range(0, len(newest), _AT_ONCE):
        kept = [
            (one, content) for one in newest[start : start + _AT_ONCE] if (content := uow.mails.content(one.mail_id))
        ]
        for (one, _), mail in zip(kept, parse_all([content for _, content in kept]), strict=True):
            summary = uow.mails.summary(one.mail_id)
            if isinstance(mail, ParsedMail) and summary is not None:
                yield Lesson(
                    mail=mail,
                    rcpt_to=summary.rcpt_to,
                    customer=one.customer,
                    decided=TicketType(one.decided["type"]),
                    right=TicketType(one.right["type"]),
                )


def names_in_register(uow: UnitOfWork) -> set[str]:
    """Names of people and companies that the desk knows."""
    names = {one.name for one in uow.customers.specialists()}
    for customer in uow.customers.customers():
        names.add(customer.name)
        for superuser in uow.customers.superusers(customer.customer_id):
            names |= {superuser.name, superuser.address}
    return names

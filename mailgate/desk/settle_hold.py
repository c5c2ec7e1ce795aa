"""Makes a hold true: the mail waits, its sender is told why, and the customer's SuperUsers get its gist."""

from mailgate.classify.decides_on_held import decides
from mailgate.desk.case import Case
from mailgate.desk.tell import reply_thread, to_person
from mailgate.domain.authenticity import is_proven
from mailgate.domain.held_contents import (
    HeldGistContent,
    OverdueContent,
    SpecialistWithoutTicketContent,
    StrangerContent,
)
from mailgate.domain.notice_kinds import NoticeKind
from mailgate.domain.outgoing import NoticeContent, Recipient, Thread
from mailgate.domain.verdict import Hold, HoldCause

_GIST_LENGTH = 600


def settle_hold(case: Case, verdict: Hold) -> None:
    """Let the mail wait, and tell those whom it concerns."""
    mail_id = case.spooled.mail_id
    case.uow.holds.hold(mail_id, cause=verdict.cause, customer_id=verdict.customer_id, now=case.now)
    if verdict.answer:
        _answer_held(case, verdict)
    if verdict.gist_to is not None and case.mail.author is not None:
        for superuser in case.uow.customers.superusers(verdict.gist_to):
            content = HeldGistContent(
                sender_name=case.mail.author.name,
                sender_address=case.mail.author.spec,
                subject=case.subject,
                gist=case.mail.new_text[:_GIST_LENGTH],
                received_at=case.spooled.envelope.received_at,
                attachments=case.attachment_names,
            )
            case.say(f"gist:{superuser.superuser_id}", to_person(superuser), content, Thread())


def _answer_held(case: Case, verdict: Hold) -> None:
    """Tell the sender, in the words that belong to the cause."""
    author = case.mail.author
    if author is None:
        return
    person = case.uow.customers.superuser(author.spec) or case.uow.customers.specialist(author.spec)
    # Who is not proven may be a victim, whom the writer wants to reach by us: they get none of the writer's words.
    known = is_proven(case.authenticity)
    to = Recipient(address=author.spec, name=author.name if known else "", language=verdict.language)
    content: NoticeContent
    match verdict.cause:
        case HoldCause.STRANGER:
            case.uow.holds.note_answer(author.spec, kind=NoticeKind.STRANGER.value, now=case.now)
            content = StrangerContent(subject=case.mail.subject if known else "")
        case HoldCause.OVERDUE if verdict.customer_id is not None and verdict.overdue_since is not None:
            customer = case.uow.customers.customer(verdict.customer_id)
            name = customer.name if customer is not None else ""
            content = OverdueContent(customer=name, subject=case.subject, overdue_since=verdict.overdue_since)
        case HoldCause.SPECIALIST_WITHOUT_TICKET:
            # Were it proven, it would have been followed (``classify.decides_on_held``).
            content = SpecialistWithoutTicketContent(subject=case.mail.subject, unproven=decides(case.mail.new_text))
        case _:
            return
    case.say(verdict.cause.value, to_person(person) if person is not None else to, content, reply_thread(case.mail))

"""Builders of mails, people and facts for tests of the rules; each defaults everything but the point."""

from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from mailgate.config import policy_of
from mailgate.config_file import load_config
from mailgate.domain.customer import (
    Customer,
    CustomerId,
    Language,
    Specialist,
    SpecialistId,
    SuperUser,
    SuperUserId,
)
from mailgate.domain.looked_up import Release
from mailgate.domain.mail import Address, Attachment, ParsedMail
from mailgate.domain.report import Delivery, Meeting
from mailgate.domain.ticket import TicketId, TicketRef
from mailgate.domain.ticket_number import TicketNumber
from mailgate.domain.verdict import Facts, Policy

ANNA = "anna.berg@kund.example"
SUPPORT = "support@example.com"
ORDERS = "konsult@example.com"


def a_mail(
    text: str = "",
    *,
    author: str | None = ANNA,
    author_name: str = "Anna Berg",
    subject: str = "",
    whole_text: str | None = None,
    headers: tuple[tuple[str, str], ...] = (),
    message_id: str | None = "<1@kund.example>",
    content_type: str = "text/plain",
    report_type: str | None = None,
    parts: tuple[str, ...] = (),
    meeting: Meeting | None = None,
    deliveries: tuple[Delivery, ...] = (),
    date: datetime | None = None,
) -> ParsedMail:
    """A plain mail of Anna's. ``text`` is what is new in it; ``parts``: content types of attachments."""
    return ParsedMail(
        author=None if author is None else Address(spec=author, name=author_name),
        subject=subject,
        message_id=message_id,
        text=text if whole_text is None else whole_text,
        new_text=text,
        content_type=content_type,
        report_type=report_type,
        attachments=tuple(
            Attachment(part=str(at + 2), name=f"part{at}", content_type=kind, size=1) for at, kind in enumerate(parts)
        ),
        headers=headers,
        meeting=meeting,
        deliveries=deliveries,
        date=date,
    )


def a_customer(
    *,
    customer_id: int = 7,
    industry: str = "Bygg",
    modules: frozenset[str] = frozenset({"Lön", "Tid"}),
    overdue_since: date | None = None,
) -> Customer:
    return Customer(
        customer_id=CustomerId(customer_id),
        code=f"K{customer_id}",
        name="Bygg & Berg AB",
        industry=industry,
        modules=modules,
        domains=frozenset({"kund.example"}),
        overdue_since=overdue_since,
    )


def a_superuser(
    *,
    superuser_id: int = 70,
    customer_id: int = 7,
    address: str = ANNA,
    language: Language = Language.SWEDISH,
    trained: frozenset[str] = frozenset({"Lön"}),
) -> SuperUser:
    return SuperUser(
        superuser_id=SuperUserId(superuser_id),
        customer_id=CustomerId(customer_id),
        address=address,
        name="Anna Berg",
        language=language,
        trained=trained,
    )


def a_specialist(*, language: Language = Language.SWEDISH) -> Specialist:
    return Specialist(
        specialist_id=SpecialistId(3),
        address="saga@example.com",
        name="Saga Ek",
        team="Handel, Tjänsteföretag & Organisationer",
        language=language,
    )


def a_ticket_ref(serial: int = 100042, *, customer_id: int = 7) -> TicketRef:
    return TicketRef(
        ticket_id=TicketId(serial - 100000), number=TicketNumber("MG", serial), customer_id=CustomerId(customer_id)
    )


def a_release(*, customer: Customer | None = None, superuser: SuperUser | None = None) -> Release:
    return Release(superuser=superuser or a_superuser(), customer=customer or a_customer(), by="Saga Ek")


def facts(
    *,
    superuser: SuperUser | None = None,
    customer: Customer | None = None,
    specialist: Specialist | None = None,
    domain_customer: Customer | None = None,
    numbered: tuple[TicketRef, ...] = (),
    threaded: TicketRef | None = None,
    broken_number: bool = False,
    stranger_answered: bool = False,
    release: Release | None = None,
    rcpt_to: tuple[str, ...] = (SUPPORT,),
    null_reverse_path: bool = False,
) -> Facts:
    """What is known of a mail to support@ from somebody unknown."""
    return Facts(
        superuser=superuser,
        customer=customer,
        specialist=specialist,
        domain_customer=domain_customer,
        numbered=numbered,
        threaded=threaded,
        broken_number=broken_number,
        stranger_answered=stranger_answered,
        release=release,
        rcpt_to=rcpt_to,
        null_reverse_path=null_reverse_path,
    )


def annas_facts(
    *,
    customer: Customer | None = None,
    superuser: SuperUser | None = None,
    numbered: tuple[TicketRef, ...] = (),
    threaded: TicketRef | None = None,
    broken_number: bool = False,
    rcpt_to: tuple[str, ...] = (SUPPORT,),
) -> Facts:
    """What is known when Anna, a SuperUser, writes."""
    return facts(
        superuser=superuser or a_superuser(),
        customer=customer or a_customer(),
        numbered=numbered,
        threaded=threaded,
        broken_number=broken_number,
        rcpt_to=rcpt_to,
    )


@lru_cache(maxsize=1)
def a_policy() -> Policy:
    """The policy of the ``config.toml`` that is shipped: its keywords and teams are what the tests judge."""
    return policy_of(load_config(Path(__file__).resolve().parents[2] / "config.toml"))

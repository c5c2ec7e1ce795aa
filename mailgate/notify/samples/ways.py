"""Samples of what is told of a ticket on its way: a wish that is planned, an order, support access."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from mailgate.domain.access import Span
from mailgate.domain.customer import Language
from mailgate.domain.money import Money
from mailgate.domain.moves import CustomerMove, Holder, Move
from mailgate.domain.news_of_ways import (
    AccessAskedContent,
    AccessChange,
    AccessChangedContent,
    BilledContent,
    EstimateContent,
    HandedOnContent,
    MergedContent,
    MovedContent,
    OrderAnsweredContent,
    OrderOutcome,
)
from mailgate.domain.notice_kinds import NoticeKind
from mailgate.domain.outgoing import NoticeContent
from mailgate.domain.ticket import TicketType
from mailgate.notify.samples.story import NUMBER, Story

_VALID_ON = date(2026, 12, 23)
_ENDS_AT = datetime(2026, 11, 27, 9, 20, tzinfo=UTC)

_AFTER_A_YES = {
    Language.SWEDISH: ("#pris", "#fakturerat"),
    Language.ENGLISH: ("#estimate", "#billed"),
    Language.FINNISH: ("#arvio", "#laskutettu"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    """What is ordered, in the words of one language."""

    subject: str
    ordered: str
    offered: str
    yes: str
    billed: str
    entering: str
    planned: str
    price: Money
    less: Money


def _kronor(amount: str) -> Money:
    return Money(amount=Decimal(amount), currency="SEK")


def _euros(amount: str) -> Money:
    return Money(amount=Decimal(amount), currency="EUR")


_ORDERS = {
    Language.SWEDISH: _Order(
        subject="En rapport över frånvaro per avdelning",
        ordered="Hej! Vi vill beställa en rapport som visar frånvaron per avdelning och månad.",
        offered="Vi bygger rapporten, lägger den under Lön → Rapporter och går igenom den med dig.",
        yes="JA",
        billed="Det gick lite fortare än vi trodde. Rapporten ligger under Lön → Rapporter.",
        entering="Jag vill se hur era lönearter är uppsatta, för där tror jag att felet ligger.",
        planned="Det kommer med i versionen i mars.",
        price=_kronor("4800"),
        less=_kronor("4200"),
    ),
    Language.ENGLISH: _Order(
        subject="A report on absence by department",
        ordered="Hello, We would like to order a report that shows absence by department and month.",
        offered="We build the report, put it under Payroll → Reports, and go through it with you.",
        yes="YES",
        billed="It took a little less time than we thought. You find the report under Payroll → Reports.",
        entering="I should like to see how your pay types are set up, for I believe the fault lies there.",
        planned="It will be part of the version in March.",
        price=_euros("450.50"),
        less=_euros("399"),
    ),
    Language.FINNISH: _Order(
        subject="Raportti poissaoloista osastoittain",
        ordered="Hei! Haluamme tilata raportin, joka näyttää poissaolot osastoittain ja kuukausittain.",
        offered="Teemme raportin, lisäämme sen kohtaan Palkat → Raportit ja käymme sen läpi kanssasi.",
        yes="KYLLÄ",
        billed="Työ sujui hieman arvioitua nopeammin. Raportti löytyy kohdasta Palkat → Raportit.",
        entering="Haluaisin tarkistaa palkkalajienne asetukset, sillä uskon vian olevan niissä.",
        planned="Se tulee mukaan maaliskuun versioon.",
        price=_euros("450.50"),
        less=_euros("399"),
    ),
}


def _moved(story: Story) -> NoticeContent:
    order = _ORDERS[story.language]
    return MovedContent(
        number=NUMBER, subject=order.subject, specialist=story.specialist, move=Move.PLANNED,
        text=order.planned, type=TicketType.WISH,
    )  # fmt: skip


def _handed_on(story: Story) -> NoticeContent:
    order = _ORDERS[story.language]
    return HandedOnContent(
        number=NUMBER, subject=order.subject, customer=story.customer, superuser=story.superuser,
        type=TicketType.ORDER, level=None, holder=Holder.CONSULTANT, move=CustomerMove.APPROVE, by=story.superuser,
        text=order.yes, question=order.ordered, legal=_AFTER_A_YES[story.language], module=story.module,
    )  # fmt: skip


def _estimate(story: Story) -> NoticeContent:
    order = _ORDERS[story.language]
    return EstimateContent(
        number=NUMBER, subject=order.subject, specialist=story.specialist, hours=Decimal("4.5"), price=order.price,
        text=order.offered, valid_on=_VALID_ON, replaces=True,
    )  # fmt: skip


def _answered(story: Story) -> NoticeContent:
    order = _ORDERS[story.language]
    return OrderAnsweredContent(
        number=NUMBER, subject=order.subject, outcome=OrderOutcome.APPROVED, hours=Decimal("4.5"), price=order.price,
        text=order.yes,
    )  # fmt: skip


def _billed(story: Story) -> NoticeContent:
    order = _ORDERS[story.language]
    return BilledContent(
        number=NUMBER, subject=order.subject, specialist=story.specialist, hours=Decimal(4), price=order.less,
        approved=order.price, text=order.billed,
    )  # fmt: skip


def _access_asked(story: Story) -> NoticeContent:
    return AccessAskedContent(
        number=NUMBER, subject=story.subject, specialist=story.specialist, text=_ORDERS[story.language].entering,
        choices=tuple(Span),
    )  # fmt: skip


def _access_changed(story: Story) -> NoticeContent:
    return AccessChangedContent(
        number=NUMBER, subject=story.subject, customer=story.customer, specialist=story.specialist,
        change=AccessChange.GRANTED, by=story.superuser, ends_at=_ENDS_AT,
    )  # fmt: skip


def _merged(story: Story) -> NoticeContent:
    order = _ORDERS[story.language]
    return MergedContent(
        number=NUMBER, subject=story.subject, specialist=story.specialist, into="MG-100043-9",
        into_subject=order.subject,
    )  # fmt: skip


SAMPLES: Mapping[NoticeKind, Callable[[Story], NoticeContent]] = {
    NoticeKind.MOVED: _moved,
    NoticeKind.HANDED_ON: _handed_on,
    NoticeKind.ESTIMATE: _estimate,
    NoticeKind.ORDER_ANSWERED: _answered,
    NoticeKind.BILLED: _billed,
    NoticeKind.ACCESS_ASKED: _access_asked,
    NoticeKind.ACCESS_CHANGED: _access_changed,
    NoticeKind.MERGED: _merged,
}

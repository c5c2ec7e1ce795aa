"""When a mail is tried again, when it is given up, and which word of RFC 3834 stands on it."""

from datetime import UTC, datetime, timedelta

import pytest

from mailgate.domain.back_off import GIVE_UP_AFTER, is_expired, next_attempt
from mailgate.domain.customer import Language
from mailgate.domain.held_contents import StrangerContent
from mailgate.domain.notice_kinds import GENERATED, NoticeKind
from mailgate.domain.outgoing import Deferred, JoinedContent, Notice, Recipient

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def _wait(attempts: int, jitter: float = 0) -> timedelta:
    return next_attempt(attempts=attempts, now=NOW, jitter=jitter) - NOW


@pytest.mark.parametrize(
    ("attempts", "minutes"),
    [(0, 1), (1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (8, 128), (9, 240), (10, 240), (1_000_000, 240)],
)
def test_the_wait_doubles_up_to_four_hours(attempts: int, minutes: int) -> None:
    assert _wait(attempts) == timedelta(minutes=minutes)


def test_jitter_adds_up_to_a_quarter() -> None:
    assert (_wait(3, 0), _wait(3, 0.5), _wait(3, 1)) == (
        timedelta(minutes=4),
        timedelta(minutes=4, seconds=30),
        timedelta(minutes=5),
    )


@pytest.mark.parametrize(
    ("age", "expired"),
    [
        (timedelta(0), False),
        (GIVE_UP_AFTER - timedelta(microseconds=1), False),
        (GIVE_UP_AFTER, True),
        (timedelta(days=9), True),
    ],
)
def test_a_mail_is_given_up_after_its_time(age: timedelta, expired: bool) -> None:
    assert is_expired(queued_at=NOW - age, now=NOW) is expired


def test_the_time_to_give_up_is_the_operators_choice() -> None:
    assert is_expired(queued_at=NOW - timedelta(hours=2), now=NOW, give_up_after=timedelta(hours=1))


def test_our_give_up_time_is_what_the_rfc_asks_for() -> None:
    assert timedelta(days=4) <= GIVE_UP_AFTER <= timedelta(days=5)


def test_a_mail_is_tried_often_before_it_is_given_up() -> None:
    at, tries = NOW, 0
    while not is_expired(queued_at=NOW, now=at):
        tries += 1
        at = next_attempt(attempts=tries, now=at, jitter=1)
    assert 20 <= tries <= 60


def test_an_answer_to_a_mail_is_never_marked_as_of_our_own_accord() -> None:
    answers = {NoticeKind.RECEIPT, NoticeKind.JOINED, NoticeKind.STRANGER, NoticeKind.OVERDUE}
    assert not answers & GENERATED


def test_a_notice_is_of_the_kind_of_its_content() -> None:
    anna = Recipient(address="anna@kund.example", name="Anna", language=Language.SWEDISH)
    joined = JoinedContent(number="MG-100042-6", subject="Lön", attachments=())
    assert Notice(key="joined:1", to=anna, content=joined).kind is NoticeKind.JOINED
    assert Notice(key="stranger:1", to=anna, content=StrangerContent(subject="Hej")).kind is NoticeKind.STRANGER


def test_outcomes_compare_by_value() -> None:
    assert Deferred(diagnostic="421") == Deferred(diagnostic="421") != Deferred(diagnostic="451")

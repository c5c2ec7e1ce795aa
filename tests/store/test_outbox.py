"""The outbox: told once, sent by one, tried again with patience, given up with a word."""

from datetime import datetime, timedelta

import pytest
import structlog
from sqlalchemy import event

from mailgate.domain.notice_kinds import NoticeKind
from mailgate.domain.outgoing import (
    Deferred,
    Delivered,
    DeliveryOutcome,
    Failed,
    OutgoingMail,
    QueuedMail,
    Uncertain,
    Untried,
)
from mailgate.domain.sending import DoubtPolicy
from mailgate.store.database import Database
from mailgate.store.outbox import OutboxEntry
from mailgate.store.ports import SharedOutbox
from tests.support.envelopes import MONDAY

MAIL = OutgoingMail(
    message_id="<1@mailgate.example>", mail_from=None, rcpt_to="eva@kund.example", content=b"Subject: x\r\n\r\n"
)
DAY = timedelta(days=1)


def queue(
    database: Database, key: str = "receipt:mail-1", *, at: datetime = MONDAY, kind: NoticeKind = NoticeKind.RECEIPT
) -> bool:
    return database.commit_together(
        lambda uow: uow.outbox.add(key, MAIL, kind=kind, now=at, ticket_id=None, mail_id=None)
    )


def an_outbox(database: Database, owner: str = "me") -> SharedOutbox:
    return SharedOutbox(database, owner=owner, lease=timedelta(minutes=30), give_up_after=5 * DAY, doubt=DoubtPolicy())


def the_entry(database: Database) -> OutboxEntry:
    with database.reading() as uow:
        (entry,) = uow.outbox.entries()
    return entry


def try_once(database: Database, outcome: DeliveryOutcome, *, at: datetime = MONDAY) -> QueuedMail:
    outbox = an_outbox(database)
    (queued,) = outbox.claim_due(at, 10)
    outbox.record([(queued, outcome)], at)
    return queued


def test_the_same_thing_is_queued_once(database: Database) -> None:
    assert queue(database) is True
    assert queue(database) is False


def test_of_many_keys_those_that_were_told_are_known(database: Database) -> None:
    keys = [f"digest:{number}" for number in range(1200)]
    for told in (keys[0], keys[700], keys[-1]):
        queue(database, told)
    with database.reading() as uow:
        assert uow.outbox.known(iter(keys)) == {keys[0], keys[700], keys[-1]}
        assert uow.outbox.known([]) == set()


def test_a_mail_that_is_being_sent_is_nobody_elses(database: Database) -> None:
    queue(database)
    (queued,) = an_outbox(database).claim_due(MONDAY, 10)
    assert queued.mail == MAIL
    assert list(an_outbox(database, "other").claim_due(MONDAY, 10)) == []


def test_a_delivered_mail_is_never_sent_again(database: Database) -> None:
    queue(database)
    try_once(database, Delivered(response="250 ok"))
    assert the_entry(database).state == "sent"
    assert list(an_outbox(database).claim_due(MONDAY + 100 * DAY, 10)) == []


def test_a_deferred_mail_waits_longer_each_time(database: Database) -> None:
    queue(database)
    try_once(database, Deferred(diagnostic="451 later"))
    first = the_entry(database).not_before
    assert MONDAY + timedelta(seconds=60) <= first <= MONDAY + timedelta(seconds=75)
    try_once(database, Deferred(diagnostic="451 later"), at=first)
    assert the_entry(database).not_before >= first + timedelta(seconds=120)


def test_a_mail_that_was_deferred_for_five_days_is_given_up(database: Database) -> None:
    queue(database)
    try_once(database, Deferred(diagnostic="451 later"), at=MONDAY + 5 * DAY)
    entry = the_entry(database)
    assert (entry.state, entry.response) == ("failed", "given up after 5 days: 451 later")


def test_a_refused_mail_fails_and_can_be_tried_again_by_hand(database: Database) -> None:
    queue(database)
    queued = try_once(database, Failed(diagnostic="550 no such user"))
    assert the_entry(database).state == "failed"
    assert database.commit_together(lambda uow: uow.outbox.retry(queued.outbox_id, now=MONDAY + DAY)) is True
    assert len(an_outbox(database).claim_due(MONDAY + DAY, 10)) == 1


def test_who_has_lost_the_lease_records_nothing(database: Database) -> None:
    queue(database)
    slow, quick = an_outbox(database, "slow"), an_outbox(database, "quick")
    (queued,) = slow.claim_due(MONDAY, 10)
    assert list(quick.claim_due(MONDAY + timedelta(hours=1), 10)) == []  # found lost, and due from now on
    (again,) = quick.claim_due(MONDAY + timedelta(hours=1), 10)
    slow.record([(queued, Failed(diagnostic="time-out"))], MONDAY + timedelta(hours=1))
    assert the_entry(database).state == "sending"
    quick.record([(again, Delivered())], MONDAY + timedelta(hours=1))
    assert the_entry(database).state == "sent"


def test_a_mail_given_back_was_not_tried(database: Database) -> None:
    queue(database)
    outbox = an_outbox(database)
    (queued,) = outbox.claim_due(MONDAY, 10)
    outbox.record([(queued, Untried())], MONDAY)
    (entry,) = [the_entry(database)]
    assert (entry.state, entry.attempts) == ("pending", 0)


def mark(database: Database, owner: str = "me", *, at: datetime = MONDAY) -> QueuedMail:
    """Claim the mail and get as far as the final dot."""
    outbox = an_outbox(database, owner)
    (queued,) = outbox.claim_due(at, 10)
    assert outbox.mark(queued, at) is True
    return queued


def test_a_sender_that_died_before_the_mark_has_sent_nothing(database: Database) -> None:
    queue(database)
    an_outbox(database).claim_due(MONDAY, 10)
    with structlog.testing.capture_logs() as logs:
        an_outbox(database, "next").take_over(MONDAY)
    assert [(entry["event"], entry["log_level"]) for entry in logs] == [("outbox_taken_over", "warning")]
    assert (the_entry(database).state, the_entry(database).doubts) == ("pending", 0)
    assert len(an_outbox(database, "next").claim_due(MONDAY, 10)) == 1


def test_a_mail_of_a_clock_that_was_ahead_does_not_wait_until_then(database: Database) -> None:
    queue(database)
    try_once(database, Deferred(diagnostic="451 later"), at=MONDAY + 2 * DAY)
    with structlog.testing.capture_logs() as logs:
        an_outbox(database).take_over(MONDAY)
    assert [(entry["event"], entry["mails"]) for entry in logs] == [("outbox_clock_was_ahead", 1)]
    assert len(an_outbox(database).claim_due(MONDAY, 10)) == 1


def test_a_mail_that_was_queued_by_a_clock_an_hour_ahead_goes_out_at_once(database: Database) -> None:
    queue(database)
    an_hour_before = MONDAY - timedelta(hours=1)
    an_outbox(database).take_over(an_hour_before)
    assert len(an_outbox(database).claim_due(an_hour_before, 10)) == 1


def test_a_mail_that_waits_for_its_next_try_waits_on_over_a_start(database: Database) -> None:
    queue(database)
    try_once(database, Deferred(diagnostic="451 later"))
    an_outbox(database).take_over(MONDAY)
    assert list(an_outbox(database).claim_due(MONDAY, 10)) == []


@pytest.mark.parametrize(("kind", "state"), [(NoticeKind.RECEIPT, "uncertain"), (NoticeKind.DIGEST, "parked")])
def test_a_sender_that_died_after_the_mark_leaves_a_doubt_with_an_alarm(
    kind: NoticeKind, state: str, database: Database
) -> None:
    queue(database, kind=kind)
    mark(database)
    with structlog.testing.capture_logs() as logs:
        an_outbox(database, "next").take_over(MONDAY + timedelta(minutes=1))
    assert [(entry["event"], entry["log_level"], entry["becomes"]) for entry in logs] == [
        ("outbox_uncertain", "error", state)
    ]
    entry = the_entry(database)
    assert (entry.state, entry.doubts, entry.uncertain_at) == (state, 1, MONDAY + timedelta(minutes=1))
    assert entry.response is not None
    assert entry.response.startswith("uncertain: ")
    with database.reading() as uow:
        assert uow.outbox.entries(doubted=True) == [entry]
        assert uow.outbox.sums() == {state: 1}
        assert uow.outbox.count_doubted() == 1


def test_a_mail_in_doubt_is_sent_again_once_with_the_same_bytes_and_then_parked(database: Database) -> None:
    queue(database)
    mark(database)
    an_outbox(database).take_over(MONDAY)
    queued = mark(database)
    assert (queued.mail, queued.attempts, queued.doubts) == (MAIL, 2, 1)
    an_outbox(database).record([(queued, Uncertain(diagnostic="uncertain: no answer"))], MONDAY)
    entry = the_entry(database)
    assert (entry.state, entry.doubts) == ("parked", 2)
    assert list(an_outbox(database).claim_due(MONDAY + 100 * DAY, 10)) == []


def test_a_lost_answer_is_a_doubt_and_the_resend_waits_its_turn(database: Database) -> None:
    queue(database)
    try_once(database, Uncertain(diagnostic="uncertain: no answer"))
    entry = the_entry(database)
    assert (entry.state, entry.doubts, entry.uncertain_at) == ("uncertain", 1, MONDAY)
    assert entry.not_before >= MONDAY + timedelta(seconds=60)
    again = mark(database, at=entry.not_before)
    an_outbox(database).record([(again, Delivered(response="250 ok"))], entry.not_before)
    entry = the_entry(database)
    assert (entry.state, entry.doubts, entry.response) == ("sent", 1, "250 ok")


def test_a_resend_that_is_deferred_is_still_in_doubt(database: Database) -> None:
    queue(database)
    mark(database)
    an_outbox(database).take_over(MONDAY)
    try_once(database, Deferred(diagnostic="451 later"))
    assert (the_entry(database).state, the_entry(database).doubts) == ("uncertain", 1)
    (queued,) = an_outbox(database).claim_due(MONDAY + DAY, 10)
    an_outbox(database).record([(queued, Untried())], MONDAY)
    assert the_entry(database).state == "uncertain"


def test_whose_lease_ended_after_the_mark_leaves_a_doubt_and_may_still_end_it(database: Database) -> None:
    queue(database)
    queued = mark(database, "slow")
    hour_later = MONDAY + timedelta(hours=1)
    assert list(an_outbox(database, "other").claim_due(hour_later, 10)) == []
    assert the_entry(database).state == "uncertain"
    an_outbox(database, "slow").record([(queued, Delivered(response="250 ok"))], hour_later)
    assert (the_entry(database).state, the_entry(database).doubts) == ("sent", 1)
    assert list(an_outbox(database, "other").claim_due(hour_later + DAY, 10)) == []


def test_whose_lease_ended_before_the_mark_must_not_send_the_dot(database: Database) -> None:
    queue(database)
    slow = an_outbox(database, "slow")
    (queued,) = slow.claim_due(MONDAY, 10)
    hour_later = MONDAY + timedelta(hours=1)
    assert list(an_outbox(database, "other").claim_due(hour_later, 10)) == []
    (again,) = an_outbox(database, "other").claim_due(hour_later, 10)
    assert slow.mark(queued, hour_later) is False
    assert an_outbox(database, "other").mark(again, hour_later) is True


def test_a_parked_mail_is_released_or_dropped_by_hand(database: Database) -> None:
    queue(database, kind=NoticeKind.STATUS)
    queued = mark(database)
    an_outbox(database).take_over(MONDAY)
    with database.transaction() as uow:
        assert uow.outbox.drop(queued.outbox_id) is True
        assert uow.outbox.drop(queued.outbox_id) is False
    assert the_entry(database).state == "dropped"
    assert list(an_outbox(database).claim_due(MONDAY + DAY, 10)) == []
    with database.transaction() as uow:
        assert uow.outbox.retry(queued.outbox_id, now=MONDAY + DAY) is True
    assert try_once(database, Delivered(), at=MONDAY + DAY).mail == MAIL
    with database.transaction() as uow:
        assert uow.outbox.retry(queued.outbox_id, now=MONDAY + DAY) is False
        assert uow.outbox.drop(queued.outbox_id) is False


def test_what_is_being_sent_can_be_neither_retried_nor_dropped(database: Database) -> None:
    queue(database)
    queued = mark(database)
    with database.transaction() as uow:
        assert uow.outbox.retry(queued.outbox_id, now=MONDAY) is False
        assert uow.outbox.drop(queued.outbox_id) is False


def test_mails_in_doubt_go_first_then_the_oldest(database: Database) -> None:
    for number, at in enumerate((MONDAY - 2 * DAY, MONDAY, MONDAY - DAY)):
        queue(database, f"receipt:{number}", at=at)
    (oldest,) = an_outbox(database).claim_due(MONDAY - 2 * DAY, 10)
    an_outbox(database).mark(oldest, MONDAY - 2 * DAY)
    an_outbox(database).take_over(MONDAY)
    assert [mail.outbox_id for mail in an_outbox(database).claim_due(MONDAY, 2)] == [1, 3]


def test_a_mail_held_up_by_another_waits_a_while_and_was_not_tried(database: Database) -> None:
    queue(database)
    outbox = an_outbox(database)
    (queued,) = outbox.claim_due(MONDAY, 10)
    outbox.record([(queued, Untried(wait=timedelta(minutes=1)))], MONDAY)
    entry = the_entry(database)
    assert (entry.state, entry.attempts, entry.not_before) == ("pending", 0, MONDAY + timedelta(minutes=1))


def test_the_end_of_one_mail_and_the_mark_of_another_are_one_commit(database: Database) -> None:
    queue(database, "receipt:1")
    queue(database, "receipt:2")
    outbox = an_outbox(database)
    first, second = outbox.claim_due(MONDAY, 10)
    commits: list[str] = []
    event.listen(database.engine, "commit", lambda _connection: commits.append("commit"))
    assert outbox.mark(second, MONDAY, ended=[(first, Delivered(response="250 ok"))]) is True
    assert commits == ["commit"]
    with database.reading() as uow:
        newest, oldest = uow.outbox.entries()
    assert (oldest.state, newest.state, newest.marked_at) == ("sent", "sending", MONDAY)

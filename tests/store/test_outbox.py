"""The outbox: told once, sent by one, tried again with patience, given up with a word."""

from datetime import datetime, timedelta

from mailgate.domain.notice_kinds import NoticeKind
from mailgate.domain.outgoing import Deferred, Delivered, DeliveryOutcome, Failed, OutgoingMail, QueuedMail
from mailgate.store.database import Database
from mailgate.store.outbox import OutboxEntry
from mailgate.store.ports import SharedOutbox
from tests.support.envelopes import MONDAY

MAIL = OutgoingMail(
    message_id="<1@mailgate.example>", mail_from=None, rcpt_to="eva@kund.example", content=b"Subject: x\r\n\r\n"
)
DAY = timedelta(days=1)


def queue(database: Database, key: str = "receipt:mail-1", *, at: datetime = MONDAY) -> bool:
    return database.commit_together(
        lambda uow: uow.outbox.add(key, MAIL, kind=NoticeKind.RECEIPT, now=at, ticket_id=None, mail_id=None)
    )


def an_outbox(database: Database, owner: str = "me") -> SharedOutbox:
    return SharedOutbox(database, owner=owner, lease=timedelta(minutes=30), give_up_after=5 * DAY)


def the_entry(database: Database) -> OutboxEntry:
    with database.reading() as uow:
        (entry,) = uow.outbox.entries()
    return entry


def try_once(database: Database, outcome: DeliveryOutcome, *, at: datetime = MONDAY) -> QueuedMail:
    outbox = an_outbox(database)
    (queued,) = outbox.claim_due(at, 10)
    outbox.record(queued, outcome, at)
    return queued


def test_the_same_thing_is_queued_once(database: Database) -> None:
    assert queue(database) is True
    assert queue(database) is False


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
    (again,) = quick.claim_due(MONDAY + timedelta(hours=1), 10)
    slow.record(queued, Failed(diagnostic="time-out"), MONDAY + timedelta(hours=1))
    assert the_entry(database).state == "sending"
    quick.record(again, Delivered(), MONDAY + timedelta(hours=1))
    assert the_entry(database).state == "sent"


def test_a_mail_given_back_was_not_tried(database: Database) -> None:
    queue(database)
    outbox = an_outbox(database)
    outbox.give_back(outbox.claim_due(MONDAY, 10))
    (entry,) = [the_entry(database)]
    assert (entry.state, entry.attempts) == ("pending", 0)

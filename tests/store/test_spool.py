"""The spool: a mail that comes twice is one mail, is worked on by one, and ends once."""

from datetime import timedelta

import pytest

from mailgate.domain.mail import Accepted, Envelope, ImapPosition, MailId, Origin
from mailgate.domain.verdict import Outcome, Reason
from mailgate.store.database import Database
from tests.support.envelopes import MONDAY, a_mail_text, an_envelope

LEASE = timedelta(minutes=5)
REASON = Reason(rule="new-ticket")


def put(database: Database, envelope: Envelope | None = None, position: ImapPosition | None = None) -> Accepted:
    return database.commit_together(lambda uow: uow.spool.put(envelope or an_envelope(), position))


def claim(database: Database, *, owner: str = "me", after: timedelta = timedelta(), limit: int = 10) -> list[int]:
    claimed = database.commit_together(
        lambda uow: uow.spool.claim(owner=owner, now=MONDAY + after, lease=LEASE, limit=limit)
    )
    return [mail.mail_id for mail in claimed]


def at(uid: int, *, uidvalidity: int = 7) -> ImapPosition:
    return ImapPosition(mailbox="support", folder="INBOX", uidvalidity=uidvalidity, uid=uid)


def last_uid(database: Database, uidvalidity: int) -> int:
    with database.reading() as uow:
        return uow.spool.last_uid("support", "INBOX", uidvalidity)


def test_the_bytes_come_out_as_they_went_in(database: Database) -> None:
    content = b"Subject: x\r\n\r\n\x00\xff .\r\n..\r\nlone\rcr and\nlf"
    mail_id = put(database, an_envelope(content)).mail_id
    with database.reading() as uow:
        assert uow.mails.content(mail_id) == content


def test_a_resend_is_the_same_mail_and_its_coming_is_remembered(database: Database) -> None:
    first = put(database)
    again = put(database, an_envelope(b"Received: by a relay\r\n" + a_mail_text()))
    assert again == Accepted(mail_id=first.mail_id, duplicate=True)
    with database.reading() as uow:
        summary = uow.mails.summary(first.mail_id)
    assert summary is not None
    assert summary.arrivals == 2


def test_the_same_message_id_with_other_words_is_another_mail(database: Database) -> None:
    first = put(database)
    assert put(database, an_envelope(a_mail_text(body="Något annat"))).mail_id != first.mail_id


def test_the_imap_cursor_moves_with_the_mail_and_never_back(database: Database) -> None:
    put(database, position=at(5))
    put(database, position=at(3))
    assert last_uid(database, 7) == 5


def test_another_uidvalidity_starts_from_nothing(database: Database) -> None:
    put(database, position=at(5))
    assert last_uid(database, 8) == 0
    put(database, position=at(2, uidvalidity=4_294_967_295))
    assert last_uid(database, 4_294_967_295) == 2


def test_a_mail_that_is_claimed_is_nobody_elses_until_its_lease_ends(database: Database) -> None:
    mail_id = put(database).mail_id
    assert claim(database) == [mail_id]
    assert claim(database, owner="other") == []
    assert claim(database, owner="other", after=LEASE * 2) == [mail_id]


def test_leases_of_a_process_that_died_end_when_the_next_one_starts(database: Database) -> None:
    mail_id = put(database).mail_id
    claim(database)
    assert database.commit_together(lambda uow: uow.spool.end_leases()) == 1
    assert claim(database, owner="next") == [mail_id]


def test_a_mail_whose_earlier_attempts_ended_without_a_word_is_taken_alone(database: Database) -> None:
    ids = [put(database, an_envelope(a_mail_text(body=str(number)))).mail_id for number in range(4)]
    claim(database, limit=2)
    database.commit_together(lambda uow: uow.spool.end_leases())
    claim(database, limit=1)
    database.commit_together(lambda uow: uow.spool.end_leases())
    assert claim(database) == ids[:1]
    assert claim(database) == ids[1:]


def test_a_mail_is_settled_once(database: Database) -> None:
    mail_id = put(database).mail_id

    def settle() -> bool:
        return database.commit_together(
            lambda uow: uow.spool.settle(mail_id, outcome=Outcome.STORED, reason=REASON, now=MONDAY)
        )

    assert settle() is True
    assert settle() is False
    assert claim(database) == []


def test_a_settled_mail_waits_again_when_it_is_released(database: Database) -> None:
    mail_id = put(database).mail_id
    database.commit_together(lambda uow: uow.spool.settle(mail_id, outcome=Outcome.HELD, reason=REASON, now=MONDAY))
    database.commit_together(lambda uow: uow.spool.wait_again(mail_id))
    assert claim(database) == [mail_id]


def test_a_mail_too_large_to_fetch_is_quarantined_with_the_cursor_moved(database: Database) -> None:
    envelope = an_envelope(b"Subject: huge\r\n\r\n", origin=Origin.IMAP)
    reason = Reason(rule="refused-by-door", evidence="too large")

    def refuse() -> MailId | None:
        return database.commit_together(lambda uow: uow.spool.refuse(envelope, at(9), reason=reason))

    assert refuse() is not None
    assert refuse() is None
    assert last_uid(database, 7) == 9
    with database.reading() as uow:
        assert uow.mails.sums() == {"quarantined": 1}


@pytest.mark.parametrize("door", [Origin.SMTP, Origin.IMAP])
def test_the_envelope_survives(database: Database, door: Origin) -> None:
    envelope = an_envelope(mail_from=None, rcpt_to=("support@example.com", "konsult@example.com"), origin=door)
    put(database, envelope)
    claimed = database.commit_together(lambda uow: uow.spool.claim(owner="me", now=MONDAY, lease=LEASE, limit=1))
    assert claimed[0].envelope == envelope

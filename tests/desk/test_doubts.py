"""The head of service hears of mails that may not have arrived: once, and of several in one mail."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from mailgate.desk.doubts import tell_of_doubts
from mailgate.domain.customer import Language
from mailgate.domain.notice_kinds import NoticeKind
from mailgate.domain.outgoing import OutgoingMail
from mailgate.domain.sending import DoubtPolicy
from tests.support.desk import TEAM, Desk, a_desk

MINUTE = timedelta(minutes=1)
HEAD = "lena@desk.example"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with a_desk(tmp_path) as desk:
        desk.a_specialist()
        with desk.database.transaction() as uow:
            uow.customers.save_specialist(address=HEAD, name="Lena", team=TEAM, language=Language.SWEDISH, head=True)
        yield desk


def in_doubt(desk: Desk, *kinds: NoticeKind) -> None:
    """So many mails were marked when their sender died."""
    with desk.database.transaction() as uow:
        for kind in kinds:
            key = f"{kind}:{desk.house.mint()}"
            mail = OutgoingMail(message_id=f"<{key}@x>", mail_from=None, rcpt_to="eva@kund.example", content=b"\r\n")
            uow.outbox.add(key, mail, kind=kind, now=desk.now, ticket_id=None, mail_id=None)
        claimed = uow.sending.claim_due(owner="gone", now=desk.now, lease=MINUTE, limit=100)
        for queued in claimed:
            uow.sending.mark(queued.outbox_id, owner="gone", now=desk.now)
        uow.sending.take_over_all(DoubtPolicy(), now=desk.now)


def told_at(desk: Desk, now: datetime) -> int:
    with desk.database.transaction() as uow:
        return tell_of_doubts(uow, desk.house, now=now)


def test_doubts_of_one_time_are_one_mail_to_the_head_and_to_nobody_else(desk: Desk) -> None:
    in_doubt(desk, NoticeKind.RECEIPT, NoticeKind.ANSWER, NoticeKind.DIGEST)
    assert told_at(desk, desk.later(4 * MINUTE)) == 0
    assert told_at(desk, desk.later(MINUTE)) == 3
    (notice,) = desk.told("sending_doubt")
    assert notice.recipient == HEAD
    text = desk.sent_text(notice).decode()
    assert "3 mejl" in text
    assert "2 skickas igen" in text.replace("\r\n", " ").replace("=20", " ") or "2\r\nskickas igen" in text
    assert told_at(desk, desk.later(120 * MINUTE)) == 0


def test_a_relay_in_trouble_is_told_of_once_an_hour(desk: Desk) -> None:
    in_doubt(desk, NoticeKind.RECEIPT)
    assert told_at(desk, desk.later(5 * MINUTE)) == 1
    in_doubt(desk, NoticeKind.STATUS)
    assert told_at(desk, desk.later(30 * MINUTE)) == 0
    assert told_at(desk, desk.later(30 * MINUTE)) >= 1
    assert len(desk.told("sending_doubt")) == 2


def test_what_tells_of_doubts_brings_no_more_of_them(desk: Desk) -> None:
    in_doubt(desk, NoticeKind.SENDING_DOUBT)
    assert told_at(desk, desk.later(10 * MINUTE)) == 0


def test_where_there_is_no_doubt_nothing_is_told(desk: Desk) -> None:
    assert told_at(desk, desk.later(10 * MINUTE)) == 0
    assert desk.told() == []

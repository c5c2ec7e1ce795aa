"""One mail's whole way, with real children and a real database; and what happens when a step goes wrong."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from mailgate.domain.mail import MailId
from mailgate.domain.outgoing import Notice, OutgoingMail
from mailgate.ingest.parser_pool import ParserPool, ParserUnavailable
from mailgate.pipeline import Pipeline
from mailgate.store.mails import MailSummary
from tests.support.desk import Desk, a_desk
from tests.support.envelopes import a_mail_text, an_envelope


@pytest.fixture(scope="module")
def parser() -> Iterator[ParserPool]:
    pool = ParserPool(children=1, memory_mib=512, seconds=10)
    yield pool
    pool.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with a_desk(tmp_path) as desk:
        desk.a_superuser(of=desk.a_customer())
        desk.a_specialist()
        yield desk


def a_pipeline(desk: Desk, parser: ParserPool) -> Pipeline:
    return Pipeline(database=desk.database, parser=parser, house=desk.house, clock=lambda: desk.now, owner="test")


def put(desk: Desk, content: bytes) -> MailId:
    with desk.database.transaction() as uow:
        return uow.spool.put(an_envelope(content)).mail_id


def look_at(desk: Desk, mail_id: MailId) -> MailSummary:
    with desk.database.reading() as uow:
        summary = uow.mails.summary(mail_id)
    assert summary is not None
    return summary


def a_nested_mail(depth: int) -> bytes:
    """Multipart in multipart in multipart …"""
    head = b"From: Eva <eva@kund.example>\r\nMIME-Version: 1.0\r\n"
    for level in range(depth):
        head += b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (level, level)
    return head + b"Content-Type: text/plain\r\n\r\nend\r\n"


class Spoiling:
    """A composer that cannot word anything about one subject."""

    def __init__(self, composer: object, subject: str) -> None:
        self._composer = composer
        self._subject = subject

    def compose(self, notice: Notice, **arguments: object) -> OutgoingMail:
        if getattr(notice.content, "subject", "") == self._subject:
            raise RuntimeError("no words")
        return self._composer.compose(notice, **arguments)  # type: ignore[attr-defined, no-any-return]


def test_mails_go_the_whole_way_and_are_done_with(desk: Desk, parser: ParserPool) -> None:
    pipeline = a_pipeline(desk, parser)
    ids = [put(desk, a_mail_text(body=f"Fråga {number}")) for number in range(3)]
    assert pipeline.work() == 3
    assert [look_at(desk, mail_id).outcome for mail_id in ids] == ["ticket"] * 3
    assert look_at(desk, ids[0]).rule == "new-ticket"
    assert pipeline.work() == 0


def test_a_mail_that_cannot_be_read_is_quarantined_whole_and_the_others_go_on(desk: Desk, parser: ParserPool) -> None:
    bomb = a_nested_mail(200)
    first, second = put(desk, bomb), put(desk, a_mail_text())
    a_pipeline(desk, parser).work()
    broken = look_at(desk, first)
    assert (broken.state, broken.outcome, broken.rule) == ("quarantined", "quarantined", "unparsable")
    assert broken.evidence == "limit:depth"
    assert look_at(desk, second).outcome == "ticket"
    with desk.database.reading() as uow:
        assert uow.mails.content(first) == bomb


def test_a_mail_that_cannot_be_settled_spoils_no_other(desk: Desk, parser: ParserPool) -> None:
    desk.house = replace(desk.house, composer=Spoiling(desk.house.composer, "Otur"))  # type: ignore[arg-type]
    ids = [put(desk, a_mail_text(subject=subject, body=subject)) for subject in ("Ett", "Otur", "Två")]
    a_pipeline(desk, parser).work()
    assert [look_at(desk, mail_id).outcome for mail_id in ids] == ["ticket", None, "ticket"]
    assert len(desk.told("receipt")) == 2


def test_a_mail_that_cannot_be_settled_is_tried_again_and_then_kept_for_somebody(
    desk: Desk, parser: ParserPool
) -> None:
    well = desk.house
    desk.house = replace(well, composer=Spoiling(well.composer, "Otur"))  # type: ignore[arg-type]
    mail_id = put(desk, a_mail_text(subject="Otur"))
    pipeline = a_pipeline(desk, parser)
    tries = 0
    while look_at(desk, mail_id).outcome is None:
        tries += pipeline.work()
        desk.later(timedelta(hours=1))
    assert tries == 5
    assert look_at(desk, mail_id).rule == "settle-trouble"

    with desk.database.transaction() as uow:
        uow.spool.wait_again(mail_id)
    desk.house = well
    a_pipeline(desk, parser).work()
    assert look_at(desk, mail_id).outcome == "ticket"


def test_one_mail_can_be_taken_out_of_its_turn(desk: Desk, parser: ParserPool) -> None:
    pipeline = a_pipeline(desk, parser)
    first, second = put(desk, a_mail_text(body="1")), put(desk, a_mail_text(body="2"))
    assert pipeline.work_on(second) is True
    assert look_at(desk, first).outcome is None
    assert look_at(desk, second).outcome == "ticket"
    assert pipeline.work_on(second) is False


def test_without_a_parser_mails_wait_and_lose_no_attempt(desk: Desk, parser: ParserPool) -> None:
    broken = ParserPool(children=1, memory_mib=512, seconds=10)
    broken.close()
    mail_id = put(desk, a_mail_text())
    pipeline = a_pipeline(desk, broken)
    for _ in range(3):
        with pytest.raises(ParserUnavailable):
            pipeline.work()
    other = a_pipeline(desk, parser)
    assert other.work() == 0, "still claimed by the first"
    with pytest.raises(ParserUnavailable):
        pipeline.work()
    pipeline._give_back_orphans()
    assert look_at(desk, mail_id).attempts == 0
    assert other.work() == 1
    assert look_at(desk, mail_id).outcome == "ticket"


def test_a_database_that_cannot_be_written_is_no_mails_fault(desk: Desk, parser: ParserPool) -> None:
    full = replace(desk.house, mint=_no_disk)
    well, desk.house = desk.house, full
    mail_id = put(desk, a_mail_text())
    pipeline = a_pipeline(desk, parser)
    for _ in range(7):
        with pytest.raises(OperationalError):
            pipeline.work()
    desk.house = well
    pipeline._give_back_orphans()
    assert look_at(desk, mail_id).attempts == 0
    a_pipeline(desk, parser).work()
    assert look_at(desk, mail_id).outcome == "ticket"


def _no_disk() -> str:
    raise OperationalError("INSERT", None, RuntimeError("database or disk is full"))

"""A logo that comes with every mail is told from other pictures by its bytes."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailgate.desk.repeated import repeated_pictures
from mailgate.domain.mail import Attachment, MailId
from mailgate.ingest.parse import parse
from tests.support.desk import Desk, a_desk
from tests.support.envelopes import an_envelope

LOGO, OTHER = b"\x89PNG logo" * 10, b"\x89PNG shot" * 10


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with a_desk(tmp_path) as desk:
        yield desk


def stored(desk: Desk, number: int, *pictures: bytes) -> list[tuple[MailId, Attachment]]:
    """A mail with these pictures, and its attachments."""
    parts = "".join(
        f"--b\nContent-Type: image/png; name=image00{at}.png\nContent-Transfer-Encoding: base64\n\n"
        f"{base64.encodebytes(picture).decode()}\n"
        for at, picture in enumerate(pictures)
    )
    head = f"From: eva@kund.example\nMessage-ID: <{number}@kund.example>\nContent-Type: multipart/mixed; boundary=b\n\n"
    raw = f"{head}{parts}--b--\n".encode()
    with desk.database.transaction() as uow:
        mail_id = uow.spool.put(an_envelope(raw)).mail_id
    return [(mail_id, one) for one in parse(raw).attachments]


def test_the_same_bytes_are_shown_once_whatever_they_are_called(desk: Desk) -> None:
    attachments = [*stored(desk, 1, LOGO), *stored(desk, 2, OTHER, LOGO), *stored(desk, 3, LOGO)]
    with desk.database.reading() as uow:
        assert repeated_pictures(uow, attachments) == {2, 3}


def test_pictures_of_one_size_that_differ_are_all_shown(desk: Desk) -> None:
    attachments = [*stored(desk, 1, LOGO), *stored(desk, 2, OTHER)]
    with desk.database.reading() as uow:
        assert repeated_pictures(uow, attachments) == frozenset()


def test_what_cannot_be_read_again_is_shown(desk: Desk) -> None:
    lost = Attachment(part="9", name="a.png", content_type="image/png", size=3)
    with desk.database.reading() as uow:
        assert repeated_pictures(uow, [(MailId(77), lost), (MailId(78), lost)]) == frozenset()

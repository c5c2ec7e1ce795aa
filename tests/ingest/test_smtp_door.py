"""The daemon's side of the SMTP door: what it answers to its door's questions. Its life as a process: ``journeys``."""

from pathlib import Path
from unittest.mock import Mock

import pytest

from mailgate.config import Config
from mailgate.config_smtp import SmtpConfig
from mailgate.domain.mail import Accepted, MailId
from mailgate.ingest import smtp_door
from mailgate.ingest.door_line import Kept, MayWrite, Trouble
from mailgate.ingest.smtp_door import SmtpDoor
from tests.ingest.test_door_line import MAIL, asked

_KEPT = Accepted(mail_id=MailId(1), duplicate=False)


@pytest.fixture
def door(tmp_path: Path) -> SmtpDoor:
    """Without a process, for it is to listen nowhere."""
    one = SmtpDoor(Config(home=tmp_path, smtp=SmtpConfig(listen="")), clock=Mock())
    one._spool, one._welcomes = Mock(), None
    return one


def test_crash_points_lie_right_before_and_after_the_commit(door: SmtpDoor, monkeypatch: pytest.MonkeyPatch) -> None:
    passed: list[str] = []
    monkeypatch.setattr(smtp_door, "crash_point", passed.append)
    door._spool.put_all = lambda mails: passed.append(f"{len(mails)} kept") or [_KEPT] * len(mails)  # type: ignore[method-assign,func-returns-value]
    assert door._answers([asked(MAIL), asked(MAIL)]) == [_KEPT, _KEPT]
    assert passed == ["smtp.before_commit", "2 kept", "smtp.after_commit"]


def test_each_question_gets_its_own_answer_in_its_place(door: SmtpDoor) -> None:
    door._spool.put_all = lambda mails: [_KEPT, OSError("no room")]  # type: ignore[method-assign]
    door._welcomes = lambda address: address == "anna@kund.example"
    questions: list[Kept | MayWrite] = [
        MayWrite("anna@kund.example"), asked(MAIL), MayWrite("stranger@elsewhere.example"), asked(MAIL),
    ]  # fmt: skip
    assert door._answers(questions) == [True, _KEPT, False, Trouble("OSError")]


def test_who_cannot_be_looked_up_is_trouble_and_no_refusal(door: SmtpDoor) -> None:
    door._welcomes = Mock(side_effect=TimeoutError)
    assert door._answers([MayWrite("anna@kund.example")]) == [Trouble("TimeoutError")]

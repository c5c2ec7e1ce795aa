"""The daemon dies between any two steps of a mail's way, and starts again: one ticket, one receipt.

The client does what RFC 5321 §4.5.4.1 asks of a client: what was not answered with 250 is sent again.
"""

import contextlib
import signal
import smtplib
from pathlib import Path

import pytest

from mailgate.crash_points import CRASH_POINTS
from tests.support.daemon import MailgateDaemon
from tests.support.envelopes import a_mail_text

pytestmark = pytest.mark.journey

# Into a Maildir no mail is marked: its name tells whether it is there.
ONLY_BY_SMTP = ("outbox.marked", "outbox.dot_sent")
SMTP_PATH = tuple(point for point in CRASH_POINTS if not point.startswith("imap.") and point not in ONLY_BY_SMTP)


@pytest.mark.parametrize("point", SMTP_PATH)
def test_a_mail_by_smtp_survives_a_kill(tmp_path: Path, point: str) -> None:
    daemon = MailgateDaemon(tmp_path)
    daemon.register()
    mail = a_mail_text(subject="Programmet startar inte")
    taken = False
    daemon.start(MAILGATE_CRASH=point)
    with contextlib.suppress(smtplib.SMTPException, OSError):
        daemon.send(mail)
        taken = True
    assert daemon.wait_for_death() == -signal.SIGKILL, f"{point} was never passed"
    with daemon:
        if not taken:
            daemon.send(mail)
        assert daemon.wait_settled(1) == {"ticket": 1}
        with daemon.look() as uow:
            assert len(uow.tickets.newest()) == 1
        assert len(daemon.sent_to("eva@kund.example")) == 1
        assert len(daemon.sent_to("sven@desk.example")) == 1


@pytest.mark.parametrize("point", SMTP_PATH)
def test_a_mail_behind_others_survives_a_kill(tmp_path: Path, point: str) -> None:
    """At the third pass other mails are on their way, each in another state."""
    daemon = MailgateDaemon(tmp_path)
    daemon.register()
    mails = [a_mail_text(message_id=f"<{number}@kund.example>", body=f"Nummer {number}") for number in range(5)]
    daemon.start(MAILGATE_CRASH=f"{point}:3")
    untaken = list(mails)
    with contextlib.suppress(smtplib.SMTPException, OSError):
        for number, mail in enumerate(mails, start=1):
            daemon.send(mail)
            untaken.remove(mail)
            if number >= 3:  # some together, then one by one: loops that take several at once pass here again
                daemon.wait_until(lambda: daemon.is_dead() or daemon.is_done(number))  # noqa: B023
    assert daemon.wait_for_death() == -signal.SIGKILL, f"{point} was never passed three times"
    with daemon:
        for mail in untaken:
            daemon.send(mail)
        assert daemon.wait_settled(5) == {"ticket": 5}
        assert len(daemon.sent_to("eva@kund.example")) == 5
        assert len(daemon.sent_to("sven@desk.example")) == 5

"""T15: real daemons in loops that bear no mark at all. A few mails, then silence, and the head of service is told."""

import json
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.support.daemon import MailgateDaemon
from tests.support.envelopes import a_mail_text
from tests.support.stripping_relay import StrippingRelay

pytestmark = pytest.mark.journey

ALFA, BETA, EVA = "support@alfa.example", "support@beta.example", "eva@kund.example"
QUIET_SECONDS = 2.0
AWAY = "Tack för ditt mail! Jag är på semester och är åter den 15 juli. Vid brådskande ärenden, ring växeln."


def a_desk(folder: Path, address: str, relay: StrippingRelay) -> MailgateDaemon:
    folder.mkdir()
    more = f"""
[desk]
instance = "{address.partition("@")[2]}"
[addresses]
support = ["{address}"]
orders = []
[outgoing]
host = "127.0.0.1"
port = {relay.sink.port}
tls = "none"
"""
    return MailgateDaemon(folder, more=more, budgets="")


@contextmanager
def two_desks(folder: Path, relay: StrippingRelay) -> Iterator[tuple[MailgateDaemon, MailgateDaemon]]:
    """Each is the other's SuperUser."""
    with relay, ExitStack() as stack:
        alfa, beta = a_desk(folder / "alfa", ALFA, relay), a_desk(folder / "beta", BETA, relay)
        alfa.register(BETA)
        beta.register(ALFA)
        relay.ports = {ALFA: alfa.port, BETA: beta.port}
        yield stack.enter_context(alfa), stack.enter_context(beta)


def wait_for_silence(relay: StrippingRelay, *desks: MailgateDaemon) -> None:
    """Until nothing is under way anywhere, and nothing begins anew."""
    quiet_since, seen = time.monotonic(), -1

    def silent() -> bool:
        nonlocal quiet_since, seen
        busy = not relay.has_passed_on_all or not all(desk.is_done(1) for desk in desks)
        if busy or len(relay.sink.mails) != seen:
            quiet_since, seen = time.monotonic(), len(relay.sink.mails)
        return time.monotonic() - quiet_since > QUIET_SECONDS

    desks[0].wait_until(silent, seconds=90)


def alarms(desk: MailgateDaemon) -> int:
    with desk.look() as uow:
        return sum(entry.kind == "answers_stopped" for entry in uow.outbox.entries(limit=1000))


def shown(desk: MailgateDaemon, mail_id: int) -> dict[str, Any]:
    """A mail as the operator sees it."""
    command = [
        sys.executable,
        "-m",
        "mailgate",
        "--config",
        str(desk.config_path),
        "mail",
        "show",
        str(mail_id),
        "--json",
    ]
    ended = subprocess.run(command, capture_output=True, timeout=60, check=True)
    return dict(json.loads(ended.stdout))


@pytest.mark.parametrize("subject", [None, "Meddelande"], ids=["numbers stay", "numbers go, too"])
def test_two_desks_through_a_relay_that_strips_all_headers_fall_silent(tmp_path: Path, subject: str | None) -> None:
    relay = StrippingRelay(subject=subject)
    with two_desks(tmp_path, relay) as (alfa, beta):
        begins = a_mail_text(sender=BETA, body="Vi kan inte skriva ut följesedlar sedan i morse.")
        alfa.send(begins, mail_from=BETA, to=ALFA)
        wait_for_silence(relay, alfa, beta)
        assert 1 <= relay.passed.count((ALFA, BETA)) <= 3
        assert 1 <= relay.passed.count((BETA, ALFA)) <= 3
        assert 1 <= alarms(alfa) + alarms(beta) <= 2
        so_far = relay.passed.count((ALFA, BETA))
        anew = a_mail_text(
            sender=BETA, subject="Ny fråga", message_id="<2@beta.example>", body="Hur byter man lösenord?"
        )
        alfa.send(anew, mail_from=BETA, to=ALFA)
        wait_for_silence(relay, alfa, beta)
        assert so_far < relay.passed.count((ALFA, BETA)) <= so_far + 3
        assert "quarantined" not in alfa.sums() | beta.sums()


def test_an_unmarked_autoresponder_is_left_alone_and_its_owner_is_heard(tmp_path: Path) -> None:
    relay = StrippingRelay()
    with relay, a_desk(tmp_path / "alfa", ALFA, relay) as alfa:
        alfa.register(EVA)
        alfa.send(a_mail_text(body="Vi kan inte skriva ut följesedlar sedan i morse."), to=ALFA)
        answered = 0
        wait_for_silence(relay, alfa)
        while (told := sum(mail.rcpt_to == (EVA,) for mail in relay.sink.mails)) > answered and told < 10:
            answered = told
            away = a_mail_text(subject="Frånvaro", message_id=f"<away{told}@kund.example>", body=AWAY)
            alfa.send(away, to=ALFA)
            wait_for_silence(relay, alfa)
        assert told == 3
        assert alarms(alfa) == 1
        assert shown(alfa, 3)["not_sent"] is None
        assert shown(alfa, 4)["not_sent"] == "the same was said before"
        alfa.send(
            a_mail_text(message_id="<3@kund.example>", body="Nu är jag tillbaka: hur attesterar jag tid?"), to=ALFA
        )
        alfa.wait_until(lambda: sum(mail.rcpt_to == (EVA,) for mail in relay.sink.mails) == 4)


def test_strangers_are_turned_away_by_the_running_daemon_and_by_no_mail(tmp_path: Path) -> None:
    daemon = MailgateDaemon(tmp_path, more='[addresses]\nstrangers = "refuse"')
    daemon.register(EVA, domains=("kund.example",))
    with daemon:
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            daemon.send(a_mail_text(sender="nisse@annan.example"), mail_from="nisse@annan.example")
        assert refused.value.recipients["support@example.com"][0] == 550
        daemon.send(a_mail_text(sender=EVA), mail_from=EVA)
        daemon.send(
            a_mail_text(sender="nils@kund.example", message_id="<2@kund.example>"), mail_from="nils@kund.example"
        )
        assert daemon.wait_settled(2) == {"held": 1, "ticket": 1}
        assert daemon.sent_to("annan.example") == []

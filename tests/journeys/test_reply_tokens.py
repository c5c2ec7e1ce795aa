"""Through the running daemon: a reply to a mail of ours proves who wrote it, by its token and by nothing else."""

import json
import re
import stat
import subprocess
import sys
from email.message import Message
from pathlib import Path

import pytest

from tests.support.command_line import mailgate
from tests.support.daemon import MailgateDaemon
from tests.support.envelopes import a_mail_text

pytestmark = pytest.mark.journey

EVA, SVEN = "eva@kund.example", "sven@desk.example"
REPLIES = '\n[identity]\nreply_addresses = "plus"\n'
KEYS = "reply-keys"


def a_daemon(folder: Path, *, more: str = REPLIES) -> MailgateDaemon:
    daemon = MailgateDaemon(folder, more=more)
    daemon.register()
    return daemon


def last_to(daemon: MailgateDaemon, address: str) -> Message:
    return max(daemon.sent_to(address), key=lambda mail: str(mail["Date"]) + str(mail["Message-ID"]))


def a_reply(number: str, text: str, *, to: str, sender: str = SVEN, place: int = 1) -> bytes:
    extra = f"In-Reply-To: {to}"
    return a_mail_text(
        sender=sender, subject=f"Re: [{number}] Hjälp", message_id=f"<s{place}@desk.example>", body=text, extra=extra
    )


def number_of(daemon: MailgateDaemon) -> str:
    (receipt,) = daemon.sent_to(EVA)
    found = re.search(r"MG-\d+-\d", str(receipt["Subject"]))
    assert found is not None
    return found[0]


def answers(daemon: MailgateDaemon) -> list[str]:
    """What Eva was told by a person."""
    return [str(mail["From"]) for mail in daemon.sent_to(EVA) if mail["Auto-Submitted"] is None]


def test_a_specialist_speaks_to_the_customer_by_a_token_and_not_by_an_id_that_others_know(tmp_path: Path) -> None:
    with a_daemon(tmp_path) as daemon:
        daemon.send(a_mail_text())
        daemon.wait_settled(1)
        number, told = number_of(daemon), last_to(daemon, SVEN)
        sound, root = str(told["Message-ID"]), str(told["References"])
        assert root.startswith(f"<{number}.team@")
        evas = str(daemon.sent_to(EVA)[0]["Message-ID"])
        token = sound.rpartition("@")[0].rpartition(".")[2]
        mangled = sound.replace(token, token[:-1] + ("a" if token[-1] != "a" else "b"))
        for place, parent in enumerate((root, evas, mangled, "<none@desk.example>"), start=2):
            daemon.send(a_reply(number, "Betala till ett annat konto.", to=parent, place=place), mail_from=SVEN)
            daemon.wait_settled(place)
            assert answers(daemon) == [], parent
        daemon.send(a_reply(number, "Starta om programmet.", to=sound, place=6), mail_from=SVEN)
        daemon.wait_settled(6)
        assert len(answers(daemon)) == 1
    log = daemon.log_path.read_text()
    assert token not in log


def test_keys_are_rotated_beside_the_running_daemon_and_old_replies_still_count(tmp_path: Path) -> None:
    with a_daemon(tmp_path) as daemon:
        daemon.send(a_mail_text())
        daemon.wait_settled(1)
        number, before = number_of(daemon), str(last_to(daemon, SVEN)["Message-ID"])
        mailgate(daemon.config_path, "keys", "rotate")
        daemon.send(a_reply(number, "Starta om programmet.", to=before, place=1), mail_from=SVEN)
        daemon.wait_settled(2)
        assert len(answers(daemon)) == 1, "signed by the key before"
        mailgate(daemon.config_path, "keys", "rotate", "--forget")
        daemon.send(a_reply(number, "Och en gång till.", to=before, place=2), mail_from=SVEN)
        daemon.wait_settled(3)
        assert len(answers(daemon)) == 1, "that key is forgotten"
        with daemon.look() as uow:
            (told,) = {entry.message_id for entry in uow.outbox.entries(limit=1)}
        daemon.send(a_reply(number, "Nu då?", to=told, place=3), mail_from=SVEN)
        daemon.wait_settled(4)
        assert len(answers(daemon)) == 2, "and the new one signs"


def test_the_key_file_is_nobody_elses_and_in_neither_log_nor_database(tmp_path: Path) -> None:
    with a_daemon(tmp_path) as daemon:
        daemon.send(a_mail_text())
        daemon.wait_settled(1)
        path = tmp_path / "data" / KEYS
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        secret = path.read_text().split()[-1]
    seen = [daemon.log_path.read_bytes()]
    seen += [file.read_bytes() for file in (tmp_path / "data").rglob("*") if file.is_file() and file.name != KEYS]
    assert len(seen) > 2
    assert not [one for one in seen if secret.encode() in one or bytes.fromhex(secret) in one]


def test_a_daemon_whose_keys_are_gone_does_not_start_and_says_what_to_do(tmp_path: Path) -> None:
    with a_daemon(tmp_path) as daemon:
        daemon.send(a_mail_text())
        daemon.wait_settled(1)
    (tmp_path / "data" / KEYS).unlink()
    command = [sys.executable, "-m", "mailgate", "--config", str(daemon.config_path), "serve"]
    ended = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1
    assert "keys rotate --forget" in ended.stderr


def test_a_reply_to_the_reply_address_comes_in_and_is_proof(tmp_path: Path) -> None:
    """With plus-addresses off otherwise, and without any In-Reply-To; of a customer who is always to be proven."""
    more = REPLIES + 'strict_customers = ["K1"]\n\n[addresses]\nplus_addresses = false\n'
    with a_daemon(tmp_path, more=more) as daemon:
        daemon.send(a_mail_text())
        assert daemon.wait_settled(1) == {"held": 1}
        mailgate(daemon.config_path, "held", "release", "1", "--as", EVA, "--by", "Sven")
        assert daemon.wait_settled(1) == {"ticket": 1}
        number, (receipt,) = number_of(daemon), daemon.sent_to(EVA)
        address = str(receipt["Reply-To"]).replace("\n", "").rpartition("<")[2].rstrip(">")
        assert address.startswith("support+MG-")
        content = a_mail_text(message_id="<2@kund.example>", subject="Re: Hjälp", body="Tack!")
        daemon.send(content.replace(b"To: support@example.com", f"To: {address}".encode()), to=address)
        assert daemon.wait_settled(2) == {"ticket": 1, "joined": 1}
        daemon.send(a_mail_text(message_id="<3@kund.example>", subject=f"Re: [{number}]", body="Tack!"))
        assert daemon.wait_settled(3)["held"] == 1
    story = json.loads(mailgate(daemon.config_path, "mail", "show", "2", "--json"))
    assert "token of" in json.dumps(story)

"""Real mail through the running daemon by SMTP: none is lost, none stops it, and the sum is right."""

import hashlib
import json
import re
import smtplib
from pathlib import Path

import pytest

from mailgate.domain.customer import Language
from mailgate.domain.mail import MailId, canonical_address
from tests.support.daemon import MailgateDaemon

CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "corpus"

pytestmark = [
    pytest.mark.journey,
    pytest.mark.corpus,
    pytest.mark.skipif(
        not (CORPUS / "manifest.jsonl").is_file(), reason="needs ../shared/corpus (real mail, not part of the project)"
    ),
]

OUTCOMES = {"ticket", "joined", "held", "stored", "quarantined"}


def _entries() -> list[dict[str, object]]:
    """Every file: whole mails, and bare bodies without a header, which a listener gets too."""
    lines = (CORPUS / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _register_half_of_them(daemon: MailgateDaemon, entries: list[dict[str, object]]) -> None:
    """Every other author is a SuperUser, each of a customer of their own: so real mail makes tickets, too."""
    stated = {str(entry["expect"].get("from")) for entry in entries}  # type: ignore[attr-defined]
    addresses = sorted(address for text in stated if (address := canonical_address(text)) is not None)
    daemon.register()
    with daemon.database.transaction() as uow:
        for address in addresses[::2]:
            customer = uow.customers.save_customer(
                code=address, name=address, industry="Lantbruk", modules=[], domains=[], overdue_since=None
            )
            uow.customers.save_superuser(
                customer_id=customer.customer_id, address=address, name="", language=Language.ENGLISH, trained=[]
            )


def _on_the_wire(path: Path) -> bytes:
    """As a client sends it: its lines end in CRLF."""
    content = re.sub(rb"\r\n|\r|\n", b"\r\n", path.read_bytes())
    return content if content.endswith(b"\r\n") else content + b"\r\n"


def test_every_mail_of_the_corpus_comes_to_an_end(tmp_path: Path) -> None:
    entries = _entries()
    daemon = MailgateDaemon(tmp_path)
    _register_half_of_them(daemon, entries)
    kept: dict[str, MailId] = {}
    refused: dict[str, int] = {}
    with daemon:
        client = smtplib.SMTP("127.0.0.1", daemon.port, timeout=60, local_hostname="client.example")
        for entry in entries:
            client.ehlo_or_helo_if_needed()
            client.mail("sender@somewhere.example")
            client.rcpt("support@example.com")
            code, text = client.data(_on_the_wire(CORPUS / str(entry["file"])))
            if code != 250:
                refused[str(entry["file"])] = code
                continue
            kept[str(entry["file"])] = MailId(int(text.split()[-1]))
        client.quit()
        assert refused == {}, "nothing of it is too large or ends the dialogue"
        ids = set(kept.values())
        sums = daemon.wait_settled(len(ids))
        assert set(sums) <= OUTCOMES
        assert sum(sums.values()) == len(ids)
        assert sums["ticket"] > 200, "half of the authors may write"
        with daemon.look() as uow:
            for file, mail_id in kept.items():
                content = uow.mails.content(mail_id)
                assert content is not None
                summary = uow.mails.summary(mail_id)
                assert summary is not None
                if summary.arrivals == 1:
                    sent = hashlib.sha256(_on_the_wire(CORPUS / file)).hexdigest()
                    assert hashlib.sha256(content).hexdigest() == sent, f"{file} came out otherwise than it went in"
        assert not daemon.is_dead()
    print(f"{len(kept)} mails, {len(ids)} different ones: {sums}")

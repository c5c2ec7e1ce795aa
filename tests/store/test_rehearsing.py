"""Nothing remains of a rehearsal: no row, no number, no key that was given out, no change of a file."""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url, text

from mailgate.desk.rehearsal import Rehearsal, rehearse
from mailgate.domain.authenticity import Authenticity, Proof
from mailgate.domain.budgets import Budget, Budgets
from mailgate.domain.mail import Address, ParsedMail
from mailgate.domain.verdict import Outcome
from mailgate.store.database import Database
from mailgate.store.tables import metadata
from tests.support.desk import Desk, from_eva
from tests.support.envelopes import a_mail_text, an_envelope

PROVEN = Authenticity(proof=Proof.PROVEN, evidence="dkim=pass kund.example")
TINY = Budget(ten_minutes=2, day=2)


def dump(database: Database) -> dict[str, Any]:
    """All that the database holds; of PostgreSQL also where its sequences stand, of SQLite the file's bytes."""
    found: dict[str, Any] = {}
    with database.engine.connect() as connection:
        for table in metadata.sorted_tables:
            rows = connection.execute(table.select()).all()
            found[table.name] = sorted(map(repr, rows))
        if connection.dialect.name == "postgresql":
            sequences = connection.execute(text("SELECT sequencename, last_value FROM pg_sequences"))
            found["sequences"] = sorted(map(tuple, sequences.all()))
    url = make_url(database.engine.url)
    if url.get_backend_name() == "sqlite":
        file = Path(str(url.database))
        found["files"] = [
            (one.name, hashlib.sha256(one.read_bytes()).hexdigest())
            for one in sorted(file.parent.iterdir())
            if one.is_file() and not one.name.endswith("-shm")  # what readers know of each other
        ]
    return found


@pytest.fixture
def desk(database: Database) -> Desk:
    """Eva's desk, with a ticket and a receipt."""
    desk = Desk(database)
    desk.a_superuser(of=desk.a_customer(domains=("kund.example",)))
    desk.a_superuser("lisa@annan.example", of=desk.a_customer("K2"))
    desk.a_specialist()
    desk.take(from_eva("Lönen", "Servicenivå: 1", message_id="<1@kund.example>"))
    return desk


def tried(desk: Desk, mail: ParsedMail, **options: Any) -> Rehearsal:
    content = a_mail_text(message_id=options.pop("message_id", "<tried@kund.example>"))
    envelope = replace(an_envelope(content, received_at=desk.now), authenticity=options.pop("authenticity", None))
    return rehearse(desk.database, desk.house, envelope, mail, now=desk.now, **options)


def mails() -> dict[str, ParsedMail]:
    """Each ends in another way."""
    return {
        "ticket": from_eva("Momsen", "Servicenivå: 2\n\nHej", cc=(Address(spec="lisa@annan.example"),)),
        "joined": from_eva("Re: [MG-100001-5]", "Jo, så är det."),
        "specialist": from_eva("Re: [MG-100001-5]", "Löst!", author=Address(spec="sven@desk.example", name="Sven")),
        "stranger": from_eva("Hej", "Hej", author=Address(spec="nils@kund.example", name="Nils")),
        "nobody": from_eva("Hej", "Hej", author=Address(spec="x@y.example")),
        "machine": from_eva("Hej", "Hej", headers=(("auto-submitted", "auto-replied"),)),
    }


@pytest.mark.parametrize("case", list(mails()))
def test_nothing_remains_of_a_mail_that_was_tried(desk: Desk, case: str) -> None:
    before = dump(desk.database)
    rehearsal = tried(desk, mails()[case], authenticity=PROVEN)
    assert rehearsal.history.last is not None
    assert rehearsal.mails or case == "machine"
    assert dump(desk.database) == before


def test_a_mail_that_uses_up_a_budget_uses_up_none(desk: Desk) -> None:
    desk.house = replace(desk.house, budgets=replace(Budgets(), address=TINY))
    before = dump(desk.database)
    kinds = [[entry.kind for entry, _ in tried(desk, mails()["ticket"]).mails] for _ in range(3)]
    assert kinds == [["receipt", "team_new_ticket"]] * 3
    assert dump(desk.database) == before
    desk.take(mails()["ticket"])
    assert [entry.kind for entry, _ in tried(desk, from_eva("Nytt", "Något annat")).mails] == ["team_new_ticket"], (
        "what really went out counts"
    )


def test_a_number_that_was_shown_is_given_to_the_next_mail_that_comes(desk: Desk) -> None:
    shown = [tried(desk, mails()["ticket"]).after for _ in range(2)]
    settled = desk.take(mails()["ticket"])
    assert settled is not None
    assert settled.ticket is not None
    assert [str(one.number) for one in shown if one is not None] == [str(settled.ticket.number)] * 2


def test_what_is_tried_becomes_what_really_comes(desk: Desk) -> None:
    for case, mail in mails().items():
        rehearsal = tried(desk, mail, message_id=f"<{case}@kund.example>")
        settled = desk.take(mail)
        assert settled is not None
        assert rehearsal.history.summary.outcome == settled.outcome
        queued = [entry for entry in desk.told() if entry.queued_at == desk.now][-len(rehearsal.mails) or 10**6 :]
        told = [(entry.kind, entry.recipient) for entry, _ in rehearsal.mails]
        assert told == [(entry.kind, entry.recipient) for entry in queued]


def test_a_mail_that_has_come_before_would_be_a_copy_but_can_be_tried_as_new(desk: Desk) -> None:
    envelope = an_envelope(a_mail_text(message_id="<copy@kund.example>"), received_at=desk.now)
    with desk.database.transaction() as uow:
        mail_id = uow.spool.put(envelope).mail_id
    before = dump(desk.database)
    known = rehearse(desk.database, desk.house, envelope, mails()["ticket"], now=desk.now)
    assert (known.same_as, known.mails) == (mail_id, ())
    fresh = rehearse(desk.database, desk.house, envelope, mails()["ticket"], now=desk.now, as_new=True)
    assert fresh.same_as is None
    assert fresh.history.summary.outcome == Outcome.TICKET
    assert dump(desk.database) == before


def test_trouble_in_the_middle_leaves_nothing_either(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    before = dump(desk.database)

    def broken(*_: object, **__: object) -> None:
        raise ValueError("no words")

    with monkeypatch.context() as patch:
        patch.setattr(desk.house.composer, "compose", broken)
        with pytest.raises(ValueError, match="no words"):
            tried(desk, mails()["ticket"])
    assert dump(desk.database) == before
    assert desk.take(mails()["ticket"]) is not None, "and nobody is locked out"

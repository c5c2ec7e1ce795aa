"""Specialists decide on held mail by their own mails, whether those are about a ticket or not."""

from dataclasses import replace

import pytest

from mailgate.desk.digests import digests
from mailgate.desk.tell import tell
from mailgate.domain.mail import Address, MailId
from mailgate.domain.verdict import Outcome
from tests.support.desk import from_eva
from tests.support.postgres import on_both_databases
from tests.support.table import Table

pytestmark = on_both_databases

EVA, SVEN = "eva@kund.example", Address(spec="sven@desk.example", name="Sven Sund")


def held_mail(table: Table, address: str = "nils@kund.example") -> MailId:
    """A mail of somebody who is no SuperUser."""
    mail = from_eva(
        "Skrivaren", "Den skriver inte.", author=Address(spec=address, name="Nils"), message_id="<n@k.example>"
    )
    spooled = table.desk.spool(mail)
    table.desk.take(mail, spooled=spooled)
    return spooled.mail_id


def state(table: Table, mail_id: MailId) -> tuple[str, str | None]:
    with table.desk.database.reading() as uow:
        held = uow.holds.get(mail_id)
    assert held is not None
    return held.state, held.decided_by


def digest_to_sven(table: Table) -> str:
    """This morning's; its Message-ID."""
    with table.desk.database.transaction() as uow:
        house = table.desk.house
        for notice in digests(uow, house, house.hours.local_day(table.desk.now), now=table.desk.now):
            tell(uow, house, notice, now=table.desk.now)
    return next(mail.message_id for mail in table.mails("digest") if mail.recipient == SVEN.spec)


def sven_wrote(table: Table, text: str, *, reply_to: str = "", **changes: object) -> Outcome:
    """Of no ticket."""
    ids = (reply_to,) if reply_to else ()
    mail = from_eva(
        "Re: Dagens", text, author=SVEN, in_reply_to=ids, message_id=f"<{abs(hash(text))}@d.example>", **changes
    )
    settled = table.desk.take(mail)
    assert settled is not None
    return settled.outcome


def answered(table: Table) -> str:
    return table.text([mail for mail in table.mails("commands_answered") if mail.recipient == SVEN.spec][-1])


def test_a_reply_to_the_digest_lets_a_held_mail_be_a_ticket(table: Table) -> None:
    mail_id = held_mail(table)
    outcome = sven_wrote(table, f"#släpp {mail_id}", reply_to=digest_to_sven(table))
    assert outcome is Outcome.STORED
    assert state(table, mail_id) == ("released", f"specialist {table.sven.specialist_id}")
    assert table.desk.waits(mail_id)
    said = answered(table)
    assert said.startswith("Klart: Dagens\nKlart:\n")
    assert f"#släpp {mail_id} – mejlet är på väg att bli ett ärende" in said
    assert "Så är ärendet nu" not in said


@pytest.mark.parametrize("written", ["#reject {}", "#avvisa {}", "#torju {}", "Hej!\n#reject {}"])
def test_a_held_mail_is_rejected(table: Table, written: str) -> None:
    mail_id = held_mail(table)
    outcome = sven_wrote(table, written.format(mail_id), reply_to=digest_to_sven(table))
    if written.startswith("#"):
        assert (outcome, state(table, mail_id)[0]) == (Outcome.STORED, "rejected")
    else:
        assert (outcome, state(table, mail_id)[0]) == (Outcome.HELD, "held"), "commands stand at the top"


def test_what_was_rejected_can_be_released_for_a_named_superuser(table: Table) -> None:
    mail_id, digest = held_mail(table, "nobody@elsewhere.example"), digest_to_sven(table)
    sven_wrote(table, f"#reject {mail_id}", reply_to=digest)
    sven_wrote(table, f"#release {mail_id}", reply_to=digest)
    assert state(table, mail_id)[0] == "rejected"
    assert f"det går inte att se vems mejl {mail_id} är" in answered(table)
    sven_wrote(table, f"#release {mail_id} {EVA}", reply_to=digest)
    assert state(table, mail_id)[0] == "released"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("#release 999", "mejl 999 väntar inte på något beslut"),
        ("#release 3000000000", "mejl 3000000000 väntar inte på något beslut"),
        ("#reject snart", "mejl snart väntar inte på något beslut"),
        ("#release {} olle@annan.example", "det finns ingen SuperUser med adressen ”olle@annan.example”"),
        ("#reject {}\n#release 999", "mejl 999 väntar inte på något beslut"),
        ("#reject {}\n#close", "mejlet gäller inget ärende"),
        ("#reject {}\n#relaese 7", "Menade du #släpp?"),
    ],
)
def test_where_one_line_cannot_be_followed_nothing_is_done_and_the_reason_is_told(
    table: Table, text: str, why: str
) -> None:
    mail_id = held_mail(table)
    sven_wrote(table, text.format(mail_id), reply_to=digest_to_sven(table))
    assert state(table, mail_id)[0] == "held"
    said = answered(table)
    assert "Inget är gjort." in said
    assert why in " ".join(said.split())


def test_what_a_specialist_wrote_is_never_let_into_a_customers_ticket(table: Table) -> None:
    """Its notes would be shown to the customer, in the mail that tells that a colleague wrote."""
    digest = digest_to_sven(table)
    sven_wrote(table, "#note Kunden är arg.")
    with table.desk.database.reading() as uow:
        (held,) = uow.holds.waiting()
    sven_wrote(table, f"#release {held.mail_id} {EVA}", reply_to=digest)
    assert state(table, held.mail_id)[0] == "held"
    assert f"mejl {held.mail_id} kommer från en specialist" in " ".join(answered(table).split())


def test_what_is_not_proven_to_be_a_specialists_decides_nothing(table: Table) -> None:
    mail_id = held_mail(table)
    assert sven_wrote(table, f"#release {mail_id}") is Outcome.HELD
    assert state(table, mail_id)[0] == "held"
    told = table.mails("specialist_without_ticket")[-1]
    said = " ".join(table.text(told).split())
    assert "vi kan inte se säkert att det är från dig" in said
    assert "ärendenumret" not in said, "a number would not help"
    assert sven_wrote(table, f"#release  {mail_id}", reply_to=told.message_id) is Outcome.STORED
    assert state(table, mail_id)[0] == "released", "as that mail promises"


def test_a_door_that_is_trusted_is_proof_enough(table: Table) -> None:
    mail_id = held_mail(table)
    table.desk.house = replace(
        table.desk.house, policy=replace(table.desk.house.policy, trusted_doors=frozenset({"smtp"}))
    )
    assert sven_wrote(table, f"#release {mail_id} ") is Outcome.STORED
    assert state(table, mail_id)[0] == "released"


def test_in_a_mail_about_a_ticket(table: Table) -> None:
    mail_id = held_mail(table)
    table.opened()
    table.sven_replied(f"#ta\n#reject {mail_id}")
    assert state(table, mail_id)[0] == "rejected"
    assert table.ticket.specialist_id == table.sven.specialist_id
    table.sven_replied(f"#reject {mail_id}")
    assert f"mejl {mail_id} väntar inte på något beslut" in answered(table)

"""What an operator decides at the command line: held mail, quarantine, outbox."""

import getpass

import pytest

from mailgate.config_file import load_config
from mailgate.domain.outgoing import Failed, OutboxId
from mailgate.domain.sending import DoubtPolicy
from mailgate.store.database import Database, sqlite_url
from mailgate.store.sending import outcome_change
from tests.cli.conftest import ANNA, CommandLine
from tests.support.envelopes import MONDAY


def test_held_mails_are_listed_until_they_are_decided_on(used: CommandLine) -> None:
    held = used.done("held", "list", "--json").json
    assert [(one["id"], one["cause"], one["customer"]) for one in held] == [
        (2, "stranger", "1001"),
        (3, "overdue", "1003"),
        (4, "stranger", None),
    ]
    used.done("held", "reject", 2)
    assert [one["id"] for one in used.done("held", "list", "--json").json] == [3, 4]
    decided = used.done("held", "list", "--all", "--json").json[-1]
    assert (decided["state"], decided["decided_by"]) == ("rejected", getpass.getuser())
    assert "foo.bar@norrby-el.example" in used.done("held", "list", "--all").out


def test_a_held_mail_is_shown_with_its_text(used: CommandLine) -> None:
    shown = used.done("held", "show", 2)
    assert "    Vem kan hjälpa oss?" in shown.out
    assert "waits for one" in shown.out
    assert used.done("held", "show", 2, "--json").json["text"].strip() == "Vem kan hjälpa oss?"
    assert used("held", "show", 1).err == "mailgate: mail 1 is not held, and never was\n"
    assert used("held", "show", 99).code == 1


def test_a_released_mail_is_a_ticket_at_once(used: CommandLine) -> None:
    assert used.done("held", "release", 2, "--by", "Karin").out == (
        "mail 2 is released: MG-100002-8, for Anna Lind (anna.lind@norrby-el.example)\n"
    )
    ticket = used.done("ticket", "show", "MG-100002-8", "--json").json
    assert ticket["superuser"]["address"] == ANNA
    assert ticket["messages"][0]["author"] == "colleague"
    assert used.done("held", "list", "--all", "--json").json[-1]["decided_by"] == "Karin"
    again = used("held", "release", 2)
    assert (again.code, again.err) == (1, "mailgate: mail 2 cannot be released: this mail is not held\n")


def test_whose_ticket_it_becomes_can_be_said(used: CommandLine) -> None:
    nobodys = used("held", "release", 4)
    assert nobodys.code == 1
    assert "use --as ADDRESS" in nobodys.err
    assert used("held", "release", 4, "--as", "nobody@kund.example").err == (
        "mailgate: there is no SuperUser nobody@kund.example\n"
    )
    used.done("held", "release", 4, "--as", "Mikko.Virtanen@kalustetalo.example")
    assert used.done("ticket", "list", "--json").json[0]["customer"] == "1002"


def test_a_rejected_mail_stays_stored(used: CommandLine) -> None:
    assert used.done("held", "reject", 4).out == "mail 4 is rejected; it stays stored\n"
    assert used.done("mail", "show", 4, "--json").json["outcome"] == "stored"
    assert used("held", "reject", 4).err == "mailgate: mail 4 cannot be rejected: this mail is not held\n"


def test_a_quarantined_mail_is_shown_and_tried_again(used: CommandLine) -> None:
    (one,) = used.done("quarantine", "list", "--json").json
    assert (one["id"], one["rule"], one["evidence"]) == (6, "unparsable", "limit:depth")
    assert "limit:depth" in used.done("quarantine", "list").out
    assert "limit:depth" in used.done("quarantine", "show", 6).out
    assert "Subject: Trasig" in used.done("quarantine", "show", 6, "--raw").out
    assert "is not in quarantine" in used("quarantine", "show", 1).err
    assert used.done("quarantine", "retry", 6).out.startswith("1 mail goes through again")
    assert used.done("mail", "show", 6, "--json").json["state"] == "received"
    assert (
        used("quarantine", "retry", 6).err == "mailgate: mail 6 cannot be tried again: this mail is not in quarantine\n"
    )


def test_everything_in_quarantine_is_tried_again(used: CommandLine) -> None:
    assert used.done("quarantine", "retry", "--all").out.startswith("1 mail goes")
    assert used.done("quarantine", "retry", "--all").out.startswith("0 mails go")
    for wrong in ((), (6, "--all")):
        assert used("quarantine", "retry", *wrong).code == 2


def fails(used: CommandLine) -> int:
    """One mail of ours fails for good."""
    database = Database(sqlite_url(load_config(used.config).data_folder))
    with database.transaction() as uow:
        (queued,) = uow.sending.claim_due(owner="test", now=MONDAY.replace(year=2100), lease=MONDAY - MONDAY, limit=1)
        outcome = Failed(diagnostic="550 5.1.1 no such\x1b[31m user")
        change = outcome_change(queued, outcome, owner="test", retry_at=MONDAY, now=MONDAY, policy=DoubtPolicy())
        uow.sending.record([change])
    database.close()
    return int(OutboxId(queued.outbox_id))


def test_what_failed_is_listed_and_sent_again(used: CommandLine) -> None:
    assert used.done("outbox", "list", "--failed", "--json").json == []
    number = fails(used)
    (one,) = used.done("outbox", "list", "--failed", "--json").json
    assert (one["id"], one["state"], one["attempts"]) == (number, "failed", 1)
    table = used.done("outbox", "list", "--state", "failed").out
    assert "550 5.1.1 no such[31m user" in table
    assert used.done("outbox", "retry", "--all-failed").out == "1 mail is due now\n"
    assert used.done("outbox", "list", "--failed", "--json").json == []
    fails(used)
    assert used.done("outbox", "retry", number).out == "1 mail is due now\n"


def test_a_mail_of_ours_is_shown(used: CommandLine) -> None:
    receipt = next(one for one in used.done("outbox", "list", "--json").json if one["kind"] == "receipt")
    shown = used.done("outbox", "show", receipt["id"], "--json").json
    assert "MG-100001-5" in shown["subject"]
    assert "MG-100001-5" in shown["text"]
    assert ANNA in used.done("outbox", "show", receipt["id"]).out
    assert "Auto-Submitted: auto-replied" in used.done("outbox", "show", receipt["id"], "--raw").out
    for wrong in (("show", 99), ("retry", 99)):
        result = used("outbox", *wrong)
        assert (result.code, result.err.count("\n")) == (1, 1)
    assert used("outbox", "list", "--failed", "--state", "sent").code == 2
    assert used("outbox", "retry").code == 2


def comes_into_doubt(used: CommandLine, kind: str) -> int:
    """A mail of ours of which nobody knows whether it arrived."""
    wanted = next(one["id"] for one in used.done("outbox", "list", "--json").json if one["kind"] == kind)
    database = Database(sqlite_url(load_config(used.config).data_folder))
    with database.transaction() as uow:
        claimed = uow.sending.claim_due(owner="test", now=MONDAY.replace(year=2100), lease=MONDAY - MONDAY, limit=99)
        uow.sending.mark(OutboxId(wanted), owner="test", now=MONDAY)
        assert wanted in [one.outbox_id for one in claimed]
        uow.sending.take_over_all(DoubtPolicy(resends=0), now=MONDAY)
    database.close()
    return int(wanted)


def test_a_mail_in_doubt_is_listed_explained_and_dropped_or_sent_again(used: CommandLine) -> None:
    assert used.done("outbox", "list", "--uncertain", "--json").json == []
    number = comes_into_doubt(used, "receipt")
    (one,) = used.done("outbox", "list", "--uncertain", "--json").json
    assert (one["id"], one["state"], one["doubts"]) == (number, "parked", 1)
    shown = used.done("outbox", "show", number).out
    assert "once at 2026-" in shown
    assert f"mailgate outbox drop {number} lets it be" in shown
    count = used.done("outbox", "count", "--json").json
    assert (count["parked"], count["ever_in_doubt"]) == (1, 1)
    assert "mailgate outbox list --uncertain shows them" in used.done("outbox", "count").out
    assert used.done("outbox", "drop", number).out == "1 mail is dropped: kept, and not sent\n"
    assert used("outbox", "drop", number).err == f"mailgate: mail {number} is dropped: it cannot be dropped\n"
    assert "not sent any more" in used.done("outbox", "show", number).out
    used.done("outbox", "retry", number)
    (one,) = used.done("outbox", "list", "--uncertain", "--json").json
    assert one["state"] == "uncertain"
    assert "the same Message-ID" in used.done("outbox", "show", number).out


def test_all_that_is_parked_is_decided_at_once(used: CommandLine) -> None:
    comes_into_doubt(used, "receipt")
    assert used.done("outbox", "drop", "--all-parked").out.startswith("1 mail is")
    assert used.done("outbox", "retry", "--all-parked").out.startswith("0 mails are")
    for wrong in (("retry", "--all-parked", "--all-failed"), ("drop",), ("drop", 1, "--all-parked")):
        assert used("outbox", *wrong).code == 2


@pytest.mark.parametrize("mail_id", [2**31, 99999999999, 10**20])
@pytest.mark.parametrize(
    "command",
    [
        ("held", "show"), ("held", "release"), ("held", "reject"), ("mail", "show"), ("quarantine", "retry"),
        ("quarantine", "show"), ("outbox", "show"), ("outbox", "retry"), ("outbox", "drop"), ("explain",),
    ],
)  # fmt: skip
def test_an_id_that_no_database_gives_out_is_none(used: CommandLine, command: tuple[str, ...], mail_id: int) -> None:
    result = used(*command, mail_id)
    assert result.code == 1
    assert result.err.startswith(f"mailgate: there is no mail {mail_id}")

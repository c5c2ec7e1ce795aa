"""``mailgate explain`` and the configurations that it names."""

import json

import pytest

from tests.cli.conftest import ANNA, CommandLine

NUMBER = "MG-100001-5"


def test_a_mail_is_explained_by_its_id(used: CommandLine) -> None:
    told = used.done("explain", 1).out
    assert told.startswith(
        "Mail 1: Lönen går inte att köra\n\nIn short\n  A new ticket, MG-100001-5: a SuperUser writes"
    )
    for heading in ("How it came", "Who wrote it", "What it was taken for", "Which ticket", "Which rules looked at it"):
        assert f"\n{heading}\n" in told
    assert "Hej!" not in told, "the mail's own words are not told"


@pytest.mark.parametrize("mail_id", [1, 2, 3, 4, 5, 6])
def test_every_mail_can_be_explained_and_programs_read_the_same(used: CommandLine, mail_id: int) -> None:
    assert used.done("explain", mail_id).out.startswith(f"Mail {mail_id}: ")
    record = used.done("explain", mail_id, "--json").json
    assert record["mail"]["id"] == mail_id
    decided = [one["rule"] for one in record["decisions"]]
    assert decided == ([] if mail_id == 6 else [record["mail"]["rule"]])


def test_a_copy_is_known_by_the_mail_that_came_first(used: CommandLine) -> None:
    assert "the same mail once more" in used.done("explain", 4).out


def test_a_ticket_is_explained_by_its_number_in_any_writing(used: CommandLine) -> None:
    told = used.done("explain", NUMBER).out
    assert "opened it by mail 1" in told
    assert used.done("explain", "mg1000015").out == told
    record = used.done("explain", NUMBER, "--json").json
    assert record["decisions"]["1"]["rule"] == "new-ticket"
    assert {one["kind"] for one in record["sent"]} == {"receipt", "team_new_ticket"}


def test_a_message_id_of_theirs_and_of_ours_leads_to_the_mail(used: CommandLine) -> None:
    record = used.done("explain", 1, "--json").json
    assert used.done("explain", record["message_id"]).out == used.done("explain", 1).out
    receipt = next(one for one in record["sent"] if one["kind"] == "receipt")
    told = used.done("explain", receipt["message_id"].strip("<>")).out
    assert told.startswith(f"Our mail {receipt['id']}: the receipt to {ANNA}: waits to be sent.\n")
    assert "It was sent because of mail 1:" in told
    assert used.done("explain", receipt["message_id"], "--json").json == record


@pytest.mark.parametrize(
    ("asked", "code", "says"),
    [
        ("99", 1, "there is no mail 99"),
        ("99999999999999", 1, "there is no mail"),
        ("MG-100042-6", 1, "there is no ticket MG-100042-6"),
        ("hello", 2, "or give a mail's id, or a Message-ID"),
        ("<x@y.example>", 1, "no mail with the Message-ID <x@y.example> was received, and none was sent"),
    ],
)
def test_what_is_not_there_is_one_line(used: CommandLine, asked: str, code: int, says: str) -> None:
    result = used("explain", asked)
    assert result.code == code
    assert says in result.err
    assert result.err.count("\n") == 1


def test_the_configuration_that_was_in_force_can_be_shown_without_its_secrets(used: CommandLine) -> None:
    key = used.done("explain", 1, "--json").json["decisions"][0]["configuration"]
    (seen,) = used.done("config", "versions", "--json").json
    assert (seen["key"], seen["decisions"]) == (key, 5)
    text = used.done("config", "show", key[:6]).out
    assert json.loads(text)["desk"]["number_prefix"] == "MG"
    assert key in used.done("config", "versions").out
    assert used("config", "show", "zzz").code == 1


def test_another_configuration_has_another_key_and_no_secret_in_its_text(used: CommandLine) -> None:
    text = used.config.read_text(encoding="utf-8")
    changed = text.replace('number_prefix = "MG"', 'number_prefix = "AB"')
    box = (
        '[[imap]]\nname = "b"\nhost = "h"\nuser = "u"\ntoken_command = "oauth --secret hush"\naddress = "a@b.example"\n'
    )
    used.config.write_text(f"{changed}\n{box}", encoding="utf-8")
    used.done("held", "release", 2, "--by", "Karin")
    newest, first = used.done("config", "versions", "--json").json
    assert newest["key"] != first["key"]
    shown = used.done("config", "show", newest["key"]).out
    assert '"AB"' in shown
    assert "hush" not in shown

"""``mailgate keys``, and what commands say where the key file cannot be used."""

import stat
from pathlib import Path

from tests.cli.conftest import CommandLine


def key_file(cli: CommandLine) -> Path:
    return cli.folder / "data" / "reply-keys"


def test_the_first_use_makes_a_key_for_its_owner_alone(fresh: CommandLine) -> None:
    (key,) = fresh.done("keys", "list", "--json").json
    assert key["proof_until"] is None
    assert stat.S_IMODE(key_file(fresh).stat().st_mode) == 0o600
    assert key["key"] in fresh.done("keys", "list").out


def test_no_key_is_ever_shown(fresh: CommandLine) -> None:
    shown = (
        fresh.done("keys", "rotate").out + fresh.done("keys", "list", "--json").out + fresh.done("config", "check").out
    )
    secrets = [line.split()[1] for line in key_file(fresh).read_text().splitlines() if not line.startswith("#")]
    assert len(secrets) == 2
    assert not [secret for secret in secrets if secret[:16] in shown]


def test_rotating_keeps_the_old_key_until_its_tokens_expire(fresh: CommandLine) -> None:
    (first,) = fresh.done("keys", "list", "--json").json
    old, new = fresh.done("keys", "rotate", "--json").json
    assert old["key"] == first["key"]
    assert old["proof_until"] is not None
    assert (new["key"] != first["key"], new["proof_until"]) == (True, None)
    assert fresh.done("keys", "list", "--json").json == [old, new]


def test_forgetting_leaves_the_new_key_alone(fresh: CommandLine) -> None:
    (first,) = fresh.done("keys", "list", "--json").json
    (new,) = fresh.done("keys", "rotate", "--forget", "--json").json
    assert new["key"] != first["key"]


def test_a_key_that_is_gone_is_an_error_with_a_way_out(used: CommandLine) -> None:
    key_file(used).unlink()
    said = used("ticket", "take", "MG-100001-5", "--by", "nobody@example.com")
    assert said.code == 1
    assert "reply-keys is gone" in said.err
    assert "keys rotate --forget" in said.err
    assert not key_file(used).exists(), "nothing is put in its place unasked"
    assert used("keys", "list").code == 1
    assert len(used.done("keys", "rotate", "--forget", "--json").json) == 1
    assert len(used.done("keys", "list", "--json").json) == 1


def test_a_key_file_that_is_damaged_is_an_error(used: CommandLine) -> None:
    key_file(used).write_text("2026-11-23 00\n")
    said = used("keys", "list")
    assert (said.code, "damaged" in said.err) == (1, True)


def test_a_key_file_that_others_can_read_is_warned_of(used: CommandLine) -> None:
    key_file(used).chmod(0o644)
    assert "reply_keys_open_to_others" in used("keys", "list").err


def test_config_check_names_keys_that_cannot_be_used_and_codes_that_are_nobodys(used: CommandLine) -> None:
    text = used.config.read_text(encoding="utf-8")
    used.config.write_text(
        text.replace("strict_customers = []", 'strict_customers = ["1001", "9999"]'), encoding="utf-8"
    )
    (note,) = [one for one in used.done("config", "check", "--json").json["notes"] if "strict_customers" in one]
    assert "'9999'" in note
    key_file(used).write_text("2026-11-23 00\n")
    said = used("config", "check")
    assert (said.code, "damaged" in said.err) == (2, True)


def test_config_check_says_where_a_reply_address_would_be_too_long(fresh: CommandLine) -> None:
    text = fresh.config.read_text(encoding="utf-8").replace('reply_addresses = "off"', 'reply_addresses = "plus"')
    fresh.config.write_text(text, encoding="utf-8")
    assert not [one for one in fresh.done("config", "check", "--json").json["notes"] if "reply_addresses" in one]
    longer = text.replace('support = ["support@', 'support = ["kundsupport.i.norden@')
    fresh.config.write_text(longer, encoding="utf-8")
    assert [one for one in fresh.done("config", "check", "--json").json["notes"] if "reply_addresses" in one]

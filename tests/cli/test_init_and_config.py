"""``init`` writes what one starts from; ``config check`` shows what is in force and tries what it names."""

from pathlib import Path

import pytest
import trustme

from mailgate.cli import run
from mailgate.shipped import sample_config
from tests.cli.conftest import CommandLine


def test_init_writes_what_can_be_checked_and_read_in(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "new" / "desk"
    assert run(["init", str(folder)]) == 0
    said = capsys.readouterr().out
    assert f"{folder}/config.toml written" in said
    line = CommandLine(folder, capsys)
    assert line("config", "check").code == 0
    assert "customers: 3 added" in line.done("register", "import", folder / "register.toml").out


def test_init_never_writes_over_anything(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "config.toml").write_text("# mine")
    assert run(["init", str(tmp_path)]) == 0
    assert (tmp_path / "config.toml").read_text() == "# mine"
    assert (tmp_path / "register.toml").is_file()
    assert "config.toml is there already, and stays as it is" in capsys.readouterr().out


def test_check_shows_every_value_with_its_paths(fresh: CommandLine) -> None:
    out = fresh.done("config", "check").out
    assert 'listen         = "127.0.0.1:2525"' in out
    assert 'name       = "Handel, Tjänsteföretag & Organisationer"' in out
    assert f"storage.folder   {fresh.folder}/data" in out
    assert out.endswith("\nNo faults.\n")
    assert not (fresh.folder / "data").exists(), "looking makes nothing"


def test_check_names_every_fault_at_once(fresh: CommandLine) -> None:
    text = sample_config().read_text(encoding="utf-8")
    text = text.replace('certificate = ""\nkey = ""', 'certificate = "none.pem"\nkey = "none.key"')
    text = text.replace('host = ""\nport = 587', 'host = "mx.example"\nport = 587')
    text = text.replace('user = ""\npassword_env = ""', 'user = "desk"\npassword_env = "MAILGATE_NO_SUCH"')
    text += (
        '\n[[imap]]\nname = "box"\nhost = "h"\nuser = "u"\npassword_file = "none"\naddress = "support@example.com"\n'
    )
    fresh.config.write_text(text, encoding="utf-8")
    result = fresh("config", "check")
    assert result.code == 2
    at = f"mailgate: {fresh.config}"
    assert result.err.splitlines() == [
        f"{at}: smtp.certificate: {fresh.folder}/none.pem: No such file or directory",
        f"{at}: smtp.key: {fresh.folder}/none.key: No such file or directory",
        f"{at}: imap box.password_file: {fresh.folder}/none: No such file or directory",
        f"{at}: outgoing: the environment variable MAILGATE_NO_SUCH is not set",
    ]
    assert len(fresh("config", "check", "--json").json["faults"]) == 4


def test_check_finds_a_template_that_cannot_be_used_and_serve_says_the_same(fresh: CommandLine) -> None:
    place = fresh.folder / "templates" / "sv" / "receipt.txt"
    place.parent.mkdir(parents=True)
    place.write_text("Hej {{ nmae }}!", encoding="utf-8")
    checked, served = fresh("config", "check"), fresh("serve")
    assert checked.code == served.code == 2
    assert f"{fresh.config}: desk.templates: {place}, line 1: there is no nmae here; known are" in checked.err
    assert f"mailgate: {place}, line 1: there is no nmae here" in served.err
    assert "Traceback" not in served.err


def test_check_shows_a_template_whose_name_is_no_notices(fresh: CommandLine) -> None:
    place = fresh.folder / "templates" / "fi"
    place.mkdir(parents=True)
    (place / "reciept.txt").write_text("Hei!", encoding="utf-8")
    (place / "joined.txt").write_text("Hei!", encoding="utf-8")
    out = fresh.done("config", "check").out
    assert f"fi   1 of your own in {place}, the rest from" in out
    assert "; no notice has a file named reciept.txt" in out


def test_check_says_that_there_is_no_way_in(fresh: CommandLine) -> None:
    fresh.config.write_text('[smtp]\nlisten = ""\n', encoding="utf-8")
    result = fresh("config", "check")
    assert result.code == 2
    assert result.err == f"mailgate: {fresh.config}: no mail can come in: give smtp.listen, or an [[imap]] table\n"


def test_check_counts_words_and_not_their_weights(fresh: CommandLine) -> None:
    fresh.config.write_text('[keywords.types.wish]\n5 = ["idé*", "förslag*"]\n-3 = ["inget"]\n', encoding="utf-8")
    assert 'types       = "3 words"' in fresh.done("config", "check").out


def test_check_finds_a_key_that_is_another_certificates(fresh: CommandLine) -> None:
    authority = trustme.CA()
    authority.issue_cert("a.example").cert_chain_pems[0].write_to_path(fresh.folder / "a.pem")
    authority.issue_cert("b.example").private_key_pem.write_to_path(fresh.folder / "b.key")
    text = sample_config().read_text(encoding="utf-8")
    fresh.config.write_text(text.replace('certificate = ""\nkey = ""', 'certificate = "a.pem"\nkey = "b.key"'))
    result = fresh("config", "check")
    assert result.code == 2
    assert "smtp.certificate and smtp.key do not go together" in result.err


def test_check_stars_a_password_in_a_database_url(fresh: CommandLine) -> None:
    text = sample_config().read_text(encoding="utf-8")
    fresh.config.write_text(text.replace('database = ""', 'database = "postgresql+psycopg://me:s3cret@db/mailgate"'))
    result = fresh.done("config", "check")
    assert "s3cret" not in result.out
    assert "postgresql+psycopg://me:***@db/mailgate" in result.out
    assert "s3cret" not in fresh.done("config", "check", "--json").out


def test_an_unknown_key_is_named_with_its_line(fresh: CommandLine) -> None:
    fresh.config.write_text("[smtp]\nlisten = '127.0.0.1:25'\nhostnam = 'x'\n")
    result = fresh("config", "check")
    assert result.code == 2
    assert result.err == f"mailgate: {fresh.config}, line 3, smtp.hostnam: unknown key; did you mean hostname?\n"


def test_check_holds_the_times_of_mails_against_the_opening_hours(fresh: CommandLine) -> None:
    text = sample_config().read_text(encoding="utf-8")
    assert fresh("config", "check", "--json").json["notes"] == []
    text = text.replace('overview_at = "08:00"', 'overview_at = "07:30"')
    text = text.replace('status_at = "09:00"', 'status_at = "12:30"').replace('\nat = "07:00"', '\nat = "09:00"')
    fresh.config.write_text(text, encoding="utf-8")
    notes = [
        "digest.overview_at: on a Monday it is closed at 07:30; mails go out at 08:00",
        "digest.status_at: on a Monday it is closed at 12:30; mails go out at 13:00",
        "digest.at: on a Monday the desk opens at 08:00, before the digests go out",
    ]
    assert fresh.done("config", "check", "--json").json["notes"] == notes
    out = fresh.done("config", "check").out
    assert all(note in out for note in notes)


def test_digests_after_closing_are_a_fault(fresh: CommandLine) -> None:
    text = sample_config().read_text(encoding="utf-8").replace('\nat = "07:00"', '\nat = "16:00"')
    fresh.config.write_text(text, encoding="utf-8")
    result = fresh("config", "check")
    assert result.code == 2
    assert result.err.endswith("digest.at: on a Monday the desk has closed by 16:00: nothing would go out\n")

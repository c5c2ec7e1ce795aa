"""What is wrong in ``config.toml`` is told with its line and what would be right, in words of the file."""

import re
from pathlib import Path

import pytest

from mailgate.config import Config
from mailgate.config_file import ConfigError, effective, load_config, secret
from mailgate.config_values import without_password

TEAMS = """
[[teams]]
name = "A"
industries = ["Bygg"]
[[teams]]
name = "B"
"""
BOX = '[[imap]]\nname = "box"\nhost = "h"\nuser = "u"\npassword_env = "HOME"\n'


def load(folder: Path, content: str | bytes) -> Config:
    path = folder / "config.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return load_config(path)


def faults_of(folder: Path, content: str | bytes) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(folder, content)
    return [line.removeprefix(f"{folder}/config.toml, ") for line in str(caught.value).splitlines()]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("[addresses]\nsupport = []", "line 2, addresses.support: at least one entry is needed (here: [])"),
        ("[addresses]\nsupport = 'a@b.example'", 'a list is wanted: ["…", "…"] (here: \'a@b.example\')'),
        ("[desk]\nname = ''", "line 2, desk.name: this must not be empty (here: '')"),
        ("[desk]\nnumber_prefix = 'mg'", "two to eight capital letters are wanted, like MG (here: 'mg')"),
        ("[desk]\ninstance = 'A B'", "a name like mailgate.example.com is wanted, in small letters (here: 'A B')"),
        ("[desk]\ntell_joined = 'ja'", "true or false is wanted, without quotes (here: 'ja')"),
        ("[desk]\nfirst_number = 'x'", "a whole number is wanted (here: 'x')"),
        ("[desk]\nlanguage = 'no'", "'sv', 'en' or 'fi' is wanted (here: 'no')"),
        ("[log]\nlevel = 'loud'", "'debug', 'info', 'warning' or 'error' is wanted (here: 'loud')"),
        ("[smtp]\nlisten = 25", 'a text is wanted, in quotes: "…" (here: 25)'),
        ("[smtp]\ndrain_seconds = -1", "at least 0 is wanted (here: -1)"),
        ("[outgoing]\nport = 70000", "at most 65535 is wanted (here: 70000)"),
        ("[parser]\nseconds = 0", "more than 0 is wanted (here: 0)"),
        ("desk = 3", "desk: a table is wanted (here: 3)"),
        ("[imap]\nhost = 'h'", "this table may stand several times, so write it in double brackets: [[imap]]"),
        (BOX, "line 1, imap.0.address: this key is needed, and is not there"),
        ("[keywords.types.wish]\nheavy = ['x']", "a weight is wanted, a whole number between -99 and 99"),
        ("[keywords.levels.6]\n5 = ['x']", "a service level is wanted, 1 to 5"),
        ("[keywords.modules.X]\n5 = 'x'", "a list is wanted"),
    ],
)
def test_a_wrong_value_is_told_in_the_words_of_the_file(tmp_path: Path, content: str, told: str) -> None:
    (fault,) = faults_of(tmp_path, content)
    assert told in fault
    assert not re.search(r"Input|String|[Tt]uple|[Dd]ict|[Vv]alid|Field", fault)


def test_a_wrong_address_is_one_fault_and_not_an_empty_list_as_well(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path, "[addresses]\nsupport = ['support(at)x.example']")
    assert fault.startswith("line 2, addresses.support.0: 'support(at)x.example' is not a mail address")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("[log]\nlevel = loud\n", "line 2: no TOML: Invalid value"),
        ("[log]\nlevel = 'info'\nlevel = 'info'\n", "line 3: no TOML: this key stands here for the second time"),
        ("[log]\n# \nname = 'Servic\xe9'".encode("latin-1"), "line 3: this is no UTF-8 text; save the file as UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_with_its_line(tmp_path: Path, content: str | bytes, told: str) -> None:
    assert faults_of(tmp_path, content) == [told]


def test_a_folder_in_place_of_the_file_is_named_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=f"^{tmp_path}: Is a directory$"):
        load_config(tmp_path)


def test_a_byte_order_mark_and_line_ends_of_windows_do_no_harm(tmp_path: Path) -> None:
    assert load(tmp_path, b"\xef\xbb\xbf[desk]\r\nname = 'Kundtj\xc3\xa4nst'\r\n").desk.name == "Kundtjänst"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (
            "[addresses]\nsupport = ['a@x.example']\norders = ['A@X.example']",
            "addresses: a@x.example stands in support and in orders; mail to it can be one of the two only",
        ),
        (
            f"[addresses]\nsupport = ['a@x.example']\n{TEAMS}address = 'a@x.example'",
            "teams: B: a@x.example is our own; what is meant for the team would come back to us",
        ),
        (f"{TEAMS}industries = ['bygg']", "teams: the industry 'bygg' stands in 'A' and in 'B'"),
    ],
)
def test_what_cannot_all_be_meant_stops_the_start(tmp_path: Path, content: str, told: str) -> None:
    assert faults_of(tmp_path, content) == [told]


def test_the_first_line_of_a_password_file_counts(tmp_path: Path) -> None:
    (tmp_path / "word").write_bytes("hemligt lösen \r\nfrån mars\n".encode())
    assert secret(env="", file="word", home=tmp_path) == "hemligt lösen "


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql+psycopg://me:hemligt@db/mailgate", "postgresql+psycopg://me:***@db/mailgate"),
        ("postgresql+psycopg:/me:hemligt@db/mailgate", "postgresql+psycopg:/me:***@db/mailgate"),
        ("postgresql+psycopg://me:hem@ligt@db/mailgate", "postgresql+psycopg://me:***@db/mailgate"),
        ("postgresql+psycopg://me:hem:li/gt@db/mailgate", "postgresql+psycopg://me:***@db/mailgate"),
        (
            "postgresql+psycopg://db/mailgate?user=me&password=hemligt",
            "postgresql+psycopg://db/mailgate?user=me&password=***",
        ),
        ("postgresql+psycopg://me@db:5432/mailgate", "postgresql+psycopg://me@db:5432/mailgate"),
        ("sqlite:////srv/mailgate.db", "sqlite:////srv/mailgate.db"),
        ("", ""),
    ],
)
def test_no_password_of_a_database_is_shown_even_where_its_url_is_none(url: str, shown: str) -> None:
    assert without_password(url) == shown


def test_of_a_command_that_prints_a_token_only_the_program_is_shown(tmp_path: Path) -> None:
    box = (
        '[[imap]]\nname = "a"\nhost = "h"\nuser = "u"\naddress = "a@b.example"\ntoken_command = "give --key hemligt"\n'
    )
    (tmp_path / "config.toml").write_text(box + '[[teams]]\nname = "T"\n', encoding="utf-8")
    [shown] = effective(load_config(tmp_path / "config.toml"))["imap"]
    assert shown["token_command"] == "give ***"

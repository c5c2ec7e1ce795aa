"""``mailgate replay``: real mails read and decided again."""

from pathlib import Path

import pytest
import sqlalchemy

from mailgate.app import Workshop
from mailgate.config_file import load_config
from mailgate.domain.ticket_number import TicketNumber
from tests.cli.conftest import ANNA, CommandLine, a_mail, put

SINCE = ("--since", "2026-11-20")


def changed_config(used: CommandLine, old: str, new: str) -> Path:
    """The desk's own configuration with one line different, in another file."""
    text = used.config.read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    file = used.folder / "new.toml"
    file.write_text(text.replace(old, new), encoding="utf-8")
    return file


def test_nothing_is_different_where_nothing_has_changed(used: CommandLine) -> None:
    result = used("replay", *SINCE)
    assert (result.code, result.err) == (0, "")
    assert "5 mails decided again in" in result.out
    assert "Nothing would be different." in result.out
    assert used.done("replay", *SINCE, "--json").json["mails"] == 5


def test_another_configuration_lists_what_it_would_change(used: CommandLine) -> None:
    new = changed_config(used, 'unproven = "flag"', 'unproven = "hold"')
    new.write_text(new.read_text(encoding="utf-8").replace('smtp = "off"', 'smtp = "check"'), encoding="utf-8")
    result = used("replay", *SINCE, "--config", new)
    assert result.code == 1
    assert "2 would be different: answered of 2, outcome of 1, cause of 1." in result.out
    row = next(line for line in result.out.splitlines() if " outcome " in line)
    for part in ("1 ", ANNA, "ticket", "held", "NEW.toml", "new-ticket → unproven-author"):
        assert part in row
    record = used("replay", *SINCE, "--config", new, "--json").json
    assert (record["different"], record["corrected"]) == (2, {"right": 0, "wrong": 0})
    assert record["differences"][0]["changes"][0] == {
        "what": "outcome", "old": "ticket", "new": "held", "corrected": None, "right": None,
    }  # fmt: skip


def test_what_a_person_has_corrected_speaks_for_or_against_the_change(used: CommandLine) -> None:
    with Workshop(load_config(used.config)) as shop:
        for subject in ("Det hicklar i Tid", "Det hicklar i Projekt"):
            put(shop, a_mail(ANNA, subject=subject, text=f"Hej, {subject}."))
        while shop.pipeline.work():
            pass
    new = used.folder / "new.toml"
    text = used.config.read_text(encoding="utf-8")
    assert text.count("[keywords.types.program_error]\n") == 1
    new.write_text(
        text.replace("[keywords.types.program_error]\n", '[keywords.types.program_error]\n"9" = ["hicklar"]\n'),
        encoding="utf-8",
    )
    used.done("ticket", "type", "MG-100002-8", "program_error", "--by", "karin.ek@desk.example")
    used.done("ticket", "type", TicketNumber("MG", 100003), "wish", "--by", "karin.ek@desk.example")
    result = used("replay", *SINCE, "--config", new)
    assert "the change would be right once, and wrong once." in result.out
    assert "keyword in subject: hicklar (18)" in result.out


def test_mails_from_before_traces_are_counted(used: CommandLine) -> None:
    engine = sqlalchemy.create_engine(f"sqlite:///{used.folder / 'data' / 'mailgate.db'}")
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text("DELETE FROM trace"))
    engine.dispose()
    assert "5 were decided before traces were kept" in used.done("replay", *SINCE).out


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        (("--since", "soon"), 2, "--since: 'soon' is no day"),
        ((*SINCE, "--until", "2026-11-01"), 2, "--until 2026-11-01 is before --since 2026-11-20"),
        ((*SINCE, "--config", "none.toml"), 2, "none.toml"),
    ],
)
def test_what_is_asked_wrongly_is_one_line(used: CommandLine, options: tuple[str, ...], code: int, says: str) -> None:
    result = used("replay", *options)
    assert result.code == code
    assert says in result.err


def test_only_the_days_that_are_asked_for_are_decided_again(used: CommandLine) -> None:
    assert used.done("replay", "--since", "2026-11-24", "--json").json["mails"] == 0
    assert used.done("replay", *SINCE, "--until", "2026-11-22", "--json").json["mails"] == 0
    assert used.done("replay", *SINCE, "--until", "2026-11-23", "--json").json["mails"] == 5

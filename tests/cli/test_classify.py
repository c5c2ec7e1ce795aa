"""The learning loop as an operator goes it: mails, corrections, report, new keywords, and what they change."""

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from mailgate.app import Workshop
from mailgate.cli import run
from mailgate.cli.learnt import _BEGIN, _END
from mailgate.config_file import load_config
from mailgate.desk.tickets import Act, close, set_level, set_module, set_type
from mailgate.domain.ticket import ServiceLevel, Ticket, TicketType
from mailgate.shipped import sample_config, sample_register
from tests.cli.conftest import ANNA, CommandLine, a_mail, put
from tests.support.envelopes import MONDAY

DAY = timedelta(days=1)

MIKKO = "mikko.virtanen@kalustetalo.example"
FLICKER = ("Bilden flimrar nu.", "Rutan flimrar jämt ju.", "Listan flimrar och så vidare.", "Allt flimrar.")
QUIET = ("Bilden är fin.", "Rutan är ju gul.", "Listan är så lång där.", "Vad tycker ni om det?", "Var?")


@pytest.fixture(scope="module")
def _learnt_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("learnt")
    config = folder / "config.toml"
    for source in (sample_config(), sample_register()):
        shutil.copy(source, folder)
    assert run(["--config", str(config), "register", "import", str(folder / "register.toml")]) == 0
    with Workshop(load_config(config)) as shop:
        for number, text in enumerate((*FLICKER, *QUIET)):
            put(shop, a_mail((ANNA, MIKKO)[number % 2], subject=f"Ärende {'i' * number}", text=text))
        while shop.pipeline.work():
            pass
        with shop.database.transaction() as uow:
            karin = uow.customers.specialist("karin.ek@desk.example")
            assert karin is not None
            tickets = [past.ticket for past in uow.ticket_history.received(MONDAY - DAY, MONDAY + DAY)]
            acts = [Act(uow=uow, house=shop.house, ticket=one, by=karin, now=MONDAY) for one in tickets]
            errors = [set_type(act, TicketType.PROGRAM_ERROR) for act in acts[:4]]
            assert isinstance(errors[0], Ticket)
            set_level(replace(acts[0], ticket=errors[0]), ServiceLevel.HAMPERED)
            set_module(acts[1], "Lön")
            for act in acts[4:8]:
                assert isinstance(close(act), Ticket)
    return folder


@pytest.fixture
def learnt(_learnt_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """Nine tickets, all taken for questions. The first four were corrected, the next four closed, one is at work."""
    shutil.copytree(_learnt_folder, tmp_path / "learnt")
    return CommandLine(tmp_path / "learnt", capsys)


def test_the_report_shows_what_was_taken_for_what_and_by_whom_it_was_put_right(learnt: CommandLine) -> None:
    found = learnt.done("classify", "report", "--json").json
    assert found["tickets"] == 8
    assert {(one["decided"], one["right"]): one["tickets"] for one in found["tables"]["type"]} == {
        ("question", "program_error"): 4,
        ("question", "question"): 4,
    }
    kept = [(one["field"], one["decided"], one["corrected"], one["role"]) for one in found["corrections"]]
    assert kept.count(("type", "question", "program_error", "specialist")) == 4
    assert ("module", None, "Lön", "specialist") in kept
    text = learnt.done("classify", "report").out
    assert "type: 4 of 8 right (50.0 %)" in text
    assert "corrected by specialists" in text


def test_proposed_words_are_written_and_count_from_then_on(learnt: CommandLine) -> None:
    (word,) = [
        one for one in learnt.done("classify", "report", "--json").json["keywords"] if one["pattern"] == "flimrar"
    ]
    assert (word["type"], word["mended"], word["broken"]) == ("program_error", 4, 0)
    before = learnt.config.read_text(encoding="utf-8")
    assert "flimrar" in learnt.done("classify", "report", "--apply", "--only", "flimrar").out
    after = learnt.config.read_text(encoding="utf-8")
    assert after.startswith(before.rstrip()), "comments and layout stay"
    assert [path.read_text(encoding="utf-8") for path in learnt.folder.glob("config.toml.*.bak")] == [before]
    assert "No faults." in learnt.done("config", "check").out
    assert learnt.done("classify", "test", "Det flimrar", "--json").json["type"] == "program_error"
    again = learnt.done("classify", "report", "--json").json
    assert "flimrar" not in [one["pattern"] for one in again["keywords"]]


def test_what_is_learnt_later_joins_what_was_learnt(learnt: CommandLine) -> None:
    with learnt.config.open("a", encoding="utf-8") as file:
        file.write(f'\n{_BEGIN}\n[keywords.learnt.types.wish]\n4 = ["guldkant"]\n{_END}\n')
    learnt.done("classify", "report", "--apply", "--only", "flimrar")
    text = learnt.config.read_text(encoding="utf-8")
    assert text.count("# Learnt from corrections") == 1
    types = load_config(learnt.config).keywords.learnt.types
    assert {kind.value: words for kind, words in types.items()} == {
        "wish": {"4": ("guldkant",)},
        "program_error": {"3": ("flimrar",)},
    }


def test_what_was_not_proposed_is_not_written(learnt: CommandLine) -> None:
    before = learnt.config.read_text(encoding="utf-8")
    refused = learnt("classify", "report", "--apply", "--only", "bilden är")
    assert (refused.code, "is not proposed" in refused.err) == (1, True)
    assert learnt("classify", "report", "--only", "x").code == 2
    assert learnt.config.read_text(encoding="utf-8") == before


def test_a_desk_without_corrections_has_nothing_to_learn(used: CommandLine) -> None:
    assert "none: too few mails were corrected" in used.done("classify", "report").err
    assert used("classify", "report", "--apply").err.endswith("mailgate: there is nothing to apply\n")
    assert used.done("classify", "report", "--since", "2030-01-01", "--json").json["tickets"] == 0


def test_a_text_or_a_mail_is_tried(used: CommandLine) -> None:
    assert used.done("classify", "test", "Lönen\ndet går inte att köra den").out.startswith("type    program_error\n")
    path = used.folder / "mail.eml"
    path.write_bytes(a_mail(ANNA, subject="Önskemål", text="Servicenivå: 2"))
    assert used.done("classify", "test", path, "--json").json["type"] == "wish"

import email
import email.policy
from pathlib import Path

import pytest

from mailgate.domain.customer import Language
from mailgate.domain.notice_kinds import GOES_OUT, NoticeKind
from tests.cli.conftest import CommandLine


def test_without_a_name_every_kind_is_listed_with_the_occasion(fresh: CommandLine) -> None:
    listed = fresh.done("preview").out.splitlines()[1:]
    assert [line.split()[0] for line in listed] == [kind.value for kind in NoticeKind]
    assert all(occasion.when in line for line, occasion in zip(listed, GOES_OUT.values(), strict=True))


def test_a_notice_is_printed_as_it_would_be_read(fresh: CommandLine) -> None:
    shown = fresh.done("preview", "receipt").out
    assert shown.startswith("From: Service & Kvalitet <support@example.com>\nTo: Anna Lind <")
    assert "\nSubject: [MG-100042-6] " in shown
    assert "\n\nHej Anna!\n" in shown


def test_a_notice_is_shown_in_the_language_that_is_asked_for(fresh: CommandLine) -> None:
    assert "Hei Mikko!" in fresh.done("preview", "held-gist", "--lang", "fi").out
    assert '<html lang="en">' in fresh.done("preview", "HELD_GIST", "--lang", "en", "--html").out


def test_what_is_written_follows_from_the_files_name(fresh: CommandLine, tmp_path: Path) -> None:
    for name, begins in (("a.html", b"<!DOCTYPE html>"), ("a.txt", b"From: "), ("a.eml", b"From: ")):
        fresh.done("preview", "answer", "--out", tmp_path / name)
        assert (tmp_path / name).read_bytes().startswith(begins)
    mail = email.message_from_bytes((tmp_path / "a.eml").read_bytes(), policy=email.policy.default)
    assert mail.get_content_type() == "multipart/alternative"
    fresh.done("preview", "answer", "--out", tmp_path / "odd", "--html")
    assert (tmp_path / "odd").read_bytes() == (tmp_path / "a.html").read_bytes()


def test_what_a_template_may_use_is_listed_with_what_it_is_in_the_sample(fresh: CommandLine) -> None:
    lines = fresh.done("preview", "level_changed", "--names").out.splitlines()[1:]
    listed = {name: value.strip() for name, _, value in (line.partition(" ") for line in lines)}
    assert listed["number"] == "MG-100042-6"
    assert listed["level.number"] == "3"
    assert listed["solution_due"] == "tisdag 22 december kl. 16.00"
    assert listed["solution_due.brief"] == "tis 22 dec 16.00"
    assert listed["desk.support_address"] == "support@example.com"
    own(fresh, "level_changed.txt", "".join(f"{{{{ {name} }}}}\n" for name in listed))
    fresh.done("preview", "level_changed")
    assert "breached[0].status.name " in fresh.done("preview", "digest", "--names").out


def test_all_are_written_into_a_folder(fresh: CommandLine, tmp_path: Path) -> None:
    fresh.done("preview", "--all", "--out", tmp_path / "all", "--lang", "en")
    written = {str(file.relative_to(tmp_path / "all")) for file in (tmp_path / "all").rglob("*.*")}
    assert written == {f"en/{kind}.{form}" for kind in NoticeKind for form in ("txt", "html", "eml")}


def test_a_notice_is_opened_in_a_browser(fresh: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", lambda address: opened.append(address) or True)
    fresh.done("preview", "receipt", "--open")
    page = Path(opened[0].removeprefix("file://"))
    assert b"Hej Anna!" in page.read_bytes()
    page.unlink()


def test_where_there_is_no_browser_one_hears_where_the_page_lies(
    fresh: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webbrowser.open", lambda _address: False)
    ended = fresh("preview", "receipt", "--open")
    page = Path(ended.err.strip().rpartition(" ")[2])
    assert (ended.code, page.is_file()) == (1, True)
    page.unlink()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["recipt"], "did you mean receipt?"),
        (["zebra"], "mailgate preview lists them"),
        (["receipt", "--text", "--html"], "either --text or --html"),
        (["--all"], "--all needs a folder"),
        (["receipt", "--lang", "de"], "'de'"),
    ],
)
def test_what_is_asked_for_wrongly_is_told(fresh: CommandLine, arguments: list[str], told: str) -> None:
    ended = fresh("preview", *arguments)
    assert ended.code == 2
    assert told in ended.err


def test_a_file_that_cannot_be_written_is_named(fresh: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ended = fresh("preview", "receipt", "--out", tmp_path / "file" / "a.txt")
    assert ended.code == 1
    assert "file" in ended.err


def test_the_desks_own_templates_and_name_are_shown(fresh: CommandLine) -> None:
    own(fresh, "receipt.txt", "Eget svar till {{ name }} från {{ desk.name }}: {{ number }}\n")
    fresh.config.write_text(fresh.config.read_text("utf-8").replace("Service & Kvalitet", "Kundtjänst"), "utf-8")
    shown = fresh.done("preview", "receipt").out
    assert "\n\nEget svar till Anna från Kundtjänst: MG-100042-6\n" in shown


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("Hej\n{% if x %}\n", "line 2: Unexpected end of template"),
        ("Hej\n\n{{ nmae }}", "line 3: there is no nmae here; known are "),
        ("Hej\n{{ type.nmae }}", "line 2: 'mailgate.notify.wording.TypeWords object' has no attribute 'nmae'"),
        ("{{ number + 1 }}", "line 1: can only concatenate str"),
    ],
)
def test_a_template_with_a_mistake_is_named_with_the_line(fresh: CommandLine, written: str, told: str) -> None:
    place = own(fresh, "receipt.txt", written)
    for arguments in (["preview", "receipt"], ["preview", "--all", "--out", fresh.folder / "all"]):
        ended = fresh(*arguments)
        assert ended.code == 2
        assert f"{place}, {told}" in ended.err


def test_the_check_of_the_configuration_finds_what_only_a_value_shows(fresh: CommandLine) -> None:
    place = own(fresh, "digest.html", "<p>\n{{ figures.opne }}</p>")
    ended = fresh("config", "check")
    assert ended.code == 2
    assert f"desk.templates: {place}, line 2: " in ended.err


def own(fresh: CommandLine, name: str, text: str) -> Path:
    place = fresh.folder / "templates" / Language.SWEDISH / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, "utf-8")
    return place

"""``mailgate report``: the same month as text, as CSV that a spreadsheet cannot be fooled with, and as a page."""

import csv
import io
from datetime import UTC, datetime

import pytest

from mailgate.app import open_database
from mailgate.cli.report_csv import guarded
from mailgate.config_file import load_config
from mailgate.domain.ticket import TicketType
from tests.cli.conftest import CommandLine
from tests.support.ticket_past import a_past

FORMULA = '=HYPERLINK("http://bad.example")'


@pytest.fixture(autouse=True)
def _december(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailgate.app.now", lambda: datetime(2026, 12, 15, 12, 0, tzinfo=UTC))


@pytest.fixture
def november(fresh: CommandLine) -> CommandLine:
    """Three tickets: an error solved in time, one handled too late, and a question."""
    database = open_database(load_config(fresh.config))
    with database.transaction() as uow:
        a_past(uow, ("take", "11-02 10:00"), ("resolve", "11-02 11:30"))
        a_past(uow, ("take", "11-04 08:30"), subject=FORMULA, team="-Bygg")
        a_past(uow, type=TicketType.QUESTION, level=None, subject="<b>Fråga</b>\x1b[2J")
    database.close()
    return fresh


def lines(text: str, *, delimiter: str = ";") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=delimiter))


def value(rows: list[dict[str, str]], part: str, key: str, figure: str) -> str:
    (row,) = (row for row in rows if (row["part"], row["key"], row["figure"]) == (part, key, figure))
    return row["value"]


def test_the_text_tells_all_there_is(november: CommandLine) -> None:
    text = november.done("report", "--month", "2026-11").out
    assert "2026-11 (over: as of its end)" in text
    for part in ("By type", "Program errors by level", "By team", "By customer", "The latest", "Held mails"):
        assert f"\n{part}\n" in text
    row = next(line for line in text.splitlines() if line.startswith("program error")).split()
    assert row[2:] == ["2", "1", "0", "1", "1", "7:15", "13:30", "13:30", "50", "%", "2:30", "2:30", "2:30", "50", "%"]
    assert FORMULA in text
    assert "\x1b" not in text


def test_without_a_month_it_is_the_one_before_this(november: CommandLine) -> None:
    assert november.done("report").out == november.done("report", "--month", "2026-11").out


def test_csv_has_a_figure_on_each_line_with_the_desks_decimal_comma(november: CommandLine) -> None:
    rows = lines(november.done("report", "--month", "2026-11", "--format", "csv").out)
    assert value(rows, "total", "", "received") == "3"
    assert value(rows, "type", "program_error", "solution_median_hours") == "2,50"
    assert value(rows, "level", "3", "handling_missed") == "1"
    assert value(rows, "day", "2026-11-02", "received") == "3"
    assert {row["month"] for row in rows} == {"2026-11"}


def test_csv_for_an_english_desk_has_points_and_commas(november: CommandLine) -> None:
    config = november.config.read_text("utf-8").replace('language = "sv"', 'language = "en"', 1)
    november.config.write_text(config, "utf-8")
    rows = lines(november.done("report", "--month", "2026-11", "--format", "csv").out, delimiter=",")
    assert value(rows, "type", "program_error", "solution_median_hours") == "2.50"


def test_no_cell_of_csv_is_a_formula(november: CommandLine) -> None:
    text = november.done("report", "--month", "2026-11", "--format", "csv").out
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))
    assert f"'{FORMULA}" in {cell for row in rows for cell in row}
    assert "'-Bygg" in {cell for row in rows for cell in row}
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝"])
@pytest.mark.parametrize("before", ["", "\u200b", "\t", "\r\n", " \x00"])
def test_a_cell_that_would_act_is_guarded_whatever_it_hides_behind(sign: str, before: str) -> None:
    assert guarded(f"{before}{sign}1") == f"'{sign}1"
    assert guarded(f"1{before}{sign}").endswith(sign)


def test_a_separator_in_a_cell_opens_no_formula_for_a_program_that_expects_another() -> None:
    assert guarded("a,=1+1") == "a,'=1+1"
    assert guarded('a; "=1+1') == "a; \"'=1+1"
    assert guarded("a, b = c; 1-2") == "a, b = c; 1-2"


def test_the_page_is_written_to_a_file_in_the_desks_language(november: CommandLine) -> None:
    out = november.folder / "rapport.html"
    said = november.done("report", "--month", "2026-11", "--format", "html", "--out", out)
    html = out.read_text("utf-8")
    assert said.out == f"{out}: 2026-11 as html\n"
    assert "Ärenden november 2026" in html
    assert "<script" not in html
    assert "&lt;b&gt;" not in html  # a question has no terms: it is not among the latest
    assert "=HYPERLINK(&#34;" in html


def test_the_page_goes_to_stdout_as_well(november: CommandLine) -> None:
    assert november.done("report", "--format", "html").out.startswith("<!DOCTYPE html>")


def test_a_month_without_anything_says_so(fresh: CommandLine) -> None:
    result = fresh.done("report", "--month", "2026-10")
    assert (result.out.count("\nnone\n"), result.err) == (6, "")


def test_a_report_changes_nothing(november: CommandLine) -> None:
    before = november.done("ticket", "list", "--json").json
    for form in ("text", "csv", "html"):
        november.done("report", "--month", "2026-11", "--format", form)
    assert november.done("ticket", "list", "--json").json == before


@pytest.mark.parametrize(
    ("month", "says"),
    [
        ("november", "is no month; write it like 2026-11"),
        ("2026-13", "is no month"),
        ("2027-01", "has not begun"),
        ("0001-01", "is before there was mail"),
    ],
)
def test_a_month_that_cannot_be_told_is_one_line(fresh: CommandLine, month: str, says: str) -> None:
    result = fresh("report", "--month", month)
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert says in result.err


def test_a_file_that_cannot_be_written_is_one_line(fresh: CommandLine) -> None:
    result = fresh("report", "--month", "2026-11", "--out", fresh.folder / "nowhere" / "report.txt")
    assert (result.code, result.out, result.err.count("\n")) == (1, "", 1)
    assert "No such file" in result.err


def test_words_that_cannot_be_used_are_one_line(fresh: CommandLine) -> None:
    (fresh.folder / "templates" / "report").mkdir(parents=True)
    (fresh.folder / "templates" / "report" / "sv.toml").write_text("[oj\n", "utf-8")
    result = fresh("report", "--month", "2026-11", "--format", "html")
    assert (result.code, result.err.count("\n")) == (2, 1)
    assert "sv.toml" in result.err

import shutil
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mailgate.domain.customer import Language
from mailgate.domain.notice_kinds import NoticeKind
from mailgate.domain.ticket import TicketType
from mailgate.notify.template_check import WordingError
from mailgate.notify.wording import Wording
from mailgate.shipped import templates_folder

STOCKHOLM = ZoneInfo("Europe/Stockholm")


@pytest.fixture(scope="module")
def shipped() -> Wording:
    return Wording([templates_folder()])


def test_each_notice_has_three_files_in_each_language_and_there_is_no_other_file() -> None:
    folder = templates_folder()
    expected = {"frame.html", "parts.html", "parts.txt", "team.html", "team.txt", "commands.html", "commands.txt"}
    for language in Language:
        expected.add(f"{language}/words.toml")
        expected |= {f"{language}/{kind}.{form}" for kind in NoticeKind for form in ("subject.txt", "txt", "html")}
    mails = (file.relative_to(folder) for file in folder.rglob("*") if file.is_file())
    assert {str(file) for file in mails if file.parts[0] != "report"} == expected


@pytest.mark.parametrize(
    ("language", "winter", "summer"),
    [
        (Language.SWEDISH, "måndag 23 november 2026 kl. 10.05", "onsdag 1 juli 2026 kl. 14.00"),
        (Language.ENGLISH, "Monday 23 November 2026 at 10:05", "Wednesday 1 July 2026 at 14:00"),
        (Language.FINNISH, "maanantaina 23. marraskuuta 2026 klo 10.05", "keskiviikkona 1. heinäkuuta 2026 klo 14.00"),
    ],
)
def test_moments_are_told_by_the_clock_on_the_wall(
    shipped: Wording, language: Language, winter: str, summer: str
) -> None:
    words = shipped.words(language)
    assert words.moment(datetime(2026, 11, 23, 9, 5, tzinfo=UTC), STOCKHOLM) == winter
    assert words.moment(datetime(2026, 7, 1, 12, 0, tzinfo=UTC), STOCKHOLM) == summer


def test_a_moment_before_midnight_elsewhere_is_the_next_day_here(shipped: Wording) -> None:
    words = shipped.words(Language.SWEDISH)
    assert words.moment(datetime(2026, 12, 31, 23, 30, tzinfo=UTC), STOCKHOLM) == "fredag 1 januari 2027 kl. 00.30"


def test_each_language_has_its_own_twelve_months_and_seven_weekdays(shipped: Wording) -> None:
    for language in Language:
        words = shipped.words(language)
        assert len({words.day(date(2026, month, 1)) for month in range(1, 13)}) == 12
        assert len(set(words.weekdays)) == 7


def test_an_operators_file_wins_and_the_rest_is_shipped(tmp_path: Path) -> None:
    (tmp_path / "sv").mkdir()
    (tmp_path / "sv" / "stranger.txt").write_text("Eget svar från {{ desk }}\n", "utf-8")
    rendered = Wording([tmp_path, templates_folder()]).render(
        NoticeKind.STRANGER,
        Language.SWEDISH,
        {"desk": "oss", "subject": "x", "language": "sv", "words": {"greetings": "Hej då", "automatic": "Auto"}}
        | {"desk": type("Desk", (), {"name": "oss", "support_address": "s@x.example", "__str__": lambda _: "oss"})()},
    )
    assert rendered.text == "Eget svar från oss"
    assert "SuperUser" in rendered.html


def test_a_folder_of_the_operator_need_not_be_there(tmp_path: Path) -> None:
    Wording([tmp_path / "nowhere", templates_folder()])


def test_what_we_ship_needs_no_look_at_the_start(tmp_path: Path) -> None:
    """An operator's folder, even an empty one, has everything read: so what we ship is held to the same here."""
    Wording([tmp_path, templates_folder()]).check()


def test_a_template_that_cannot_be_read_stops_the_start_and_is_named(tmp_path: Path) -> None:
    (tmp_path / "fi").mkdir()
    (tmp_path / "fi" / "receipt.html").write_text("{% if %}", "utf-8")
    with pytest.raises(WordingError, match=r"fi/receipt\.html"):
        Wording([tmp_path, templates_folder()]).check()


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("Hej\n{% if x %}\n", "line 2: Unexpected end of template"),
        ("Hej {{ nmae }}", "there is no nmae here; known are attachments, desk,"),
        ("Hej {{ name | upcase }}", "line 1: No filter named 'upcase'"),
        ("{% include 'footer.txt' %}", "footer.txt: in none of the template folders"),
    ],
)
def test_what_a_mail_would_stumble_over_stops_the_start(tmp_path: Path, written: str, told: str) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "receipt.txt").write_text(written, "utf-8")
    with pytest.raises(WordingError) as caught:
        Wording([tmp_path, templates_folder()]).check()
    assert told in str(caught.value)
    assert "footer" in told or str(caught.value).startswith(str(tmp_path / "en" / "receipt.txt"))


def test_what_other_templates_draw_in_is_read_at_the_start_too(tmp_path: Path) -> None:
    (tmp_path / "frame.html").write_text("<p>{{ desk.name }</p>", "utf-8")
    with pytest.raises(WordingError, match=r"frame\.html, line 1"):
        Wording([tmp_path, templates_folder()]).check()


def test_a_template_in_another_encoding_is_named_without_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "sv").mkdir()
    (tmp_path / "sv" / "receipt.txt").write_bytes("Hej då {{ name }}".encode("latin-1"))
    with pytest.raises(WordingError) as caught:
        Wording([tmp_path, templates_folder()]).check()
    assert str(caught.value) == f"{tmp_path}/sv/receipt.txt: this is no UTF-8 text; save it as UTF-8"


def test_a_template_may_set_and_import_names_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "sv").mkdir()
    own = "{% set who = name %}{% macro bold(x) %}*{{ x }}*{% endmacro %}{% for n in [who] %}{{ bold(n) }}{% endfor %}"
    (tmp_path / "sv" / "receipt.txt").write_text(own, "utf-8")
    Wording([tmp_path, templates_folder()]).check()


@pytest.mark.parametrize(
    "loss", ["[types.wish]", "1 = ", "no_subject", "[dates]", '"måndag", ', "brief_day", "waiting", "solution"]
)
def test_a_word_that_is_missing_stops_the_start(tmp_path: Path, loss: str) -> None:
    shutil.copytree(templates_folder(), tmp_path / "own")
    place = tmp_path / "own" / "sv" / "words.toml"
    before = place.read_text("utf-8")
    place.write_text(before.replace(loss, "" if loss.startswith('"') else f"# {loss}", 1), "utf-8")
    assert place.read_text("utf-8") != before
    with pytest.raises(WordingError, match=r"words\.toml"):
        Wording([tmp_path / "own"]).check()


def test_no_folder_with_templates_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(WordingError):
        Wording([tmp_path]).check()


def test_an_operators_words_take_the_place_of_the_shipped_ones_word_by_word(tmp_path: Path) -> None:
    (tmp_path / "sv").mkdir()
    (tmp_path / "sv" / "words.toml").write_text(
        'greetings = "Hej då"\n[types.wish]\nname = "Idé"\n[labels]\nsubject = "Rubrik"\n', "utf-8"
    )
    words = Wording([tmp_path, templates_folder()]).words(Language.SWEDISH)
    assert (words.phrases["greetings"], words.phrases["labels"]["subject"]) == ("Hej då", "Rubrik")
    assert words.types[TicketType.WISH].name == "Idé"
    assert "produktråd" in words.types[TicketType.WISH].next_step
    assert words.phrases["labels"]["type"] == "Ärendekategori"


def test_all_languages_have_the_same_words(shipped: Wording) -> None:
    def names(table: Mapping[str, Any]) -> set[str]:
        return {
            f"{key}.{name}" for key, word in table.items() for name in (names(word) if isinstance(word, dict) else [""])
        }

    assert len({frozenset(names(shipped.words(language).phrases)) for language in Language}) == 1


@pytest.mark.parametrize(
    ("language", "day", "moment"),
    [
        (Language.SWEDISH, "fredag 27 november", "fre 27 nov 16.00"),
        (Language.ENGLISH, "Friday 27 November", "Fri 27 Nov 16:00"),
        (Language.FINNISH, "perjantaina 27. marraskuuta", "pe 27.11. klo 16.00"),
    ],
)
def test_in_lists_days_and_moments_are_brief(shipped: Wording, language: Language, day: str, moment: str) -> None:
    words = shipped.words(language)
    assert words.brief_day(date(2026, 11, 27)) == day
    assert words.brief_moment(datetime(2026, 11, 27, 16, 0, tzinfo=STOCKHOLM)) == moment

"""Every mail in every language as a careful reader sees it: nothing missing, nothing foreign, nothing untidy."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise, product
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mailgate.config import Config
from mailgate.domain.customer import Language
from mailgate.domain.notice_kinds import NoticeKind
from mailgate.domain.outgoing import Notice
from mailgate.notify.compose import composer_of
from mailgate.notify.facts import Reader, When, worded_fields
from mailgate.notify.samples import SAMPLE_TIME, sample_notice
from mailgate.notify.samples.story import STORIES
from mailgate.notify.wording import Wording
from mailgate.shipped import templates_folder
from tests.support.notices import CONTENTS, a_notice, a_reminder
from tests.support.shown import html_in, read_mail, text_in

COMPOSER = composer_of(Config())
EVERY = [pytest.param(kind, language, id=f"{language}-{kind}") for kind, language in product(NoticeKind, Language)]
LONGEST_LINE = 78  # RFC 5322 §2.1.1
LONGEST_SUBJECT = 70  # of our own words; the ticket's subject may be longer

# Words that stand in nearly every text of one language, and in none of the others.
COMMON = {
    Language.SWEDISH: {"och", "att", "det", "inte", "ärende", "ditt", "för", "till", "svara", "har"},
    Language.ENGLISH: {"the", "and", "is", "not", "your", "this", "reply", "with", "email", "of", "or"},
    Language.FINNISH: {"ei", "tukipyyntö", "viesti", "vastaa", "jos", "tämä", "sen", "niin", "tai", "viestiin"},
}
# What the templates leave as it is in every language: names of things, and what is typed into a terminal.
NAMES = re.compile(
    r"mailgate outbox \S+(?: --\S+)?|Service & Kvalitet|Handel, Tjänsteföretag & Organisationer"
    r"|Hantverkare, Transport och Konsult|Dagligvaru-, detalj- och fackhandel|#\S+",
    re.IGNORECASE,
)


def of_sample(kind: NoticeKind, language: Language) -> bytes:
    return compose(sample_notice(kind, language))


def compose(notice: Notice) -> bytes:
    return COMPOSER.compose(notice, now=SAMPLE_TIME, unique="read").content


def readings(kind: NoticeKind, language: Language) -> Iterator[bytes]:
    """The sample; the same to somebody without a name; with as little in it as can be, and with everything."""
    yield of_sample(kind, language)
    for fill in CONTENTS.values():
        yield compose(a_notice(fill()[kind], language=language, name=""))
        yield compose(a_notice(fill()[kind], language=language, name="Anna Ek"))


def visible(html: str) -> str:
    """The words of a page, the preview among them, with a line's end wherever an element ends."""
    body = re.sub(r"(?s)<style>.*?</style>|<!--.*?-->", "", html)
    return re.sub(r"[ \t]*\n\s*", "\n", re.sub(r"<[^>]+>", "\n", body))


def own_words(kind: NoticeKind, language: Language) -> str:
    """What the templates say, without what the people of the story wrote."""
    mail = of_sample(kind, language)
    words = f"{read_mail(mail)['Subject']}\n{text_in(mail)}\n{visible(html_in(mail))}"
    story = STORIES[language]
    said = [getattr(story, name) for name in story.__slots__ if isinstance(getattr(story, name), str)]
    said += [part for pair in story.others for part in pair] + list(story.attachments)
    flat = " ".join(words.split())
    for one in sorted((piece for text in said for piece in text.split("\n") if len(piece) > 3), key=len, reverse=True):
        flat = flat.replace(" ".join(one.split()), " ")
    return NAMES.sub(" ", flat)


def strings_in(value: Any) -> Iterator[str]:
    """Whatever somebody wrote, however deep."""
    match value:
        case str():
            yield value
        case tuple():
            for each in value:
                yield from strings_in(each)
        case _ if is_dataclass(value):
            for field in fields(value):
                yield from strings_in(getattr(value, field.name))


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_no_word_of_another_language_is_left_in_it(kind: NoticeKind, language: Language) -> None:
    words = set(re.findall(r"[^\W\d_]+", own_words(kind, language).lower()))
    assert words & COMMON[language], "it says something in its own language"
    for other in set(Language) - {language}:
        assert not words & COMMON[other], f"{other} in {language}/{kind}"


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_no_place_is_left_unfilled_and_no_blank_is_left_over(kind: NoticeKind, language: Language) -> None:
    for mail in readings(kind, language):
        text, page = text_in(mail), visible(html_in(mail))
        for shown in (text, page, str(read_mail(mail)["Subject"])):
            assert not re.search(r"None|Undefined|\{\{|\}\}|\{%|\[\]|\(\)|””|““", shown)
            assert not re.search(r"[^\s]  +[^\s]", shown), "two blanks within a line"
            assert not re.search(r" [,.!?;:](?:\s|$)", shown), "a blank before a stop"
            assert not re.search(r"(?<![.…])\.\.(?!\.)|,,|!\.|\?\.", shown)
        assert not re.search(r"[ \t]+\n", text)
    text = text_in(of_sample(kind, language))
    assert "\n\n\n" not in text
    assert not text.startswith("\n")


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_lines_that_we_make_are_narrow(kind: NoticeKind, language: Language) -> None:
    theirs = "\n".join(strings_in(sample_notice(kind, language).content))
    wide = [line for line in text_in(of_sample(kind, language)).splitlines() if len(line) > LONGEST_LINE]
    assert [line for line in wide if line not in theirs] == []


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_what_we_add_to_a_subject_is_short(kind: NoticeKind, language: Language) -> None:
    subject = str(read_mail(of_sample(kind, language))["Subject"])
    for theirs in strings_in(sample_notice(kind, language).content):
        begun = next((n for n in range(len(theirs), 20, -1) if theirs[:n] in subject), len(theirs))
        subject = subject.replace(theirs[:begun], "")  # all of it, or as much as fits
    assert len(subject) <= LONGEST_SUBJECT


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_the_page_is_made_for_all_who_read_it(kind: NoticeKind, language: Language) -> None:
    """Its language is named, it has one main heading and no gaps below it, and tables are for looks only."""
    page = html_in(of_sample(kind, language))
    assert page.count(f'lang="{language}"') == 2, "webmail drops the outermost"
    levels = [int(level) for level in re.findall(r"<h(\d)", page)]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert page.count("<table") == page.count('<table role="presentation"')
    assert re.search(r"<title>[^<]+</title>", page)
    preview = re.search(r'<div style="display:none[^>]*>([^<]+)</div>', page)
    assert preview is not None
    assert preview[1].strip()


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_the_number_stands_where_one_sees_it(kind: NoticeKind, language: Language) -> None:
    """In the subject, and in the first words of page and text; a letter begins with what its writer says."""
    notice = sample_notice(kind, language)
    if notice.number is None:
        return
    mail = of_sample(kind, language)
    assert str(read_mail(mail)["Subject"]).startswith(f"[{notice.number}] ")
    after_heading = visible(html_in(mail)[html_in(mail).index("<h1") :])
    assert notice.number in after_heading[:200]
    assert notice.number in text_in(mail)


WORDS = Wording([templates_folder()])
STOCKHOLM = ZoneInfo("Europe/Stockholm")


def told(value: date, language: Language, *, now: datetime, zone: ZoneInfo = STOCKHOLM) -> When:
    reader = Reader(words=WORDS.words(language), zone=zone, now=now)
    when = worded_fields(a_reminder(closes_on=value), reader)["closes_on"]
    assert isinstance(when, When)
    return when


@pytest.mark.parametrize(
    ("at", "swedish", "english", "finnish"),
    [
        pytest.param(
            "2026-11-26T00:00+01:00", "torsdag 26 november kl. 00.00", "Thursday 26 November at 00:00",
            "torstaina 26. marraskuuta klo 0.00", id="midnight",
        ),
        pytest.param(
            "2026-11-26T01:00+01:00", "torsdag 26 november kl. 01.00", "Thursday 26 November at 01:00",
            "torstaina 26. marraskuuta klo 1.00", id="one o'clock",
        ),
        pytest.param(
            "2026-11-26T23:59+01:00", "torsdag 26 november kl. 23.59", "Thursday 26 November at 23:59",
            "torstaina 26. marraskuuta klo 23.59", id="the last minute",
        ),
        pytest.param(
            "2026-03-29T02:30+01:00", "söndag 29 mars kl. 03.30", "Sunday 29 March at 03:30",
            "sunnuntaina 29. maaliskuuta klo 3.30", id="an hour that there is not",
        ),
        pytest.param(
            "2026-10-25T02:30+01:00", "söndag 25 oktober kl. 02.30", "Sunday 25 October at 02:30",
            "sunnuntaina 25. lokakuuta klo 2.30", id="an hour that there is twice",
        ),
        pytest.param(
            "2027-01-01T08:00+01:00", "fredag 1 januari 2027 kl. 08.00", "Friday 1 January 2027 at 08:00",
            "perjantaina 1. tammikuuta 2027 klo 8.00", id="another year",
        ),
    ],
)  # fmt: skip
def test_moments_that_are_easily_told_wrongly(at: str, swedish: str, english: str, finnish: str) -> None:
    moment = datetime.fromisoformat(at)
    expected = {Language.SWEDISH: swedish, Language.ENGLISH: english, Language.FINNISH: finnish}
    for language, words in expected.items():
        assert told(moment, language, now=SAMPLE_TIME).full == words


def test_the_year_is_that_of_the_desks_clock() -> None:
    """Half past eleven in London on New Year's Eve is the new year in Stockholm."""
    now = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert told(now + timedelta(hours=9), Language.SWEDISH, now=now).full == "fredag 1 januari kl. 09.30"
    assert told(now - timedelta(hours=9), Language.SWEDISH, now=now).full == "torsdag 31 december 2026 kl. 15.30"


@pytest.mark.parametrize("kind", NoticeKind)
def test_no_mail_says_today_of_a_moment_for_it_may_be_read_tomorrow(kind: NoticeKind) -> None:
    """Lists of one morning's mail may: they are that day's."""
    if kind is NoticeKind.DIGEST:
        return
    for language, words in (
        (Language.SWEDISH, r"\b(i ?dag|i ?morgon|i ?går)\b"),
        (Language.ENGLISH, r"\b(today|tomorrow|yesterday)\b"),
        (Language.FINNISH, r"\b(tänään|huomenna|eilen)\b"),
    ):
        assert not re.search(words, own_words(kind, language), re.IGNORECASE)

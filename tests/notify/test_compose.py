import email
import email.policy
import html
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from enum import StrEnum
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from mailgate.classify.stated import Field, level_named, stated_lines, type_named
from mailgate.config import Config
from mailgate.domain.customer import Language
from mailgate.domain.held_contents import OverdueContent, SpecialistWithoutTicketContent, StrangerContent
from mailgate.domain.news import (
    AlarmClock,
    AlarmContent,
    AlarmLine,
    DigestSizes,
    OverviewContent,
    StatusContent,
    TicketLine,
)
from mailgate.domain.news_of_ways import AccessChange, AccessChangedContent
from mailgate.domain.notice_kinds import ANSWERS, WRITTEN_BY_PEOPLE, NoticeKind
from mailgate.domain.outgoing import JoinedContent, Notice, NoticeContent, OutgoingMail, Thread
from mailgate.domain.ticket import ServiceLevel, Status, TicketType
from mailgate.notify.compose import Composer, DeskVoice, desk_voice
from mailgate.notify.facts import topic
from mailgate.notify.headers import HeaderBlockError
from mailgate.notify.inert import inert
from mailgate.notify.template_check import names_known
from mailgate.shipped import templates_folder
from tests.support.notices import (
    CONTENTS,
    HANDLING_DUE,
    MOVES,
    NUMBER,
    SOLUTION_DUE,
    a_digest,
    a_gist,
    a_line,
    a_move,
    a_notice,
    a_receipt,
    a_reminder,
    a_team_mail,
    an_alarm,
    an_entry,
)

NOW = datetime(2026, 11, 23, 9, 5, tzinfo=UTC)
VOICE = desk_voice(Config())
COMPOSER = Composer(desk=VOICE, template_folders=[templates_folder()])

HEADERS = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "X-Mailgate-Loop",
    "Content-Language",
    "MIME-Version",
    "Content-Type",
]
MARKS_OF_MACHINES = ["Auto-Submitted", "X-Auto-Response-Suppress"]
TAGS = {
    *("html", "head", "meta", "title", "style", "body", "div", "table", "tr", "td"),
    *("h1", "h2", "p", "br", "ul", "li", "strong", "span"),
}
VOID = {"meta", "br"}

HOSTILE = "\n".join(
    [
        "{{7*7}} {% if x %} {# note #} ${7*7} {{ ''.__class__.__mro__ }}",
        "<script>alert(1)</script><img src=x onerror=alert(1)><a href='https://evil.example'>x</a></td></table>",
        "Bcc: victim@x.example",
        "=?utf-8?Q?hi=0D=0ABcc:_victim@x.example?=",
        "rtl \u202egnp.exe\u2066 zero\u200bwidth\ufeff",
        "nul\x00 esc\x1b[31m nel\x85 ls\u2028 half\ud800 \udfff",
        "emoji 😀👩\u200d👩\u200d👧 åäö 日本語",
        "&amp; &lt;b&gt; \"quoted\" 'single' %s {0} {name}",
        "--=_0123456789abcdef\n.\nFrom me",
    ]
)


class Seen(HTMLParser):
    """What a browser would see: the text, the tags, and what tags may load or lead to."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.leads: list[str] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.leads += [name for name, _ in attrs if name in {"href", "src", "background"} or name.startswith("on")]
        if tag == "br":
            self.text += "\n"
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data


def headers_of(kind: NoticeKind) -> list[str]:
    return [name for name in HEADERS if kind not in WRITTEN_BY_PEOPLE or name not in MARKS_OF_MACHINES]


def compose(notice: Notice) -> OutgoingMail:
    return COMPOSER.compose(notice, now=NOW, unique="x1")


def read(mail: OutgoingMail) -> EmailMessage:
    """The mail as a strict reader takes it; every mail that a test reads is held to the rules of the wire."""
    assert re.fullmatch(rb"(?:[\t\x20-\x7e]{0,78}\r\n)+", mail.content)
    message = email.message_from_bytes(mail.content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert [defect for part in message.walk() for defect in part.defects] == []
    assert [defect for part in message.walk() for value in part.values() for defect in value.defects] == []
    return message


def text_of(mail: OutgoingMail) -> str:
    return str(read(mail).get_body(["plain"]).get_content()).replace("\r\n", "\n")  # type: ignore[union-attr]


def source_of(mail: OutgoingMail) -> str:
    return str(read(mail).get_body(["html"]).get_content()).replace("\r\n", "\n")  # type: ignore[union-attr]


def html_of(mail: OutgoingMail) -> Seen:
    seen = Seen(source_of(mail))
    assert seen.open == []
    assert seen.tags <= TAGS
    assert seen.leads == []
    return seen


def told(content: NoticeContent, language: Language = Language.SWEDISH) -> str:
    """The words of the plain text, as one line, once it is clear that the HTML says the same facts."""
    mail = compose(a_notice(content, language=language))
    html_of(mail)
    return " ".join(text_of(mail).split())


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", NoticeKind)
@pytest.mark.parametrize("fill", CONTENTS)
def test_every_notice_is_told_in_every_language(fill: str, kind: NoticeKind, language: Language) -> None:
    content = CONTENTS[fill]()[kind]
    mail = compose(a_notice(content, language=language, name="Anna Ek" if fill == "full" else ""))
    message = read(mail)
    assert message.keys() == headers_of(kind)
    assert message["Content-Language"] == language.value
    assert message["Subject"].strip()
    text, seen = text_of(mail), html_of(mail)
    for shown in (text, seen.text):
        assert "None" not in shown
        assert "()" not in shown
        assert "{" not in shown
        assert "  \n" not in shown
    assert "\n\n\n" not in text or fill == "bare"
    assert VOICE.name in text


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", NoticeKind)
def test_text_and_html_hold_the_same_facts(kind: NoticeKind, language: Language) -> None:
    content = CONTENTS["full"]()[kind]
    mail = compose(a_notice(content, language=language))
    text, seen = text_of(mail), html_of(mail).text
    facts = ["number", "customer", "industry", "superuser_name", "superuser_address", "team", "module", "sender_name"]
    facts += ["sender_address", "text", "gist", "question"]
    shown = [str(getattr(content, name)) for name in facts if hasattr(content, name)]
    shown += [fact for line in lines_in(content) for fact in (line.number, line.subject)]
    for fact in shown:
        assert fact.casefold() in text.casefold()
        assert fact in seen
    for name in getattr(content, "attachments", ()):
        assert name in text
        assert name in seen


def test_the_languages_say_it_in_different_words() -> None:
    for kind, content in CONTENTS["full"]().items():
        texts = {text_of(compose(a_notice(content, language=each, name=""))) for each in Language}
        assert len(texts) == len(Language), kind


@pytest.mark.parametrize("kind", NoticeKind)
@pytest.mark.parametrize("language", Language)
def test_what_came_in_somebodys_mail_does_nothing_but_be_read(kind: NoticeKind, language: Language) -> None:
    content = CONTENTS["full"]()[kind]
    mail = compose(a_notice(made_hostile(content), language=language, name=HOSTILE.replace("\n", "\r\n")))
    message = read(mail)
    assert message.keys() == headers_of(kind)
    assert [each.addr_spec for each in message["From"].addresses] == ["support@example.com"]
    assert [each.addr_spec for each in message["To"].addresses] == ["anna@bygg.example"]
    assert len(message["Subject"]) <= 200
    text, seen = text_of(mail), html_of(mail).text
    for shown in (text, seen):
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]", shown)
    for name in ("text", "gist", "question"):
        if hasattr(content, name):
            assert inert(HOSTILE) in text
            assert inert(HOSTILE) in seen
    if kind not in (NoticeKind.STRANGER, NoticeKind.SENDING_DOUBT):  # these quote nobody
        assert "{{7*7}}" in text
        assert "{{7*7}}" in seen
    assert "49" not in text


def lines_in(value: Any) -> Iterator[TicketLine]:
    """Every ticket that stands in a list of a notice, however deep."""
    match value:
        case TicketLine():
            yield value
        case tuple():
            for each in value:
                yield from lines_in(each)
        case _ if is_dataclass(value):
            for field in fields(value):
                yield from lines_in(getattr(value, field.name))


OURS = {"kind", "number"}


def made_hostile(value: Any) -> Any:
    """The same with something hostile wherever somebody's words stand, however deep."""
    match value:
        case StrEnum():
            return value
        case str():
            return HOSTILE.replace("\n", "\r\n")
        case tuple():
            return tuple(map(made_hostile, value))
        case _ if is_dataclass(value) and not isinstance(value, type):
            changes = {field.name: getattr(value, field.name) for field in fields(value)}
            if "attachments" in changes:
                changes["attachments"] += ("../../etc/passwd", "x" * 5000)
            return replace(value, **{name: made_hostile(each) for name, each in changes.items() if name not in OURS})
        case _:
            return value


def test_a_subject_of_ten_thousand_signs_is_cut() -> None:
    for sign in ("x", "å", "😀", "x ", "Re: ", "["):
        mail = compose(a_notice(SpecialistWithoutTicketContent(subject=sign * 10_000)))
        assert len(read(mail)["Subject"]) <= 200


def test_a_very_long_text_is_cut_and_says_so() -> None:
    text = told(a_team_mail(text="rad\n" * 100_000))
    assert text.count("rad ") == 25_000
    assert "[…]" in text


def test_many_attachments_are_named_up_to_twenty() -> None:
    text = told(a_receipt(attachments=tuple(f"bild{number}.png" for number in range(1000))))
    assert "bild19.png, och 980 till" in text
    assert "bild20.png" not in text


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Lönen", "Lönen"),
        ("Re: Lönen", "Lönen"),
        ("SV: Sv: VS: re[2]: Lönen", "Lönen"),
        ("Re: [MG-100042-6] Lönen", "Lönen"),
        ("[MG-100042-6] Re: [MG-100042-6] Lönen", "Lönen"),
        ("Reparation: Lönen", "Reparation: Lönen"),
        ("Om MG-100042-6", "Om MG-100042-6"),
        ("Lönen re: igen", "Lönen re: igen"),
        ("Re:", ""),
        ("  \r\n ", ""),
        ("Lönen\r\nBcc: x@y.example", "Lönen Bcc: x@y.example"),
    ],
)
def test_the_topic_is_the_subject_without_marks_of_replies(subject: str, expected: str) -> None:
    assert topic(subject) == expected


def test_all_mails_of_a_ticket_to_its_superuser_bear_one_subject() -> None:
    receipt = read(compose(a_notice(a_receipt(subject="Lönen stannar"))))
    answer = f"Sv: {receipt['Subject']}"
    joined = read(compose(a_notice(JoinedContent(number=NUMBER, subject=answer, attachments=()))))
    assert receipt["Subject"] == joined["Subject"] == "[MG-100042-6] Lönen stannar"


def test_a_mail_without_a_subject_gets_one_in_words() -> None:
    assert read(compose(a_notice(a_receipt(subject=" "))))["Subject"] == "[MG-100042-6] (utan ämne)"


def test_the_subject_of_a_mail_without_a_ticket_begins_with_re() -> None:
    assert read(compose(a_notice(SpecialistWithoutTicketContent(subject="RE: Hjälp"))))["Subject"] == "Re: Hjälp"


def test_from_and_to_and_envelope() -> None:
    mail = compose(a_notice(a_receipt(), name="Ek, Åsa", address="asa@bygg.example"))
    message = read(mail)
    assert str(message["From"]) == "Service & Kvalitet <support@example.com>"
    assert [(each.display_name, each.addr_spec) for each in message["To"].addresses] == [
        ("Ek, Åsa", "asa@bygg.example")
    ]
    assert (mail.mail_from, mail.rcpt_to) == (None, "asa@bygg.example")


def test_the_reverse_path_may_be_a_configured_address() -> None:
    voice = desk_voice(Config.model_validate({"outgoing": {"envelope_from": "bounces@example.com"}}))
    mail = Composer(desk=voice, template_folders=[templates_folder()]).compose(
        a_notice(a_receipt()), now=NOW, unique="x1"
    )
    assert mail.mail_from == "bounces@example.com"


def test_the_message_id_holds_the_number_or_the_kind() -> None:
    assert compose(a_notice(a_receipt())).message_id == "<MG-100042-6.x1@mailgate.example.com>"
    mail = compose(a_notice(a_gist()))
    assert mail.message_id == "<held_gist.x1@mailgate.example.com>"
    assert read(mail)["Message-ID"] == mail.message_id


def a_desk_with_reply_addresses(**addresses: object) -> Composer:
    config = Config.model_validate({"identity": {"reply_addresses": "plus"}, "addresses": addresses})
    return Composer(desk=desk_voice(config), template_folders=[templates_folder()])


def test_replies_are_asked_to_no_other_address_unless_that_is_configured() -> None:
    assert read(compose(a_notice(a_receipt())))["Reply-To"] is None


def test_a_reply_address_holds_the_token_behind_a_plus() -> None:
    mail = a_desk_with_reply_addresses().compose(a_notice(a_receipt()), now=NOW, unique="a2" * 16)
    folded = mail.content.partition(b"Reply-To: ")[2].partition(b"\r\nSubject")[0]
    assert folded.decode().replace("\r\n", "") == f"Service & Kvalitet <support+MG-100042-6.{'a2' * 16}@example.com>"
    assert mail.message_id == f"<MG-100042-6.{'a2' * 16}@mailgate.example.com>"


def test_a_reply_address_that_would_be_too_long_is_left_out() -> None:
    composer = a_desk_with_reply_addresses(support=["kundsupport.i.norden@example.com"])
    mail = composer.compose(a_notice(a_receipt()), now=NOW, unique="a2" * 16)
    assert b"Reply-To" not in mail.content


def test_the_same_notice_is_the_same_mail_to_the_byte() -> None:
    assert compose(a_notice(a_receipt())) == compose(a_notice(a_receipt()))


def test_the_date_is_now_in_the_zone_of_the_desk() -> None:
    assert read(compose(a_notice(a_receipt())))["Date"] == "Mon, 23 Nov 2026 10:05:00 +0100"


@pytest.mark.parametrize("kind", sorted(set(NoticeKind) - WRITTEN_BY_PEOPLE))
def test_what_no_person_wrote_is_marked_as_automatic(kind: NoticeKind) -> None:
    message = read(compose(a_notice(CONTENTS["full"]()[kind])))
    assert message["Auto-Submitted"] == ("auto-replied" if kind in ANSWERS else "auto-generated")
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["X-Mailgate-Loop"] == "mailgate.example.com"
    assert str(message["From"]) == "Service & Kvalitet <support@example.com>"


@pytest.mark.parametrize("kind", sorted(WRITTEN_BY_PEOPLE))
def test_what_a_person_wrote_is_that_persons_mail_and_still_known_as_ours(kind: NoticeKind) -> None:
    mail = compose(a_notice(a_move(kind, text="Hej!\n  1 < 2 & 3")))
    message = read(mail)
    assert not set(message.keys()) & set(MARKS_OF_MACHINES)
    assert message["X-Mailgate-Loop"] == "mailgate.example.com"
    (sender,) = message["From"].addresses
    assert (sender.display_name, sender.addr_spec) == ("Sven Sund, Service & Kvalitet", "support@example.com")
    assert text_of(mail).startswith("Hej!\n  1 < 2 & 3\n")
    assert "Hej!\n  1 < 2 & 3" in html_of(mail).text
    assert "automatiskt" not in html_of(mail).text


def test_a_mail_joins_the_thread_of_the_one_it_answers() -> None:
    thread = Thread(in_reply_to="<b@bygg.example>", references=("<a@bygg.example>",))
    message = read(compose(a_notice(a_receipt(), thread=thread)))
    assert message["In-Reply-To"] == "<b@bygg.example>"
    assert message["References"] == "<a@bygg.example> <b@bygg.example>"


def test_the_parent_stands_last_and_once_in_a_long_thread() -> None:
    ids = tuple(f"<{number}@bygg.example>" for number in range(50))
    message = read(compose(a_notice(a_receipt(), thread=Thread(in_reply_to=ids[3], references=ids))))
    kept = message["References"].split()
    assert (len(kept), kept[0], kept[-1]) == (20, ids[0], ids[3])
    assert len(set(kept)) == 20


def test_ids_that_are_none_are_left_out_of_the_thread() -> None:
    thread = Thread(in_reply_to="<a@b>\r\nBcc: x@y.example", references=("junk", "<c d@e>"))
    assert read(compose(a_notice(a_receipt(), thread=thread))).keys() == HEADERS


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(HeaderBlockError):
        compose(a_notice(a_receipt(), address="anna@bygg.example\r\nBcc: x@y.example"))


def test_a_token_that_breaks_the_message_id_is_refused() -> None:
    with pytest.raises(HeaderBlockError):
        COMPOSER.compose(a_notice(a_receipt()), now=NOW, unique="x>\r\nBcc: x@y.example")


@pytest.mark.parametrize(
    ("name", "greeting"),
    [("Anna Ek", "Hej Anna!"), ("", "Hej!"), ("Ek, Anna", "Hej Ek, Anna!"), ("Anna\r\nBcc: x", "Hej Anna!")],
)
def test_superusers_are_greeted_by_their_first_name(name: str, greeting: str) -> None:
    assert text_of(compose(a_notice(a_receipt(), name=name))).splitlines()[0] == greeting


def test_the_receipt_says_what_was_understood_and_how_to_correct_it() -> None:
    text = told(a_receipt(type=TicketType.PROGRAM_ERROR, level=ServiceLevel.HAMPERED, module="Lön"))
    assert "Ärendekategori: Programfel" in text
    assert "Servicenivå: 2 – verksamheten försvåras avsevärt" in text
    assert "Modul: Lön" in text
    assert "på en egen rad" in text
    assert "så rättar vi det" in text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"level": ServiceLevel.STANDARD}, "standardnivå"),
        ({"untrained_module": "Projekt"}, "inte registrerad som utbildad i modulen Projekt"),
        ({"number_unknown": True}, "Numret som stod i ämnesraden hör inte till något av era ärenden"),
        ({"attachments": ("bild.png",)}, "Bilagor: bild.png"),
        ({"released": True}, "har väntat hos oss"),
        ({"sealed": True}, "Mejlet är krypterat"),
        ({"type": TicketType.ORDER}, "Inget arbete startar förrän du har sagt ja"),
        ({"type": TicketType.WISH}, "vårt produktråd"),
    ],
)
def test_the_receipt_says_what_is_special_and_only_then(changes: dict[str, Any], words: str) -> None:
    assert words in told(a_receipt(**changes))
    assert words not in told(a_receipt())


@pytest.mark.parametrize("language", Language)
def test_what_the_receipt_tells_people_to_write_is_understood(language: Language) -> None:
    text = " ".join(text_of(compose(a_notice(a_receipt(), language=language))).split())
    lines = stated_lines("\n".join(re.findall("[”“]([^”“]+: [^”“]+)”", text)))
    assert [line.field for line in lines] == [Field.TYPE, Field.LEVEL, Field.MODULE]
    assert type_named(lines[0].value) is TicketType.WISH
    assert level_named(lines[1].value) is ServiceLevel.HAMPERED


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", TicketType)
def test_a_line_copied_from_the_receipt_is_understood(kind: TicketType, language: Language) -> None:
    text = text_of(
        compose(a_notice(a_receipt(type=kind, level=ServiceLevel.STANDARD, module="Lön"), language=language))
    )
    stated = {line.field: line.value for line in stated_lines(text)}
    assert type_named(stated[Field.TYPE]) is kind
    assert level_named(stated[Field.LEVEL]) is ServiceLevel.STANDARD
    assert stated[Field.MODULE] == "Lön"


def test_no_line_of_a_receipt_reads_like_a_correction_of_another_ticket() -> None:
    """Quoted in an answer, the examples must not pass for what the answer states."""
    for language, words in ((Language.SWEDISH, "Önskemål"), (Language.ENGLISH, "Wish"), (Language.FINNISH, "toive")):
        text = text_of(compose(a_notice(a_receipt(), language=language)))
        assert words in text
        assert not re.search(rf"(?im)^[\s>*]*(?:ärendekategori|category|luokka): \w*{words}", text)


def test_a_stranger_is_told_of_nobody_and_gets_nothing_of_the_own_mail_back() -> None:
    mail = compose(a_notice(StrangerContent(subject="Hemligt"), name="Bo Lund"))
    assert "Hemligt" not in str(read(mail)["Subject"])
    for shown in (text_of(mail), html_of(mail).text):
        assert "Hemligt" not in shown
        assert "Bo" not in shown.split()
        assert "SuperUser på ditt företag" in " ".join(shown.split())


def test_the_overdue_mail_says_since_when_and_that_nothing_is_lost() -> None:
    content = OverdueContent(customer="Bygg & Son AB", subject="Lön", overdue_since=date(2026, 10, 3))
    for language, since in (
        (Language.SWEDISH, "sedan den 3 oktober 2026"),
        (Language.ENGLISH, "since 3 October 2026"),
        (Language.FINNISH, "3. lokakuuta 2026 alkaen"),
    ):
        text = told(content, language)
        assert since in text
        assert "Bygg & Son AB" in text


def test_the_team_sees_why_and_that_the_sender_is_not_trained() -> None:
    content = a_team_mail(untrained=True, evidence=(("type", "keyword: fel"), ("language", "sv")))
    text = told(content)
    assert "Ärendekategori – nyckelord: fel" in text
    assert "language – sv" in text
    assert "inte registrerad som utbildad" in text
    assert "inte registrerad som utbildad" not in told(a_team_mail())


def test_the_team_reads_what_decided_in_a_line_however_much_it_was() -> None:
    words = ["keyword in subject: skrivs inte ut (6)", "keyword: visar|läser|hämtar|räknar inte|ej (3)"]
    evidence = tuple(("type", why) for why in (*words, "keyword: fel (3)", "keyword: sist (1)"))
    text = told(a_team_mail(evidence=evidence))
    shown = "nyckelord i ämnet: skrivs inte ut (6), nyckelord: visar|läser|… inte|ej (3), nyckelord: fel (3), …"
    assert f"Därför blev det så: Ärendekategori – {shown} Team:" in text


def test_whose_ticket_is_open_again_is_told_so_and_so_is_the_team() -> None:
    told_to = [JoinedContent(number=NUMBER, subject="Lön", attachments=(), reopened=yes) for yes in (True, False)]
    again, as_ever = (told(content) for content in told_to)
    assert "öppet igen" in again
    assert "öppet" not in as_ever
    team = [a_team_mail(NoticeKind.TEAM_FOLLOW_UP, reopened=yes) for yes in (True, False)]
    assert told(team[0]).startswith("Nytt meddelande: ärendet är öppet igen MG-")
    assert told(team[1]).startswith("Nytt meddelande i ärendet MG-")


def test_what_can_be_done_is_offered_and_nothing_else() -> None:
    offered = told(a_team_mail(commands=("#ta", "#pris")))
    assert "till exempel: #ta, #pris. #hjälp visar alla." in offered
    assert "till exempel" not in told(a_team_mail())
    closed = told(a_team_mail(commands=("#öppna",), answerable=False))
    assert "Ärendet är avslutat. Börja svaret med ett kommando" in closed
    assert "så går ditt svar till" not in closed


def test_only_a_customer_is_told_how_to_take_access_back() -> None:
    content = AccessChangedContent(
        number=NUMBER, subject="Lön", customer="Bygg AB", specialist="Sven", change=AccessChange.GRANTED, by="Eva"
    )
    assert "ÅTERKALLA" in told(content)
    assert "ÅTERKALLA" not in told(replace(content, to_desk=True))


def test_the_text_of_a_customer_keeps_its_lines_in_html() -> None:
    seen = html_of(compose(a_notice(a_team_mail(text="ett\n  två & <tre>\n\nfyra"))))
    assert "ett\n  två & <tre>\n\nfyra" in seen.text


def test_html_is_escaped_once_and_plain_text_not_at_all() -> None:
    mail = compose(a_notice(a_team_mail(customer='Bygg & "Son" <AB>')))
    assert 'Bygg & "Son" <AB>' in text_of(mail)
    assert html.escape('Bygg & "Son" <AB>').replace("&quot;", "&#34;") in source_of(mail)


def test_the_voice_is_what_the_configuration_says() -> None:
    config = Config.model_validate(
        {
            "desk": {"name": "Stödet", "instance": "desk.example.fi", "time_zone": "Europe/Helsinki"},
            "addresses": {"support": ["tuki@example.fi"]},
            "outgoing": {"from_address": "no-reply@example.fi"},
        }
    )
    assert desk_voice(config) == DeskVoice(
        name="Stödet",
        from_address="no-reply@example.fi",
        support_address="tuki@example.fi",
        instance="desk.example.fi",
        envelope_from=None,
        time_zone=ZoneInfo("Europe/Helsinki"),
    )


@pytest.mark.parametrize("kind", MOVES)
def test_a_move_to_the_superuser_bears_the_subject_of_the_ticket(kind: NoticeKind) -> None:
    receipt = read(compose(a_notice(a_receipt(subject="Lönen stannar"))))
    moved = read(compose(a_notice(a_move(kind, subject="Sv: [MG-100042-6] Lönen stannar"))))
    assert moved["Subject"] == receipt["Subject"] == "[MG-100042-6] Lönen stannar"


def test_who_begins_is_named_where_somebody_has_it() -> None:
    assert "Sven Sund har börjat arbeta" in told(a_move(NoticeKind.HANDLING_STARTED))
    assert "Service & Kvalitet har börjat arbeta" in told(a_move(NoticeKind.HANDLING_STARTED, specialist=""))


def test_a_question_says_that_the_clock_rests_where_there_is_one() -> None:
    level = {"type": TicketType.PROGRAM_ERROR, "level": ServiceLevel.HAMPERED}
    assert "tiden räknas inte mot servicenivån" in told(a_move(NoticeKind.ASKED, **level))
    assert "servicenivån" not in told(a_move(NoticeKind.ASKED))


def test_a_workaround_says_how_the_ticket_goes_on() -> None:
    text = told(
        a_move(
            NoticeKind.WORKAROUND,
            type=TicketType.PROGRAM_ERROR,
            level=ServiceLevel.PARTLY_HAMPERED,
            was_level=ServiceLevel.STANDSTILL,
            solution_due=SOLUTION_DUE,
        )
    )
    assert "fortsätter ärendet som servicenivå 3 i stället för 1" in text
    assert "Mål för lösningen: fredag 27 november kl. 16.00" in text


@pytest.mark.parametrize("language", Language)
def test_a_changed_level_or_type_states_no_other_than_the_new_one(language: Language) -> None:
    changed: dict[str, Any] = {
        "type": TicketType.PROGRAM_ERROR,
        "was_type": TicketType.WISH,
        "level": ServiceLevel.HAMPERED,
        "was_level": ServiceLevel.STANDARD,
        "handling_due": HANDLING_DUE,
        "solution_due": SOLUTION_DUE,
    }
    for kind in (NoticeKind.LEVEL_CHANGED, NoticeKind.TYPE_CHANGED):
        text = text_of(compose(a_notice(a_move(kind, **changed), language=language)))
        stated = stated_lines(text)
        assert {level_named(line.value) for line in stated if line.field is Field.LEVEL} == {ServiceLevel.HAMPERED}
        assert {type_named(line.value) for line in stated if line.field is Field.TYPE} <= {TicketType.PROGRAM_ERROR}


def test_no_line_of_a_status_mail_or_an_overview_states_a_level() -> None:
    for kind in (NoticeKind.STATUS, NoticeKind.OVERVIEW, NoticeKind.DIGEST, NoticeKind.SLA_ALARM):
        for language in Language:
            assert stated_lines(text_of(compose(a_notice(CONTENTS["full"]()[kind], language=language)))) == ()


def test_the_status_mail_says_for_each_error_how_it_stands() -> None:
    begun = told(StatusContent(tickets=(a_line(),), next_at=None))
    assert "Läge: Sven Sund arbetar med felet" in begun
    assert "Mål för lösningen: fredag 27 november kl. 16.00" in begun
    assert "Påbörjas senast" not in begun
    queued = told(StatusContent(tickets=(a_line(handling_started=False),), next_at=None))
    assert "Läge: inte påbörjat än" in queued
    assert "Påbörjas senast: måndag 23 november kl. 15.05" in queued
    waiting = told(StatusContent(tickets=(a_line(status=Status.WAITING),), next_at=None))
    assert "väntar på ditt svar" in waiting
    assert "Mål för lösningen" not in waiting


def test_the_status_mail_says_when_one_hears_again() -> None:
    assert "Vi hör av oss igen fredag 27 november kl. 16.00" in told(
        StatusContent(tickets=(a_line(),), next_at=SOLUTION_DUE)
    )
    assert "Vi hör av oss igen" not in told(StatusContent(tickets=(a_line(),), next_at=None))


@pytest.mark.parametrize(
    ("count", "subject"),
    [
        (0, "Läget för dina programfel"),
        (1, "Läget för ditt programfel"),
        (3, "Läget för dina 3 programfel"),
    ],
)
def test_the_subject_of_a_status_mail_counts(count: int, subject: str) -> None:
    content = StatusContent(tickets=(a_line(),) * count, next_at=None)
    assert read(compose(a_notice(content)))["Subject"] == subject


def test_the_reminder_says_what_was_asked_and_until_when_we_wait() -> None:
    text = told(a_reminder())
    assert "Det här frågade vi måndag 23 november kl. 10.05: Vilken månad gäller det?" in text
    assert "stänger vi ärendet måndag 7 december" in text


def test_a_day_of_another_year_is_told_with_its_year() -> None:
    assert "stänger vi ärendet 7 januari 2027" in told(a_reminder(closes_on=date(2027, 1, 7)))
    text = told(a_digest(mine=(a_line(solution_due=SOLUTION_DUE + timedelta(days=365)),)))
    assert "lös senast lördag 27 november 2027 kl. 16.00" in text


def test_an_alarm_tells_what_is_overdue_before_what_soon_will_be() -> None:
    text = told(
        AlarmContent(
            breached=(an_alarm(subject="Ett", specialist="", clock=AlarmClock.HANDLING, due_at=HANDLING_DUE),),
            warned=(an_alarm(subject="Två", level=ServiceLevel.STANDARD),),
        )
    )
    late = "börja senast mån 23 nov 15.05, för 1 h 15 min sedan"
    assert f"Nivå 2 · Bygg & Son AB {late} Ett MG-100042-6 · ingen har tagit det" in text
    assert "Nivå 5 · Bygg & Son AB lös senast fre 27 nov 16.00, om 1 h 15 min Två MG-100042-6 · Sven Sund" in text
    assert text.index("Ett") < text.index("Två")


@pytest.mark.parametrize(
    ("breached", "warned", "subject"),
    [
        (1, 0, "Tidsfrister: 1 förfallen – Bygg & Son AB: Lönekörningen stannar"),
        (0, 1, "Tidsfrister: 1 på väg att förfalla – Bygg & Son AB: Lönekörningen stannar"),
        (2, 3, "Tidsfrister: 2 förfallna, 3 på väg att förfalla"),
    ],
)
def test_the_subject_of_an_alarm_counts_and_names_the_only_one(breached: int, warned: int, subject: str) -> None:
    content = AlarmContent(breached=(an_alarm(),) * breached, warned=(an_alarm(),) * warned)
    assert read(compose(a_notice(content)))["Subject"] == subject


@pytest.mark.parametrize(
    ("breached", "due_today", "counts"),
    [(1, 3, "1 förfallet, 3 i dag"), (2, 0, "2 förfallna"), (0, 1, "1 i dag"), (0, 0, "inget brådskar")],
)
def test_the_subject_of_a_digest_counts_what_presses(breached: int, due_today: int, counts: str) -> None:
    content = a_digest(breached=(a_line(),) * breached, due_today=(a_line(),) * due_today)
    assert read(compose(a_notice(content)))["Subject"] == f"Dagens ärenden fredag 27 november: {counts}"


def test_a_digest_tells_the_worst_first_and_leaves_out_what_is_empty() -> None:
    names = ("breached", "due_today", "new", "waiting", "mine")
    text = told(a_digest(**{name: (a_line(subject=f"<{name}>"),) for name in names}))
    places = [text.index(f"<{name}>") for name in names]
    assert places == sorted(places)
    heading = "FÖRFALLER I DAG"
    assert heading in text
    assert heading not in told(a_digest(mine=(a_line(),)))


def test_an_empty_day_is_told_kindly_and_still_has_the_figures_of_the_team() -> None:
    text = told(a_digest())
    assert "Ha en fin dag!" in text
    for name in ("breached", "due_today", "new", "waiting", "mine"):
        assert "Ha en fin dag!" not in told(a_digest(**{name: (a_line(),)}))
    assert "HANTVERKARE, TRANSPORT OCH KONSULT * Förfallna: 2 * Förfaller i dag: 3 * Öppna: 31" in text


def test_what_waits_for_the_customer_shows_no_deadline_in_a_list() -> None:
    assert "lös senast" in told(a_digest(mine=(a_line(),)))
    assert "lös senast" not in told(a_digest(waiting=(a_line(status=Status.WAITING),)))


def test_an_overview_lists_tickets_under_their_types_and_no_empty_type() -> None:
    question = a_line(type=TicketType.QUESTION, level=None, subject="Var?", status=Status.WAITING)
    content = OverviewContent(
        customer="Bygg & Son AB",
        since=date(2026, 11, 16),
        open=((TicketType.PROGRAM_ERROR, (a_line(),)), (TicketType.WISH, ()), (TicketType.QUESTION, (question,))),
        solved=((TicketType.QUESTION, ()),),
    )
    text = told(content)
    assert "ÖPPNA (2) Programfel * Lönekörningen stannar MG-100042-6 · Nivå 2 · öppet Supportfråga * Var?" in text
    assert "Önskemål" not in text
    assert "LÖSTA" not in text
    assert read(compose(a_notice(content)))["Subject"] == "Veckans ärenden för Bygg & Son AB: 2 öppna, 0 lösta"


@pytest.mark.parametrize("language", Language)
def test_a_deadline_goes_along_as_a_calendar_file(language: Language) -> None:
    content = a_move(NoticeKind.HANDLING_STARTED)
    mail = compose(a_notice(content, language=language, calendar=an_entry(sequence=2)))
    message = read(mail)
    assert message.get_content_type() == "multipart/mixed"
    (file,) = message.iter_attachments()
    assert (file.get_content_type(), file.get_filename()) == ("text/calendar", "deadline.ics")
    assert (file.get_param("method"), file.get_param("charset")) == ("PUBLISH", "utf-8")
    (event,) = Calendar.from_ical(file.get_payload(decode=True)).events
    assert event["UID"] == "MG-100042-6.solution@mailgate.example.com"
    assert event["SEQUENCE"] == 2
    summary = {
        Language.SWEDISH: "Mål för lösningen",
        Language.ENGLISH: "Target for the solution",
        Language.FINNISH: "Ratkaisun tavoiteaika",
    }
    assert event["SUMMARY"] == f"{summary[language]}: MG-100042-6 Lönekörningen stannar"
    assert (event.DTSTART, event.DTSTAMP) == (SOLUTION_DUE, NOW)
    without = compose(a_notice(content, language=language))
    assert text_of(mail) == text_of(without)
    assert html_of(mail).text == html_of(without).text


def test_a_deadline_that_no_longer_holds_is_taken_back() -> None:
    message = read(compose(a_notice(a_move(NoticeKind.RESOLVED), calendar=an_entry(sequence=3, cancelled=True))))
    (file,) = message.iter_attachments()
    assert file.get_param("method") == "CANCEL"
    (event,) = Calendar.from_ical(file.get_payload(decode=True)).events
    assert (event["STATUS"], event["UID"]) == ("CANCELLED", "MG-100042-6.solution@mailgate.example.com")


def test_each_clock_of_a_ticket_is_an_entry_of_its_own() -> None:
    uids = set()
    for clock in AlarmClock:
        message = read(compose(a_notice(a_move(), calendar=an_entry(clock=clock))))
        (file,) = message.iter_attachments()
        (event,) = Calendar.from_ical(file.get_payload(decode=True)).events
        uids.add(str(event["UID"]))
    assert len(uids) == len(AlarmClock)


def test_a_long_digest_tells_of_every_ticket() -> None:
    lines = tuple(a_line(number=f"MG-{number}-0", subject="å" * 300) for number in range(100_000, 100_200))
    mail = compose(a_notice(a_digest(mine=lines)))
    text, seen = text_of(mail), html_of(mail).text
    assert all(line.number in text and line.number in seen for line in lines)


def test_a_long_subject_takes_little_room_in_a_list_that_is_to_be_scanned() -> None:
    line = a_line(subject="å" * 300)
    alarm = AlarmLine(ticket=line, clock=AlarmClock.SOLUTION, due_at=SOLUTION_DUE, span=timedelta(hours=3, minutes=20))
    for content in (a_digest(mine=(line,)), AlarmContent(breached=(alarm, alarm), warned=())):
        mail = compose(a_notice(content))
        for shown in (text_of(mail), html_of(mail).text):
            assert max(map(len, re.findall("å{10,}", shown))) == 99


@pytest.mark.parametrize("kind", NoticeKind)
def test_a_template_may_use_every_name_that_it_is_told_to_be_known(kind: NoticeKind, tmp_path: Path) -> None:
    content, known = CONTENTS["full"]()[kind], sorted(names_known(kind))
    (tmp_path / "sv").mkdir()
    used = "".join(f"{name}={{{{ {name} is defined }}}} " for name in known)
    (tmp_path / "sv" / f"{kind}.txt").write_text(used, "utf-8")
    composer = Composer(desk=VOICE, template_folders=[tmp_path, templates_folder()])
    body = read(composer.compose(a_notice(content), now=NOW, unique="x1")).get_body(("plain",))
    assert body is not None
    assert body.get_content().split() == [f"{name}=True" for name in known]


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", [NoticeKind.DIGEST, NoticeKind.OVERVIEW, NoticeKind.SLA_ALARM])
def test_a_list_that_was_cut_says_how_many_are_not_in_it(kind: NoticeKind, language: Language) -> None:
    content = CONTENTS["full"]()[kind]
    cut = text_of(compose(a_notice(replace(content, left_out=760), language=language)))  # type: ignore[type-var]
    assert "760" in cut
    assert "760" not in text_of(compose(a_notice(replace(content, left_out=0), language=language)))  # type: ignore[type-var]


@pytest.mark.parametrize("language", Language)
def test_a_digest_counts_what_its_lists_have_no_room_for(language: Language) -> None:
    sizes = DigestSizes(breached=761, due_today=0, new=0, waiting=0, mine=0)
    mail = compose(a_notice(a_digest(breached=(a_line(),), sizes=sizes), language=language))
    for shown in (read(mail)["Subject"], text_of(mail), html_of(mail).text):
        assert "761" in shown
    assert "(761)" in text_of(mail)

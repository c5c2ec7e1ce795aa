import email
import email.policy
import html
import re
from datetime import UTC, date, datetime
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mailgate.classify.stated import Field, level_named, stated_lines, type_named
from mailgate.config import Config
from mailgate.domain.customer import Language
from mailgate.domain.outgoing import (
    JoinedContent,
    Notice,
    NoticeContent,
    NoticeKind,
    OutgoingMail,
    OverdueContent,
    StrangerContent,
    Thread,
)
from mailgate.domain.ticket import ServiceLevel, TicketType
from mailgate.notify.compose import Composer, DeskVoice, desk_voice, topic
from mailgate.notify.headers import HeaderBlockError
from mailgate.notify.inert import inert
from mailgate.notify.wording import names_known
from mailgate.shipped import templates_folder
from tests.support.notices import CONTENTS, NUMBER, a_gist, a_notice, a_receipt, a_team_mail

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
TAGS = {
    *("html", "head", "meta", "title", "style", "body", "div", "table", "tr", "td"),
    *("h1", "p", "br", "ul", "li", "strong", "span"),
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
    assert message.keys() == HEADERS
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
    facts += ["sender_address", "text", "gist"]
    for fact in [str(getattr(content, name)) for name in facts if hasattr(content, name)]:
        assert fact in text
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
    one, many = HOSTILE.replace("\n", "\r\n"), (HOSTILE, "../../etc/passwd", "x" * 5000)
    fields: dict[str, Any] = {
        name: one
        for name in (
            "subject",
            "sender_name",
            "customer",
            "industry",
            "superuser_name",
            "team",
            "text",
            "gist",
            "module",
        )
        if hasattr(content, name)
    }
    fields |= {name: many for name in ("attachments",) if hasattr(content, name)}
    if hasattr(content, "evidence"):
        fields["evidence"] = ((HOSTILE, HOSTILE), ("type", HOSTILE))
    if hasattr(content, "untrained_module"):
        fields["untrained_module"] = HOSTILE
    mail = compose(a_notice(type(content)(**_as_dict(content) | fields), language=language, name=one))
    message = read(mail)
    assert message.keys() == HEADERS
    assert [each.addr_spec for each in message["To"].addresses] == ["anna@bygg.example"]
    assert len(message["Subject"]) <= 200
    text, seen = text_of(mail), html_of(mail).text
    for shown in (text, seen):
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]", shown)
    for name in ("text", "gist"):
        if name in fields:
            assert inert(HOSTILE) in text
            assert inert(HOSTILE) in seen
    if kind is not NoticeKind.STRANGER:
        assert "{{7*7}}" in text
        assert "{{7*7}}" in seen
    assert "49" not in text


def _as_dict(content: NoticeContent) -> dict[str, Any]:
    return {name: getattr(content, name) for name in content.__dataclass_fields__}


def test_a_subject_of_ten_thousand_signs_is_cut() -> None:
    for sign in ("x", "å", "😀", "x ", "Re: ", "["):
        mail = compose(a_notice(StrangerContent(subject=sign * 10_000)))
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
    assert read(compose(a_notice(StrangerContent(subject="RE: Hjälp"))))["Subject"] == "Re: Hjälp"


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


def test_the_same_notice_is_the_same_mail_to_the_byte() -> None:
    assert compose(a_notice(a_receipt())) == compose(a_notice(a_receipt()))


def test_the_date_is_now_in_the_zone_of_the_desk() -> None:
    assert read(compose(a_notice(a_receipt())))["Date"] == "Mon, 23 Nov 2026 10:05:00 +0100"


@pytest.mark.parametrize("kind", NoticeKind)
def test_every_mail_is_marked_as_automatic(kind: NoticeKind) -> None:
    message = read(compose(a_notice(CONTENTS["full"]()[kind])))
    of_our_own = {NoticeKind.HELD_GIST, NoticeKind.TEAM_NEW_TICKET, NoticeKind.TEAM_FOLLOW_UP}
    assert message["Auto-Submitted"] == ("auto-generated" if kind in of_our_own else "auto-replied")
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["X-Mailgate-Loop"] == "mailgate.example.com"


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
    assert "Ärendekategori: nyckelord: fel" in text
    assert "language: sv" in text
    assert "inte registrerad som utbildad" in text
    assert "inte registrerad som utbildad" not in told(a_team_mail())


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

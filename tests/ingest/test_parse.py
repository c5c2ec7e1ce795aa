"""Bytes become a ``ParsedMail``."""

import pickle
from datetime import UTC, datetime
from pathlib import Path

import mailparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailgate.domain.mail import Address, ParsedMail
from mailgate.ingest.attachments import label
from mailgate.ingest.limits import MAX_ADDRESSES, MAX_DEPTH, MAX_IDS, MAX_KEPT_VALUE, MAX_PARTS, Unparsable
from mailgate.ingest.parse import attachment_bytes, parse

CORPUS = Path(__file__).resolve().parents[1] / "corpus"


def raw(name: str) -> bytes:
    return (CORPUS / f"{name}.eml").read_bytes()


def a_mail(*, sender: str = "anna@kund.example", more: str = "", text: str = "Hej\n") -> bytes:
    return f"From: {sender}\n{more}\n{text}".encode()


def multipart(*parts: bytes) -> bytes:
    return (
        b"Content-Type: multipart/mixed; boundary=u\n\n"
        + b"".join(b"--u\n" + part + b"\n" for part in parts)
        + b"--u--"
    )


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("two_from_fields", "from: 2 fields"),
        ("from_encoded_word_address", "from: no plain mailbox"),
        ("from_address_glued_to_another", "from: more than one mailbox"),
        ("from_behind_bare_cr", "from: the header has mixed line ends"),
    ],
)
def test_whoever_could_be_two_is_nobody(name: str, complaint: str) -> None:
    mail = parse(raw(name))
    assert mail.author is None
    assert complaint in mail.defects
    assert mail.subject == "Vem?"


@pytest.mark.parametrize(
    "sender",
    [
        "",
        "<>",
        "a@b.example, c@d.example",
        "Grupp: a@b.example;",
        "<@relay.example:a@b.example>",
        "a@b.example (Anna <x@y.example>)",
        "a@b.example (An(na))",
        "a@b.example (Anna) <c@d.example>",
        "(boss@b.example) <a@b.example>",
        'boss@b.example" <a@b.example>',
        "boss@b.example <a@b.example>",
        "<a@b.example> <c@d.example>",
        '"a"@b.example',
        "a@[127.0.0.1]",
        "<=?utf-8?Q?a=40b.example?=>",
        "=?utf-8?Q?a?=@b.example",
        "a@b.example\x00",
        "Anna\x00 <a@b.example>",
        "аnna@kund.example",
    ],
)
def test_what_is_not_one_plain_mailbox_is_nobody(sender: str) -> None:
    assert parse(a_mail(sender=sender)).author is None


@pytest.mark.parametrize(
    ("sender", "name"),
    [
        ("A@B.Example", ""),
        ("<a@b.example>", ""),
        ("Anna Ö. Svensson <a@b.example>", "Anna Ö. Svensson"),
        ('"Svensson, Anna (Kund)" <a@b.example>', "Svensson, Anna (Kund)"),
        ('"c@d.example" <a@b.example>', "c@d.example"),
        ("=?iso-8859-1?Q?=C5sa?= =?utf-8?Q?_=C3=96berg?=\n <a@b.example>", "Åsa Öberg"),
        ('"=?utf-8?Q?=C3=85sa?=" <a@b.example>', "Åsa"),
    ],
)
def test_one_plain_mailbox_is_the_author(sender: str, name: str) -> None:
    assert parse(a_mail(sender=sender)).author == Address(spec="a@b.example", name=name)


def test_a_hidden_from_field_is_the_author() -> None:
    mail = parse(raw("space_before_colon"))
    assert mail.author == Address(spec="anna@kund.example")
    assert mail.header("auto-submitted") == "auto-replied"


def test_raw_8_bit_headers_are_repaired() -> None:
    mail = parse(raw("raw_8bit_latin1_subject"))
    assert (mail.subject, mail.author) == ("Fel på ärende", Address(spec="asa@kund.example", name="Åsa Öberg"))
    assert mail.text == "Hej, det är fel på lönen."


def test_a_character_torn_between_two_encoded_words_is_whole_again() -> None:
    mail = parse(raw("torn_encoded_word"))
    assert mail.subject == "Fel på lönen"
    assert mail.to == (Address(spec="support@example.com", name="Stöd"),)


def test_no_value_holds_a_nul_which_databases_refuse() -> None:
    mail = parse(
        b"From: a@b.example\nMessage-ID: <a\x00@b> <c@d>\nContent-Type: text/pl\x00ain\nX-A: b\x00c\n\nHej\x00\n"
    )
    assert mail.message_id == "<c@d>"
    assert mail.header("x-a") == "bc"
    assert "\\x00" not in repr(mail)


def test_ids_date_and_thread_are_read() -> None:
    mail = parse(raw("quoted_reply_swedish_outlook"))
    assert mail.message_id == "<1@kund.example>"
    assert mail.in_reply_to == ("<2@example.com>",)
    assert mail.references == ("<1@example.com>", "<2@example.com>")
    assert mail.date == datetime(2026, 3, 3, 9, tzinfo=UTC)
    assert mail.new_text.endswith("Till: 2026-02-01")
    assert "Mvh Anna" in mail.text


@pytest.mark.parametrize("date", ["", "i går", "Mon, 1 Jan 2026 10:00:00", "Fri, 31 Dec 9999 23:59:59 -2300"])
def test_a_date_without_a_zone_or_a_meaning_is_none(date: str) -> None:
    assert parse(a_mail(more=f"Date: {date}\n")).date is None


def test_a_mail_inside_the_mail_is_one_attachment_exactly_as_it_came() -> None:
    mail = parse(raw("nested_rfc822"))
    assert [(each.part, each.name, each.content_type) for each in mail.attachments] == [
        ("2", "Det inre ärendet.eml", "message/rfc822")
    ]
    inner = attachment_bytes(raw("nested_rfc822"), "2")
    assert inner in raw("nested_rfc822")
    assert parse(inner).subject == "Det inre ärendet"
    assert [each.name for each in parse(inner).attachments] == ["inre.pdf"]
    assert mail.author == Address(spec="anna@kund.example", name="Anna Svensson")


def test_a_part_without_a_name_is_an_attachment_and_gets_one() -> None:
    picture, invoice = parse(raw("unnamed_pdf")).attachments
    assert (picture.name, picture.inline, picture.content_id) == ("skärm.png", True, "bild1@kund")
    assert (invoice.name, invoice.inline, invoice.size) == ("attachment-2.pdf", False, 9)
    assert attachment_bytes(raw("unnamed_pdf"), invoice.part) == b"%PDF-1.4\n"


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("calendar_invitation", ["attachment-1.ics"]),
        ("winmail_dat", ["winmail.dat"]),
        ("traversal_filename", ["passwd", "htaccess", "rapportfdp.exe"]),
        ("html_only_swedish", []),
    ],
)
def test_attachments_have_names_that_are_safe_to_show(name: str, names: list[str]) -> None:
    assert [each.name for each in parse(raw(name)).attachments] == names


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("..\\..\\a.txt", "a.txt"),
        ("a\uff0fb.txt", "b.txt"),
        ("\u200b.\u200b./x", "x"),
        (".\u202e.", ""),
        ("a\x00b\r\n.txt", "ab.txt"),
        ("å" * 300 + ".xlsx", "å" * 125 + ".xlsx"),
        ("Faktura  2.pdf", "Faktura  2.pdf"),
    ],
)
def test_a_file_name_is_cleaned_before_it_is_cut(sent: str, shown: str) -> None:
    assert label(sent) == shown


@settings(max_examples=300)
@given(st.text(max_size=400))
def test_no_file_name_leaves_its_folder_or_hides_anything(sent: str) -> None:
    shown = label(sent)
    assert len(shown.encode()) <= 255
    assert not set(shown) & set("/\\\x00\u202e\u200b\n")
    assert not shown.startswith(".")


def test_octets_come_out_as_they_went_in_whatever_carried_them() -> None:
    octets = bytes(range(256)) + b"\r\nslut"
    mail = multipart(b"Content-Type: image/png\nContent-Transfer-Encoding: 8bit\n\n" + octets)
    assert attachment_bytes(mail, "1") == octets
    with pytest.raises(KeyError):
        attachment_bytes(mail, "2")


def test_a_delivery_report_says_so_and_keeps_its_fields_as_an_attachment() -> None:
    mail = parse(raw("delivery_report"))
    assert (mail.content_type, mail.report_type) == ("multipart/report", "delivery-status")
    assert b"Status: 5.1.1" in attachment_bytes(raw("delivery_report"), mail.attachments[0].part)


def test_where_mail_parser_fails_the_standard_library_stands_in() -> None:
    with pytest.raises(AttributeError):
        mailparser.parse_from_bytes(raw("mailparser_crash"))
    mail = parse(raw("mailparser_crash"))
    assert "mail-parser: AttributeError" in mail.defects
    assert (mail.subject, mail.text) == ("Fel på allt", "Hej från insidan.")
    assert mail.to == (Address(spec="support@example.com"),)
    assert mail.date == datetime(2026, 3, 3, 9, tzinfo=UTC)


@pytest.mark.parametrize("name", sorted(path.stem for path in CORPUS.glob("*.eml")))
def test_line_ends_make_no_difference_and_values_travel(name: str) -> None:
    if name == "from_behind_bare_cr":
        pytest.skip("its trait is its line ends")
    mail, crlf = parse(raw(name)), parse(raw(name).replace(b"\n", b"\r\n"))
    assert (mail.author, mail.subject, mail.text, mail.new_text) == (
        crlf.author,
        crlf.subject,
        crlf.text,
        crlf.new_text,
    )
    assert [each.name for each in mail.attachments] == [each.name for each in crlf.attachments]
    assert mail.defects == crlf.defects
    assert pickle.loads(pickle.dumps(mail)) == mail  # noqa: S301  # our own


def nested(levels: int) -> bytes:
    lines = (b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (level, level) for level in range(levels))
    return b"".join(lines) + b"\nHej\n"


def test_depth_has_a_limit() -> None:
    assert parse(nested(MAX_DEPTH - 1)).text == "Hej"
    with pytest.raises(Unparsable, match="limit:depth"):
        parse(nested(MAX_DEPTH))


def test_parts_have_a_limit() -> None:
    assert parse(multipart(*[b"\nHej"] * (MAX_PARTS - 1))).text.count("Hej") == MAX_PARTS - 1
    with pytest.raises(Unparsable, match="limit:parts"):
        parse(multipart(*[b"\nHej"] * MAX_PARTS))


@pytest.mark.parametrize("line_end", [b"\n", b"\r"])
def test_lines_have_a_limit(line_end: bytes) -> None:
    with pytest.raises(Unparsable, match="limit:lines"):
        parse(b"Subject: a\n\n" + line_end * 3_000_000)


def test_fields_that_are_too_long_are_cut_and_said_to_be() -> None:
    many = ", ".join(f"a{number}@b.example" for number in range(MAX_ADDRESSES + 100))
    mail = parse(a_mail(more=f"To: {many}\nSubject: {'a' * 20_000}\nReferences: {'<a@b> ' * 500}\n"))
    assert len(mail.to) == MAX_ADDRESSES
    assert len(mail.subject) == 16 * 1024
    assert len(mail.references) == MAX_IDS
    assert len(mail.header("subject") or "") == MAX_KEPT_VALUE
    assert {"limit: to cut", "limit: subject cut"} <= set(mail.defects)


def test_an_endless_from_is_nobody() -> None:
    mail = parse(a_mail(sender='"' + "a" * 5000 + '" <a@b.example>'))
    assert (mail.author, "from: too long" in mail.defects) == (None, True)


@pytest.mark.parametrize(
    "bomb",
    [
        b"From: " + b"(" * 100_000 + b"\n\n",
        b'From: "\n\n',
        b"Message-ID: " + b"<" * 100_000 + b"\n\n",
        b"Subject:" + b" =?utf-8?q?a?=" * 10_000 + b"\n\n",
        b"To: " + b"," * 100_000 + b"\n\n",
        b"Content-Type: text/plain" + b";" * 20_000 + b"\n\n",
        b"Content-Type: a/b" + b"".join(b";name*%d*=x" % number for number in range(10_000)) + b"\n\n",
        multipart(*[b"Content-Type: a/b" + b";" * 20_000 + b"\n\nx"] * 100),
        b"Content-Type: text/html\n\n" + b"<script>" * 100_000,
        b"Subject: a\n\n" + b"> " * 200_000,
        b"",
        b"\x00" * 10_000,
    ],
)
def test_bombs_do_not_go_off(bomb: bytes) -> None:
    assert isinstance(parse(bomb), ParsedMail)


def test_a_parameter_whose_pieces_are_torn_costs_only_itself() -> None:
    mail = parse(b"From: a@b.example\nContent-Type: text/plain; charset*0*=iso''; charset*=-8859-1\n\nR\xe4kningen.\n")
    assert mail.text == "Räkningen."


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(CORPUS.glob("*.eml"))), st.data())
def test_whatever_becomes_of_a_mail_on_its_way_it_is_read_or_refused_with_a_reason(
    path: Path, data: st.DataObject
) -> None:
    octets = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(octets)))
        octets[place : place + data.draw(st.integers(0, 8))] = data.draw(
            st.one_of(
                st.binary(max_size=6),
                st.sampled_from([b"\n", b"\r", b"=?", b"?=", b'"', b";", b"--", b"\x00", b":", b"<"]),
            )
        )
    reason = ""
    try:
        mail = parse(bytes(octets))
        (mail.subject + mail.text + "".join(each.name for each in mail.attachments)).encode()
    except Unparsable as unparsable:
        reason = unparsable.reason
    assert not reason.startswith("error:")


def test_the_old_way_to_say_a_name_is_understood() -> None:
    author = parse(a_mail(sender="Eva@kund.example (Eva Ek)")).author
    assert author == Address(spec="eva@kund.example", name="Eva Ek")

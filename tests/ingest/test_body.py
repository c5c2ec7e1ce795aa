"""Which parts are a mail's text, what that text is, and what of it is new."""

from pathlib import Path

import pytest

from mailgate.ingest.body import text_of
from mailgate.ingest.decoding import decode_text, decode_words, from_base64, one_line
from mailgate.ingest.limits import MAX_TEXT
from mailgate.ingest.mime_tree import read_tree
from mailgate.ingest.reply import read_text
from mailgate.ingest.reply.markup import html_to_text

CORPUS = Path(__file__).resolve().parents[1] / "corpus"


def without_quotes(text: str) -> str:
    return read_text(text).reply_text


def text_in(name: str) -> str:
    return text_of(read_tree((CORPUS / f"{name}.eml").read_bytes())[1])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("unknown_charset", "Räkningen är fel."),
        ("nul_in_charset", "Räkningen är fel."),
        ("charset_in_pieces", "Räkningen är fel."),
        ("utf8_labelled_latin1", "Räkningen är fel."),
        ("boundary_never_appears", "Hej, detta är allt som kom fram."),
        ("nested_rfc822", "Se bifogat mail."),
        ("empty_plain_beside_html", "Texten finns bara här."),
        ("html_only_swedish", "Hej!\n\nLönen stämmer inte: 100 kr för lite."),
        ("calendar_invitation", "Vi ses."),
    ],
)
def test_the_text_is_what_the_outer_mail_says(name: str, text: str) -> None:
    assert text_in(name) == text


def test_plain_text_and_what_follows_an_attachment_are_both_text() -> None:
    raw = (
        b"Content-Type: multipart/mixed; boundary=u\n\n--u\n\nFore\n--u\nContent-Type: image/png\n\nx\n--u\n"
        b"Content-Type: text/plain\n\nEfter\n--u\nContent-Type: text/plain; name=logg.txt\n\nInte jag\n--u--\n"
    )
    assert text_of(read_tree(raw)[1]) == "Fore\n\nEfter"


def test_text_is_kept_to_its_limit() -> None:
    assert len(text_of(read_tree(b"Subject: a\n\n" + b"hej " * MAX_TEXT)[1])) == MAX_TEXT


@pytest.mark.parametrize(
    ("octets", "label", "text"),
    [
        ("på".encode(), "us-ascii", "på"),
        ("på €".encode("cp1252"), "iso-8859-1", "på €"),
        ("på".encode("cp1252"), None, "på"),
        ("på".encode("cp1252"), "utf-7", "på"),
        ("på".encode("cp1252"), "idna", "på"),
        ("på\x00 a\r\nb\rc".encode(), "utf-8", "på a\nb\nc"),
        ("żółw".encode("iso8859_2"), "ISO-8859-2", "żółw"),
        ("日本".encode("iso2022_jp"), "iso-2022-jp", "日本"),
        ("på".encode("utf-16"), "utf-16", "på"),
        (b"\x81\x8d", "no\x00such", "\x81\x8d"),
    ],
)
def test_a_charset_is_a_claim(octets: bytes, label: str | None, text: str) -> None:
    assert decode_text(octets, label) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("=?iso-8859-1?Q?Fel_p=E5?= l=?x", "Fel på l=?x"),
        ("=?utf-8?B?RmVsIHDD?= =?utf-8?B?pQ==?=", "Fel på"),
        ("=?utf-8?B?RmVsIHDDpQ?= =?latin1?q?!?=", "Fel på!"),
        ("=?rot13?Q?p=E5?=", "på"),
        ("a =?utf-8?Q?b?= c", "a b c"),
    ],
)
def test_encoded_words_are_read_as_far_as_they_are_sound(value: str, text: str) -> None:
    assert decode_words(value) == text


def test_broken_base64_costs_only_what_is_broken() -> None:
    assert from_base64(b"aGVq\n!!aGVq\naGVqa") == b"hejhejhej"


def test_a_line_for_the_screen_runs_one_way_and_holds_no_control_signs() -> None:
    assert one_line("a\u202eb\x00c\r\n d\u2028e") == "ab c d e"


def test_html_that_is_nested_too_deeply_loses_its_layout_but_no_word() -> None:
    assert "".join(html_to_text("<div>a" * 3000).split()) == "a" * 3000


def test_a_table_that_would_be_padded_without_end_loses_its_layout_but_no_word() -> None:
    rows = "<tr><td>x</td></tr>" * 3000
    text = html_to_text(f"<script>alert(1)</script><table><tr><td>{'y' * 30_000}</td></tr>{rows}</table>")
    assert text.count("x") == 3000
    assert "alert" not in text
    assert len(text) < 100_000


def test_answers_between_quoted_lines_stay() -> None:
    assert (
        without_quotes(text_in("inline_answers")) == "> Vilken modul gäller det?\n\nLön.\n\n> Sedan när?\n\nSedan igår."
    )


def test_outlooks_header_block_is_cut_and_a_persons_own_from_and_till_stay() -> None:
    own = "Tack, nu fungerar det.\n\nFrån: 2026-01-01\nTill: 2026-02-01"
    assert without_quotes(text_in("quoted_reply_swedish_outlook")) == own


@pytest.mark.parametrize(
    "history",
    [
        "Den tis 3 mars 2026 kl 10:00 skrev Support <support@example.com>:\n> hej",
        "Den tis 3 mars 2026 kl 10:00 skrev Support\n<support@example.com>:\n\nHej",
        "3 mars 2026 kl. 10:12 skrev Support <support@example.com>:\n\nHej",
        "On Tue, Mar 3, 2026 at 10:00 AM Support <support@example.com> wrote:\n> hi",
        "On Tue, Mar 3, 2026 at 10:00 AM, Support via\nThe Desk <support+2026@example.com>\nwrote:\n\n> hi",
        "ti 3. maalisk. 2026 klo 10.00 Tuki (support@example.com) kirjoitti:\n> hei",
        "Den tir. 3. mar. 2026 kl. 10.00 skrev Support <support@example.com>:\n> hej",
        "Am 03.03.2026 um 10:00 schrieb Support <support@example.com>:\n> hallo",
        "-----Ursprungligt meddelande-----\nFrån: Support\nHej",
        "-----Original Message-----\nHi",
        "-----Alkuperäinen viesti-----\nHei",
        "_______________\nFrom: Support\nSent: Tuesday\nTo: Anna\nSubject: Hi\n\nHi",
        "*Lähettäjä:* Tuki\n*Lähetetty:* tiistai\n*Vastaanottaja:* Anna\n*Aihe:* Palkka\n\nHei",
    ],
)
def test_history_is_cut(history: str) -> None:
    assert without_quotes(f"Nu fungerar det.\n\n{history}\n") == "Nu fungerar det."


@pytest.mark.parametrize(
    "text",
    [
        "Anna skrev:\nvi fick fel igen",
        "Så här skrev systemet 2026 i loggen, men det är fel.",
        "Till: alla\nÄmne: lön\n\nså stod det i brevet",
        "Den 3 mars testade vi igen.\nResultat:\nfel",
        "-- \nAnna",
    ],
)
def test_a_persons_own_words_are_not_taken_for_history(text: str) -> None:
    assert without_quotes(text) == text.strip()


def test_where_nothing_new_would_be_left_everything_stays() -> None:
    assert without_quotes("> hej\n> hej igen\n") == "> hej\n> hej igen"

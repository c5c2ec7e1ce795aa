"""What may be a person's own text stays, however much it looks like what programs write."""

import pytest

from mailgate.ingest.reply import Around, own_words, read_text


@pytest.mark.parametrize(
    "text",
    [
        "Hej\n\nJag vill filtrera på belopp\n> 1000",
        "Felet lyder:\n\n> ERROR 1\n> ERROR 2\n> ERROR 3\n> ERROR 4",
        "Skickat via mail igår.",
        "Skickat från mobilen igår men inget kom fram",
        "Bra!\n\nHämta Outlook-loggen från servern",
        "Vi behöver:\n\nLG Skärm\nDell Dator",
        "Sökvägen är:\n\n/Lön",
        "Mvh Anna\n\nGäller alla bolag",
        "Hej, se bild.\n\nMvh Anna\n\nEndast bolag två",
        "Test\n\nMvh\nAnna\n018-123456\n\nKan ni ringa?",
        "Mvh\nAnna\n\nFaktura 4711\nBelopp 300",
        "Text\n-- \nVad menar ni?",
        "Text\n--\nBolag 2\nKonto 1930",
        "Brevet slutar:\n\nMed vänlig hälsning\nAnna\n\nska vara\n\nVänliga hälsningar\nAnna",
        "Logg:\n\n3 mars 2026 10:14 Anna <anna@kund.example>:\nringde\n4 mars 2026 09:00 Per <per@kund.example>:\nja",
        "On Monday the following happened at 10:14, the log wrote:\nerror 5",
        "Den 3 mars 2026 kl 10:14 skrev systemet ut fakturan till Anna Berg:\nden var tom",
        "Hej\n\nFrån: Lund\nDatum: 3 mars 10:14\nTill: Umeå\n\nBoka om!",
        "Hej\n\nFrån: a@k.example\nTill: b@k.example\nÄmne: x\nDatum: 3 mars 2026 10:14\n\nGår det att ändra?",
        "Avsändare: Anna\nDatum: 2026-03-03 10:14\nÄmne: Fel\n\nText om felet",
        "From: 1\nTo: 2\nDate: 3\nSubject: 4\n\ntext",
        "Original message\n\nblah",
        "Detta meddelande är konfidentiellt och avsett för er: vår VD slutar. Kan ni ta bort honom?",
        "Hälsningar från oss till er. Vi har ett problem med momsen.",
        "P.S. först\n\ntext",
        "Mvh Anna",
        "> bara citat\n> och mer",
    ],
)
def test_what_is_in_doubt_stays_whole(text: str) -> None:
    assert read_text(text).reply_text == text


HEADER = "Från: Support <s@example.com>\nSkickat: den 3 mars 2026 10:14\nTill: Anna\nÄmne: x\n\nGammalt"


def test_a_signature_alone_is_all_there_is_of_an_answer() -> None:
    assert read_text(f"Mvh Anna\n\n{HEADER}", around=Around(subject="Sv: x")).reply_text == "Mvh Anna"


def test_a_signature_alone_above_a_forwarded_mail_leaves_that_mail() -> None:
    assert read_text(f"Mvh Anna\n\n{HEADER}", around=Around(subject="VB: x")).reply_text == "Gammalt"


def test_where_nobody_says_which_of_both_it_is_all_stays() -> None:
    assert read_text(f"Mvh Anna\n\n{HEADER}").reply_text == f"Mvh Anna\n\n{HEADER}"


def test_the_senders_own_name_ends_a_mail() -> None:
    text = "Klart nu.\n\nAnna Berg\nBergs Bygg AB\n018-12 34 56"
    assert read_text(text).reply_text == text
    assert read_text(text, around=Around(author="Anna Berg")).reply_text == "Klart nu."


def test_a_text_of_more_lines_than_anybody_reads_stays_whole() -> None:
    text = "a\n" * 30_000 + "Mvh\nAnna"
    assert read_text(text).reply_text == text


def test_words_for_others_hold_no_quoted_line_and_keep_their_greeting() -> None:
    quoted = "Den 3 mars 2026 kl. 10:14 skrev Eva <eva@kund.example>:\n> Lön?"
    text = f"Hej!\n\n{quoted}\n\nJa.\n\n> Moms?\n\nNej.\n\nHälsningar\nSven"
    assert own_words(text) == "Hej!\n\nJa.\n\nNej.\n\nHälsningar\nSven"
    assert own_words("> bara citat") == ""


@pytest.mark.parametrize(
    "last",
    ["Felkod: 0x80004005", "Version 62.4", "Löneart 310", "1. Öppna", "Adressen är info@kund.example"],
)
def test_a_line_right_above_an_attribution_is_no_part_of_it(last: str) -> None:
    text = f"{last}\nDen tis 3 mars 2026 kl 10:14 skrev Support på Exempel\n<support@example.com>:\n\n> Gammalt\n> text"
    assert read_text(text).reply_text == last

"""Which lines end a mail: closing phrases and what telephones write, and nothing that only begins like them."""

import pytest

from mailgate.ingest.reply.attribution import is_attribution
from mailgate.ingest.reply.sign_off_lines import closes, sent_by_device


@pytest.mark.parametrize(
    "line",
    [
        "Skickades från E-post för Windows 10",
        "Lähetetty Windows 10:n sähköpostista",
        "Lähetetty Samsung-puhelimestani",
        "Skickat från Yahoo Mail för iPhone",
        "Sent from my iPhone, please excuse typos",
        "Skickat från min Huawei-mobil",
        "Skickat från mobilen",
        "Sendt fra Outlook for Android",
        "Envoyé de mon iPhone",
        "Von meinem Samsung Galaxy Smartphone gesendet.",
        "Hämta Outlook för iOS<https://aka.ms/o0ukef>",
        "[Hämta Outlook för Android](https://aka.ms/AAb9ysg)",
    ],
)
def test_a_telephones_line_is_nobodys(line: str) -> None:
    assert sent_by_device(line)


@pytest.mark.parametrize(
    "line",
    [
        "Skickat från e-post till er igår",
        "Skickat från min chef",
        "Skickat från min kollegas dator",
        "Skickat med posten",
        "Lähetetty eilen",
        "Get Outlook to work",
        "Sent from my office in Lund",
        "Sent from my desk, is much easier than my mobile phone.",
        "Sent from the warehouse",
    ],
)
def test_what_a_person_sent_is_told_by_a_person(line: str) -> None:
    assert not sent_by_device(line)


@pytest.mark.parametrize(
    "line",
    [
        "Mvh,",
        "M.v.h. Anna",
        "mvh anna",
        "MVH/Anna",
        "*Med vänlig hälsning*",
        "Med vänlig hälsning / Kind regards",
        "Vänliga hälsningar Anna Berg, ekonomichef",
        "Hälsningar från Anna",
        "Ystävällisin terveisin / Best regards",
        "T. Liisa",
        "Hilsen Ola",
        "De bedste hilsner",
        "Mit freundlichem Gruß",
        "Viele Grüße",
        "Regards, John Smith",
        "Best,",
    ],
)
def test_a_closing_phrase_closes_with_a_name_or_without(line: str) -> None:
    assert closes(line)


@pytest.mark.parametrize(
    "line",
    [
        "Hälsar på i morgon",
        "Vänligen skicka en offert",
        "Best practice är",
        "Best Western",
        "Regards the invoice",
        "T 310",
        "LG Skärm",
        "Mvh Anna, ring mig",
        "Hälsningar ska ändras",
        "Med vänlig hälsning står det fel namn under brevet",
    ],
)
def test_a_sentence_that_begins_like_a_closing_phrase_closes_nothing(line: str) -> None:
    assert not closes(line)


@pytest.mark.parametrize(
    "said",
    [
        "Den tis 3 mars 2026 kl 10:14 skrev Support via Mailgate <s@example.com>:",
        "3 mars 2026 kl. 10:14 skrev Support <s@example.com>:",
        "Den 2026-03-03 kl. 10:14, skrev Support:",
        "ti 3. maalisk. 2026 klo 10.14 Tuki (s@example.com) kirjoitti:",
        "Tuki <s@example.com> kirjoitti 3.3.2026 kello 10.14:",
        "Support <s@example.com> schrieb am Di., 3. März 2026 um 10:14 Uhr:",
        "Am Dienstag, 3. März 2026 um 10:14:22 MEZ hat Support <s@example.com> Folgendes geschrieben:",
        "On Tue, 3 Mar 2026 at 10:14, O'Brien, Pat (IT) <p.o'brien@example.com> wrote:",
        "---- On Tue, 03 Mar 2026 10:14:22 +0100 Support <s@example.com> wrote ----",
        "Le mar. 3 mars 2026 à 10:14, Support <s@example.com> a écrit :",
        "ср, 3 мар. 2026 г. в 10:14, Support <s@example.com>:",
        "2016-03-03 17:21 GMT+01:00 Some One",
    ],
)
def test_who_wrote_when_is_an_attribution_in_any_language(said: str) -> None:
    assert is_attribution(said)


@pytest.mark.parametrize(
    "said",
    [
        "Den 3 mars skrev ni att det var klart:",
        "Den 3 mars 2026 kl 10:14 skrev jag från s@example.com:",
        "Anna skrev:",
        "Mötet är den 3 mars 2026 kl 10:14:",
        "2026-03-03 10:14:22 user a@kund.example logged in:",
        "Så här skrev systemet 2026 i loggen, men det är fel.",
    ],
)
def test_a_sentence_on_what_was_written_is_none(said: str) -> None:
    assert not is_attribution(said)

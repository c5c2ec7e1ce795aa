"""A specialist's plain reply by mail is the desk's answer: their own words, and nothing else."""

import pytest

from mailgate.desk.tickets import ask, close, resolve
from mailgate.domain.mail import Address
from mailgate.domain.ticket import Status
from mailgate.ingest.reply import read_text
from tests.support.table import Table

OWN = "Hej Eva!\n\nStarta om programmet, så går det.\n\nMed vänlig hälsning\nSven"
LETTER = (
    "Ärendekategori: Programfel\nServicenivå: 2\n\n"
    "Vi kan inte bokföra löner sedan i fredags.\n\nMed vänlig hälsning\nEva"
)
OUTLOOK = (
    "\n________________________________\nFrån: Service & Kvalitet <support@example.com>\n"
    "Skickat: den 23 november 2026\nTill: Sven Sund\nÄmne: [{number}] Nytt ärende\n\n{quoted}"
)
UNKNOWN = "\n-=-=- Van: Service, maandag -=-=-\n\n{quoted}"


def team_mail(table: Table) -> str:
    """What Sven was told, and now quotes."""
    (entry,) = table.desk.told("team_new_ticket")
    return table.text(entry).split("\n", 1)[1]


def replies(table: Table, text: str) -> None:
    table.sven_replied(text, new_text=read_text(text).reply_text, message_id="<sven-1@desk.example>")


def answers(table: Table) -> list[str]:
    return [table.text(mail) for mail in table.mails("answer")]


def marked(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.splitlines())


@pytest.mark.parametrize(
    "form",
    [
        OUTLOOK,
        "\nDen mån 23 nov. 2026 kl 11:02 skrev Service & Kvalitet <support@example.com>:\n\n{marked}",
        "\n-----Ursprungligt meddelande-----\n{quoted}",
        UNKNOWN,
        "\n{quoted}",
    ],
    ids=["outlook", "gmail", "separator", "unknown", "bare"],
)
def test_what_is_quoted_never_goes_along(table: Table, form: str) -> None:
    table.opened(LETTER)
    quoted = team_mail(table)
    replies(table, OWN + form.format(number=table.ticket.number, quoted=quoted, marked=marked(quoted)))
    (said,) = answers(table)
    assert OWN in said
    for secret in ("bokföra löner", "SuperUser:", "Kund K1", "Lantbruk", "Därför blev det så", "Nytt ärende"):
        assert secret not in said, said
    assert table.told() == [("answer", "eva@kund.example")]


def test_of_the_signature_only_the_name_goes_along(table: Table) -> None:
    table.opened(LETTER)
    replies(table, f"{OWN} Sund\nProduktspecialist\nTel 070-123 45 67\nsven.sund@hemma.example")
    (said,) = answers(table)
    assert f"{OWN} Sund\n" in said
    assert "070" not in said
    assert "hemma" not in said


def test_answers_between_marked_lines_go_along_without_those_lines(table: Table) -> None:
    table.opened(LETTER)
    quoted = marked(team_mail(table)).replace(
        "> Med vänlig hälsning", "Det rättas i nästa version.\n> Med vänlig hälsning"
    )
    replies(table, f"Se nedan.\n\n{quoted}")
    (said,) = answers(table)
    assert "Se nedan.\n\nDet rättas i nästa version.\n" in said
    assert "bokföra" not in said


def test_a_signature_that_the_customer_has_as_well_cuts_nothing_off(table: Table) -> None:
    table.opened(LETTER)
    replies(table, OWN)
    assert OWN in answers(table)[0]


@pytest.mark.parametrize(
    "form", ["{marked}", "{quoted}", "Den 23 november skrev Service & Kvalitet:\n{marked}", "  \n"]
)
def test_a_reply_without_words_of_its_own_is_kept_and_not_sent(table: Table, form: str) -> None:
    table.opened(LETTER)
    quoted = team_mail(table)
    replies(table, form.format(quoted=quoted, marked=marked(quoted)))
    assert table.told() == [("commands_answered", "sven@desk.example")], "whoever wrote it hears that it did not go out"
    assert (table.events[-1].kind, table.events[-2].kind) == ("not_sent", "joined")
    assert table.clocks.handling_started_at is None


def test_it_threads_under_the_superusers_own_mail(table: Table) -> None:
    table.opened(LETTER)
    table.sven_replied(OWN, message_id="<sven-1@desk.example>")
    (mail,) = table.mails("answer")
    assert table.header(mail, "In-Reply-To") == "<eva-1@kund.example>"
    assert "sven-1" not in table.header(mail, "References")
    assert table.header(mail, "From").endswith("<support@example.com>"), "the specialist's address stays with us"
    assert b"sven@desk.example" not in table.desk.sent_text(mail)
    assert table.header(mail, "To") == "Eva Ek <eva@kund.example>"


def test_it_starts_handling_and_is_kept_in_the_thread(table: Table) -> None:
    table.opened(LETTER)
    table.sven_replied(OWN)
    assert table.clocks.handling_started_at == table.desk.now
    assert [event.kind for event in table.events] == ["opened", "joined", "answer"]


def test_the_superusers_answer_to_it_finds_the_ticket_by_its_thread(table: Table) -> None:
    number = table.opened(LETTER).number
    table.sven_replied(OWN)
    (mail,) = table.mails("answer")
    table.replied("Tack!", subject="Tack", in_reply_to=(mail.message_id,))
    assert table.ticket.number == number
    assert table.events[-1].kind == "joined"


@pytest.mark.parametrize(
    "machine",
    [{"headers": (("auto-submitted", "auto-replied"),)}, {"subject": "Autosvar: [{number}] Nytt ärende"}],
    ids=["header", "subject"],
)
def test_an_out_of_office_is_not_passed_on(table: Table, machine: dict[str, object]) -> None:
    number = table.opened(LETTER).number
    changes = {
        name: value.format(number=number) if isinstance(value, str) else value for name, value in machine.items()
    }
    table.sven_replied("Jag är på semester till den 7 december.", **changes)
    assert table.told() == []
    assert [event.kind for event in table.events] == ["opened"]


def test_a_reply_to_a_closed_ticket_is_kept_and_not_sent(table: Table) -> None:
    table.opened(LETTER)
    table.moved(close)
    table.sven_replied(OWN)
    assert table.told() == [("closed", "eva@kund.example"), ("commands_answered", "sven@desk.example")]
    assert OWN in table.text(table.mails()[-1]), "their words come back, to be sent again"
    assert table.ticket.status is Status.CLOSED
    assert table.events[-1].kind == "not_sent"
    assert "closed" in table.events[-1].detail["why"]


def test_a_word_more_on_what_is_resolved_is_sent_and_leaves_it_resolved(table: Table) -> None:
    table.opened(LETTER)
    table.moved(resolve)
    table.sven_replied("Det kommer med i nästa version.")
    assert table.told()[-1] == ("answer", "eva@kund.example")
    assert table.ticket.status is Status.RESOLVED


def test_what_waits_for_the_customer_goes_on_waiting(table: Table) -> None:
    table.opened(LETTER)
    table.moved(ask, "Vilken version?")
    before = table.dues()
    table.sven_replied("Jag menar den under Hjälp, Om.")
    assert table.ticket.status is Status.WAITING
    assert table.state.waiting_since is not None
    assert table.dues() == before


def test_a_stranger_who_names_a_ticket_is_no_specialist(table: Table) -> None:
    table.opened(LETTER)
    table.replied("Betala hit.", author=Address(spec="sven@elsewhere.example", name="Sven Sund"))
    assert ("answer", "eva@kund.example") not in table.told()

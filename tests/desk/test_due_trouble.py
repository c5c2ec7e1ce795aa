"""What cannot be told keeps nothing else back: it is set aside, seen by whoever looks after it, and told in the end."""

from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlmodel import col

from mailgate.config import Config
from mailgate.desk.due_mails import DueMails
from mailgate.desk.forecast import forecast
from mailgate.desk.tickets import ask, take
from mailgate.domain.customer import Language
from mailgate.domain.mail import Address
from mailgate.domain.ticket import Status, Ticket, TicketId
from mailgate.notify.compose import Composer, desk_voice
from mailgate.shipped import templates_folder
from mailgate.store.dues import DueKind, SetAside
from mailgate.store.tables import TicketRow
from tests.support.desk import from_eva
from tests.support.table import Table

EVA, MATTI, SVEN, HEAD = "eva@kund.example", "matti@kund.example", "sven@desk.example", "karin@desk.example"
QUESTION = "Ärendekategori: Supportfråga"
LEVEL_2 = "Ärendekategori: Programfel\nServicenivå: 2"


class Broken:
    """Templates of the operator's own in which something goes wrong for the mails of some words only."""

    def __init__(self, table: Table, folder: Path) -> None:
        self._table, self._folder, self._sound = table, folder, table.desk.house.composer

    def template(self, name: str, content: str = "{{ desk.nothing.at.all }}") -> None:
        place = self._folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(content, "utf-8")
        self._use(Composer(desk=desk_voice(Config()), template_folders=[self._folder, templates_folder()]))

    def mended(self) -> None:
        self._use(self._sound)

    def _use(self, composer: Composer) -> None:
        object.__setattr__(self._table.desk.house, "composer", composer)


@pytest.fixture
def broken(table: Table, tmp_path: Path) -> Broken:
    return Broken(table, tmp_path / "own")


def aside(table: Table) -> list[SetAside]:
    with table.desk.database.reading() as uow:
        return uow.dues.aside()


def an_error(table: Table, **changes: object) -> Ticket:
    """On which work has begun, so that only its status falls due."""
    table.opened(LEVEL_2, **changes)
    return table.moved(take)


def of_clock(table: Table) -> list[tuple[str, str]]:
    return [(kind, to) for kind, to in table.told() if kind not in {"asked", "handling_started"}]


def a_second_customer(table: Table) -> None:
    """With a SuperUser who has an error too."""
    other = table.desk.a_customer("K2")
    table.desk.a_superuser(MATTI, of=other, language=Language.FINNISH)
    table.desk.take(from_eva(text=LEVEL_2, author=Address(spec=MATTI), message_id="<matti@k2.example>"))
    table.ticket_id = TicketId(1)
    table.moved(take)


def test_what_has_no_words_in_one_language_is_told_in_the_others(table: Table, broken: Broken) -> None:
    a_second_customer(table)
    an_error(table)
    broken.template("fi/status.txt")
    table.at("2026-11-24T09:00")
    assert table.tick() == 1
    assert of_clock(table) == [("status", EVA)]
    (one,) = aside(table)
    assert one.due.kind is DueKind.STATUS
    assert one.trouble.startswith("WordingError: ")
    assert "fi/status.txt, line 1: " in one.trouble
    table.at("2026-11-24T09:14")
    assert table.tick() == 0
    broken.mended()
    table.at("2026-11-24T09:15")
    assert table.tick() == 1
    assert Counter(of_clock(table)) == {("status", EVA): 1, ("status", MATTI): 1}
    assert aside(table) == []


def test_a_reader_without_words_keeps_none_of_the_others_waiting_and_is_told_later(
    table: Table, broken: Broken
) -> None:
    table.desk.a_superuser(MATTI, of=table.customer, language=Language.FINNISH)
    an_error(table, cc=(Address(spec=MATTI),))
    broken.template("fi/status.html")
    table.at("2026-11-24T09:00")
    table.tick()
    assert of_clock(table) == [("status", EVA)]
    table.at("2026-11-25T09:00")
    table.tick()
    assert of_clock(table) == [("status", EVA), ("status", EVA)], "the next morning is not lost by it"
    assert len(aside(table)) == 2
    broken.mended()
    table.at("2026-11-25T10:00")
    assert table.tick() == 2
    assert of_clock(table)[2:] == [("status", MATTI)], "both in one mail, and to nobody a second time"
    assert table.tick() == 0
    assert aside(table) == []


def test_a_broken_reminder_leaves_the_rest_of_the_bundle_one_mail(table: Table, broken: Broken) -> None:
    table.opened(QUESTION)
    table.moved(ask, "PANIK")
    for _ in range(2):
        table.opened(QUESTION)
        table.moved(ask, "Vilken version?")
    bad = '{{ desk.nothing.at.all if "PANIK" in (news | map(attribute="question") | join) else "Nytt." }}'
    broken.template("sv/several.txt", bad)
    broken.template("sv/reminder.txt", '{{ desk.nothing.at.all if question == "PANIK" else "Hej." }}')
    table.at("2026-11-30T10:00")
    assert table.tick() == 2
    assert of_clock(table) == [("several", EVA)]
    assert len(aside(table)) == 1


def test_where_only_the_mail_of_several_is_broken_each_has_its_own(table: Table, broken: Broken) -> None:
    for _ in range(2):
        table.opened(QUESTION)
        table.moved(ask, "Vilken version?")
    broken.template("sv/several.subject.txt")
    table.at("2026-11-30T10:00")
    assert table.tick() == 2
    assert of_clock(table) == [("reminder", EVA)] * 2
    assert aside(table) == []


def test_what_cannot_be_told_to_anybody_is_not_closed(table: Table, broken: Broken) -> None:
    table.opened(QUESTION)
    table.moved(ask, "Vilken version?")
    broken.template("sv/closed_unanswered.txt")
    table.at("2026-12-07T10:00")
    table.tick()
    assert table.ticket.status is Status.WAITING
    broken.mended()
    table.at("2026-12-07T10:15")
    table.tick()
    assert table.ticket.status is Status.CLOSED
    assert of_clock(table) == [("closed_unanswered", EVA)]


def test_a_closing_that_one_of_two_could_be_told_is_told_to_the_other_later(table: Table, broken: Broken) -> None:
    table.desk.a_superuser(MATTI, of=table.customer, language=Language.FINNISH)
    table.opened(QUESTION, cc=(Address(spec=MATTI),))
    table.moved(ask, "Vilken version?")
    broken.template("fi/closed_unanswered.txt")
    table.at("2026-12-07T10:00")
    table.tick()
    assert table.ticket.status is Status.CLOSED
    assert of_clock(table) == [("closed_unanswered", EVA)]
    broken.mended()
    table.at("2026-12-07T10:15")
    table.tick()
    assert of_clock(table) == [("closed_unanswered", EVA), ("closed_unanswered", MATTI)]


def test_a_closing_set_aside_closes_nothing_that_was_asked_anew(table: Table, broken: Broken) -> None:
    table.opened(QUESTION)
    table.moved(ask, "Vilken version?")
    broken.template("sv/closed_unanswered.txt")
    table.at("2026-12-07T10:00")
    table.tick()
    table.replied("Den nya.")
    table.moved(ask, "Vilken modul?")
    broken.mended()
    table.at("2026-12-07T10:15")
    table.tick()
    assert table.ticket.status is Status.WAITING
    assert aside(table) == []


def test_an_alarm_reaches_the_team_though_the_head_cannot_be_told(table: Table, broken: Broken) -> None:
    with table.desk.database.transaction() as uow:
        uow.customers.save_specialist(
            address=HEAD, name="Karin Ek", team="Ledning", language=Language.FINNISH, head=True
        )
    table.opened()
    broken.template("fi/sla_alarm.txt")
    table.at("2026-11-23T12:00")
    table.tick()
    assert sorted(of_clock(table)) == [("sla_alarm", SVEN), ("status", EVA)]
    broken.mended()
    table.at("2026-11-23T13:00")
    table.tick()
    assert of_clock(table)[2:] == [("sla_alarm", HEAD)]


def test_a_ticket_with_a_value_that_nobody_knows_is_set_aside_alone(table: Table) -> None:
    odd = an_error(table)
    an_error(table)
    with table.desk.database.engine.begin() as connection:
        connection.execute(update(TicketRow).where(col(TicketRow.id) == odd.ticket_id).values(level=9))
    table.at("2026-11-24T09:00")
    assert table.tick() == 1
    (mail,) = table.mails("status")
    assert str(odd.number) not in table.text(mail)
    (one,) = aside(table)
    assert (one.due.ticket_id, one.trouble) == (odd.ticket_id, "ValueError: 9 is not a valid ServiceLevel")


def test_an_odd_ticket_spoils_no_alarm_of_the_others(table: Table) -> None:
    odd = table.opened()
    table.opened()
    with table.desk.database.engine.begin() as connection:
        connection.execute(update(TicketRow).where(col(TicketRow.id) == odd.ticket_id).values(type="riddle"))
    table.at("2026-11-23T11:30")
    table.tick()
    (alarm,) = table.mails("sla_alarm")
    assert str(odd.number) not in table.text(alarm)


def test_what_is_set_aside_is_shown_with_what_would_go_out(table: Table, broken: Broken) -> None:
    an_error(table)
    broken.template("sv/status.txt")
    table.at("2026-11-24T09:00")
    table.tick()
    with table.desk.database.reading() as uow:
        end = table.at("2026-11-24T12:00")
        now = table.at("2026-11-24T09:05")
        (one,) = [each for each in forecast(uow, table.desk.house, now=now, until=end) if each.trouble]
    assert one.ticket is not None
    assert (one.ticket.number, one.what) == (table.ticket.number, DueKind.STATUS)
    assert one.at == table.at("2026-11-24T09:15")


def test_a_new_start_tries_at_once(table: Table, broken: Broken) -> None:
    an_error(table)
    broken.template("sv/status.txt")
    table.at("2026-11-24T09:00")
    table.tick()
    broken.mended()
    table.at("2026-11-24T09:02")
    table.a_process_starts()
    assert table.tick() == 1
    assert of_clock(table) == [("status", EVA)]


def test_nothing_that_was_set_aside_is_told_at_night(table: Table, broken: Broken) -> None:
    table.opened()
    table.moved(take)
    broken.template("sv/sla_alarm.txt")
    table.at("2026-11-23T16:00")
    table.tick()
    broken.mended()
    table.at("2026-11-23T16:30")
    assert table.tick() == 0
    table.at("2026-11-24T08:00")
    table.tick()
    assert ("sla_alarm", SVEN) in of_clock(table)


def test_what_somebody_else_has_told_meanwhile_is_told_by_nobody_again(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_error(table)
    table.at("2026-11-24T09:00")
    real, calls = DueMails._told, []

    def another_first(self: DueMails, *arguments: object) -> int:
        if not calls:
            calls.append(arguments)
            assert real(self, *arguments) == 1  # type: ignore[arg-type]
        return real(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(DueMails, "_told", another_first)
    assert table.tick() == 0
    assert of_clock(table) == [("status", EVA)]

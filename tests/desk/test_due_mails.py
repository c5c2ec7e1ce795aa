"""What the clock brings: each once, to whom it concerns, in as few mails as can be, and never at night."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from mailgate.desk.due_mails import due_now
from mailgate.desk.handing_over import set_team
from mailgate.desk.tickets import ask, close, resolve, set_level, take
from mailgate.domain.customer import Language
from mailgate.domain.mail import Address
from mailgate.domain.ticket import ServiceLevel, Status
from mailgate.store.dues import DueKind
from mailgate.store.outbox import OutboxTable
from tests.support.desk import Desk
from tests.support.table import Table

EVA, SVEN, HEAD = "eva@kund.example", "sven@desk.example", "karin@desk.example"
LEVEL_2 = "Ärendekategori: Programfel\nServicenivå: 2"
LEVEL_5 = "Ärendekategori: Programfel\nServicenivå: 5"


def told_until(table: Table, local: str) -> list[tuple[str, str, str]]:
    """What the desk tells in the quarters of an hour until then: when, what, to whom."""
    told = []
    for now in table.minutes_until(local):
        before = len(table.mails())
        table.tick()
        when = f"{now.astimezone(table.desk.house.hours.zone):%d %H:%M}"
        told += [(when, one.kind, one.recipient) for one in table.mails()[before:]]
    return told


def test_a_standstill_nobody_takes_up_warns_and_runs_out(table: Table) -> None:
    table.a_specialist(HEAD, "Karin Ek", team="Ledning", head=True)
    table.opened()
    assert told_until(table, "2026-11-24T07:45") == [
        ("23 11:30", "sla_alarm", SVEN),  # 75 % of two hours
        ("23 12:00", "sla_alarm", SVEN),
        ("23 12:00", "sla_alarm", HEAD),
        ("23 12:00", "status", EVA),
        ("23 14:45", "sla_alarm", SVEN),  # 75 % of the five open hours of that day
        ("23 15:00", "status", EVA),
        ("23 16:00", "sla_alarm", SVEN),
        ("23 16:00", "sla_alarm", HEAD),
    ]


def test_a_warning_comes_at_three_quarters_and_not_before(table: Table) -> None:
    table.opened()
    table.at("2026-11-23T11:29")
    assert table.tick() == 0
    table.at("2026-11-23T11:30")
    assert table.tick() == 1
    assert table.told() == [("sla_alarm", SVEN)]
    assert table.tick() == 0
    assert "Lönen" in table.text(table.mails()[0])


def test_taken_up_in_time_only_the_solution_is_watched(table: Table) -> None:
    table.opened()
    table.moved(take)
    kinds = Counter((when, kind) for when, kind, _ in told_until(table, "2026-11-23T16:00") if kind == "sla_alarm")
    assert set(kinds) == {("23 14:45", "sla_alarm"), ("23 16:00", "sla_alarm")}


def test_several_for_one_person_are_one_mail_with_all_of_them(table: Table) -> None:
    table.a_specialist(HEAD, "Karin Ek", head=True)  # of the team, and head: still one mail
    numbers = [str(table.opened(subject_text).number) for subject_text in (LEVEL_2, LEVEL_2, "Servicenivå: 1\nFel!")]
    table.at("2026-11-23T15:00")
    table.tick()
    alarms = table.mails("sla_alarm")
    assert sorted(mail.recipient for mail in alarms) == [HEAD, SVEN]
    for mail in alarms:
        assert all(number in table.text(mail) for number in numbers[:2])
    assert len(table.mails("status")) <= 1


def test_what_has_run_out_is_not_warned_of_as_well(table: Table) -> None:
    table.opened(LEVEL_5)
    table.at("2026-11-25T10:00")
    table.moved(set_level, ServiceLevel.STANDSTILL)  # both of its deadlines have passed with that
    table.tick()
    (alarm,) = table.mails("sla_alarm")
    assert table.text(alarm).count(str(table.ticket.number)) == 2, "one line for each clock"
    assert set(table.dues()) == {"status"}


def test_a_warning_that_was_missed_is_none_once_it_has_run_out(table: Table) -> None:
    table.opened()
    table.at("2026-11-23T12:00")  # lunch: what is late waits, what is on time does not
    table.tick()
    before = table.told()
    assert ("sla_alarm", SVEN) in before
    table.at("2026-11-23T13:00")
    assert table.tick() == 1
    assert table.told() == before


def test_the_teams_list_is_told_instead_of_each(table: Table) -> None:
    table.desk.house.team_lists["Handel"] = "handel@desk.example"  # type: ignore[index]
    table.opened()
    table.at("2026-11-23T11:30")
    table.tick()
    assert table.told() == [("sla_alarm", "handel@desk.example")]


def test_a_ticket_that_was_handed_over_alarms_its_new_team(table: Table) -> None:
    table.a_specialist("olof@desk.example", "Olof", team="Hantverk")
    table.opened()
    table.moved(set_team, "Hantverk")
    table.at("2026-11-23T11:30")
    table.tick()
    assert table.told() == [("team_handed_over", "olof@desk.example"), ("sla_alarm", "olof@desk.example")]


def test_nothing_that_is_late_goes_out_at_night(table: Table) -> None:
    table.opened()
    table.at("2026-11-23T16:30")  # the daemon was down since ten
    assert table.tick() == 0
    assert told_until(table, "2026-11-24T07:45") == []
    table.at("2026-11-24T08:00")
    table.tick()
    assert Counter(table.told()) == {("sla_alarm", SVEN): 1, ("status", EVA): 1}


def test_what_is_due_at_closing_time_is_on_time(table: Table) -> None:
    table.opened()
    table.moved(take)
    table.at("2026-11-23T16:01")
    table.tick()
    (alarm,) = table.mails("sla_alarm")
    assert alarm.recipient == SVEN


def test_three_days_off_are_one_status_mail_and_the_grid_stays(table: Table) -> None:
    table.opened()
    table.moved(take)
    table.at("2026-11-26T10:30")
    table.tick()
    assert [one for one in table.told() if one[0] == "status"] == [("status", EVA)]
    assert table.dues()["status"] == "2026-11-26 11:00"


def test_level_2_is_told_each_morning_until_it_is_solved(table: Table) -> None:
    table.opened(LEVEL_2)
    table.moved(take)
    told = [when for when, kind, _ in told_until(table, "2026-11-26T12:00") if kind == "status"]
    assert told == ["24 09:00", "25 09:00", "26 09:00"]
    table.moved(resolve)
    assert [one for one in told_until(table, "2026-11-28T12:00") if one[1] == "status"] == []


def test_a_status_mail_names_all_of_the_superusers_program_errors(table: Table) -> None:
    table.desk.a_superuser("matti@kund.example", of=table.customer, language=Language.FINNISH)
    first = table.opened(LEVEL_2)
    second = table.opened(LEVEL_2, cc=(Address(spec="matti@kund.example"),))
    table.at("2026-11-24T09:00")
    table.tick()
    texts = {mail.recipient: table.text(mail) for mail in table.mails("status")}
    assert set(texts) == {EVA, "matti@kund.example"}
    assert str(first.number) in texts[EVA]
    assert str(second.number) in texts[EVA]
    assert str(first.number) not in texts["matti@kund.example"]
    assert table.header(table.mails("status")[-1], "Content-Language") == "fi"


def test_while_it_waits_for_the_customer_no_alarm_sounds(table: Table) -> None:
    table.opened()
    table.moved(ask, "Vilken version?")
    assert {kind for _, kind, _ in told_until(table, "2026-11-25T16:00")} == {"status"}


def test_an_unanswered_question_is_asked_again_and_then_given_up(table: Table) -> None:
    table.opened("Ärendekategori: Supportfråga")
    table.moved(ask, "Vilken version har ni?")
    assert told_until(table, "2026-12-08T10:00") == [
        ("30 10:00", "reminder", EVA),
        ("07 10:00", "closed_unanswered", EVA),
    ]
    reminder = table.text(table.mails("reminder")[0])
    assert "Vilken version har ni?" in reminder
    assert "7 december" in " ".join(reminder.split())
    assert table.ticket.status is Status.CLOSED
    assert (table.events[-1].kind, table.events[-1].actor) == ("close", "clock")
    assert table.dues() == {}
    assert table.replied("Version 12!").status is Status.OPEN


def test_an_answer_in_between_ends_the_waiting(table: Table) -> None:
    table.opened("Ärendekategori: Supportfråga")
    table.moved(ask, "Vilken version har ni?")
    told_until(table, "2026-12-01T10:00")
    table.replied("Version 12.")
    assert told_until(table, "2026-12-10T10:00") == []
    assert table.ticket.status is Status.OPEN


def test_a_second_question_has_its_own_ten_days(table: Table) -> None:
    table.opened("Ärendekategori: Supportfråga")
    table.moved(ask, "Vilken version?")
    told_until(table, "2026-12-04T10:00")
    table.moved(ask, "Och vilken modul?")
    assert told_until(table, "2026-12-18T11:00") == [
        ("11 10:00", "reminder", EVA),
        ("18 10:00", "closed_unanswered", EVA),
    ]
    assert "Och vilken modul?" in table.text(table.mails("reminder")[-1])


def test_after_two_weeks_off_it_is_closed_and_neither_reminded_nor_told_how_it_stands(table: Table) -> None:
    table.opened()
    table.moved(ask, "Vilken version?")
    table.at("2026-12-14T10:00")
    table.tick()
    assert table.told()[1:] == [("closed_unanswered", EVA)]
    assert table.dues() == {}
    assert told_until(table, "2026-12-16T16:00") == []


def test_a_clock_that_is_set_back_sends_nothing_again_and_ends_nothing(table: Table) -> None:
    table.opened(LEVEL_2)
    table.moved(take)
    told_until(table, "2026-11-25T10:00")
    before = table.told()
    assert ("status", EVA) in before
    table.at("2026-11-24T08:00")
    table.moved(set_level, ServiceLevel.STANDSTILL)
    table.moved(set_level, ServiceLevel.HAMPERED)  # all is planned again, by the wrong clock
    table.tick()
    told = [when for when, kind, _ in told_until(table, "2026-11-27T10:00") if kind == "status"]
    assert told == ["26 09:00", "27 09:00"], "those of the 24th and the 25th had been told"


def test_what_was_told_is_told_after_a_restart_no_more(table: Table) -> None:
    table.opened()
    table.at("2026-11-23T12:00")
    table.tick()
    before = table.told()
    again = Table.__new__(Table)
    again.__dict__ = {**table.__dict__, "desk": Desk(table.desk.database)}  # another process, with the same database
    again.desk.now = table.desk.now
    assert again.tick() == 0
    assert again.told() == before
    again.at("2026-11-23T15:00")
    again.tick()
    assert len(again.told()) == len(before) + 2


def test_what_fails_between_telling_and_marking_is_undone_with_both(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    table.opened()
    table.at("2026-11-23T12:00")
    add = OutboxTable.add

    def fails_after_it(self: OutboxTable, *arguments: Any, **values: Any) -> bool:
        add(self, *arguments, **values)
        raise OperationalError("COMMIT", {}, OSError("disk full"))

    monkeypatch.setattr(OutboxTable, "add", fails_after_it)
    with pytest.raises(OperationalError):
        table.tick()
    assert table.told() == []
    monkeypatch.undo()
    assert table.tick() == 2
    assert Counter(table.told()) == {("sla_alarm", SVEN): 1, ("status", EVA): 1}


def test_what_is_done_with_is_left_alone(table: Table) -> None:
    table.opened()
    table.moved(close)
    with table.desk.database.transaction() as uow:
        for kind in DueKind:  # as if another had closed it at this very moment
            uow.dues.add(table.ticket_id, kind, table.desk.now)
    before = table.told()
    assert table.tick() == len(DueKind)
    assert table.told() == before
    assert table.dues() == {}


def test_what_is_due_is_only_looked_at_where_nothing_is(table: Table) -> None:
    table.opened()
    with table.desk.database.reading() as uow:
        assert due_now(uow, table.desk.house.hours, now=table.desk.now) == []
        later = table.desk.now + timedelta(hours=2)
        found = {due.kind for due in due_now(uow, table.desk.house.hours, now=later)}
    assert found == {DueKind.HANDLING_BREACH, DueKind.STATUS}, "the missed warning waits until lunch is over"

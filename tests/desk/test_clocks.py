"""A ticket's clocks and what falls due: always what its history says, whatever was done to it in which order."""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from mailgate.desk.clocks import set_all_clocks
from mailgate.desk.handing_over import set_team
from mailgate.desk.tickets import (
    answer,
    ask,
    close,
    reopen,
    resolve,
    set_level,
    set_type,
    take,
    workaround,
)
from mailgate.domain.mail import ParsedMail
from mailgate.domain.ticket import AT_WORK, ServiceLevel, Status, TicketType
from tests.support.desk import from_eva
from tests.support.table import Table, a_table, local

ALARMS_AND_STATUS = {
    "handling_warning": "2026-11-23 11:30",
    "handling_breach": "2026-11-23 12:00",
    "solution_warning": "2026-11-23 14:45",
    "solution_breach": "2026-11-23 16:00",
    "status": "2026-11-23 12:00",
}
SPECIALISTS = [
    (take,),
    (answer, "Så här."),
    (ask, "Hur?"),
    (workaround, "Starta om."),
    *((set_level, level) for level in ServiceLevel),
    *((set_type, kind) for kind in TicketType),
    (set_team, "Handel"),
    (set_team, "Hantverk"),
    (resolve,),
    (close,),
    (reopen,),
]


def test_a_program_error_has_its_deadlines_from_receipt_on(table: Table) -> None:
    table.opened()
    assert table.dues() == ALARMS_AND_STATUS
    assert (local(table.clocks.handling_due), local(table.clocks.solution_due)) == (
        "2026-11-23 12:00",
        "2026-11-23 16:00",
    )


def test_what_is_no_program_error_has_none(table: Table) -> None:
    table.opened("Ärendekategori: Önskemål")
    assert table.dues() == {}
    assert table.clocks.handling_due is None
    assert table.clocks.solution_due is None


def test_taking_it_ends_the_first_clock(table: Table) -> None:
    table.opened()
    table.at("2026-11-23T11:00")
    table.moved(take)
    assert local(table.clocks.handling_started_at) == "2026-11-23 11:00"
    assert set(table.dues()) == {"solution_warning", "solution_breach", "status"}


def test_a_question_stops_both_clocks_and_the_answer_starts_them_again(table: Table) -> None:
    table.opened()
    table.at("2026-11-23T11:00")
    table.moved(ask, "Vilken version?")
    assert table.dues() == {
        "status": "2026-11-23 12:00",
        "reminder": "2026-11-30 11:00",
        "closing": "2026-12-07 11:00",
    }
    for _ in table.minutes_until("2026-11-24T09:00"):  # four open hours of Monday, and one of Tuesday
        table.tick()
    table.replied("Version 12.")
    assert table.ticket.status is Status.OPEN
    assert (local(table.clocks.handling_due), local(table.clocks.solution_due)) == (
        "2026-11-24 10:00",
        "2026-11-24 14:00",
    )
    assert table.dues() == {
        "solution_warning": "2026-11-24 11:45",
        "solution_breach": "2026-11-24 14:00",
        "status": "2026-11-24 11:00",  # every two open hours on the grid that began at receipt
    }


def test_the_clock_runs_from_the_receipt_of_the_reply_not_from_when_we_read_it(table: Table) -> None:
    table.opened()
    table.moved(ask, "Hur?")
    table.at("2026-11-23T11:00")
    mail = table.desk.spool(from_eva_reply(table))
    table.at("2026-11-23T15:00")
    table.desk.take(from_eva_reply(table), spooled=mail)
    assert local(table.events[-1].at) == "2026-11-23 11:00"
    assert local(table.clocks.solution_due) == "2026-11-24 09:00"


def from_eva_reply(table: Table) -> ParsedMail:
    return from_eva(f"Re: [{table.ticket.number}]", "Så.", message_id="<late@kund.example>")


def test_a_reply_that_crossed_the_question_gives_no_time_back(table: Table) -> None:
    table.opened()
    mail = table.desk.spool(from_eva_reply(table))
    table.at("2026-11-23T11:00")
    table.moved(ask, "Hur?")
    table.at("2026-11-23T11:05")
    table.desk.take(from_eva_reply(table), spooled=mail)
    assert table.ticket.status is Status.OPEN
    assert local(table.clocks.solution_due) == "2026-11-23 16:00"


def test_asked_again_it_is_the_last_question_that_is_waited_for(table: Table) -> None:
    table.opened()
    table.moved(ask, "Vilken version?")
    table.at("2026-11-27T10:00")
    table.moved(ask, "Och vilken modul?")
    assert (table.dues()["reminder"], table.dues()["closing"]) == ("2026-12-04 10:00", "2026-12-11 10:00")
    assert local(table.state.waiting_since) == "2026-11-23 10:00", "the clock stands still since the first"


def test_what_is_done_to_a_waiting_ticket_changes_no_date_of_its_reminder(table: Table) -> None:
    table.opened()
    table.moved(ask, "Vilken version?")
    before = table.dues()
    table.at("2026-11-24T10:00")
    for move in ((take,), (answer, "Skynda er."), (set_team, "Hantverk")):
        table.moved(*move)
        assert {kind: at for kind, at in table.dues().items() if kind != "status"} == {
            kind: at for kind, at in before.items() if kind != "status"
        }


def test_a_workaround_makes_it_level_3_from_receipt_on(table: Table) -> None:
    table.opened()
    table.at("2026-11-23T11:00")
    table.moved(workaround, "Starta om.")
    assert table.ticket.level is ServiceLevel.PARTLY_HAMPERED
    assert table.clocks.handling_started_at == table.desk.now
    assert local(table.clocks.solution_due) == "2026-12-21 16:00"
    assert table.dues()["status"] == "2026-11-30 09:00"


def test_another_level_or_type_counts_again_from_receipt_with_the_pauses_kept(table: Table) -> None:
    table.opened("Ärendekategori: Programfel\nServicenivå: 5")
    table.moved(ask, "Hur?")
    table.at("2026-11-23T14:00")  # three open hours
    table.replied()
    table.moved(set_level, ServiceLevel.STANDSTILL)
    assert local(table.clocks.handling_due) == "2026-11-23 16:00"
    table.moved(set_type, TicketType.QUESTION)
    assert table.dues() == {}
    table.at("2026-11-25T14:00")
    table.moved(set_type, TicketType.PROGRAM_ERROR)
    table.moved(set_level, ServiceLevel.STANDSTILL)
    assert local(table.clocks.handling_due) == "2026-11-23 16:00"


def test_solving_stops_the_clocks_and_what_is_due(table: Table) -> None:
    for done in (resolve, close):
        table.opened()
        table.at("2026-11-23T11:00")
        table.moved(done)
        assert table.dues() == {}
        assert local(table.clocks.solution_due) == "2026-11-23 16:00", "it stays where it was"
        table.at("2026-11-23T10:00")


def test_a_reply_to_what_is_done_with_opens_it_and_the_time_between_does_not_count(table: Table) -> None:
    for done in (resolve, close):
        table.at("2026-11-23T10:00")
        table.opened()
        table.at("2026-11-23T11:00")
        table.moved(done)
        table.at("2026-11-24T09:00")
        assert table.replied("Nej, inte än.").status is Status.OPEN
        assert local(table.clocks.solution_due) == "2026-11-24 14:00"
        assert table.state.resolved_at is None
        assert "solution_breach" in table.dues()


def test_after_a_change_of_hours_everything_at_work_is_reckoned_again(table: Table) -> None:
    table.opened()
    table.moved(close)
    table.opened()
    before = table.dues()
    with table.desk.database.transaction() as uow:
        uow.dues.plan(table.ticket_id, [])
        uow.tickets.change(table.ticket_id, handling_due=None, solution_due=None)
    with table.desk.database.transaction() as uow:
        assert set_all_clocks(uow, table.desk.house, now=table.desk.now) == 1
    assert table.dues() == before
    assert local(table.clocks.solution_due) == "2026-11-23 16:00"


steps = st.lists(
    st.tuples(
        st.timedeltas(timedelta(), timedelta(days=20)),
        st.one_of(st.sampled_from(SPECIALISTS), st.sampled_from(["reply", "tick", "early reply"])),
    ),
    max_size=14,
)


@settings(deadline=None, max_examples=40)
@given(text=st.sampled_from(["Servicenivå: 1", "Ärendekategori: Önskemål"]), history=steps)
def test_whatever_happens_the_ticket_is_what_its_history_says(
    text: str, history: list[tuple[timedelta, object]]
) -> None:
    with TemporaryDirectory() as folder, a_table(Path(folder)) as table:
        table.opened(f"Ärendekategori: Programfel\n{text}" if "nivå" in text else text)
        for wait, what in history:
            table.desk.later(wait)
            happens(table, what)
            agrees(table)


def happens(table: Table, what: object) -> None:
    if isinstance(what, tuple):
        table.move(*what)
    elif what == "tick":
        table.tick()
    else:
        mail = from_eva(f"Re: [{table.ticket.number}]", "Jo.", message_id=f"<{len(table.events)}@kund.example>")
        if what == "early reply":
            table.desk.later(timedelta(hours=-3))
        spooled = table.desk.spool(mail)
        if what == "early reply":
            table.desk.later(timedelta(hours=3))
        table.desk.take(mail, spooled=spooled)


def agrees(table: Table) -> None:
    """What is kept of the present is what follows from the past."""
    ticket, state, clocks = table.ticket, table.state, table.clocks
    at_work = ticket.status in AT_WORK
    assert (state.type, state.level) == (ticket.type, ticket.level)
    assert (state.resolved_at is None) == at_work
    assert (state.waiting_since is not None) == (ticket.status is not Status.OPEN)
    assert clocks.handling_started_at == state.handling_started_at
    due = state.deadlines(table.desk.house.hours, now=table.desk.now)
    assert (clocks.solution_due is None) == (due is None)
    if due is not None and ticket.status is Status.OPEN:
        assert (clocks.handling_due, clocks.solution_due) == (due.handling_due, due.solution_due)
    dues = table.dues()
    assert bool(dues) <= at_work
    assert ("closing" in dues) <= (ticket.status is Status.WAITING)
    assert ("status" in dues) == (at_work and ticket.type is TicketType.PROGRAM_ERROR)

"""The present state of a ticket's clocks follows from what happened to it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from mailgate.domain.sla import Deadlines, Pause
from mailgate.domain.sla_history import (
    HandlingStarted,
    Opened,
    Paused,
    Reclassified,
    Reopened,
    Resolved,
    Resumed,
    SlaEvent,
    SlaState,
    Standing,
    replay,
)
from mailgate.domain.terms import ServiceTerms
from mailgate.domain.ticket import ServiceLevel, TicketType
from tests.support.hours import local, the_guides_hours, the_guides_terms

HOURS = the_guides_hours()
DAY = "2026-11-23"  # a Monday


def at(time: str) -> str:
    return time if "-" in time else f"{DAY} {time}"


def opened(time: str = "08:00", *, level: int | None = 1, type_: TicketType = TicketType.PROGRAM_ERROR) -> Opened:
    return Opened(at=local(at(time)), type=type_, level=ServiceLevel(level) if level else None)


def level(time: str, number: int) -> Reclassified:
    return Reclassified(at=local(at(time)), type=TicketType.PROGRAM_ERROR, level=ServiceLevel(number))


def history(*events: SlaEvent) -> SlaState:
    return replay(events, [the_guides_terms()], HOURS)


def due(state: SlaState, now: str) -> Deadlines:
    found = state.deadlines(HOURS, now=local(at(now)))
    assert found is not None
    return found


def standings(state: SlaState, now: str) -> tuple[Standing, Standing]:
    moment, found = local(at(now)), due(state, now)
    return state.handling_standing(found, now=moment), state.solution_standing(found, now=moment)


def paused(time: str) -> Paused:
    return Paused(at=local(at(time)))


def resumed(time: str) -> Resumed:
    return Resumed(at=local(at(time)))


def started(time: str) -> HandlingStarted:
    return HandlingStarted(at=local(at(time)))


def resolved(time: str) -> Resolved:
    return Resolved(at=local(at(time)))


def reopened(time: str) -> Reopened:
    return Reopened(at=local(at(time)))


def test_a_new_error_runs_then_warns_then_is_breached() -> None:
    state = history(opened())
    assert standings(state, "08:30") == (Standing.RUNNING, Standing.RUNNING)
    assert standings(state, "09:30") == (Standing.WARNING, Standing.RUNNING)
    assert standings(state, "10:00") == (Standing.WARNING, Standing.RUNNING)
    assert standings(state, "10:01") == (Standing.BREACHED, Standing.RUNNING)
    assert standings(state, "14:15") == (Standing.BREACHED, Standing.WARNING)
    assert standings(state, "16:01") == (Standing.BREACHED, Standing.BREACHED)


def test_what_was_done_in_time_stays_met() -> None:
    state = history(opened(), started("10:00"), started("15:00"), resolved("16:00"))
    assert standings(state, "2027-01-04 10:00") == (Standing.MET, Standing.MET)


def test_what_was_done_too_late_stays_missed() -> None:
    state = history(opened(), started("10:01"), resolved("2026-11-24 08:00"))
    assert standings(state, "2027-01-04 10:00") == (Standing.MISSED, Standing.MISSED)


def test_to_resolve_is_to_handle() -> None:
    assert standings(history(opened(), resolved("09:00")), "11:00") == (Standing.MET, Standing.MET)


def test_a_workaround_counts_level_3_from_receipt() -> None:
    state = history(opened(), started("09:00"), level("15:00", 3))
    assert due(state, "15:00").handling_due == local("2026-11-24 14:00")
    assert due(state, "15:00").solution_due == local("2026-12-21 16:00")


def test_a_change_of_level_keeps_the_pauses() -> None:
    state = history(opened(level=3), paused("09:00"), resumed("10:00"), level("10:30", 1))
    assert due(state, "10:30").handling_due == local(at("11:00"))


def test_a_question_that_turns_out_to_be_an_error_counts_from_receipt() -> None:
    state = history(opened(type_=TicketType.QUESTION, level=None), level("09:00", 1))
    assert due(state, "09:00").handling_due == local(at("10:00"))


def test_only_program_errors_have_deadlines() -> None:
    for kind in (TicketType.QUESTION, TicketType.WISH, TicketType.ORDER):
        assert history(opened(type_=kind, level=None)).deadlines(HOURS, now=local(at("09:00"))) is None


def test_an_error_without_a_level_has_the_standard_one() -> None:
    without, standard = history(opened(level=None)), history(opened(level=5))
    assert due(without, "09:00") == due(standard, "09:00")


def test_while_we_wait_nothing_is_breached_and_deadlines_move() -> None:
    state = history(opened(), paused("09:00"))
    assert standings(state, "2026-11-27 15:00") == (Standing.PAUSED, Standing.PAUSED)
    assert due(state, "11:00").handling_due == local(at("12:00"))


def test_waiting_does_not_undo_a_breach() -> None:
    state = history(opened(), paused("11:00"))
    assert standings(state, "15:00") == (Standing.BREACHED, Standing.PAUSED)


def test_asking_twice_is_waiting_once() -> None:
    state = history(opened(), paused("09:00"), paused("09:30"), resumed("10:00"), resumed("11:00"))
    assert state.pauses == (Pause(local(at("09:00")), local(at("10:00"))),)


def test_a_reply_that_was_received_before_the_question_was_recorded_ends_it() -> None:
    state = history(opened(), paused("09:05"), resumed("09:00"))
    assert state.waiting_since is None
    assert due(state, "10:00").handling_due == local(at("10:00"))


def test_the_time_as_solved_does_not_count_when_it_is_reopened() -> None:
    state = history(opened(), started("09:00"), resolved("10:00"), resolved("10:30"), reopened("14:00"))
    assert due(state, "14:00").solution_due == local("2026-11-24 11:00")
    assert standings(state, "14:00") == (Standing.MET, Standing.RUNNING)


def test_a_reply_to_what_is_solved_starts_no_clock_until_it_is_reopened() -> None:
    state = history(opened(), resolved("10:00"), resumed("11:00"))
    assert state.resolved_at == local(at("10:00"))
    assert due(state, "15:00").solution_due == local(at("16:00")), "what is solved stays as it was"


def test_solving_while_waiting_ends_the_waiting() -> None:
    state = history(opened(), paused("09:00"), resolved("10:00"))
    assert state.pauses == (Pause(local(at("09:00")), local(at("10:00"))),)
    assert due(state, "15:00").solution_due == local("2026-11-24 09:00")


def test_a_ticket_keeps_the_terms_of_its_receipt() -> None:
    old = the_guides_terms()
    twice = {key: replace(one, handling_within=one.handling_within * 2) for key, one in old.promises.items()}
    new = ServiceTerms(published_on=date(2026, 10, 15), promises=twice)
    before = replay([opened("2026-10-31 23:59")], [old, new], HOURS)
    after = replay([opened("2026-11-01 00:00"), level("2026-11-02 09:00", 2)], [old, new], HOURS)
    assert (before.terms, after.terms) == (old, new)
    assert due(after, "2026-11-02 09:00").handling_due - local("2026-11-02 08:00") == timedelta(hours=25)


def test_a_history_begins_with_its_opening_and_has_one() -> None:
    with pytest.raises(ValueError, match="begins with its opening"):
        history(paused("09:00"))
    with pytest.raises(ValueError, match="opened once"):
        history(opened(), opened())

"""The reckoning behind a deadline can be read, and adds up."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from mailgate.domain.day_plan import Closure, WhyClosed
from mailgate.domain.explain import Skipped, Step, explain
from mailgate.domain.sla import Pause, SlaClock, deadlines
from mailgate.domain.ticket import ServiceLevel
from tests.support.hours import local, the_guides_hours, the_guides_terms

HOURS = the_guides_hours()
HOUR = timedelta(hours=1)


def shown(step: Step) -> tuple[str, str, str]:
    first, last = (f"{at.astimezone(HOURS.zone):%d %H:%M}" for at in (step.start, step.end))
    why = step.why
    return (
        first,
        last,
        "" if why is None else f"{why.closure} {why.name}".strip() if isinstance(why, WhyClosed) else why,
    )


def test_each_interval_says_whether_it_counted() -> None:
    pauses = (Pause(local("2026-01-05 09:00"), local("2026-01-05 10:00")),)
    steps = explain(HOURS, local("2026-01-05 07:00"), local("2026-01-07 09:00"), pauses=pauses)
    assert [shown(step) for step in steps] == [
        ("05 07:00", "05 08:00", "night"),
        ("05 08:00", "05 09:00", ""),
        ("05 09:00", "05 10:00", "waiting_for_customer"),
        ("05 10:00", "05 12:00", ""),
        ("05 12:00", "05 13:00", "lunch"),
        ("05 13:00", "05 16:00", "before_holiday Trettondedag jul"),
        ("05 16:00", "06 00:00", "night"),
        ("06 00:00", "07 00:00", "holiday Trettondedag jul"),
        ("07 00:00", "07 08:00", "night"),
        ("07 08:00", "07 09:00", ""),
    ]
    assert sum((step.counted for step in steps), timedelta()) == 4 * HOUR


def test_a_closure_is_not_cut_by_waiting() -> None:
    pauses = (Pause(local("2026-11-23 11:30"), local("2026-11-23 12:30")),)
    steps = explain(HOURS, local("2026-11-23 11:00"), local("2026-11-23 14:00"), pauses=pauses)
    assert [step.why for step in steps] == [
        None, Skipped.WAITING_FOR_CUSTOMER, WhyClosed(closure=Closure.LUNCH), None,
    ]  # fmt: skip


def test_a_change_of_clocks_is_noted_where_it_was() -> None:
    for first, last, shift in (
        ("2026-03-27 15:00", "2026-03-30 09:00", HOUR),
        ("2026-10-23 15:00", "2026-10-26 09:00", -HOUR),
    ):
        steps = explain(HOURS, local(first), local(last))
        assert [step.clock_shift for step in steps if step.clock_shift] == [shift]
        weekend = next(step for step in steps if step.clock_shift)
        assert weekend.end - weekend.start == 48 * HOUR - shift


@settings(max_examples=60, deadline=None)
@given(
    level=st.sampled_from(ServiceLevel),
    minutes=st.integers(0, 525_600),
    waits=st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 5_000)), max_size=3),
)
def test_what_counted_until_a_deadline_is_what_was_promised(
    level: ServiceLevel, minutes: int, waits: list[tuple[int, int]]
) -> None:
    received = local("2026-01-01 00:00") + timedelta(minutes=minutes)
    pauses = tuple(
        Pause(received + timedelta(minutes=first), received + timedelta(minutes=first + length))
        for first, length in waits
    )
    terms = the_guides_terms()
    due = deadlines(SlaClock(received_at=received, level=level, terms=terms, pauses=pauses), HOURS)
    steps = explain(HOURS, received, due.handling_due, pauses=pauses)
    assert sum((step.counted for step in steps), timedelta()) == terms.promises[level].handling_within

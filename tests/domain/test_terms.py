"""Terms hold from the first day of the month after they were published."""

from datetime import date, timedelta

import pytest

from mailgate.domain.terms import Promise, ServiceTerms, Target, TargetUnit, months_later, terms_in_force
from mailgate.domain.ticket import ServiceLevel

PROMISE = Promise(handling_within=timedelta(hours=2), target=Target(TargetUnit.SAME_DAY))
PROMISES = dict.fromkeys(ServiceLevel, PROMISE)


def terms(published: str) -> ServiceTerms:
    return ServiceTerms(published_on=date.fromisoformat(published), promises=PROMISES)


@pytest.mark.parametrize(
    ("published", "effective"),
    [
        ("2026-03-15", "2026-04-01"),
        ("2026-03-31", "2026-04-01"),
        ("2026-04-01", "2026-05-01"),
        ("2025-12-01", "2026-01-01"),
        ("2025-12-31", "2026-01-01"),
        ("2028-02-29", "2028-03-01"),
    ],
)
def test_a_change_takes_effect_on_the_first_of_the_month_after(published: str, effective: str) -> None:
    assert terms(published).effective_on == date.fromisoformat(effective)


@pytest.mark.parametrize(
    ("on", "published"),
    [
        ("2025-06-01", "2025-12-01"),
        ("2026-01-01", "2025-12-01"),
        ("2026-03-31", "2025-12-01"),
        ("2026-04-01", "2026-03-20"),
        ("2030-01-01", "2026-06-10"),
    ],
)
def test_the_terms_in_force_are_the_last_that_took_effect(on: str, published: str) -> None:
    versions = [terms(day) for day in ("2026-03-20", "2025-12-01", "2026-06-10", "2026-03-03")]
    assert terms_in_force(versions, date.fromisoformat(on)).published_on == date.fromisoformat(published)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        ("2026-08-31", 6, "2027-02-28"),
        ("2027-08-31", 6, "2028-02-29"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2026-12-31", 12, "2027-12-31"),
        ("2026-12-01", 1, "2027-01-01"),
        ("2026-06-15", 6, "2026-12-15"),
    ],
)
def test_months_run_by_the_calendar_and_stop_at_a_months_end(day: str, months: int, later: str) -> None:
    assert months_later(date.fromisoformat(day), months) == date.fromisoformat(later)


@pytest.mark.parametrize(
    ("target", "text"),
    [
        (Target(TargetUnit.SAME_DAY), "same day"),
        (Target(TargetUnit.SAME_WEEK), "same week"),
        (Target(TargetUnit.WEEKS, 4), "4 weeks"),
        (Target(TargetUnit.MONTHS, 1), "1 month"),
    ],
)
def test_a_target_reads_as_it_is_written(target: Target, text: str) -> None:
    assert str(target) == text


def test_terms_without_a_level_are_refused() -> None:
    with pytest.raises(ValueError, match="five levels"):
        ServiceTerms(published_on=date(2026, 1, 1), promises={ServiceLevel.STANDARD: PROMISE})


def test_a_promise_of_no_time_is_refused() -> None:
    with pytest.raises(ValueError, match="within some open time"):
        Promise(handling_within=timedelta(), target=PROMISE.target)


@pytest.mark.parametrize("percent", [0, 101])
def test_a_warning_at_no_time_or_too_late_is_refused(percent: int) -> None:
    with pytest.raises(ValueError, match="percent"):
        ServiceTerms(published_on=date(2026, 1, 1), promises=PROMISES, warn_at_percent=percent)

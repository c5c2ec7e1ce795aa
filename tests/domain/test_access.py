"""For how long access is granted (guide, "supportinloggning")."""

import pytest

from mailgate.domain.access import Span, end_of, spans
from mailgate.domain.moves import Holder
from tests.support.hours import local, the_guides_hours

EIGHT, DAY, THREE_DAYS = Span.EIGHT_WORKING_HOURS, Span.DAY, Span.THREE_DAYS


@pytest.mark.parametrize(
    ("at", "role", "choices"),
    [
        ("2026-11-23T10:00", None, (EIGHT,)),
        ("2026-11-26T23:59", None, (EIGHT,)),
        ("2026-11-27T00:00", None, (EIGHT, DAY, THREE_DAYS)),
        ("2026-11-27T23:59", None, (EIGHT, DAY, THREE_DAYS)),
        ("2026-11-28T00:00", None, (EIGHT,)),
        ("2026-11-27T10:00", Holder.CONSULTANT, (DAY,)),
        ("2026-11-23T10:00", Holder.CONSULTANT, (DAY,)),
        ("2026-11-23T10:00", Holder.PRODUCT, (EIGHT,)),
    ],
)
def test_longer_spans_are_for_fridays_and_consultants_have_their_own(
    at: str, role: Holder | None, choices: tuple[Span, ...]
) -> None:
    assert spans(role, at=local(at), hours=the_guides_hours()) == choices


@pytest.mark.parametrize(
    ("at", "span", "ends_at"),
    [
        ("2026-11-23T09:00", EIGHT, "2026-11-24T10:00"),
        ("2026-11-23T20:00", EIGHT, "2026-11-25T09:00"),
        ("2026-11-27T15:30", EIGHT, "2026-12-01T08:30"),
        ("2026-12-23T09:00", EIGHT, "2026-12-28T10:00"),
        ("2026-11-27T15:30", DAY, "2026-11-28T15:30"),
        ("2026-11-27T15:30", THREE_DAYS, "2026-11-30T15:30"),
        ("2026-03-28T15:30", DAY, "2026-03-29T16:30"),
    ],
)
def test_working_hours_are_opening_hours_and_the_others_those_of_the_clock(at: str, span: Span, ends_at: str) -> None:
    assert end_of(span, at=local(at), hours=the_guides_hours()) == local(ends_at)

"""What would go out, foreseen; and that it then does."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from mailgate.desk.forecast import forecast
from mailgate.domain.rounds import RoundKind
from mailgate.domain.ticket import ServiceLevel, Status
from mailgate.store.dues import DueKind
from tests.support.desk import Desk, a_desk
from tests.support.ticket_rows import DAWN, a_specialist, a_ticket, an_error

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with a_desk(tmp_path) as desk:
        yield desk


def foreseen(desk: Desk, *, now: datetime, until: datetime) -> list[tuple[str, str]]:
    zone = desk.house.hours.zone
    with desk.database.reading() as uow:
        expected = forecast(uow, desk.house, now=now, until=until)
    return [(f"{each.at.astimezone(zone):%a %H:%M}", str(each.what)) for each in expected]


def test_rounds_are_foreseen_until_they_are_made(desk: Desk) -> None:
    with desk.database.transaction() as uow:
        a_specialist(uow)
        a_ticket(uow)
    assert foreseen(desk, now=DAWN - HOUR, until=DAWN + DAY) == [
        ("Mon 07:00", "digest"),
        ("Mon 08:00", "overview"),
        ("Tue 07:00", "digest"),
    ]
    with desk.database.transaction() as uow:
        uow.dues.make_round(RoundKind.DIGEST, date(2026, 11, 23))
        uow.dues.make_round(RoundKind.OVERVIEW, date(2026, 11, 23))
    assert foreseen(desk, now=DAWN + HOUR, until=DAWN + DAY) == [("Tue 07:00", "digest")]
    assert foreseen(desk, now=DAWN + 4 * DAY + 10 * HOUR, until=DAWN + 7 * DAY) == [("Mon 07:00", "digest")]


def test_an_overview_that_is_late_is_foreseen_once(desk: Desk) -> None:
    with desk.database.transaction() as uow:
        a_ticket(uow)
    assert foreseen(desk, now=DAWN + 2 * DAY + 2 * HOUR, until=DAWN + 4 * DAY) == [("Wed 09:00", "overview")]


def test_what_is_late_waits_for_the_next_open_moment(desk: Desk) -> None:
    with desk.database.transaction() as uow:
        ticket = an_error(uow, due=-3 * DAY)
        uow.dues.add(ticket.ticket_id, DueKind.SOLUTION_BREACH, DAWN - 3 * DAY)
    assert foreseen(desk, now=DAWN - DAY, until=DAWN) == []
    assert ("Mon 08:00", "solution_breach") in foreseen(desk, now=DAWN - DAY, until=DAWN + 2 * HOUR)


def test_each_status_mail_brings_the_next_until_the_ticket_is_closed(desk: Desk) -> None:
    with desk.database.transaction() as uow:
        ticket = an_error(uow, due=9 * DAY, level=ServiceLevel.HAMPERED, status=Status.WAITING)
        uow.dues.add(ticket.ticket_id, DueKind.STATUS, DAWN + 2 * HOUR)
        uow.dues.add(ticket.ticket_id, DueKind.CLOSING, DAWN + 2 * DAY + 3 * HOUR)
        uow.dues.make_round(RoundKind.OVERVIEW, date(2026, 11, 23))
    assert foreseen(desk, now=DAWN, until=DAWN + 4 * DAY) == [
        ("Mon 09:00", "status"),
        ("Tue 09:00", "status"),
        ("Wed 09:00", "status"),
        ("Wed 10:00", "closing"),
    ]


def test_what_is_solved_has_nothing_before_it(desk: Desk) -> None:
    with desk.database.transaction() as uow:
        ticket = an_error(uow, due=DAY, status=Status.RESOLVED, resolved_at=DAWN - 30 * DAY)
        uow.dues.add(ticket.ticket_id, DueKind.STATUS, DAWN + HOUR)
    assert foreseen(desk, now=DAWN, until=DAWN + 4 * DAY) == []

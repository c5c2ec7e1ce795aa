"""What SuperUsers are told of a week."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from mailgate.desk.overviews import LONGEST_LIST, overviews, set_overview
from mailgate.domain.news import OverviewContent
from mailgate.domain.rounds import RoundKind
from mailgate.domain.ticket import ServiceLevel, Status, TicketType
from tests.support.desk import Desk, a_desk
from tests.support.ticket_rows import DAWN, a_superuser, a_ticket

DAY = timedelta(days=1)
MONDAY = date(2026, 11, 23)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with a_desk(tmp_path) as desk:
        yield desk


def told(desk: Desk) -> dict[str, OverviewContent]:
    """Monday's overviews, by address."""
    with desk.database.reading() as uow:
        notices = list(overviews(uow, desk.house, MONDAY))
    contents = {notice.to.address: notice.content for notice in notices}
    return {address: content for address, content in contents.items() if isinstance(content, OverviewContent)}


def subjects(lists: tuple[tuple[TicketType, tuple[object, ...]], ...]) -> list[tuple[str, list[str]]]:
    return [(kind, [getattr(line, "subject") for line in lines]) for kind, lines in lists]  # noqa: B009


def test_a_superuser_sees_the_customers_tickets_under_their_types(desk: Desk) -> None:
    with desk.database.transaction() as uow:
        a_superuser(uow, address="olle@k1.example")
        a_ticket(uow, "order", type=TicketType.ORDER)
        a_ticket(uow, "error", type=TicketType.PROGRAM_ERROR, level=ServiceLevel.HAMPERED)
        a_ticket(uow, "question", status=Status.WAITING)
        a_ticket(uow, "wish, solved", type=TicketType.WISH, status=Status.RESOLVED, resolved_at=DAWN - 6 * DAY)
        a_ticket(uow, "solved long ago", status=Status.CLOSED, resolved_at=DAWN - 8 * DAY)
        a_ticket(uow, "another's", of="K2")
    everyone = told(desk)
    assert sorted(everyone) == ["eva@k1.example", "eva@k2.example", "olle@k1.example"]
    content = everyone["olle@k1.example"]
    assert subjects(content.open) == [("question", ["question"]), ("program_error", ["error"]), ("order", ["order"])]
    assert subjects(content.solved) == [("wish", ["wish, solved"])]
    assert (content.customer, content.since, content.left_out) == ("Kund K1", date(2026, 11, 16), 0)


def test_who_has_nothing_to_be_told_is_not_written_to(desk: Desk) -> None:
    with desk.database.transaction() as uow:
        a_ticket(uow, status=Status.CLOSED, resolved_at=DAWN - 8 * DAY)
    assert told(desk) == {}


def test_after_weeks_without_one_it_reaches_back_to_the_last(desk: Desk) -> None:
    with desk.database.transaction() as uow:
        uow.dues.make_round(RoundKind.OVERVIEW, date(2026, 11, 9))
        uow.dues.make_round(RoundKind.DIGEST, date(2026, 11, 20))
        a_ticket(uow, "solved", status=Status.CLOSED, resolved_at=DAWN - 12 * DAY)
    content = told(desk)["eva@k1.example"]
    assert content.since == date(2026, 11, 9)
    assert subjects(content.solved) == [("question", ["solved"])]


def test_it_can_be_turned_off_and_on(desk: Desk) -> None:
    with desk.database.transaction() as uow:
        a_ticket(uow)
        assert set_overview(uow, "nobody@k1.example", wanted=False) is None
        changed = set_overview(uow, "eva@k1.example", wanted=False)
    assert changed is not None
    assert not changed.overview
    assert told(desk) == {}
    with desk.database.transaction() as uow:
        set_overview(uow, "eva@k1.example", wanted=True)
    assert list(told(desk)) == ["eva@k1.example"]


def test_long_lists_end_and_say_how_many_more_there_are(desk: Desk) -> None:
    with desk.database.transaction() as uow:
        for number in range(LONGEST_LIST + 2):
            a_ticket(uow, str(number))
    content = told(desk)["eva@k1.example"]
    assert (len(content.open[0][1]), content.left_out) == (LONGEST_LIST, 2)

"""What each specialist is told in the morning."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from mailgate.desk.digests import LONGEST_LIST, digest_now, digests
from mailgate.domain.mail import Address
from mailgate.domain.news import DigestContent, TeamFigures
from mailgate.domain.ticket import Status
from tests.support.desk import Desk, a_desk, from_eva
from tests.support.ticket_rows import DAWN, a_specialist, a_ticket, an_error, asked

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MONDAY = date(2026, 11, 23)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with a_desk(tmp_path) as desk:
        yield desk


def told(desk: Desk) -> dict[str, DigestContent]:
    """The digests of Monday morning, by the specialist's name."""
    with desk.database.reading() as uow:
        notices = list(digests(uow, desk.house, MONDAY, now=DAWN))
    contents = {notice.to.name: notice.content for notice in notices}
    return {name: content for name, content in contents.items() if isinstance(content, DigestContent)}


def test_a_specialist_sees_the_teams_tickets_and_their_own(desk: Desk) -> None:
    with desk.database.transaction() as uow:
        sven, anna = a_specialist(uow), a_specialist(uow, "Anna Alm")
        a_specialist(uow, "Bo Berg", team="Bygg")
        an_error(uow, "late", due=-HOUR, specialist_id=anna.specialist_id)
        an_error(uow, "today", due=2 * HOUR)
        a_ticket(uow, "new", opened_at=DAWN - 3 * DAY)
        a_ticket(uow, "older", opened_at=DAWN - 3 * DAY - HOUR)
        asked(uow, a_ticket(uow, "asked"), at=DAWN - DAY)
        a_ticket(uow, "svens", specialist_id=sven.specialist_id)
        a_ticket(uow, "annas", specialist_id=anna.specialist_id)
    everyone = told(desk)
    content = everyone["Sven Sund"]
    lists = (content.breached, content.due_today, content.new, content.waiting, content.mine)
    assert [[line.subject for line in each] for each in lists] == [["late"], ["today"], ["new"], ["asked"], ["svens"]]
    assert [line.subject for line in everyone["Anna Alm"].mine] == ["annas"]
    assert (content.team, content.day, content.left_out) == ("Handel", MONDAY, 0)
    assert not any((everyone["Bo Berg"].breached, everyone["Bo Berg"].new, everyone["Bo Berg"].waiting))


def test_the_figures_count_the_whole_team(desk: Desk) -> None:
    with desk.database.transaction() as uow:
        a_specialist(uow)
        for subject in ("1", "2"):
            an_error(uow, subject, due=-HOUR)
        an_error(uow, "today", due=HOUR)
        a_ticket(uow, "old")
        asked(uow, a_ticket(uow), at=DAWN - DAY)
        a_ticket(uow, "over the weekend", opened_at=DAWN - DAY)
        a_ticket(uow, "solved on Friday", status=Status.RESOLVED, resolved_at=DAWN - 2.5 * DAY)
        a_ticket(uow, "solved on Thursday", status=Status.CLOSED, resolved_at=DAWN - 4 * DAY)
        a_ticket(uow, "another team's", team="Bygg")
    assert told(desk)["Sven Sund"].figures == TeamFigures(
        open=5, waiting=1, breached=2, due_today=1, opened_last_day=1, solved_last_day=1
    )


def test_a_team_in_trouble_is_shown_its_worst_and_told_how_many_more_there_are(desk: Desk) -> None:
    with desk.database.transaction() as uow:
        a_specialist(uow)
        for hours in range(LONGEST_LIST + 3):
            an_error(uow, f"{hours} h late", due=-hours * HOUR - HOUR)
    content = told(desk)["Sven Sund"]
    assert len(content.breached) == LONGEST_LIST
    assert content.breached[0].subject == f"{LONGEST_LIST + 2} h late"
    assert content.left_out == 3
    assert content.figures.breached == content.sizes.breached == LONGEST_LIST + 3


def test_a_ticket_of_another_team_is_seen_by_whoever_has_taken_it(desk: Desk) -> None:
    with desk.database.transaction() as uow:
        sven = a_specialist(uow)
        a_ticket(uow, "lent", team="Bygg", specialist_id=sven.specialist_id)
    assert [line.subject for line in told(desk)["Sven Sund"].mine] == ["lent"]


def test_those_who_have_left_get_none(desk: Desk) -> None:
    with desk.database.transaction() as uow:
        a_specialist(uow, active=False)
    assert told(desk) == {}


def test_it_can_be_looked_at_on_a_day_off(desk: Desk) -> None:
    with desk.database.transaction() as uow:
        sven = a_specialist(uow)
        an_error(uow, "late", due=-3 * DAY)
        sunday = DAWN - DAY
        content = digest_now(uow, desk.house, sven, now=sunday)
    assert [line.subject for line in content.breached] == ["late"]
    assert content.due_today == ()


def test_held_mail_waits_for_a_decision_in_every_digest_but_what_goes_by_itself_once_paid(desk: Desk) -> None:
    with desk.database.transaction() as uow:
        a_specialist(uow)
        a_specialist(uow, "Bo Berg", team="Bygg")
    nils = Address(spec="nils@kund.example", name="Nils")
    stranger = desk.spool(from_eva("Skrivaren", author=nils, message_id="<1@kund.example>"))
    desk.take(from_eva("Skrivaren", author=nils, message_id="<1@kund.example>"), spooled=stranger)
    desk.a_superuser(of=desk.a_customer(overdue_since=MONDAY))
    desk.take(from_eva("Lönen", message_id="<2@kund.example>"))
    for content in told(desk).values():
        (line,) = content.held
        assert (line.mail, line.sender, line.subject) == (str(stranger.mail_id), nils.spec, "Skrivaren")
        assert (line.cause, content.held_count) == ("stranger", 1)

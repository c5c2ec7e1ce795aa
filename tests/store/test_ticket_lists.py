"""The lists of many tickets mean the same on both databases."""

from datetime import timedelta

from mailgate.domain.ticket import Status, TicketType
from mailgate.store.database import Database
from mailgate.store.ticket_lists import Group, Morning, Pile
from tests.support.ticket_rows import DAWN, a_specialist, a_superuser, a_ticket, an_error, asked

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MORNING = Morning(now=DAWN, closing=DAWN + 9 * HOUR, since=DAWN - 3 * DAY)


def test_each_ticket_at_work_stands_in_the_first_group_that_fits(database: Database) -> None:
    with database.transaction() as uow:
        sven = a_specialist(uow)
        an_error(uow, "late", due=-HOUR)
        an_error(uow, "not begun", due=DAY, handling_started_at=None)
        an_error(uow, "by closing time", due=9 * HOUR, opened_at=DAWN)
        an_error(uow, "tomorrow", due=DAY, specialist_id=sven.specialist_id)
        a_ticket(uow, "new", opened_at=DAWN - DAY)
        a_ticket(uow, "new and taken", opened_at=DAWN - DAY, specialist_id=sven.specialist_id)
        a_ticket(uow, "old")
        asked(uow, a_ticket(uow, "asked", opened_at=DAWN - DAY), at=DAWN - HOUR)
        a_ticket(uow, "solved", status=Status.RESOLVED, resolved_at=DAWN)
        piles = uow.ticket_lists.piles(MORNING, most=9)
        sizes, statuses = uow.ticket_lists.sizes(MORNING)
    mine = Pile(group=Group.TAKEN, taken_by=sven.specialist_id)
    assert {pile: sorted(line.subject for line in lines) for pile, lines in piles.items()} == {
        Pile(group=Group.BREACHED, team="Handel"): ["late", "not begun"],
        Pile(group=Group.DUE_TODAY, team="Handel"): ["by closing time"],
        Pile(group=Group.NEW, team="Handel"): ["new"],
        Pile(group=Group.WAITING, team="Handel"): ["asked"],
        mine: ["new and taken", "tomorrow"],
    }
    assert sizes[mine] == 2
    assert sizes[Pile(group=Group.UNTAKEN, team="Handel")] == 1
    assert statuses == {("Handel", Status.OPEN): 7, ("Handel", Status.WAITING): 1}


def test_a_clock_that_stands_still_does_not_run_out(database: Database) -> None:
    with database.transaction() as uow:
        asked(uow, an_error(uow, "asked in time", due=-DAY), at=DAWN - 2 * DAY)
        asked(uow, an_error(uow, "asked too late", due=-3 * DAY), at=DAWN - 2 * DAY)
        piles = uow.ticket_lists.piles(MORNING, most=9)
    assert {pile.group: [line.subject for line in lines] for pile, lines in piles.items()} == {
        Group.WAITING: ["asked in time"],
        Group.BREACHED: ["asked too late"],
    }


def test_the_worst_come_first_and_the_rest_are_counted(database: Database) -> None:
    with database.transaction() as uow:
        for subject, level, hours in (("c", 4, -9), ("b", 2, -1), ("d", 4, -1), ("a", 2, -2)):
            an_error(uow, subject, level=level, due=hours * HOUR)
        late = Pile(group=Group.BREACHED, team="Handel")
        assert [line.subject for line in uow.ticket_lists.piles(MORNING, most=3)[late]] == ["a", "b", "c"]
        assert uow.ticket_lists.sizes(MORNING)[0] == {late: 4}


def test_a_line_says_all_that_a_list_shows(database: Database) -> None:
    with database.transaction() as uow:
        sven = a_specialist(uow)
        ticket = an_error(uow, "Fel", due=DAY, specialist_id=sven.specialist_id)
        ((line,),) = uow.ticket_lists.piles(MORNING, most=9).values()
    assert (line.number, line.customer, line.specialist) == (str(ticket.number), "Kund K1", "Sven Sund")
    assert line.handling_started
    assert line.solution_due == DAWN + DAY


def test_a_ticket_by_itself_is_the_same_line_as_among_others(database: Database) -> None:
    with database.transaction() as uow:
        tickets = [a_ticket(uow, "error", type=TicketType.PROGRAM_ERROR, level=1), a_ticket(uow, "question")]
        lines = uow.ticket_lists.lines_of([one.ticket_id for one in tickets])
        assert {one.ticket_id: uow.ticket_lists.line_of(one.ticket_id) for one in tickets} == lines


def test_the_newest_of_a_customer_come_first_and_are_nobody_elses(database: Database) -> None:
    with database.transaction() as uow:
        first, _, third = a_ticket(uow, "1"), a_ticket(uow, "other", of="K2"), a_ticket(uow, "3")
        found = uow.ticket_lists.newest_subjects(first.customer_id, most=2)
        assert found == [(third.ticket_id, "3"), (first.ticket_id, "1")]
        assert uow.ticket_lists.newest_subjects(first.customer_id, most=1) == found[:1]


def test_customers_lists_hold_each_type_with_its_count(database: Database) -> None:
    with database.transaction() as uow:
        for subject in ("1", "2", "3"):
            a_ticket(uow, subject)
        a_ticket(uow, "error", type=TicketType.PROGRAM_ERROR, level=1, of="K2")
        a_ticket(uow, "long ago", status=Status.CLOSED, resolved_at=DAWN - 9 * DAY)
        a_ticket(uow, "solved", status=Status.CLOSED, resolved_at=DAWN - DAY)
        at_work = uow.ticket_lists.at_work_of_customers(most=2)
        solved = uow.ticket_lists.solved_of_customers(DAWN - 7 * DAY, most=2)
        assert uow.ticket_lists.solved_since(DAWN - 7 * DAY) == {"Handel": 1}
        assert uow.ticket_lists.opened_since(DAWN - 8 * DAY) == {"Handel": 6}
    assert sorted((one.type, one.count, [line.subject for line in one.worst]) for one in at_work) == [
        (TicketType.PROGRAM_ERROR, 1, ["error"]),
        (TicketType.QUESTION, 3, ["1", "2"]),
    ]
    assert [[line.subject for line in one.worst] for one in solved] == [["solved"]]


def test_only_active_superusers_who_want_the_overview_are_its_readers(database: Database) -> None:
    with database.transaction() as uow:
        a_superuser(uow)
        off = a_superuser(uow, "K2")
        gone = a_superuser(uow, "K3")
        uow.customers.set_overview(off.superuser_id, wanted=False)
        uow.customers.save_superuser(
            customer_id=gone.customer_id,
            address=gone.address,
            name="G",
            language=gone.language,
            trained=[],
            active=False,
        )
        assert [reader.to.address for reader in uow.ticket_lists.overview_readers()] == ["eva@k1.example"]
        assert not a_superuser(uow, "K2").overview, "what the register is told anew leaves it off"

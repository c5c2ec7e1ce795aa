"""Support access: asked, granted for a time, taken back at any time, ended by the clock; all hear of it once."""

import pytest

from mailgate.desk.access import ask_access, choices, grant, refuse, withdraw
from mailgate.desk.digests import digest_now
from mailgate.desk.tickets import Refused, close, take
from mailgate.desk.word import Word
from mailgate.domain.access import Access, AccessState, Span
from mailgate.domain.moves import Holder
from mailgate.domain.orders import Answer
from mailgate.domain.ticket import Ticket
from mailgate.store.unit_of_work import UnitOfWork
from tests.desk.test_hand_on import a_holder
from tests.support.postgres import on_both_databases
from tests.support.table import Table, local

pytestmark = on_both_databases

EVA, SVEN = "eva@kund.example", "sven@desk.example"
BOTH = [("access_changed", EVA), ("access_changed", SVEN)]


class Door:
    """To Eva's installation."""

    def __init__(self, table: Table) -> None:
        self.table = table
        table.opened("Ärendekategori: Programfel\nServicenivå: 3")

    def word(self, uow: UnitOfWork, text: str = "JA") -> Word:
        ticket = self.table.ticket
        said = Answer(superuser_id=ticket.superuser_id, at=self.table.desk.now, text=text, proof="dkim=pass")
        return Word(uow=uow, house=self.table.desk.house, ticket=ticket, said=said, now=self.table.desk.now)

    def asked(self) -> Access:
        self.table.moved(ask_access, "Jag vill se lönearterna.")
        return self.newest

    def granted(self, span: Span = Span.EIGHT_WORKING_HOURS) -> Ticket:
        with self.table.desk.database.transaction() as uow:
            return grant(self.word(uow), self.newest, span)

    def refused(self) -> Ticket:
        with self.table.desk.database.transaction() as uow:
            return refuse(self.word(uow, "Nej"), self.newest)

    def withdrawn(self) -> Ticket:
        with self.table.desk.database.transaction() as uow:
            return withdraw(self.word(uow, "ÅTERKALLA"), self.newest)

    @property
    def newest(self) -> Access:
        with self.table.desk.database.reading() as uow:
            return uow.accesses.of_ticket(self.table.ticket_id)[-1]

    def told(self) -> list[tuple[str, str]]:
        return [one for one in self.table.told() if one[0].startswith("access")]


@pytest.fixture
def door(table: Table) -> Door:
    return Door(table)


def test_the_customer_is_asked_with_what_they_can_choose(door: Door) -> None:
    asked = door.asked()
    assert (asked.state, asked.reason) == (AccessState.ASKED, "Jag vill se lönearterna.")
    (mail,) = door.table.mails("access_asked")
    assert mail.recipient == EVA
    text = door.table.text(mail)
    for told in (
        "Sven Sund behöver logga in",
        "Jag vill se lönearterna.",
        "8 arbetstimmar: svara JA",
        "NEJ",
        "ÅTERKALLA",
    ):
        assert told in text
    assert "72" not in text


@pytest.mark.parametrize(
    ("at", "consultant", "listed"),
    [
        ("2026-11-23T10:00", False, ("8",)),
        ("2026-11-27T10:00", False, ("8", "24", "72")),
        ("2026-11-27T10:00", True, ("only_24",)),
    ],
)
def test_on_fridays_it_may_be_longer_and_consultants_get_a_day(
    table: Table, at: str, consultant: bool, listed: tuple[str, ...]
) -> None:
    who = a_holder(table, Holder.CONSULTANT, "kim@desk.example") if consultant else table.sven
    assert choices(table.desk.house, who, at=table.at(at)) == listed


def test_what_is_granted_is_told_to_all_concerned_and_ends_by_itself(door: Door) -> None:
    table = door.table
    table.at("2026-11-23T10:00")
    door.asked()
    door.granted()
    assert door.told() == [("access_asked", EVA), *BOTH]
    assert local(door.newest.ends_at) == table.dues()["access_end"] == "2026-11-24 11:00"
    assert "Gäller till: tisdag 24 november kl. 11.00" in table.text(table.mails("access_changed")[0])
    kept = table.events[-1]
    assert (kept.kind, kept.detail["text"], kept.detail["span"]) == ("access_granted", "JA", "8")
    table.moved(take)
    assert table.dues()["access_end"] == "2026-11-24 11:00", "the ticket's own clocks leave it alone"
    table.at("2026-11-24T10:59")
    table.tick()
    assert door.newest.state is AccessState.GRANTED
    table.at("2026-11-24T11:00")
    table.tick()
    assert door.newest.state is AccessState.ENDED
    assert door.told() == [("access_asked", EVA), *BOTH, *BOTH]
    assert "Tiden är slut" in table.text(table.mails("access_changed")[-1])
    table.tick()
    assert len(door.told()) == 5, "once"
    assert "access_ended" in [event.kind for event in table.events]


def test_an_end_at_night_is_told_at_that_minute(door: Door) -> None:
    table = door.table
    table.at("2026-11-27T22:00")
    door.asked()
    door.granted(Span.DAY)
    table.at("2026-11-28T22:01")
    table.tick()
    assert door.newest.state is AccessState.ENDED


def test_what_ended_while_nothing_ran_is_told_at_the_next_open_moment(door: Door) -> None:
    table = door.table
    table.at("2026-11-27T15:00")
    door.asked()
    door.granted(Span.DAY)
    table.at("2026-11-29T15:00")
    table.tick()
    assert door.newest.state is AccessState.GRANTED
    table.at("2026-11-30T08:00")
    table.tick()
    assert door.newest.state is AccessState.ENDED


def test_what_is_withdrawn_is_over_at_once_and_does_not_end_again(door: Door) -> None:
    table = door.table
    door.asked()
    door.granted()
    door.withdrawn()
    assert (door.newest.state, "access_end" in table.dues()) == (AccessState.WITHDRAWN, False)
    over = door.newest.over
    assert over is not None
    assert over.text == "ÅTERKALLA"
    told = door.told()
    assert told[-2:] == BOTH
    table.at("2026-12-24T10:00")
    table.tick()
    assert door.told() == told


def test_a_no_lets_nobody_in(door: Door) -> None:
    door.asked()
    door.refused()
    assert door.newest.state is AccessState.REFUSED
    assert door.told()[-2:] == BOTH
    assert "access_end" not in door.table.dues()


def test_who_asks_anew_asks_instead_of_before_and_not_while_it_is_granted(door: Door) -> None:
    first = door.asked()
    second = door.asked()
    assert first.access_id != second.access_id
    door.granted()
    done = door.table.move(ask_access)
    assert isinstance(done, Refused)
    assert done.why.startswith("support access is granted already, until 2026-11-24")


def test_a_question_that_is_open_goes_with_its_ticket_and_what_is_granted_stays(door: Door) -> None:
    door.asked()
    door.table.moved(close)
    assert door.newest.state is AccessState.DROPPED
    assert isinstance(door.table.move(ask_access), Refused)


def test_the_digest_shows_it_while_it_lasts(door: Door) -> None:
    table = door.table
    table.at("2026-11-23T10:00")
    door.asked()

    def shown() -> list[tuple[str, str, str]]:
        with table.desk.database.reading() as uow:
            content = digest_now(uow, table.desk.house, table.sven, now=table.desk.now)
        return [(one.customer, one.specialist, local(one.ends_at)) for one in content.access]

    assert shown() == []
    door.granted()
    assert shown() == [("Kund K1", "Sven Sund", "2026-11-24 11:00")]
    table.at("2026-11-24T12:00")
    assert shown() == []

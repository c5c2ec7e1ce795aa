"""Each move: what it changes, what is kept of it, and who is told, once."""

import re
from collections.abc import Callable

import pytest

from mailgate.desk.handing_over import give, set_team
from mailgate.desk.tickets import (
    Done,
    Refused,
    answer,
    ask,
    close,
    note,
    reopen,
    resolve,
    set_level,
    set_module,
    set_type,
    take,
    workaround,
)
from mailgate.domain.customer import Language, Specialist, SpecialistId
from mailgate.domain.mail import Address
from mailgate.domain.moves import Move
from mailgate.domain.ticket import ServiceLevel, Status, TicketType
from tests.support.table import Table, local

EVA = "eva@kund.example"
QUESTION = "Ärendekategori: Supportfråga"
LEVEL_1, LEVEL_2, LEVEL_3, LEVEL_5 = (ServiceLevel(number) for number in (1, 2, 3, 5))

COLLEAGUE = Specialist(
    specialist_id=SpecialistId(77), address="karin@desk.example", name="Karin Ek", team="Hantverk",
    language=Language.SWEDISH,
)  # fmt: skip
MOVES: dict[Move, tuple[Callable[..., Done], tuple[object, ...]]] = {
    Move.TAKE: (take, ()),
    Move.ANSWER: (answer, ("Så här gör man.",)),
    Move.ASK: (ask, ("Vilken version?",)),
    Move.WORKAROUND: (workaround, ("Starta om.",)),
    Move.LEVEL: (set_level, (LEVEL_2,)),
    Move.TYPE: (set_type, (TicketType.WISH,)),
    Move.TEAM: (set_team, ("Hantverk",)),
    Move.GIVE: (give, (COLLEAGUE,)),
    Move.MODULE: (set_module, ("Lön",)),
    Move.NOTE: (note, ("Kunden är orolig.",)),
    Move.RESOLVE: (resolve, ("Nu går det.",)),
    Move.CLOSE: (close, ()),
    Move.REOPEN: (reopen, ("Vi tittar igen.",)),
}
TELLS = {
    Move.TAKE: "handling_started", Move.ANSWER: "answer", Move.ASK: "asked", Move.WORKAROUND: "workaround",
    Move.LEVEL: "level_changed", Move.TYPE: "type_changed", Move.RESOLVE: "resolved", Move.CLOSE: "closed",
    Move.REOPEN: "reopened", Move.GIVE: "team_handed_over",
}  # fmt: skip
TO_GET_TO: dict[Status, tuple[Move, ...]] = {
    Status.OPEN: (), Status.WAITING: (Move.ASK,), Status.RESOLVED: (Move.RESOLVE,), Status.CLOSED: (Move.CLOSE,),
}  # fmt: skip
ILLEGAL = {
    Status.OPEN: {Move.REOPEN},
    Status.WAITING: {Move.REOPEN},
    Status.RESOLVED: set(MOVES) - {Move.ANSWER, Move.MODULE, Move.NOTE, Move.CLOSE, Move.REOPEN},
    Status.CLOSED: set(MOVES) - {Move.NOTE, Move.REOPEN},
}


def made(table: Table, move: Move) -> Done:
    operation, arguments = MOVES[move]
    return table.move(operation, *arguments)


@pytest.mark.parametrize("move", list(MOVES))
@pytest.mark.parametrize("status", list(Status))
def test_a_move_is_made_where_it_is_legal_and_leaves_no_trace_elsewhere(
    table: Table, status: Status, move: Move
) -> None:
    table.opened()
    for first in TO_GET_TO[status]:
        made(table, first)
    before, told, events = table.ticket, table.told(), table.events
    assert before.status is status
    done = made(table, move)
    if move in ILLEGAL[status]:
        assert isinstance(done, Refused)
        assert move not in done.legal
        assert (table.ticket, table.told(), table.events) == (before, told, events)
        return
    assert done == table.ticket
    kept = table.events[-1]
    assert (kept.kind, kept.actor, kept.at) == (move, f"specialist:{table.sven.specialist_id}", table.desk.now)
    assert (kept.detail["status"], kept.detail["level"]) == (table.ticket.status, table.ticket.level)
    if move is Move.TAKE and status is Status.WAITING:
        assert table.told() == told, "to ask was to start"
    else:
        assert table.told()[len(told) :] == (
            [(TELLS[move], COLLEAGUE.address if move is Move.GIVE else EVA)] if move in TELLS else []
        )


@pytest.mark.parametrize(
    ("move", "status"),
    [
        (Move.TAKE, Status.OPEN),
        (Move.ANSWER, Status.OPEN),
        (Move.ASK, Status.WAITING),
        (Move.WORKAROUND, Status.OPEN),
        (Move.RESOLVE, Status.RESOLVED),
        (Move.CLOSE, Status.CLOSED),
    ],
)
def test_each_move_leaves_the_ticket_as_it_should_stand(table: Table, move: Move, status: Status) -> None:
    table.opened()
    made(table, move)
    assert table.ticket.status is status


def test_whoever_takes_it_has_it_until_another_does(table: Table) -> None:
    table.opened()
    table.moved(take)
    assert table.ticket.specialist_id == table.sven.specialist_id
    again = table.move(take)
    assert isinstance(again, Refused)
    assert again.why == "Sven Sund has taken it already"
    karin = table.a_specialist("karin@desk.example", "Karin Ek")
    table.moved(take, by=karin)
    assert table.ticket.specialist_id == karin.specialist_id
    assert table.told() == [("handling_started", EVA)], "that work has started is news once"


def test_an_answer_is_news_of_its_own_and_says_that_work_has_started(table: Table) -> None:
    table.opened()
    table.moved(answer, "Så här gör man.")
    table.moved(take)
    assert table.told() == [("answer", EVA)]
    assert "Så här gör man." in table.text(table.mails()[0])


def test_two_answers_with_the_same_words_are_two_mails(table: Table) -> None:
    table.opened()
    table.moved(answer, "Snart.")
    table.moved(answer, "Snart.")
    assert table.told() == [("answer", EVA)] * 2


def test_handing_over_frees_it_and_tells_no_superuser(table: Table) -> None:
    table.opened()
    table.moved(take)
    handed = table.moved(set_team, "Hantverk")
    assert (handed.team, handed.specialist_id) == ("Hantverk", None)
    assert table.told() == [("handling_started", EVA)]


@pytest.mark.parametrize(
    ("operation", "argument", "why"),
    [
        (set_level, LEVEL_1, "it is level 1 already"),
        (set_type, TicketType.PROGRAM_ERROR, "it is a program error already"),
        (set_team, "Handel", "it is with Handel already"),
    ],
)
def test_what_is_so_already_is_no_move(
    table: Table, operation: Callable[..., Done], argument: object, why: str
) -> None:
    table.opened()
    done = table.move(operation, argument)
    assert isinstance(done, Refused)
    assert done.why == why
    assert [event.kind for event in table.events] == ["opened"]
    assert table.told() == []


def test_a_program_error_has_the_standard_level_until_it_is_set(table: Table) -> None:
    table.opened(QUESTION)
    assert (table.ticket.type, table.ticket.level) == (TicketType.QUESTION, None)
    assert table.moved(set_type, TicketType.PROGRAM_ERROR).level is LEVEL_5
    assert table.moved(set_type, TicketType.WISH).level is None
    changed = [table.text(mail) for mail in table.mails("type_changed")]
    assert "Önskemål" in changed[1]


def test_a_change_of_level_names_both_and_the_new_deadlines(table: Table) -> None:
    table.opened()
    table.moved(set_level, LEVEL_2)
    text = table.text(table.mails()[0])
    assert "från 1 till 2" in text
    assert re.search(r"23 november.{1,15}15[.:]00", text)
    assert re.search(r"27 november.{1,15}16[.:]00", text)


def test_what_waits_is_told_no_deadline_that_would_move(table: Table) -> None:
    table.opened()
    table.moved(ask, "Vilken version?")
    table.moved(set_level, LEVEL_2)
    assert re.search(r"november( 2026)?.{1,15}1[5-6][.:]00", table.text(table.mails("level_changed")[0])) is None


def test_a_mail_goes_out_under_the_superusers_own_mail(table: Table) -> None:
    table.opened()
    table.replied("En sak till.")
    table.moved(answer, "Så här.")
    (mail,) = table.mails("answer")
    assert table.header(mail, "In-Reply-To") == "<eva-2@kund.example>"
    assert table.header(mail, "References").split() == ["<eva-1@kund.example>", "<eva-2@kund.example>"]
    assert f"[{table.ticket.number}]" in table.text(mail).splitlines()[0]


def test_each_is_told_in_their_own_language(table: Table) -> None:
    table.desk.a_superuser("matti@kund.example", of=table.customer, language=Language.FINNISH)
    table.desk.a_superuser("joe@kund.example", of=table.customer, language=Language.ENGLISH)
    cc = (Address(spec="matti@kund.example"), Address(spec="joe@kund.example"))
    table.opened(cc=cc)
    table.moved(resolve)
    spoken = {mail.recipient: table.header(mail, "Content-Language") for mail in table.mails("resolved")}
    assert spoken == {EVA: "sv", "matti@kund.example": "fi", "joe@kund.example": "en"}


def test_of_those_in_cc_only_superusers_of_the_customer_are_told(table: Table) -> None:
    table.desk.a_superuser("matti@kund.example", of=table.customer)
    table.desk.a_superuser("olle@annan.example", of=table.desk.a_customer("K2"))
    table.opened(
        to=(Address(spec="support@example.com"),),
        cc=tuple(map(lambda spec: Address(spec=spec), (
            "matti@kund.example", "olle@annan.example", "nils@kund.example", "sven@desk.example", EVA))),
    )  # fmt: skip
    table.moved(answer, "Så här.")
    assert table.told() == [("answer", EVA), ("answer", "matti@kund.example")]


def test_who_comes_into_cc_later_is_told_from_then_on(table: Table) -> None:
    table.desk.a_superuser("matti@kund.example", of=table.customer)
    table.opened()
    table.moved(answer, "Ett.")
    table.replied(cc=(Address(spec="matti@kund.example"),))
    table.moved(answer, "Två.")
    assert table.told() == [("answer", EVA), ("answer", EVA), ("answer", "matti@kund.example")]
    assert table.header(table.mails()[-1], "In-Reply-To") == "None", "he has none of her mails to put it under"


def test_who_is_no_superuser_any_more_is_told_nothing(table: Table) -> None:
    table.opened()
    with table.desk.database.transaction() as uow:
        uow.customers.save_superuser(
            customer_id=table.customer.customer_id, address=EVA, name="Eva Ek", language=Language.SWEDISH, trained=[],
            active=False,
        )  # fmt: skip
    table.moved(answer, "Så här.")
    assert table.told() == []


def test_a_transaction_that_fails_leaves_nothing_behind(table: Table) -> None:
    table.opened()
    before = table.events, table.dues(), table.ticket

    def stumbles(act: object) -> Done:
        answer(act, "Så här.")  # type: ignore[arg-type]
        raise RuntimeError

    with pytest.raises(RuntimeError):
        table.move(stumbles)
    assert (table.events, table.dues(), table.ticket) == before
    assert table.told() == []


def test_a_reply_opens_what_was_done_with_and_resumes_what_waited(table: Table) -> None:
    table.opened()
    for move, kind in ((Move.ASK, "resumed"), (Move.RESOLVE, "reopened"), (Move.CLOSE, "reopened")):
        made(table, move)
        assert table.replied(f"Mer om det, efter {move}.").status is Status.OPEN
        assert (table.events[-1].kind, table.events[-1].at) == (kind, table.desk.now)
    assert table.replied("Och en sak till.").status is Status.OPEN
    assert table.events[-1].kind == "joined", "what is open stays as it is"
    assert table.clocks.solution_due is not None
    assert local(table.clocks.solution_due) == "2026-11-23 16:00"

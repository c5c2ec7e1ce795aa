"""Faults that are planted into the desk."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from mailgate import schedule
from mailgate.classify import decide, decides_on_held
from mailgate.classify.assent import Assent
from mailgate.desk import (
    clocks,
    confirm,
    due_alarms,
    due_mails,
    due_settle,
    holders,
    holds,
    joining,
    overviews,
    superuser_answers,
    tell,
    tickets,
)
from mailgate.desk.commands import by_specialist
from mailgate.domain.moves import Move
from mailgate.domain.notice_kinds import NoticeKind
from mailgate.store.dues import Dues
from mailgate.store.ticket_lists import TicketLists
from mailgate.store.tickets import Tickets


def notes_are_told(patch: pytest.MonkeyPatch) -> None:
    told = NoticeKind.ANSWER
    patch.setattr(tickets, "note", lambda act, text: tickets.make_move(act, Move.NOTE, {}, tells=told, text=text))


def files_of_notes_are_told(patch: pytest.MonkeyPatch) -> None:
    files_of = by_specialist.files_of
    patch.setattr(by_specialist, "files_of", lambda case, instructions: files_of(case, replace(instructions, asked=())))


def starts_are_told_each_time(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(tickets, "_starting", lambda act: NoticeKind.HANDLING_STARTED)


def anything_is_legal(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(tickets, "obstacle", lambda ticket, move, at: None)


def messages_are_dropped(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Tickets, "add_message", lambda self, ticket_id, message: None)


def whatever_is_said_is_yes(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(superuser_answers, "assent", lambda text, name="": Assent.YES)


def a_yes_to_anything_will_do(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(superuser_answers, "_ASK_SOMETHING_ELSE", frozenset())


def nothing_need_be_proven(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(confirm, "may_bind", lambda case, ticket: True)


def news_go_to_all_customers(patch: pytest.MonkeyPatch) -> None:
    def everybody(uow: Any, ticket: Any) -> list[Any]:
        return [one for customer in uow.customers.customers() for one in uow.customers.superusers(customer.customer_id)]

    patch.setattr(tell, "superusers_of", everybody)


def late_payers_are_heard(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(decide, "RULES", tuple(one for one in decide.RULES if one is not decide.overdue_customer))


def payments_are_not_noticed(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(schedule, "release_paid", lambda uow, now: [])


def anybody_is_believed(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(decides_on_held, "is_proven", lambda authenticity: True)


def specialists_mail_is_released(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(holds, "_is_specialists", lambda uow, mail_id: False)


def anybody_can_be_in_cc(patch: pytest.MonkeyPatch) -> None:
    def cc(act: Any, address: str) -> Any:
        person = act.uow.customers.superuser(address)
        act.uow.tickets.add_participant(act.ticket.ticket_id, person.superuser_id)
        return act.ticket

    patch.setattr(joining, "cc", cc)


def who_is_in_cc_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    superusers_of = tell.superusers_of
    patch.setattr(tell, "superusers_of", lambda uow, ticket: superusers_of(uow, ticket)[:1])


def links_are_told(patch: pytest.MonkeyPatch) -> None:
    def make_move(act: Any, move: Move, change: Any, *, tells: Any, **more: Any) -> Any:
        told = NoticeKind.HANDLING_STARTED if move is Move.LINK else tells
        return tickets.make_move(act, move, change, tells=told, **more)

    patch.setattr(joining, "make_move", make_move)


def merged_tickets_can_be_opened(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(tickets, "goes_on_in", lambda uow, ticket: None)


def merging_is_told_by_the_minute(patch: pytest.MonkeyPatch) -> None:
    """And so under another key each time."""
    tell_about_ticket, minutes = tickets.tell_about_ticket, count()

    def told_again(*given: Any, key: str, **more: Any) -> None:
        for _ in range(2):
            tell_about_ticket(*given, key=f"{key}:{next(minutes)}", **more)

    patch.setattr(tickets, "tell_about_ticket", told_again)
    patch.setattr("tests.machine.judge_mails_out.ONCE_EVER", {"receipt"})


def _notes(events: Iterable[Any]) -> list[str]:
    return [one.detail["text"] for one in events if one.kind == Move.NOTE]


def notes_go_to_the_council(patch: pytest.MonkeyPatch) -> None:
    handed_on = holders.handed_on

    def with_notes(uow: Any, house: Any, ticket: Any, **more: Any) -> Any:
        notes = _notes(uow.tickets.events(ticket.ticket_id))
        return replace(handed_on(uow, house, ticket, **more), question=" ".join(notes))

    patch.setattr(holders, "handed_on", with_notes)


def notes_are_in_status_lists(patch: pytest.MonkeyPatch) -> None:
    """As the subject of each ticket that is listed."""
    lines_of = TicketLists.lines_of

    def with_notes(self: Any, ticket_ids: Any) -> Any:
        events = Tickets(self._session).events
        return {
            ticket_id: replace(line, subject=" ".join(_notes(events(ticket_id))) or line.subject)
            for ticket_id, line in lines_of(self, ticket_ids).items()
        }

    patch.setattr(TicketLists, "lines_of", with_notes)


def overviews_are_of_everybody(patch: pytest.MonkeyPatch) -> None:
    def together(lists: Any) -> Any:
        return defaultdict(lambda: list(lists))

    patch.setattr(overviews, "_by_customer", together)


def rounds_are_forgotten(patch: pytest.MonkeyPatch) -> None:
    """That they were made, and under which key each mail of them."""
    digests, minutes = schedule.digests, count()

    def again(*given: Any, **more: Any) -> Iterator[Any]:
        return (replace(notice, key=f"{notice.key}:{next(minutes)}") for notice in digests(*given, **more))

    patch.setattr(Dues, "round_made", lambda self, kind, day: False)
    patch.setattr(schedule, "digests", again)


def digests_have_favourites(patch: pytest.MonkeyPatch) -> None:
    digests = schedule.digests
    patch.setattr(schedule, "digests", lambda *given, **more: list(digests(*given, **more))[1:])


def alarms_go_to_everybody(patch: pytest.MonkeyPatch) -> None:
    team_recipients = due_alarms.team_recipients
    patch.setattr(
        due_alarms, "team_recipients", lambda uow, house, team: [
            to for one in house.team_names for to in team_recipients(uow, house, one)
        ],
    )  # fmt: skip


def customers_have_two_days(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(clocks, "REMIND_AFTER", 2)


def questions_are_not_asked_again(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(clocks, "REMIND_AFTER", 9)


def questions_wait_for_ever(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(clocks, "is_given_up", lambda house, ticket: False)


def the_clock_works_at_night(patch: pytest.MonkeyPatch) -> None:
    def at_any_time(uow: Any, hours: Any, *, now: Any, running_since: Any = None) -> Any:
        return uow.dues.due(until=now, since=None)

    patch.setattr(due_mails, "due_now", at_any_time)


def access_never_ends(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(due_settle, "access_ends", lambda uow, one, *, now: None)

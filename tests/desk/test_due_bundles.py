"""Whatever one person is to be told at one time is one mail; of one thing alone it has that thing's own form."""

from collections import Counter
from datetime import date, timedelta
from email import message_from_bytes

from icalendar import Calendar

from mailgate.desk.digests import digests
from mailgate.desk.due_mails import DueMails, due_now
from mailgate.desk.tickets import ask, resolve, set_level, take
from mailgate.domain.customer import Language
from mailgate.domain.mail import Address
from mailgate.domain.news import AlarmClock
from mailgate.domain.ticket import ServiceLevel, Status, Ticket
from mailgate.store.dues import DueKind
from mailgate.store.outbox import OutboxEntry
from tests.support.table import Table

EVA, MATTI, SVEN = "eva@kund.example", "matti@kund.example", "sven@desk.example"
QUESTION = "Ärendekategori: Supportfråga"
LEVEL_2 = "Ärendekategori: Programfel\nServicenivå: 2"
LEVEL_3 = "Ärendekategori: Programfel\nServicenivå: 3"


def asked(table: Table, text: str = QUESTION, question: str = "Vilken version?", **changes: object) -> Ticket:
    """A ticket that waits for Eva."""
    table.opened(text, **changes)
    return table.moved(ask, question)


def of_clock(table: Table) -> list[OutboxEntry]:
    """What the clock brought."""
    return [one for one in table.mails() if one.kind not in {"asked", "handling_started", "level_changed"}]


def calendars(table: Table, entry: OutboxEntry) -> list[tuple[str, str, int, str]]:
    """Of each event that goes along: method, UID, sequence, start in Stockholm."""
    found = []
    for part in message_from_bytes(table.desk.sent_text(entry)).walk():
        if part.get_content_type() == "text/calendar":
            calendar = Calendar.from_ical(part.get_payload(decode=True))
            for event in calendar.walk("VEVENT"):
                start = event["DTSTART"].dt.astimezone(table.desk.house.hours.zone)
                found.append(
                    (str(calendar["METHOD"]), str(event["UID"]), int(event["SEQUENCE"]), f"{start:%m-%d %H:%M}")
                )
    return found


def test_reminders_of_several_tickets_are_one_mail(table: Table) -> None:
    first, second = asked(table), asked(table, question="Vilken modul?")
    table.at("2026-11-30T10:00")
    assert table.tick() == 2
    (mail,) = of_clock(table)
    assert (mail.kind, mail.recipient) == ("several", EVA)
    text = table.text(mail)
    assert text.startswith("Om dina ärenden: 2 väntar på ditt svar\n")
    assert all(text.count(str(one.number)) == 1 for one in (first, second))
    assert "Vilken version?" in text
    assert "Vilken modul?" in text


def test_one_reminder_alone_has_the_form_and_the_thread_of_its_ticket(table: Table) -> None:
    ticket = asked(table)
    table.at("2026-11-30T10:00")
    table.tick()
    (mail,) = of_clock(table)
    assert mail.kind == "reminder"
    assert mail.ticket_id == ticket.ticket_id
    assert table.text(mail).startswith(f"[{ticket.number}] ")
    assert table.header(mail, "In-Reply-To") == "<eva-1@kund.example>"
    table.settled_by_thread(mail)
    assert table.ticket.status is Status.OPEN


def test_news_of_all_kinds_are_one_mail_the_worst_first_with_a_section_for_each_ticket(table: Table) -> None:
    given_up = asked(table, question="Första frågan?")
    table.at("2026-11-30T10:00")
    reminded = asked(table, question="Andra frågan?")
    both = asked(table, LEVEL_3, question="Tredje frågan?")
    error = table.opened(LEVEL_2)
    table.at("2026-12-07T10:00")  # nothing ran in between
    table.tick()
    (mail,) = [one for one in of_clock(table) if one.recipient == EVA]
    assert mail.kind == "several"
    text = table.text(mail)
    subject = "Om dina ärenden: 2 väntar på ditt svar, 1 har stängts, 2 lägesrapporter"
    assert text.startswith(f"{subject}\n")
    places = [text.index(str(one.number)) for one in (error, both, given_up, reminded)]
    assert places == sorted(places), "by level, and among equals the older one"
    assert [text.count(str(one.number)) for one in (error, both, given_up, reminded)] == [1, 1, 1, 1]
    assert "Första frågan?" not in text
    assert "Andra frågan?" in text
    assert "Tredje frågan?" in text
    assert table.status_of(given_up) is Status.CLOSED


def test_each_hears_of_what_concerns_them_and_in_their_own_language(table: Table) -> None:
    table.desk.a_superuser(MATTI, of=table.customer, language=Language.FINNISH)
    asked(table)
    copied = asked(table, cc=(Address(spec=MATTI),))
    table.at("2026-11-30T10:00")
    table.tick()
    kinds = {one.recipient: one.kind for one in of_clock(table)}
    assert kinds == {EVA: "several", MATTI: "reminder"}
    (mail,) = [one for one in of_clock(table) if one.recipient == MATTI]
    assert str(copied.number) in table.text(mail)


def test_what_was_told_stands_in_each_tickets_history(table: Table) -> None:
    tickets = [asked(table), asked(table, LEVEL_2)]
    table.at("2026-11-30T10:00")
    table.tick()
    told = {}
    for ticket in tickets:
        table.ticket_id = ticket.ticket_id
        told[ticket.ticket_id] = [
            (event.detail["what"], event.detail["people"]) for event in table.events if event.kind == "told"
        ]
    assert told[tickets[0].ticket_id] == [("reminder", 1)]
    assert sorted(told[tickets[1].ticket_id]) == [("reminder", 1), ("status", 1)]


def test_hundreds_for_one_person_at_one_time_are_one_mail(table: Table) -> None:
    table.opened(LEVEL_2)
    with table.desk.database.transaction() as uow:
        for number in range(600):
            copy = uow.tickets.add(
                number=uow.tickets.next_number(prefix="MG", first=100001),
                **{
                    name: getattr(table.ticket, name)
                    for name in ("customer_id", "superuser_id", "type", "level", "module", "team", "stage", "status")
                },
                untrained=False,
                subject=f"Fel {number}",
                opened_at=table.desk.now,
            )
            uow.dues.add(copy.ticket_id, DueKind.STATUS, table.desk.now + timedelta(hours=1))
    table.at("2026-11-23T11:00")
    assert table.tick() == 600
    (mail,) = of_clock(table)
    assert (mail.kind, mail.recipient) == ("status", EVA)
    assert "600 programfel" in table.text(mail)


def test_a_warning_brings_its_deadline_and_the_breach_the_same_entry(table: Table) -> None:
    ticket = table.opened()
    table.at("2026-11-23T11:30")
    table.tick()
    ((method, uid, first, start),) = calendars(table, table.mails("sla_alarm")[0])
    assert (method, start) == ("PUBLISH", "11-23 12:00")
    assert uid.startswith(f"{ticket.number}.{AlarmClock.HANDLING}@")
    table.at("2026-11-23T12:00")
    table.tick()
    ((_, again, second, later),) = calendars(table, table.mails("sla_alarm")[1])
    assert (again, later) == (uid, start)
    assert second > first


def test_a_deadline_that_has_moved_since_its_warning_moves_the_entry_with_the_next(table: Table) -> None:
    table.opened(LEVEL_2)
    table.moved(take)
    table.at("2026-11-26T14:45")  # 75 % of the open time of that week
    table.tick()
    table.moved(set_level, ServiceLevel.STANDSTILL)
    table.tick()
    warned, moved = (calendars(table, one) for one in table.mails("sla_alarm"))
    assert len(warned) == len(moved) == 1
    assert moved[0][1] == warned[0][1]
    assert moved[0][2] > warned[0][2]
    assert moved[0][3] != warned[0][3]


def test_several_warnings_are_one_mail_with_one_file(table: Table) -> None:
    for _ in range(3):
        table.opened()
    table.at("2026-11-23T11:30")
    table.tick()
    (alarm,) = table.mails("sla_alarm")
    assert [method for method, *_ in calendars(table, alarm)] == ["PUBLISH"] * 3
    files = [part for part in message_from_bytes(table.desk.sent_text(alarm)).walk() if part.get_filename()]
    assert [part.get_filename() for part in files] == ["deadline.ics"]


def test_what_the_clock_closes_goes_out_of_the_calendar(table: Table) -> None:
    asked(table, LEVEL_2)
    asked(table, QUESTION)
    with table.desk.database.reading() as uow:
        before = max(uow.ticket_history.last_event_ids([table.ticket_id]).values())
    table.at("2026-12-07T10:00")
    table.tick()
    (mail,) = [one for one in of_clock(table) if one.recipient == EVA]
    ((method, _, sequence, _),) = calendars(table, mail)
    assert method == "CANCEL"
    assert sequence > before - 2


def test_status_mails_and_alarms_are_told_apart_where_one_person_gets_both(table: Table) -> None:
    table.a_specialist(EVA, "Eva Ek")
    table.opened()
    table.at("2026-11-23T12:00")
    table.tick()
    assert Counter(kind for kind, to in table.told() if to == EVA) == {"sla_alarm": 1, "status": 1}


def test_a_closing_waits_for_mail_that_came_in_time_and_is_not_settled(table: Table) -> None:
    ticket = asked(table)
    table.at("2026-12-07T09:58")
    reply = table.reply_waits("Version 12.")
    table.at("2026-12-07T10:00")
    assert table.tick() == 0
    assert table.status_of(ticket) is Status.WAITING
    table.settle_waiting(reply)
    table.at("2026-12-07T10:01")
    assert table.tick() == 0
    assert table.status_of(ticket) is Status.OPEN


def test_a_closing_does_not_wait_for_mail_that_came_later(table: Table) -> None:
    ticket = asked(table)
    table.at("2026-12-07T10:05")
    table.reply_waits("Version 12.")
    assert table.tick() == 2
    assert table.status_of(ticket) is Status.CLOSED


def test_what_was_to_be_closed_while_nothing_ran_waits_until_mail_has_come_in(table: Table) -> None:
    ticket = asked(table)
    table.at("2026-12-08T08:30")
    started = DueMails(database=table.desk.database, house=table.desk.house, running_since=table.desk.now)
    table.at("2026-12-08T08:39")
    assert started.tell(table.desk.now) == 0
    assert table.status_of(ticket) is Status.WAITING
    table.at("2026-12-08T08:40")
    started.tell(table.desk.now)
    assert table.status_of(ticket) is Status.CLOSED


def test_a_process_that_starts_knows_since_when_it_runs(table: Table) -> None:
    asked(table)
    table.at("2026-12-07T09:00")
    schedule = table.a_process_starts()
    assert schedule._due_mails.running_since == table.desk.now
    now = table.at("2026-12-07T10:00")
    with table.desk.database.reading() as uow:
        due = due_now(uow, table.desk.house.hours, now=now, running_since=schedule._due_mails.running_since)
    assert {one.kind for one in due} == {DueKind.REMINDER, DueKind.CLOSING}, "due since it runs: there is no doubt"


def test_a_deadline_that_was_warned_of_is_taken_back_with_the_digest_after_it_is_solved(table: Table) -> None:
    table.a_specialist("karin@desk.example", "Karin Ek", team="Ledning", head=True)
    table.a_specialist("olof@desk.example", "Olof", team="Hantverk")
    table.opened()
    table.at("2026-11-23T11:30")
    table.tick()
    ((_, uid, sequence, _),) = calendars(table, table.mails("sla_alarm")[0])
    assert taken_back(table, "2026-11-24") == {}
    table.moved(resolve)
    table.opened(QUESTION)
    table.moved(resolve)
    assert taken_back(table, "2026-11-24") == {
        SVEN: [uid.partition("@")[0]],
        "karin@desk.example": [uid.partition("@")[0]],
    }
    with table.desk.database.reading() as uow:
        notices = list(digests(uow, table.desk.house, date(2026, 11, 24), now=table.desk.now))
    assert {entry.sequence > sequence for notice in notices for entry in notice.calendar} == {True}
    assert taken_back(table, "2026-11-25") == {}, "once"


def taken_back(table: Table, day: str) -> dict[str, list[str]]:
    """With a day's digests: to whom, which entries."""
    now = table.at(f"{day}T07:00") if day > "2026-11-24" else table.desk.now
    with table.desk.database.reading() as uow:
        notices = list(digests(uow, table.desk.house, date.fromisoformat(day), now=now))
    found = {
        notice.to.address: [f"{entry.number}.{entry.clock}" for entry in notice.calendar if entry.cancelled]
        for notice in notices
    }
    return {address: entries for address, entries in found.items() if entries}

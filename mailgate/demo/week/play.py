"""What all days do alike: time goes by, a mail comes in, a specialist moves a ticket; and each time all that goes out.

Promises: every mail that goes out was expected, and every mail that was expected has gone out, at its minute.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from mailgate.demo.expect import UnexpectedError, expect
from mailgate.demo.week.diary import Diary
from mailgate.demo.week.letters import DESK, NAMES, Draft
from mailgate.demo.week.stage import MINUTE, WeekStage
from mailgate.demo.witness import Answer
from mailgate.desk.tickets import Act, Done
from mailgate.domain.explain import explain
from mailgate.domain.notice_kinds import NoticeKind
from mailgate.domain.ticket import ServiceLevel, Status, Ticket, TicketType
from mailgate.domain.wall_clock import moment

_SELDOM, _DAY = timedelta(minutes=10), timedelta(days=1)
"""Where nobody does anything the scheduler's work need not be done each minute; what is due is told all the same."""

Sends = Sequence[tuple[NoticeKind, str]]
"""Mails that a moment brings: kind and recipient."""


def digests(at: str) -> list[tuple[str, NoticeKind, str]]:
    """The round of a working day."""
    return [(at, NoticeKind.DIGEST, address) for address in DESK]


@dataclass(slots=True, kw_only=True)
class WeekPlay:
    """The performance. ``mails``: all that have gone out so far, each with its time on the wall."""

    stage: WeekStage
    diary: Diary
    today: date
    mails: list[tuple[str, Answer]] = field(default_factory=list)

    def day(self, day: date, text: str = "") -> None:
        """A new day dawns."""
        self.today = day
        self.diary.day(day, text)

    def goes_by(self, *days: date, brings: Iterable[tuple[str, NoticeKind, str]] = ()) -> None:
        """Days on which nobody does anything; each brings this, which is checked and not shown."""
        expected = list(brings)
        with self.diary.closed():
            for self.today in days:
                self._until(
                    moment(datetime.combine(self.today + _DAY, time.min), self.stage.zone), expected, step=_SELDOM
                )

    def until(self, at: str, *, brings: Iterable[tuple[str, NoticeKind, str]] = ()) -> None:
        """Time goes by, minute by minute, and brings exactly this."""
        self._until(self._moment(at), brings, step=MINUTE)

    def _until(self, end: datetime, brings: Iterable[tuple[str, NoticeKind, str]], *, step: timedelta) -> None:
        found = [one for moment in self._moments_until(end, step) for one in self._brought(moment)]
        until = end.astimezone(self.stage.zone)
        expect(f"what the clock brought until {until:%a %d %b %H:%M}", wanted=_listed(brings), found=_listed(found))

    def _moments_until(self, end: datetime, step: timedelta) -> Iterator[datetime]:
        """The moments that brought something."""
        while self.stage.now < end:
            if self.stage.tick(min(self.stage.now + step, end)):
                yield self.stage.now

    def _moment(self, at: str) -> datetime:
        return moment(datetime.combine(self.today, time.fromisoformat(at)), self.stage.zone)

    def _brought(self, at: datetime) -> Iterator[tuple[str, str, str]]:
        sent = self._sent(at)
        self.diary.went_out(at, sent)
        for one in sent:
            yield self._wall(at), one.kind, one.recipient

    def _receives(self, at: str, draft: Draft) -> Ticket:
        """A mail comes in by SMTP, and is dealt with; its ticket."""
        self.until(at)
        self.diary.writes(self.stage.now, draft)
        mail_id = self.stage.receive(draft.posted(self.stage.now))
        ticket = self.stage.witness.ticket_of(self.stage.witness.mail(mail_id))
        if ticket is None:
            raise UnexpectedError(f"the mail of {NAMES[draft.by]} has no ticket")
        return ticket

    def opens(
        self, at: str, draft: Draft, *, type_: TicketType, level: ServiceLevel | None = None, sends: Sends
    ) -> str:
        """A mail that opens a ticket of this type and level; its number."""
        ticket = self._receives(at, draft)
        kind = f"{type_.value.replace('_', ' ')}{f', level {level.value}' if level is not None else ''}"
        found = f"{ticket.type.value.replace('_', ' ')}{f', level {ticket.level.value}' if ticket.level else ''}"
        expect(f"what {ticket.number} is", wanted=kind, found=found)
        self.diary.became(f"ticket {ticket.number}: {kind}")
        self.show_clocks(str(ticket.number))
        self._goes_out(sends)
        return str(ticket.number)

    def replies(self, at: str, draft: Draft, number: str, *, sends: Sends) -> None:
        """A mail that joins its ticket."""
        ticket_id = self.stage.ticket(number).ticket_id
        had = (
            mail for mail in self.stage.witness.queued() if (mail.ticket_id, mail.recipient) == (ticket_id, draft.by)
        )
        ticket = self._receives(at, draft.about(number, answers=next((mail.message_id for mail in had), "")))
        expect("the ticket that the mail joined", wanted=number, found=str(ticket.number))
        self.diary.became(f"joined {number}")
        self.show_clocks(number)
        self._goes_out(sends)

    def does(self, by: str, what: str, number: str, do: Callable[[Act], Done], *, sends: Sends) -> None:
        """A specialist moves a ticket now."""
        self.diary.does(self.stage.now, f"{NAMES[by]} {what}")
        ticket = self.stage.move(number, by, do)
        level = f", level {int(ticket.level)}" if ticket.level is not None else ""
        self.diary.became(f"ticket {number}{level}: {_STATUS[ticket.status]}")
        self.show_clocks(number)
        self._goes_out(sends)

    def is_now(self, number: str, status: Status, level: ServiceLevel | None = None) -> None:
        """How a ticket must stand."""
        ticket = self.stage.ticket(number)
        expect(f"how {number} stands", wanted=(status.value, level), found=(ticket.status.value, ticket.level))

    def show_clocks(self, number: str) -> None:
        """How a ticket's clocks stand now."""
        ticket = self.stage.ticket(number)
        self.diary.clocks(self.stage.now, ticket, self.stage.standings(ticket))

    def due(self, number: str, *, handling: str | None = None, solution: str) -> None:
        """Both deadlines, as the database has them: ``2024-03-28 10:30``."""
        ticket = self.stage.ticket(number)
        with self.stage.shop.database.reading() as uow:
            clocks = uow.tickets.clocks(ticket.ticket_id)
        if handling is not None:
            expect(f"when work on {number} is to start", wanted=handling, found=self._written(clocks.handling_due))
        expect(f"when {number} is to be solved", wanted=solution, found=self._written(clocks.solution_due))

    def explain(self, number: str) -> None:
        """Each hour of the way to a ticket's target."""
        stands = self.stage.standings(self.stage.ticket(number))
        clock = stands.state.clock()
        if clock is None or stands.due is None:
            raise UnexpectedError(f"{number} has no deadline")
        hours, now = self.stage.shop.house.hours, self.stage.now
        self.diary.reckoning(explain(hours, clock.received_at, stands.due.solution_due, pauses=clock.pauses, now=now))

    def last(self, kind: NoticeKind, to: str) -> Answer:
        """The latest mail of a kind to somebody."""
        return next(one for _, one in reversed(self.mails) if one.kind == kind and one.recipient == to)

    def _goes_out(self, sends: Sends) -> None:
        sent = self._sent(self.stage.now)
        found = Counter((one.kind, one.recipient) for one in sent)
        expect(f"mails at {self._wall(self.stage.now)}", wanted=_sums(sends), found=_sums(found.elements()))
        self.diary.went_out(self.stage.now, sent)

    def _sent(self, at: datetime) -> list[Answer]:
        sent = self.stage.sent()
        self.mails += [(self._wall(at), one) for one in sent]
        return sent

    def _wall(self, at: datetime) -> str:
        return f"{at.astimezone(self.stage.zone):%H:%M}"

    def _written(self, at: datetime | None) -> str:
        return f"{at.astimezone(self.stage.zone):%Y-%m-%d %H:%M}" if at is not None else "never"


_STATUS = {
    Status.OPEN: "at work",
    Status.WAITING: "waits for the customer",
    Status.RESOLVED: "solved",
    Status.CLOSED: "closed",
}


def _listed(mails: Iterable[tuple[str, str, str]]) -> list[str]:
    return sorted(f"{at} {kind} to {address}" for at, kind, address in mails)


def _sums(mails: Iterable[tuple[str, str]]) -> list[str]:
    return sorted(f"{kind} to {address}" for kind, address in mails)

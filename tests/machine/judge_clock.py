"""What the clock brings: once, at its time, to those whom it concerns, and not before a customer had their days."""

from datetime import datetime, timedelta

from tests.machine.aftermath import STOCKHOLM, WAYS, Aftermath, Row, hold, is_plain, moment, surely_open, tokens
from tests.machine.office import HEAD, SPECIALISTS, SUPERUSERS

OF_TICKETS = {"status", "reminder", "closed_unanswered", "several"}
TO_CUSTOMERS = OF_TICKETS | {"overview"}
OF_THE_CLOCK = TO_CUSTOMERS | {"sla_alarm", "digest"}
ASKS = {"ask", "estimate"}
REMIND_AFTER, CLOSE_AFTER = 5, 10


class InTime:
    """See the module."""

    def __init__(self) -> None:
        self._rounds: set[tuple[str, str, object]] = set()
        self._asked: dict[int, datetime] = {}
        self._reminded: set[tuple[int, datetime]] = set()
        self._wants: frozenset[str] | None = None
        self._told: set[tuple[str, str, str]] = set()

    def __call__(self, now: Aftermath) -> None:
        wanted, self._wants = self._wants, now.readers
        for mail in now.mails:
            if mail["kind"] in OF_THE_CLOCK:
                self._is_new(mail)
                _concerns(now, mail)
            at = moment(mail["queued_at"]).astimezone(STOCKHOLM)
            if mail["kind"] == "digest":
                hold("digests are for specialists", mail["recipient"], true=mail["recipient"] in SPECIALISTS)
                self._once(mail, at.date())
                hold("digests come on working days, from seven on", at, true=at.weekday() < 5 and 7 <= at.hour < 16)
            if mail["kind"] == "overview":
                hold("overviews are for SuperUsers", mail["recipient"], true=mail["recipient"] in SUPERUSERS)
                self._once(mail, at.date().isocalendar()[:2])
                where = mail["recipient"]
                hold("an overview goes to who wants it", where, true=wanted is None or where in wanted)
            if mail["kind"] in TO_CUSTOMERS:
                by_day = at.weekday() < 5 and 8 <= at.hour <= 16
                hold("the clock wakes no customer", (mail["kind"], at), true=by_day)
        hold("whatever is due can be told", now.set_aside, true=not now.set_aside)
        for event in now.events:
            self._has_waited(event)
        if now.deed.clock:
            self._nobody_is_left_out(now)

    def _is_new(self, mail: Row) -> None:
        this = (mail["recipient"], mail["kind"], mail["words"])
        hold("the clock does not repeat itself", this[:2], true=this not in self._told)
        self._told.add(this)

    def _once(self, mail: Row, when: object) -> None:
        this = (mail["kind"], mail["recipient"], when)
        hold("a round comes once", this, true=this not in self._rounds)
        self._rounds.add(this)

    def _nobody_is_left_out(self, now: Aftermath) -> None:
        at = now.now.astimezone(STOCKHOLM)
        if not (is_plain(at.date()) and at.weekday() < 5 and 7 <= at.hour < 15):
            return
        without = [one for one in SPECIALISTS if ("digest", one, at.date()) not in self._rounds]
        hold("each specialist has a digest", (at, without), true=not without)
        if surely_open(at):
            for ticket_id, asked in self._asked.items():
                self._is_reminded(now.tickets[ticket_id], asked, now.now)

    def _is_reminded(self, ticket: Row, asked: datetime, at: datetime) -> None:
        """Of what was asked; in the end it is closed, where its way may end."""
        if ticket["status"] != "waiting":
            return
        days, where = weekdays_between(asked, at), (ticket["id"], asked, at)
        may_end = "close" in WAYS[ticket["type"]][ticket["stage"]]["ends"]
        hold("what is never answered is closed", where, true=not may_end or days <= CLOSE_AFTER)
        reminded = days <= REMIND_AFTER or (ticket["id"], asked) in self._reminded
        hold("what is not answered is asked again", where, true=reminded)

    def _has_waited(self, event: Row) -> None:
        ticket_id, at, what = event["ticket_id"], moment(event["at"]), event["detail"].get("what")
        if event["kind"] in ASKS:
            self._asked[ticket_id] = at
        if event["actor"] != "clock":
            return
        days = weekdays_between(self._asked.get(ticket_id, at), at)
        if event["kind"] == "told" and what == "reminder":
            this = (ticket_id, self._asked.get(ticket_id, at))
            hold("a question is asked again once", this, true=this not in self._reminded)
            self._reminded.add(this)
            hold("a customer has five days to answer", (ticket_id, days), true=days >= REMIND_AFTER)
        if event["kind"] == "close":
            hold("a customer has ten days before it is closed", (ticket_id, days), true=days >= CLOSE_AFTER)


def _concerns(now: Aftermath, mail: Row) -> None:
    """Of which tickets it tells: those of whoever reads it."""
    to, kind, told = mail["recipient"], mail["kind"], _tickets_in(now, mail)
    if kind in OF_TICKETS:
        others = [ticket["id"] for ticket in told if to not in now.concerned[ticket["id"]]]
        hold("the clock tells a customer of their own tickets", (kind, to, others), true=not others)
    if kind == "sla_alarm":
        team, role = SPECIALISTS[to]
        others = [ticket["id"] for ticket in told if ticket["team"] != team and role != HEAD]
        hold("alarms go to the ticket's team, and to the head", (to, others), true=not others)


def _tickets_in(now: Aftermath, mail: Row) -> list[Row]:
    """Not those that only a subject names: a reply to what was closed long ago opens a ticket of its own."""
    quoted = {token for ticket in now.tickets.values() for token in tokens(ticket["subject"])}
    serials = {int(token.split("-")[1]) for token in tokens(mail["words"]) - quoted if token.startswith("MG-")}
    return [ticket for ticket in now.tickets.values() if ticket["serial"] in serials]


def weekdays_between(start: datetime, end: datetime) -> int:
    """How many weekdays have begun since that day."""
    first, last = start.astimezone(STOCKHOLM).date(), end.astimezone(STOCKHOLM).date()
    days = (first + timedelta(days=1 + step) for step in range((last - first).days))
    return sum(day.weekday() < 5 for day in days)

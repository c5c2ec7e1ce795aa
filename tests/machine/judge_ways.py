"""Tickets go their ways: each event leads on, what ended stays ended, and what binds was agreed to."""

from collections import defaultdict
from collections.abc import Sequence

from tests.machine.aftermath import WAYS, Aftermath, Row, hold, moment, surely_open
from tests.machine.office import SUPERUSERS, Deed

ALONG = {step for way in WAYS.values() for one in way.values() for step in one["next"]} - {"answer", "reply"}
ENDS = {"resolve", "close", "billed"}
BEGINS_ANEW = {"type", "reopen", "reopened"}
BINDS = {"close", "type", "level"}
_KEPT = ("stage", "status", "type", "level", "team", "module", "specialist_id")


def goes_its_way(now: Aftermath) -> None:
    """Each event leads on by the way of the ticket's type, and the ticket stands where the last one led."""
    for ticket_id, ticket in now.tickets.items():
        events = now.events_of(ticket_id)
        hold("a ticket is at a stage of its type", ticket, true=ticket["stage"] in WAYS[ticket["type"]])
        _follow(now.before.get(ticket_id), ticket, events)
        _stays_closed(now.before.get(ticket_id), ticket, events)


def _follow(before: Row | None, ticket: Row, events: Sequence[Row]) -> None:
    name = f"ticket {ticket['id']}, a {ticket['type']}"
    at = {before["stage"] if before is not None else _start(ticket["type"])}
    kind, status = (before["type"], before["status"]) if before is not None else (ticket["type"], "open")
    for event in events:
        detail, step = event["detail"], event["kind"]
        if step == "joined":
            at |= {WAYS[kind][stage]["next"]["reply"] for stage in at if "reply" in WAYS[kind][stage]["next"]}
        if step == "opened" or "type" not in detail:
            continue
        led = {stage: WAYS[kind][stage]["next"].get(step) for stage in at}
        hold("a step leads on", f"{name}: {step} leads nowhere from {at}", true=step not in ALONG or any(led.values()))
        ends = {end for stage in at for end in WAYS[kind][stage]["ends"]} | ({"close"} & {_after_solved(status)})
        where = f"{name}: {step} does not end it at {at}, {status}"
        hold("a way ends where it may", where, true=step not in ENDS or step in ends)
        kind, status = detail["type"], detail.get("status", status)
        to = {led[stage] or stage for stage in at} if step not in BEGINS_ANEW else {_start(kind)}
        if "stage" in detail:
            where = f"{name}: {step} brought it to {detail['stage']}, not {to}"
            hold("a step leads where the way says", where, true=detail["stage"] in to)
            to = {detail["stage"]}
        at = to
    hold("a ticket stands where it was led", f"{name} at {ticket['stage']}, not {at}", true=ticket["stage"] in at)


def _stays_closed(before: Row | None, ticket: Row, events: Sequence[Row]) -> None:
    if before is None or before["status"] != "closed":
        return
    moved = [field for field in _KEPT if before[field] != ticket[field]]
    opened = any(event["kind"] in ("reopen", "reopened") for event in events)
    where = f"ticket {ticket['id']} is closed, and {moved} changed"
    hold("what is closed stays as it is", where, true=not moved or opened)


class Joined:
    """What is merged stays merged, one customer's, with nothing left in it; a link is seen from both of its ends."""

    def __init__(self) -> None:
        self._into: dict[int, int] = {}

    def __call__(self, now: Aftermath) -> None:
        serials = {ticket["serial"]: ticket_id for ticket_id, ticket in now.tickets.items()}
        links: dict[frozenset[int], int] = defaultdict(int)
        for event in now.events:
            here, detail = event["ticket_id"], event["detail"]
            if event["kind"] == "merge":
                self._into[here] = serials[_serial(detail["into"])]
                where = f"{here} into {self._into[here]}"
                same = now.code(here) == now.code(self._into[here])
                hold("only tickets of one customer are merged", where, true=same and here != self._into[here])
            if event["kind"] == "link":
                links[frozenset({here, serials[_serial(detail["other"])]})] += 1
        for pair, times in links.items():
            hold("a link is seen from both ends", set(pair), true=len(pair) == 2 and times == 2)
        self._stays(now)

    def _stays(self, now: Aftermath) -> None:
        left = {message["ticket_id"] for message in now.messages}
        for ticket_id in self._into:
            where = f"ticket {ticket_id} was merged"
            hold("what is merged stays closed", where, true=now.tickets[ticket_id]["status"] == "closed")
            hold("nothing is left in what is merged", where, true=ticket_id not in left)
            hold("merging ends somewhere", where, true=self._end(ticket_id) is not None)

    def _end(self, ticket_id: int) -> int | None:
        for _ in self._into:
            ticket_id = self._into.get(ticket_id, ticket_id)
        return ticket_id if ticket_id not in self._into else None


class Proven:
    """What binds a customer is done on a mail that is known to be from them."""

    def __init__(self) -> None:
        self._proven: set[int | None] = set()

    def __call__(self, now: Aftermath) -> None:
        if now.deed.proven:
            self._proven.add(now.deed.mail_id)
        heard = {now.deed.mail_id, *now.heard}
        for event in now.events:
            binds = event["kind"] in BINDS and event["actor"].startswith("superuser:")
            hold("what binds is proven", (event, now.deed), true=not binds or bool(heard & self._proven))


class Agreed:
    """Work that costs begins after a yes of the customer's own; so does access, which ends when its time is over."""

    def __init__(self) -> None:
        self._yes: dict[int, Deed] = {}
        self._agreed: set[int] = set()

    def __call__(self, now: Aftermath) -> None:
        deed = now.deed
        if deed.yes and deed.mail_id is not None:
            self._yes[deed.mail_id] = deed
        for mail_id, said in self._yes.items():  # one that was held counts when it is heard
            ticket_id = now.received[mail_id]["ticket_id"]
            if ticket_id is not None and SUPERUSERS.get(said.author) == now.code(ticket_id):
                self._agreed.add(ticket_id)
        for ticket_id, ticket in now.tickets.items():
            before = now.before.get(ticket_id)
            approved = any(event["kind"] in ("approve", "billed") for event in now.events_of(ticket_id))
            begins = ticket["stage"] == "work" and (before is None or before["stage"] != "work")
            agreed = ticket_id in self._agreed
            hold("no work without a yes", f"ticket {ticket_id}", true=not (approved or begins) or agreed)
        for access in now.accesses:
            self._is_allowed(now, access)

    def _is_allowed(self, now: Aftermath, access: Row) -> None:
        granted = access["state"] in ("granted", "ended", "withdrawn")
        hold("no access without a yes", access, true=not granted or access["ticket_id"] in self._agreed)
        told = now.deed.clock and surely_open(now.now)  # nobody is told at night of what was missed by day
        over = access["ends_at"] is not None and moment(access["ends_at"]) <= now.now
        hold("access ends", access, true=not (told and over and access["state"] == "granted"))


def _start(kind: str) -> str:
    return next(iter(WAYS[kind]))


def _after_solved(status: str) -> str:
    """What is solved may be closed wherever that was."""
    return "close" if status == "resolved" else ""


def _serial(number: str) -> int:
    return int(number.split("-")[1])

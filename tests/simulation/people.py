"""What people in the simulated world do: SuperUsers write and reply, or do not; specialists work on tickets their way.

What they choose depends on the seed and on how the ticket stands, never on what the desk told anybody.
"""

from collections.abc import Callable
from datetime import datetime, time

from mailgate.desk import handing_over, tickets
from mailgate.desk.tickets import Act, Refused
from mailgate.domain.mail import ParsedMail, SpooledMail
from mailgate.domain.ticket import ServiceLevel, Status, Ticket, TicketType
from tests.domain.sla_oracle import MINUTE
from tests.simulation.cast import SPECIALISTS, SUPERUSERS, TEAMS, Person, colleagues_of, team_of
from tests.simulation.chronicle import Arrived, Moved, Opened, Replied
from tests.simulation.desk_under_test import Killed
from tests.simulation.simulation import Simulation, local

_STATED = {"question": "Supportfråga", "program_error": "Programfel", "wish": "Önskemål", "order": "Beställning"}
_PACE = {1: 70, 2: 240, 3: 900, 4: 2400, 5: 2400, None: 700}
"""Open minutes between two moves, on the average, by level."""
_LONGEST_LIFE = 12
_Settled = Callable[[str], None]


class People:
    """Everybody, for one simulation."""

    def __init__(self, world: Simulation) -> None:
        self.world = world
        self.random = world.random
        self._moves: dict[str, int] = {}
        self._owners: dict[str, Person] = {}
        for _ in range(world.setting.tickets):
            world.plan(self._any_time(), self._writes, mail=True)

    def _any_time(self) -> datetime:
        """At all hours; more often while the desk is open, and around the hours at which it opens and closes."""
        world, draw = self.world, self.random.random()
        at = world.now + self.random.randrange(world.setting.days * 1440) * MINUTE
        if draw < 0.5:
            return world.working_time(self.random.randrange(480), since=at)
        if draw < 0.6:
            wall = self.random.choice((time(8), time(11, 59), time(12), time(15, 59), time(16), time(2, 30)))
            return max(local(at.date(), wall), world.now)
        return at

    # SuperUsers

    def _writes(self, at: datetime) -> None:
        by = self.random.choice(SUPERUSERS)
        kind = self.random.choices(list(_STATED), (4, 5, 1, 1))[0]
        level = self.random.choices((1, 2, 3, 4, 5), (2, 3, 3, 1, 2))[0] if kind == "program_error" else None
        stated = f"Ärendekategori: {_STATED[kind]}\n" + (f"Servicenivå: {level}\n" if level else "")
        cc, known = self._copies(by)
        spooled, mail = self._mail(by, "Något hände", stated, cc, at)

        def settled(number: str) -> None:
            opened = Opened(
                at=self.world.now, mail=spooled.mail_id, number=number, received_at=at, type=kind, level=level,
                team=team_of(by.house), by=by.address, cc=known,
            )  # fmt: skip
            self.world.happened(opened)
            self._owners[number] = by
            self._act_later(number, level)
            if self.random.random() < 0.15:
                self._reply_later(number, by, self.random.randrange(3 * 1440))

        self._settle_soon(spooled, mail, settled)

    def _copies(self, by: Person) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """In Cc, and who of them may hear of it: colleagues who are SuperUsers, no stranger and no other customer."""
        known = tuple(one.address for one in colleagues_of(by)[:1] if self.random.random() < 0.25)
        others = ("anyone@elsewhere.example", self.random.choice(SUPERUSERS[:2]).address)
        strangers = tuple(one for one in others if self.random.random() < 0.1 and not one.endswith(by.address[-11:]))
        return (*known, *strangers), known

    def _reply_later(self, number: str, owner: Person, minutes: int) -> None:
        self.world.plan(self.world.now + minutes * MINUTE, lambda at: self._replies(number, owner, at), mail=True)

    def _replies(self, number: str, owner: Person, at: datetime) -> None:
        by = self.random.choice((owner, owner, owner, *colleagues_of(owner)))
        cc, known = self._copies(by)
        spooled, mail = self._mail(by, f"Sv: Något hände [{number}]", "Så här är det.", cc, at)

        def settled(joined: str) -> None:
            assert joined == number
            replied = Replied(
                at=self.world.now, mail=spooled.mail_id, number=number, received_at=at, by=by.address, cc=known
            )
            self.world.happened(replied)
            self._act_later(number, self.world.desk.ticket(number).level)

        self._settle_soon(spooled, mail, settled)

    def _mail(
        self, by: Person, subject: str, text: str, cc: tuple[str, ...], at: datetime
    ) -> tuple[SpooledMail, ParsedMail]:
        desk = self.world.desk
        spooled = desk.receive(by=by, subject=subject, text=text, cc=cc, at=at)
        self.world.happened(Arrived(at=self.world.now, mail=spooled.mail_id, received_at=at))
        return spooled, desk.parsed(by=by, subject=subject, text=text, cc=cc)

    def _settle_soon(self, spooled: SpooledMail, mail: ParsedMail, settled: _Settled) -> None:
        """Mostly at once; sometimes the pipeline has a queue, or is killed over it."""
        world = self.world
        if self.random.random() < 0.1:
            world.plan(world.now + self.random.randint(1, 3) * MINUTE, lambda _: self._settle(spooled, mail, settled))
        else:
            self._settle(spooled, mail, settled)

    def _settle(self, spooled: SpooledMail, mail: ParsedMail, settled: _Settled) -> None:
        world = self.world
        try:
            done = world.desk.settle(spooled, mail, now=world.now, killed_at=world.killed_at())
        except Killed:
            world.restart()
            world.plan(world.now + MINUTE, lambda _: self._settle(spooled, mail, settled), mail=True)
            return
        assert done is not None
        assert done.ticket is not None, done.reason
        settled(str(done.ticket.number))

    # specialists

    def _act_later(self, number: str, level: int | None) -> None:
        pace = _PACE[level] * (5 if self.random.random() < 0.12 else 1)
        at = self.world.working_time(int(self.random.expovariate(1 / pace)))
        self.world.plan(at, lambda _: self._acts(number))

    def _acts(self, number: str) -> None:
        world = self.world
        if not world.is_open(world.now):
            world.plan(world.working_time(1), lambda _: self._acts(number))
            return
        ticket = world.desk.ticket(number)
        made = self._moves[number] = self._moves.get(number, 0) + 1
        move, to = self._choice(ticket, tired=made > _LONGEST_LIFE)
        by = self.random.choice([one for one in SPECIALISTS if one.house == ticket.team])
        try:
            done = world.desk.move(number, by.address, _done(move, to), now=world.now, killed_at=world.killed_at())
        except Killed:
            world.restart()
            world.plan(world.now + self.random.randint(1, 3) * MINUTE, lambda _: self._acts(number))
            return
        if not isinstance(done, Refused):
            world.happened(Moved(at=world.now, number=number, move=move, to=to))
        self._goes_on(number, "refused" if isinstance(done, Refused) else move, ticket.level)

    def _choice(self, ticket: Ticket, *, tired: bool) -> tuple[str, str]:
        if ticket.status is Status.CLOSED:
            return ("reopen", "") if self.random.random() < 0.1 else ("answer", "")
        if ticket.status is Status.RESOLVED:
            return self.random.choices((("close", ""), ("reopen", ""), ("answer", "")), (6, 1, 1))[0]
        if tired:
            return "resolve", ""
        level = str(self.random.randint(1, 5))
        kind = self.random.choices(list(_STATED), (2, 4, 1, 1))[0]
        team = self.random.choice(TEAMS)
        moves = {
            ("take", ""): 5, ("answer", ""): 3, ("ask", ""): 4, ("workaround", ""): 2, ("level", level): 1.5,
            ("type", kind): 0.5, ("team", team): 0.5, ("resolve", ""): 3, ("close", ""): 1,
        }  # fmt: skip
        return self.random.choices(list(moves), list(moves.values()))[0]

    def _goes_on(self, number: str, move: str, level: int | None) -> None:
        if move == "ask":
            self._after_question(number)
        elif move in {"resolve", "close"}:
            self._after_solution(number, move)
        else:
            self._act_later(number, level)

    def _after_question(self, number: str) -> None:
        owner, draw = self._owners[number], self.random.random()
        if draw < 0.5:
            self._reply_later(number, owner, self.random.randrange(1, 8 * 1440))
        elif draw < 0.6:  # after it was closed
            self._reply_later(number, owner, self.random.randrange(14 * 1440, 25 * 1440))
        elif draw < 0.75:
            self.world.plan(self.world.working_time(self.random.randrange(4200)), lambda _: self._acts(number))

    def _after_solution(self, number: str, move: str) -> None:
        if self.random.random() < 0.2:
            self._reply_later(number, self._owners[number], self.random.randrange(5 * 1440))
        if move == "resolve" and self.random.random() < 0.7:
            self.world.plan(self.world.working_time(self.random.randrange(2100)), lambda _: self._acts(number))


def _done(move: str, to: str) -> Callable[[Act], Ticket | Refused]:
    """The move as the desk has it."""
    match move:
        case "level":
            return lambda act: tickets.set_level(act, ServiceLevel(int(to)))
        case "type":
            return lambda act: tickets.set_type(act, TicketType(to))
        case "team":
            return lambda act: handing_over.set_team(act, to)
        case "take" | "close":
            return {"take": tickets.take, "close": tickets.close}[move]
    with_words = {
        "answer": tickets.answer, "ask": tickets.ask, "workaround": tickets.workaround,
        "resolve": tickets.resolve, "reopen": tickets.reopen,
    }  # fmt: skip
    return lambda act: with_words[move](act, "Så här ligger det till.")

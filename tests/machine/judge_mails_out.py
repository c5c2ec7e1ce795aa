"""Mails of ours go to whom they concern, once, and hold nothing that is not the reader's to know."""

from collections import Counter, defaultdict
from datetime import datetime, timedelta

from tests.machine.aftermath import Aftermath, Row, hold, house_of, moment, tokens
from tests.machine.office import COLLEAGUES, COUNCIL, SPECIALISTS, STRANGERS, SUPERUSERS

# Mails that tell that something has happened, and what it was: there are never more of them than of that.
NEWS_OF = {
    "closed": {"close"}, "closed_unanswered": {"close"}, "resolved": {"resolve"}, "reopened": {"reopen"},
    "level_changed": {"level"}, "type_changed": {"type"}, "workaround": {"workaround"}, "asked": {"ask"},
    "answer": {"answer"}, "billed": {"billed"}, "estimate": {"estimate"}, "access_asked": {"access"},
    "moved": {"desk", "product", "council_internal", "council_external", "planned", "declined", "consultant"},
    "merged": {"merge"},
}  # fmt: skip
NEWS = {event for events in NEWS_OF.values() for event in events}
ONCE_EVER = {"receipt", "handling_started", "merged"}
# What the desk does for itself: no customer hears of it.
SILENT = {"note", "link", "cc", "team", "give", "module", "joined", "not_sent", "not_done"}
STRANGERS_WAIT = timedelta(days=7)
TO_THE_COUNCIL = {"handed_on"}
# Nothing of whose ticket it is goes to the external council.
NAMES_OF_CUSTOMERS = ("Kund K", "@ett.example", "@tva.example", "Eva Ek")


class RightReaders:
    """Each mail goes to somebody whom it concerns."""

    def __init__(self) -> None:
        self._answered: dict[str, datetime] = {}

    def __call__(self, now: Aftermath) -> None:
        for ticket_id, people in now.concerned.items():
            code = now.code(ticket_id)
            foreign = [one for one in people if SUPERUSERS.get(one) != code]
            hold("only a customer's SuperUsers are in Cc", (ticket_id, foreign), true=not foreign)
        for mail in now.mails:
            if mail["recipient"] in SUPERUSERS:
                self._to_a_superuser(now, mail)
            elif mail["recipient"] == COUNCIL:
                where = (mail["kind"], mail["ticket_id"])
                hold("the external council hears what comes to it", where, true=mail["kind"] in TO_THE_COUNCIL)
            elif mail["recipient"] not in SPECIALISTS:
                self._to_somebody_else(mail)

    @staticmethod
    def _to_a_superuser(now: Aftermath, mail: Row) -> None:
        to, kind, ticket_id = mail["recipient"], mail["kind"], mail["ticket_id"]
        internal = kind.startswith("team_") or kind in ("handed_on", "digest", "sla_alarm", "commands_answered")
        hold("what is for the desk goes to the desk", (kind, to), true=not internal)
        if ticket_id is None:
            return
        where = f"{kind} about ticket {ticket_id} of {now.code(ticket_id)} was written to {to}"
        hold("a customer's news are the customer's", where, true=SUPERUSERS[to] == now.code(ticket_id))
        deed = now.deed
        asked = deed.author == to or any(letter == to for letter in _authors(now, mail))
        people = now.concerned[ticket_id] | now.concerned_before.get(ticket_id, frozenset())
        hold("who is told is concerned", where, true=to in people or asked)

    def _to_somebody_else(self, mail: Row) -> None:
        to, kind = mail["recipient"], mail["kind"]
        hold("others are told that they are strangers", (kind, to), true=kind == "stranger")
        hold("nobody is written to who never wrote", (kind, to), true=to in {*COLLEAGUES, *STRANGERS})
        at, last = moment(mail["queued_at"]), self._answered.get(to)
        hold("a stranger is answered once a week", to, true=last is None or at - last >= STRANGERS_WAIT)
        self._answered[to] = at


def _authors(now: Aftermath, mail: Row) -> list[str]:
    """Who wrote what this mail answers, if it came just now."""
    row = now.received.get(mail["mail_id"] or 0)
    return [row["author_address"]] if row is not None and row["author_address"] else []


class NoLeaks:
    """No note, nothing of another customer, and nobody's own address, in any mail that leaves the house."""

    def __init__(self) -> None:
        self._whose: dict[str, set[str]] = defaultdict(set)
        self._said_in: dict[int, set[str]] = {}
        self._secret: set[str] = set()

    def __call__(self, now: Aftermath) -> None:
        self._learn(now)
        for mail in now.mails:
            to, kind = mail["recipient"], mail["kind"]
            if to in SPECIALISTS:
                continue
            said = tokens(mail["words"])
            hold("no note leaves the desk", f"{kind} to {to} tells {said & self._secret}", true=not said & self._secret)
            where = f"{kind} to {to}"
            hold("no specialist's own address leaves the desk", where, true="@desk.example" not in mail["words"])
            if to == COUNCIL:
                named = [name for name in NAMES_OF_CUSTOMERS if name in mail["words"]]
                hold("the external council is told no customer's name", (where, named), true=not named)
                continue
            foreign = {token for token in said if SUPERUSERS.get(to, "nobody") not in self._whose[token]}
            hold("nobody is told words of others", f"{where} tells {foreign}", true=not foreign)

    def _learn(self, now: Aftermath) -> None:
        deed = now.deed
        if deed.mark:
            self._whose[deed.mark].add(deed.whose)
        if deed.secret:
            self._secret.add(deed.secret)
        if deed.letter is not None and deed.mail_id is not None:
            said = tokens(f"{deed.letter.subject}\n{deed.letter.text}") - self._secret
            self._said_in[deed.mail_id] = said
            self._belongs(said, house_of(deed.author))
        for mail_id, code in deed.decides:  # it may become that customer's
            self._belongs(self._said_in.get(mail_id, set()), code)
        for ticket_id, ticket in now.tickets.items():
            if ticket_id not in now.before:
                self._numbers(ticket, now.code(ticket_id))

    def _belongs(self, said: set[str], code: str) -> None:
        for token in said if code else ():
            self._whose[token].add(code)

    def _numbers(self, ticket: Row, code: str) -> None:
        """The digit behind a number says nothing."""
        for digit in range(10):
            self._whose[f"{ticket['prefix']}-{ticket['serial']}-{digit}"].add(code)


class OnceEach:
    """Nobody hears a thing twice; and whom it concerns hears it."""

    def __init__(self) -> None:
        self._told: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
        self._happened: dict[int, Counter[str]] = defaultdict(Counter)
        self._answers: Counter[tuple[str, str, int]] = Counter()

    def __call__(self, now: Aftermath) -> None:
        for event in now.events:
            self._happened[event["ticket_id"]][event["kind"]] += 1
        for mail in now.mails:
            if mail["recipient"] in SUPERUSERS and mail["ticket_id"] is not None:
                self._is_news(mail)
            if mail["mail_id"] is not None and mail["kind"] not in ("held_gist",):
                self._is_said_once(mail)
        same = Counter((mail["recipient"], mail["kind"], mail["mail_id"], mail["words"]) for mail in now.mails)
        twice = [each[:3] for each, times in same.items() if times > 1]
        hold("no move tells a thing twice", twice, true=not twice)
        for ticket_id in {event["ticket_id"] for event in now.events}:
            self._reaches(now, ticket_id)

    def _is_news(self, mail: Row) -> None:
        told, kind = self._told[mail["ticket_id"], mail["recipient"]], mail["kind"]
        told[kind] += 1
        who = f"{mail['recipient']} was told {kind} of ticket {mail['ticket_id']} {told[kind]} times"
        hold("some things are told once", who, true=kind not in ONCE_EVER or told[kind] == 1)
        if kind in NEWS_OF:
            times = sum(self._happened[mail["ticket_id"]][event] for event in NEWS_OF[kind])
            hold("what is told has happened", f"{who}, and it happened {times} times", true=told[kind] <= times)

    def _is_said_once(self, mail: Row) -> None:
        answer = (mail["recipient"], mail["kind"], mail["mail_id"])
        self._answers[answer] += 1
        hold("a mail is answered once", answer, true=self._answers[answer] == 1)

    @staticmethod
    def _reaches(now: Aftermath, ticket_id: int) -> None:
        events = [event for event in now.events_of(ticket_id) if event["actor"].startswith("specialist:")]
        happened = {event["kind"] for event in events}
        told = {mail["recipient"] for mail in now.mails if mail["ticket_id"] == ticket_id}
        if happened & NEWS:
            unheard = now.concerned_before.get(ticket_id, frozenset()) - told
            hold("news reach whom they concern", (ticket_id, happened, unheard), true=not unheard)
        elif happened and happened <= SILENT and now.deed.author in SPECIALISTS:
            heard = told & set(SUPERUSERS)
            hold("what the desk does for itself is not told", (ticket_id, happened, heard), true=not heard)

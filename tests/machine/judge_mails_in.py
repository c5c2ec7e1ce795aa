"""Nothing is lost: every mail that ever came is in exactly one ticket with its words, or held, or stored; and whole.

What is held is decided by those who may, and goes by itself once it is paid.
"""

from collections import defaultdict

from tests.machine.aftermath import Aftermath, Row, hold, house_of
from tests.machine.office import STRANGERS, SUPERUSERS, Deed

IN_A_TICKET, NOT_IN_ONE = {"ticket", "joined"}, {"held", "stored", "quarantined"}


class NothingIsLost:
    """Knows every mail that was posted, and for whom people let it in."""

    def __init__(self) -> None:
        self._mails: dict[int, Deed] = {}
        self._let_in: dict[int, set[str]] = defaultdict(set)

    def __call__(self, now: Aftermath) -> None:
        deed = now.deed
        if deed.mail_id is not None:
            self._mails.setdefault(deed.mail_id, deed)
        for mail_id, code in deed.decides:
            self._let_in[mail_id].add(code)
        said: dict[int, list[Row]] = defaultdict(list)
        for message in now.messages:
            said[message["mail_id"]].append(message)
        for mail_id, sent in self._mails.items():
            self._is_somewhere(now, mail_id, said[mail_id])
            for message in said[mail_id]:
                self._is_whole(now, sent, message)
        if deed.mail_id is not None:
            self._came_where_it_should(now, now.received[deed.mail_id])

    def _is_somewhere(self, now: Aftermath, mail_id: int, messages: list[Row]) -> None:
        row = now.received.get(mail_id)
        hold("no mail is gone", (mail_id, self._mails[mail_id]), true=row is not None)
        assert row is not None
        hold("every mail is dealt with", row, true=row["outcome"] in IN_A_TICKET | NOT_IN_ONE)
        wanted = 1 if row["outcome"] in IN_A_TICKET else 0
        where = f"mail {mail_id}, {row['outcome']}, is in {len(messages)} tickets"
        hold("a mail is in one ticket, or none", where, true=len(messages) == wanted)

    def _is_whole(self, now: Aftermath, sent: Deed, message: Row) -> None:
        words, mail_id = (message["full_text"] or "") + message["text"], message["mail_id"]
        hold("a mail's words are in its message", mail_id, true=not sent.mark or sent.mark in words)
        code = now.code(message["ticket_id"])
        where = f"mail {mail_id} of {sent.author} is in ticket {message['ticket_id']} of {code}"
        let_in = code in self._let_in[mail_id]
        foreign = sent.author in SUPERUSERS and SUPERUSERS[sent.author] != code
        hold("a mail is in its customer's ticket", where, true=let_in or not foreign)
        hold("a stranger's mail is in no ticket", where, true=let_in or sent.author not in STRANGERS)

    def _came_where_it_should(self, now: Aftermath, row: Row) -> None:
        """A SuperUser's mail that is not forged is a ticket, or joins the one that it names; if they have paid."""
        deed = now.deed
        late = SUPERUSERS.get(deed.author) in now.late
        hold("support rests while a payment is late", (row, deed), true=not (late and row["outcome"] in IN_A_TICKET))
        if not deed.honest:
            return
        if late:
            cause = now.held.get(row["id"], {}).get("cause")
            told = [mail["kind"] for mail in now.mails if mail["recipient"] == deed.author]
            hold("a late payer's mail waits", (row, deed), true=row["outcome"] == "held" and cause == "overdue")
            hold("a late payer is told why", deed, true=told == ["overdue"] or row["unanswered"])
            return
        hold("who may write is heard", (row, deed), true=row["outcome"] in IN_A_TICKET)
        astray = deed.joins is not None and row["ticket_id"] != deed.joins
        hold("a reply joins what it names", (row, deed), true=not astray)


class HeldMail:
    """Held mail is decided by those who may; what waits for a payment goes when that has come, and becomes a ticket."""

    def __init__(self) -> None:
        self._honest: set[int] = set()
        self._decides: dict[int, set[int]] = defaultdict(set)

    def __call__(self, now: Aftermath) -> None:
        deed = now.deed
        if deed.honest and deed.mail_id is not None:
            self._honest.add(deed.mail_id)
        if deed.mail_id is not None:
            self._decides[deed.mail_id] = {mail_id for mail_id, _ in deed.decides}
        decided = self._decided_now(now)
        for mail_id, held in now.held.items():
            before = now.held_before.get(mail_id)
            if before is not None and before["state"] != held["state"]:
                paid = self._is_paid(now, before)
                what = (before["state"], held["state"], held["decided_by"], deed)
                comes_back = held["state"] == "held"  # released, and the cause is there again
                hold("held mail is decided by those who may", what, true=mail_id in decided or paid or comes_back)
            if deed.clock and held["state"] == "held" and held["cause"] == "overdue":
                code = now.codes[held["customer_id"]]
                hold("what is paid waits no more", (mail_id, code), true=code in now.late)
            if held["state"] == "released" and held["decided_by"] == "payment" and mail_id in self._honest:
                row = now.received[mail_id]
                hold("what waited for a payment is heard", row, true=row["outcome"] in IN_A_TICKET)

    def _decided_now(self, now: Aftermath) -> set[int]:
        """By this move; or by a mail that waited itself, and is heard in this move."""
        decided = {mail_id for mail_id, _ in now.deed.decides}
        return decided.union(*(self._decides[mail_id] for mail_id in now.heard))

    @staticmethod
    def _is_paid(now: Aftermath, held: Row) -> bool:
        code = now.codes.get(held["customer_id"] or 0)
        return now.deed.clock and held["cause"] == "overdue" and code not in now.late


def may_become_of(author: str, address: str) -> str:
    """The customer as whose a held mail goes on, where a specialist names a SuperUser or nobody."""
    return SUPERUSERS.get(address, "") if address else house_of(author)

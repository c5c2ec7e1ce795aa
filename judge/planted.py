"""Bugs for the judge to find, put into the daemon while it starts: ``python -m judge.planted BUG … --config X serve``.

Each is a mistake that somebody could make, and touches no file of the product. ``trials`` says who must find it.
"""

import secrets
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Engine, event

import mailgate.app
from mailgate.domain.mail import Accepted, MailId
from mailgate.domain.outgoing import Deferred, Delivered, Failed
from mailgate.ingest import imap_fetcher, imap_session, mail_transactions, parser_pool, replies, smtp_listener
from mailgate.notify import sender, submission
from mailgate.store import database, outbox, ports, sending, spool

Plant = Callable[[], None]
BUGS: dict[str, Plant] = {}


def _bug(plant: Plant) -> Plant:
    BUGS[plant.__name__] = plant
    return plant


def plant(name: str) -> None:
    """Put this bug in. Raises ``KeyError`` for a name that there is not."""
    BUGS[name]()


def _after_each_connect(statement: str) -> None:
    real = database._sqlite_engine

    def engine(url: str) -> Engine:
        made = real(url)
        event.listen(made, "connect", lambda connection, _record: connection.execute(statement))
        return made

    database._sqlite_engine = engine


@_bug
def commits_without_fsync() -> None:
    """SQLite's NORMAL: a kill cannot tell it from FULL, a power cut can."""
    _after_each_connect("PRAGMA synchronous=NORMAL")


@_bug
def begins_deferred() -> None:
    """A transaction that reads first and then writes fails at once when somebody else has written meanwhile."""
    real = Connection.exec_driver_sql

    def deferred(self: Any, statement: str, *arguments: Any, **more: Any) -> Any:
        return real(self, statement.replace("BEGIN IMMEDIATE", "BEGIN"), *arguments, **more)

    Connection.exec_driver_sql = deferred


@_bug
def says_250_before_the_commit() -> None:
    def early(self: Any, mail: Any) -> str:
        threading.Timer(0.02, self._spool.put, [mail]).start()
        return "250 2.0.0 Ok: kept as 0"

    mail_transactions.MailTransactions._keep = early


@_bug
def flags_before_the_commit() -> None:
    real = imap_fetcher.ImapFetcher._content

    def content(self: Any, session: Any, position: Any, mail: Any) -> Any:
        answer = real(self, session, position, mail)
        session.mark([mail.uid])
        return answer

    imap_fetcher.ImapFetcher._content = content


@_bug
def moves_the_cursor_before_the_commit() -> None:
    real = imap_fetcher.ImapFetcher._content

    def content(self: Any, session: Any, position: Any, mail: Any) -> Any:
        answer = real(self, session, position, mail)
        self._spool._database.commit_together(lambda uow: uow.spool.advance(position))
        return answer

    imap_fetcher.ImapFetcher._content = content


@_bug
def takes_each_copy_for_a_new_mail() -> None:
    spool.dedupe_key = lambda _envelope: secrets.token_hex(32)


@_bug
def answers_outside_the_tickets_transaction() -> None:
    waiting: list[tuple[tuple[Any, ...], dict[str, Any]]] = []
    add, claim = outbox.OutboxTable.add, ports.SharedOutbox.claim_due

    def later(_self: Any, *arguments: Any, **more: Any) -> bool:
        waiting.append((arguments, more))
        return True

    def first_what_waits(self: Any, now: Any, limit: int) -> Any:
        while waiting:
            arguments, more = waiting.pop(0)
            self._database.commit_together(lambda uow: add(uow.outbox, *arguments, **more))  # noqa: B023
        return claim(self, now, limit)

    outbox.OutboxTable.add = later
    ports.SharedOutbox.claim_due = first_what_waits


def _says_yes_without_a_mark(self: Any, _queued: Any, now: Any, *, ended: Any = ()) -> bool:
    self.record(ended, now)
    return True


@_bug
def sends_before_the_mark() -> None:
    """The mark is made after all, but when the dot has gone out and was answered."""
    mark, record = ports.SharedOutbox.mark, ports.SharedOutbox.record

    def marked_then(self: Any, ended: Any, now: Any) -> None:
        for queued, _outcome in ended:
            mark(self, queued, now)
        record(self, ended, now)

    ports.SharedOutbox.mark = _says_yes_without_a_mark
    ports.SharedOutbox.record = marked_then


@_bug
def records_before_it_sends() -> None:
    send = sender.Sender._outcome

    def recorded(self: Any, queued: Any) -> Any:
        self._ledger._outbox.record([(queued, Delivered(response="250"))], self._ledger._clock())
        return send(self, queued)

    ports.SharedOutbox.mark = _says_yes_without_a_mark
    sender.Sender._outcome = recorded


@_bug
def resends_doubtful_mails_silently() -> None:
    real = sending.SendingTable._take_over

    def all_as_if_unmarked(self: Any, claimed: Any, policy: Any, now: Any) -> Any:
        unmarked = [_Unmarked(row.id) for row in claimed]
        return real(self, unmarked, policy, now)

    sending.SendingTable._take_over = all_as_if_unmarked


class _Unmarked:
    marked_at = None

    def __init__(self, outbox_id: int) -> None:
        self.id = outbox_id


@_bug
def leaves_claims_of_the_dead() -> None:
    """What a killed daemon had in hand waits until its lease is over."""
    spool.SpoolTable.end_leases = lambda _self: 0


@_bug
def refuses_for_good_when_it_is_in_trouble() -> None:
    replies.LOCAL_TROUBLE = "554 5.3.0 Local trouble"


@_bug
def swallows_what_goes_wrong_in_a_commit() -> None:
    real = ports.SharedSpool.put

    def brave(self: Any, *arguments: Any) -> Accepted:
        try:
            return real(self, *arguments)
        except Exception:  # noqa: BLE001 - that is the bug
            return Accepted(mail_id=MailId(0), duplicate=False)

    ports.SharedSpool.put = brave


@_bug
def takes_a_part_for_the_whole() -> None:
    """What came of a mail when the connection broke is kept as if it were all."""
    real = imap_session.ImapSession._piece
    imap_session._SLICE = 64

    def what_there_is(self: Any, uid: int, item: str, *, length: int) -> bytes | None:
        try:
            return real(self, uid, item, length=length)
        except Exception:  # noqa: BLE001 - that is the bug
            return b""

    imap_session.ImapSession._piece = what_there_is


@_bug
def takes_a_new_folder_for_the_old_one() -> None:
    def last_uid(self: Any, mailbox: str, folder: str, uidvalidity: int) -> int:
        row = self._session.get(spool.ImapCursorRow, (mailbox, folder))
        return row.last_uid if row is not None else 0

    spool.SpoolTable.last_uid = last_uid


@_bug
def gives_up_at_the_first_no() -> None:
    real = submission.outcome_of

    def final(code: int, text: bytes, *, at: str) -> Any:
        outcome = real(code, text, at=at)
        return Failed(diagnostic=outcome.diagnostic) if isinstance(outcome, Deferred) else outcome

    submission.outcome_of = final


@_bug
def lets_a_second_daemon_in() -> None:
    """It frees what the first has claimed, before it finds that the port is taken."""
    mailgate.app._only_one.__enter__ = lambda self: setattr(self, "_file", self._path.open("a"))


@_bug
def tries_poison_for_ever() -> None:
    parser_pool._DEATHS_ALLOWED = 10**9


@_bug
def takes_its_time_to_stop() -> None:
    real = smtp_listener.SmtpListener.drain

    def slowly(self: Any, seconds: float) -> None:
        time.sleep(12)
        real(self, seconds)

    smtp_listener.SmtpListener.drain = slowly


@_bug
def mints_an_id_for_each_try() -> None:
    real = ports.SharedOutbox.claim_due

    def renamed(self: Any, now: Any, limit: int) -> Any:
        claimed = real(self, now, limit)
        return [_renamed(queued) for queued in claimed]

    ports.SharedOutbox.claim_due = renamed


def _renamed(queued: Any) -> Any:
    old = queued.mail.message_id
    new = old.replace("@", f".{queued.attempts}@") if queued.attempts > 1 else old
    content = queued.mail.content.replace(old.encode(), new.encode())
    return replace(queued, mail=replace(queued.mail, message_id=new, content=content))


if __name__ == "__main__":
    at = sys.argv.index("--config")
    for name in sys.argv[1:at]:
        plant(name)
    from mailgate.cli import run

    sys.exit(run(sys.argv[at:]))

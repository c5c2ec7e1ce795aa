"""Bugs of whoever answers and sends. See ``planted``."""

from dataclasses import replace
from typing import Any

from judge.bugs import bug, put
from mailgate.domain.outgoing import Deferred, Delivered, Failed
from mailgate.notify import sender, submission
from mailgate.notify.replies import outcome_of
from mailgate.store import outbox, ports, sending


@bug
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

    put(outbox.OutboxTable, "add", later)
    put(ports.SharedOutbox, "claim_due", first_what_waits)


def _says_yes_without_a_mark(self: Any, _queued: Any, now: Any, *, ended: Any = ()) -> bool:
    self.record(ended, now)
    return True


@bug
def sends_before_the_mark() -> None:
    """The mark is made after all, but when the dot has gone out and was answered."""
    mark, record = ports.SharedOutbox.mark, ports.SharedOutbox.record

    def marked_then(self: Any, ended: Any, now: Any) -> None:
        for queued, _outcome in ended:
            mark(self, queued, now)
        record(self, ended, now)

    put(ports.SharedOutbox, "mark", _says_yes_without_a_mark)
    put(ports.SharedOutbox, "record", marked_then)


@bug
def records_before_it_sends() -> None:
    send = sender.Sender._outcome

    def recorded(self: Any, queued: Any) -> Any:
        self._ledger._outbox.record([(queued, Delivered(response="250"))], self._ledger._clock())
        return send(self, queued)

    put(ports.SharedOutbox, "mark", _says_yes_without_a_mark)
    put(sender.Sender, "_outcome", recorded)


@bug
def resends_doubtful_mails_silently() -> None:
    real = sending.SendingTable._take_over

    def all_as_if_unmarked(self: Any, claimed: Any, policy: Any, now: Any) -> Any:
        unmarked = [_Unmarked(row.id) for row in claimed]
        return real(self, unmarked, policy, now)

    put(sending.SendingTable, "_take_over", all_as_if_unmarked)


class _Unmarked:
    marked_at = None

    def __init__(self, outbox_id: int) -> None:
        self.id = outbox_id


@bug
def mints_an_id_for_each_try() -> None:
    real = ports.SharedOutbox.claim_due

    def renamed(self: Any, now: Any, limit: int) -> Any:
        claimed = real(self, now, limit)
        return [_renamed(queued) for queued in claimed]

    put(ports.SharedOutbox, "claim_due", renamed)


def _renamed(queued: Any) -> Any:
    old = queued.mail.message_id
    new = old.replace("@", f".{queued.attempts}@") if queued.attempts > 1 else old
    content = queued.mail.content.replace(old.encode(), new.encode())
    return replace(queued, mail=replace(queued.mail, message_id=new, content=content))


@bug
def gives_up_at_the_first_no() -> None:
    def final(code: int, text: bytes, *, at: str) -> Any:
        outcome = outcome_of(code, text, at=at)
        return Failed(diagnostic=outcome.diagnostic) if isinstance(outcome, Deferred) else outcome

    put(submission, "outcome_of", final)

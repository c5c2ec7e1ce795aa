import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import structlog

from mailgate import crash_points
from mailgate.domain.outgoing import (
    Deferred,
    Delivered,
    DeliveryOutcome,
    Failed,
    OutboxId,
    QueuedMail,
    Uncertain,
    Untried,
)
from mailgate.domain.ports import Ended, Mark
from mailgate.notify import dispatcher, in_hand, ledger, sender
from mailgate.notify.dispatcher import Dispatcher
from tests.support.outgoing_mails import a_queued_mail

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


class MemoryOutbox:
    """Hands out each mail once; ``trouble`` runs before each step, with its name, and may raise."""

    def __init__(self, *mails: QueuedMail) -> None:
        self.waiting = list(mails)
        self.expected = len(mails)
        self.recorded: list[tuple[OutboxId, DeliveryOutcome]] = []
        self.marked: list[OutboxId] = []
        self.limits: list[int] = []
        self.trouble: Callable[[str], object] = lambda _step: None
        self.all_ended, self.asked = threading.Event(), threading.Event()

    def claim_due(self, now: datetime, limit: int) -> Sequence[QueuedMail]:
        assert now == NOW
        self.trouble("claim")
        self.limits.append(limit)
        claimed, self.waiting = self.waiting[:limit], self.waiting[limit:]
        self.asked.set()
        return claimed

    def mark(self, queued: QueuedMail, now: datetime, *, ended: Sequence[Ended] = ()) -> bool:
        assert now == NOW
        self.trouble("mark")
        self._note(ended)
        self.marked.append(queued.outbox_id)
        return True

    def record(self, ended: Sequence[Ended], now: datetime) -> None:
        assert now == NOW
        self.trouble("record")
        self._note(ended)

    def _note(self, ended: Sequence[Ended]) -> None:
        self.recorded.extend((queued.outbox_id, outcome) for queued, outcome in ended)
        if len(self.recorded) >= self.expected:
            self.all_ended.set()


class MemoryTransport:
    """Marks, and answers with ``outcome``; each sender's own, as far as ``close`` goes."""

    def __init__(self, outcome: Callable[[QueuedMail], DeliveryOutcome] = lambda _mail: Delivered()) -> None:
        self.outcome = outcome
        self.sent: list[OutboxId] = []
        self.marks = True
        self.closed = 0

    def send(self, queued: QueuedMail, mark: Mark) -> DeliveryOutcome:
        self.sent.append(queued.outbox_id)
        if self.marks:
            try:
                mark()
            except Exception as error:  # noqa: BLE001  as the real one does
                return Untried(diagnostic=f"it could not be marked: {type(error).__name__}")
        return self.outcome(queued)

    def close(self) -> None:
        self.closed += 1


@contextmanager
def running(outbox: MemoryOutbox, transport: MemoryTransport, *, connections: int = 1) -> Iterator[threading.Event]:
    """A dispatcher at work, which has ended when the block is left; its ``wake``."""
    stop, wake = threading.Event(), threading.Event()
    loop = Dispatcher(outbox, lambda: transport, clock=lambda: NOW, wake=wake, connections=connections)
    work = threading.Thread(target=loop.run, args=(stop,))
    work.start()
    try:
        yield wake
    finally:
        stop.set()
        wake.set()
        work.join(30)
    assert not work.is_alive()


def run_until_all_ended(
    outbox: MemoryOutbox, transport: MemoryTransport, *, connections: int = 1
) -> list[dict[str, object]]:
    """Let a dispatcher work until all has come to an end; its log."""
    with structlog.testing.capture_logs() as logs, running(outbox, transport, connections=connections):
        assert outbox.all_ended.wait(30)
    return [dict(entry) for entry in logs]


def mails(count: int) -> list[QueuedMail]:
    """Each to somebody else."""
    return [a_queued_mail(number, rcpt_to=f"anna{number}@kund.example") for number in range(count)]


@pytest.mark.parametrize("connections", [1, 4])
def test_every_mail_is_sent_once_and_recorded(connections: int) -> None:
    outbox, transport = MemoryOutbox(*mails(250)), MemoryTransport()
    run_until_all_ended(outbox, transport, connections=connections)
    assert sorted(transport.sent) == list(range(250))
    assert sorted(outbox.recorded) == [(OutboxId(number), Delivered()) for number in range(250)]
    assert sorted(outbox.marked) == list(range(250))
    assert max(outbox.limits) <= 100
    assert 1 <= transport.closed <= connections


def test_mails_to_one_person_go_out_in_their_order_whatever_the_number_of_connections() -> None:
    outbox, transport = MemoryOutbox(*map(a_queued_mail, range(30))), MemoryTransport()
    run_until_all_ended(outbox, transport, connections=4)
    assert transport.sent == list(range(30))


@pytest.mark.parametrize(
    ("outcome", "event", "level"),
    [
        (Delivered(response="250 ok for anna@kund.example"), "outbox_sent", "info"),
        (Deferred(diagnostic="450 anna@kund.example is busy"), "outbox_deferred", "warning"),
        (Failed(diagnostic="550 no anna@kund.example here"), "outbox_failed", "error"),
        (Uncertain(diagnostic="uncertain: anna@kund.example"), "outbox_uncertain", "error"),
    ],
)
def test_what_came_of_it_is_passed_on_and_told_without_addresses(
    outcome: DeliveryOutcome, event: str, level: str
) -> None:
    outbox = MemoryOutbox(a_queued_mail(7))
    logs = run_until_all_ended(outbox, MemoryTransport(lambda _mail: outcome))
    assert outbox.recorded == [(7, outcome)]
    told = [entry for entry in logs if entry["event"] == event]
    assert [(entry["outbox"], entry["kind"], entry["log_level"]) for entry in told] == [(7, "receipt", level)]
    assert "@" not in repr(logs)


def test_a_mail_that_was_sent_is_recorded_however_long_that_takes_and_not_sent_again() -> None:
    outbox, transport = MemoryOutbox(a_queued_mail(1)), MemoryTransport()
    troubles = iter([True, True])

    def locked(step: str) -> None:
        if step == "record" and next(troubles, False):
            raise RuntimeError("database is locked by anna@kund.example")

    outbox.trouble = locked
    logs = run_until_all_ended(outbox, transport)
    assert transport.sent == [1]
    assert outbox.recorded == [(1, Delivered())]
    assert [entry["error"] for entry in logs if entry["event"] == "outbox_trouble"] == ["RuntimeError"] * 2


def test_a_mail_that_cannot_be_marked_is_given_back_and_keeps_no_others_outcome() -> None:
    outbox, transport = MemoryOutbox(*mails(2)), MemoryTransport()
    troubles = iter([False, True])

    def locked(step: str) -> None:
        if step == "mark" and next(troubles, False):
            raise RuntimeError("database is locked")

    outbox.trouble = locked
    run_until_all_ended(outbox, transport)
    assert outbox.recorded == [(0, Delivered()), (1, Untried(diagnostic="it could not be marked: RuntimeError"))]


def test_an_outbox_in_trouble_is_asked_again() -> None:
    outbox, transport = MemoryOutbox(a_queued_mail()), MemoryTransport()
    troubles = iter([True, True])

    def gone(step: str) -> None:
        if step == "claim" and next(troubles, False):
            raise ConnectionError("the database is gone")

    outbox.trouble = gone
    run_until_all_ended(outbox, transport)
    assert transport.sent == [1]


@pytest.mark.parametrize(("marks", "left"), [(False, Deferred), (True, Uncertain)])
def test_a_transport_that_breaks_its_word_costs_one_mail_one_attempt_or_leaves_a_doubt(
    marks: bool, left: type[Deferred | Uncertain]
) -> None:
    def broken(mail: QueuedMail) -> DeliveryOutcome:
        if mail.outbox_id == 1:
            raise ValueError("a bug")
        return Delivered()

    outbox, transport = MemoryOutbox(a_queued_mail(1), a_queued_mail(2)), MemoryTransport(broken)
    transport.marks = marks
    run_until_all_ended(outbox, transport)
    assert outbox.recorded == [(1, left(diagnostic="unexpected: ValueError")), (2, Delivered())]


def test_a_mail_that_takes_long_holds_up_no_other() -> None:
    answered = threading.Event()

    def slow(mail: QueuedMail) -> DeliveryOutcome:
        if mail.outbox_id == 0:
            answered.wait(30)
        return Delivered()

    outbox, transport = MemoryOutbox(*mails(20)), MemoryTransport(slow)
    outbox.expected = 19
    with running(outbox, transport, connections=2):
        assert outbox.all_ended.wait(30)
        assert 0 not in [number for number, _ in outbox.recorded]
        answered.set()
    assert outbox.recorded[-1] == (0, Delivered())


def test_slow_mails_get_stand_ins_and_their_domain_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(in_hand, "SLOW_AFTER", 0.05)
    answered = threading.Event()

    def slow(mail: QueuedMail) -> DeliveryOutcome:
        if mail.mail.rcpt_to.endswith("@slow.example"):
            answered.wait(30)
        return Delivered()

    to_slow = [a_queued_mail(number, rcpt_to=f"anna{number}@slow.example") for number in range(100, 105)]
    outbox, transport = MemoryOutbox(*to_slow, *mails(5)), MemoryTransport(slow)
    outbox.expected = 8
    with running(outbox, transport, connections=2):
        assert outbox.all_ended.wait(30)
        ended = dict(outbox.recorded)
        answered.set()
    assert {number for number, outcome in ended.items() if outcome == Delivered()} == set(range(5))
    held_up = [outcome for outcome in ended.values() if isinstance(outcome, Untried)]
    assert [outcome.wait for outcome in held_up] == [timedelta(minutes=1)] * 3


def test_where_nobody_gets_through_the_attempt_counts() -> None:
    outbox, transport = (
        MemoryOutbox(a_queued_mail(1)),
        MemoryTransport(lambda _mail: Untried(diagnostic="no connection")),
    )
    transport.marks = False
    run_until_all_ended(outbox, transport, connections=4)
    assert outbox.recorded == [(1, Deferred(diagnostic="no connection"))]


def test_a_server_that_allows_one_connection_gets_all_mails_over_that_one() -> None:
    inside = threading.Lock()
    first_is_through = threading.Event()

    def only_one(_mail: QueuedMail) -> DeliveryOutcome:
        if not inside.acquire(blocking=False):
            return Untried(diagnostic="421 too many connections")
        try:
            first_is_through.wait(0.005)
            return Delivered()
        finally:
            inside.release()

    outbox, transport = MemoryOutbox(*mails(1)), MemoryTransport(only_one)
    transport.marks = False
    with running(outbox, transport, connections=4) as wake:
        assert outbox.all_ended.wait(30)
        outbox.all_ended.clear()
        outbox.expected = 41
        outbox.waiting.extend(a_queued_mail(n, rcpt_to=f"bo{n}@kund.example") for n in range(1, 41))
        wake.set()
        assert outbox.all_ended.wait(30)
    assert sorted(outbox.recorded) == [(OutboxId(number), Delivered()) for number in range(41)]


def test_what_was_claimed_and_not_tried_is_given_back_at_the_end() -> None:
    begun, answered = threading.Event(), threading.Event()

    def slow(_mail: QueuedMail) -> DeliveryOutcome:
        begun.set()
        answered.wait(30)
        return Delivered()

    outbox, transport = MemoryOutbox(*map(a_queued_mail, range(3))), MemoryTransport(slow)
    with running(outbox, transport):
        assert begun.wait(30)
        threading.Timer(0.1, answered.set).start()
    assert sorted(outbox.recorded, key=lambda ended: ended[0]) == [(0, Delivered()), (1, Untried()), (2, Untried())]
    assert transport.closed == 1


def test_the_end_comes_even_while_the_outbox_is_in_trouble() -> None:
    outbox, transport = MemoryOutbox(a_queued_mail(1), a_queued_mail(2)), MemoryTransport()
    tried = threading.Event()

    def gone(step: str) -> None:
        if step == "record":
            tried.set()
            raise ConnectionError

    outbox.trouble = gone
    with structlog.testing.capture_logs() as logs, running(outbox, transport):
        assert tried.wait(30)
    assert [entry["event"] for entry in logs][-1] == "outbox_unrecorded"


def test_crash_points_are_passed_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    passed: list[str] = []

    def note(name: str) -> None:
        assert name in crash_points.CRASH_POINTS
        passed.append(name)

    for module in (dispatcher, sender, ledger):
        monkeypatch.setattr(module, "crash_point", note)
    outbox = MemoryOutbox(a_queued_mail(1))
    outbox.trouble = passed.append
    transport = MemoryTransport(lambda _mail: passed.append("sent") or Delivered())  # type: ignore[func-returns-value]
    run_until_all_ended(outbox, transport)
    in_order = ["claim", "outbox.claimed", "mark", "sent", "outbox.answered", "record", "outbox.recorded"]
    assert [step for step in passed if step != "claim"] == in_order[1:]
    assert passed[0] == "claim"


def test_a_new_mail_does_not_wait_for_the_next_look() -> None:
    outbox = MemoryOutbox()
    outbox.expected = 1
    with running(outbox, MemoryTransport()) as wake:
        assert outbox.asked.wait(30)
        outbox.waiting.append(a_queued_mail())
        wake.set()
        assert outbox.all_ended.wait(30)

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import pytest
import structlog

from mailgate import crash_points
from mailgate.domain.outgoing import Deferred, Delivered, DeliveryOutcome, Failed, OutboxId, QueuedMail, Uncertain
from mailgate.domain.ports import Mark
from mailgate.notify import dispatcher
from mailgate.notify.dispatcher import Dispatcher
from tests.support.outgoing_mails import a_queued_mail

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


class MemoryOutbox:
    """Hands out each mail once; ``trouble`` runs before each step, with its name, and may raise."""

    def __init__(self, *mails: QueuedMail) -> None:
        self.waiting = list(mails)
        self.recorded: list[tuple[OutboxId, DeliveryOutcome]] = []
        self.marked: list[OutboxId] = []
        self.given_back: list[OutboxId] = []
        self.limits: list[int] = []
        self.trouble: Callable[[str], object] = lambda _step: None
        self.emptied = threading.Event()

    def claim_due(self, now: datetime, limit: int) -> Sequence[QueuedMail]:
        assert now == NOW
        self.trouble("claim")
        self.limits.append(limit)
        claimed, self.waiting = self.waiting[:limit], self.waiting[limit:]
        if not claimed:
            self.emptied.set()
        return claimed

    def mark(self, queued: QueuedMail, now: datetime) -> bool:
        assert now == NOW
        self.trouble("mark")
        self.marked.append(queued.outbox_id)
        return True

    def record(self, queued: QueuedMail, outcome: DeliveryOutcome, now: datetime) -> None:
        assert now == NOW
        self.trouble("record")
        self.recorded.append((queued.outbox_id, outcome))

    def give_back(self, queued: Sequence[QueuedMail]) -> None:
        self.trouble("give_back")
        self.given_back.extend(mail.outbox_id for mail in queued)


class MemoryTransport:
    """Answers with ``outcome``."""

    def __init__(self, outcome: Callable[[QueuedMail], DeliveryOutcome] = lambda _mail: Delivered()) -> None:
        self.outcome = outcome
        self.sent: list[OutboxId] = []
        self.marks = True
        self.closed = False

    def send(self, queued: QueuedMail, mark: Mark) -> DeliveryOutcome:
        self.sent.append(queued.outbox_id)
        if self.marks:
            mark()
        return self.outcome(queued)

    def close(self) -> None:
        self.closed = True


def run_until_empty(outbox: MemoryOutbox, transport: MemoryTransport) -> list[dict[str, object]]:
    """Let a dispatcher work until nothing waits; its log."""
    stop, wake = threading.Event(), threading.Event()
    work = threading.Thread(target=Dispatcher(outbox, transport, clock=lambda: NOW, wake=wake).run, args=(stop,))
    with structlog.testing.capture_logs() as logs:
        work.start()
        assert outbox.emptied.wait(30)
        stop.set()
        wake.set()
        work.join(30)
    assert not work.is_alive()
    return [dict(entry) for entry in logs]


def test_every_mail_is_sent_once_and_recorded() -> None:
    outbox, transport = MemoryOutbox(*map(a_queued_mail, range(45))), MemoryTransport()
    run_until_empty(outbox, transport)
    assert transport.sent == list(range(45))
    assert outbox.recorded == [(OutboxId(number), Delivered()) for number in range(45)]
    assert max(outbox.limits) <= 20
    assert transport.closed


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
    logs = run_until_empty(outbox, MemoryTransport(lambda _mail: outcome))
    assert outbox.recorded == [(7, outcome)]
    told = [entry for entry in logs if entry["event"] == event]
    assert [(entry["outbox"], entry["kind"], entry["log_level"]) for entry in told] == [(7, "receipt", level)]
    assert "@" not in repr(logs)


def test_a_mail_that_was_sent_is_recorded_however_long_that_takes_and_not_sent_again() -> None:
    outbox, transport = MemoryOutbox(a_queued_mail(1), a_queued_mail(2)), MemoryTransport()
    troubles = iter([True, True])

    def locked(step: str) -> None:
        if step == "record" and next(troubles, False):
            raise RuntimeError("database is locked by anna@kund.example")

    outbox.trouble = locked
    logs = run_until_empty(outbox, transport)
    assert transport.sent == [1, 2]
    assert [number for number, _ in outbox.recorded] == [1, 2]
    assert [entry["error"] for entry in logs if entry["event"] == "outbox_trouble"] == ["RuntimeError"] * 2


def test_an_outbox_in_trouble_is_asked_again() -> None:
    outbox, transport = MemoryOutbox(a_queued_mail()), MemoryTransport()
    troubles = iter([True, True])

    def gone(step: str) -> None:
        if step == "claim" and next(troubles, False):
            raise ConnectionError("the database is gone")

    outbox.trouble = gone
    run_until_empty(outbox, transport)
    assert transport.sent == [1]


def test_a_transport_that_breaks_its_word_costs_one_mail_one_attempt() -> None:
    def broken(mail: QueuedMail) -> DeliveryOutcome:
        if mail.outbox_id == 1:
            raise ValueError("a bug")
        return Delivered()

    outbox, transport = MemoryOutbox(a_queued_mail(1), a_queued_mail(2)), MemoryTransport(broken)
    transport.marks = False
    run_until_empty(outbox, transport)
    assert outbox.recorded == [(1, Deferred(diagnostic="unexpected: ValueError")), (2, Delivered())]


def test_a_transport_that_breaks_its_word_after_the_mark_leaves_a_doubt() -> None:
    def broken(_mail: QueuedMail) -> DeliveryOutcome:
        raise ValueError("a bug")

    outbox = MemoryOutbox(a_queued_mail(1))
    run_until_empty(outbox, MemoryTransport(broken))
    assert outbox.marked == [1]
    assert outbox.recorded == [(1, Uncertain(diagnostic="unexpected: ValueError"))]


def test_what_was_claimed_and_not_tried_is_given_back_at_the_end() -> None:
    stop = threading.Event()
    outbox = MemoryOutbox(*map(a_queued_mail, range(3)))
    transport = MemoryTransport(lambda _mail: stop.set() or Delivered())  # type: ignore[func-returns-value]
    Dispatcher(outbox, transport, clock=lambda: NOW, wake=threading.Event()).run(stop)
    assert outbox.recorded == [(0, Delivered())]
    assert outbox.given_back == [1, 2]
    assert transport.closed


def test_a_batch_that_takes_too_long_is_given_back_before_its_lease_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(0, 10_000, 50))
    monkeypatch.setattr(dispatcher.time, "monotonic", lambda: next(clock))
    outbox, transport = MemoryOutbox(*map(a_queued_mail, range(5))), MemoryTransport()
    stop, wake = threading.Event(), threading.Event()
    outbox.trouble = lambda step: stop.set() if step == "give_back" else None
    Dispatcher(outbox, transport, clock=lambda: NOW, wake=wake).run(stop)
    assert transport.sent == [0]
    assert outbox.given_back == [1, 2, 3, 4]


def test_the_end_comes_even_while_the_outbox_is_in_trouble() -> None:
    stop = threading.Event()
    outbox, transport = MemoryOutbox(a_queued_mail(1), a_queued_mail(2)), MemoryTransport()

    def gone(step: str) -> None:
        if step != "claim":
            stop.set()
            raise ConnectionError

    outbox.trouble = gone
    Dispatcher(outbox, transport, clock=lambda: NOW, wake=threading.Event()).run(stop)
    assert transport.sent == [1]


def test_crash_points_are_passed_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    passed: list[str] = []

    def note(name: str) -> None:
        assert name in crash_points.CRASH_POINTS
        passed.append(name)

    monkeypatch.setattr(dispatcher, "crash_point", note)
    outbox = MemoryOutbox(a_queued_mail(1), a_queued_mail(2))
    outbox.trouble = passed.append
    transport = MemoryTransport(lambda _mail: passed.append("send") or Delivered())  # type: ignore[func-returns-value]
    run_until_empty(outbox, transport)
    one = ["mark", "send", "outbox.answered", "record", "outbox.recorded"]
    assert passed[:12] == ["claim", "outbox.claimed", *one, *one]


def test_a_new_mail_does_not_wait_for_the_next_look() -> None:
    stop, wake, sent = threading.Event(), threading.Event(), threading.Event()
    outbox = MemoryOutbox()
    transport = MemoryTransport(lambda _mail: sent.set() or Delivered())  # type: ignore[func-returns-value]
    work = threading.Thread(target=Dispatcher(outbox, transport, clock=lambda: NOW, wake=wake).run, args=(stop,))
    work.start()
    assert outbox.emptied.wait(30)
    outbox.waiting.append(a_queued_mail())
    wake.set()
    assert sent.wait(30)
    stop.set()
    wake.set()
    work.join(30)

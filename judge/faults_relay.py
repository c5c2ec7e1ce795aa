"""Faults of the server that takes our mail, played by a scripted one. See ``faults``."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from judge.clients import send
from judge.oracle import Finding
from judge.told import mail
from judge.world import SUPERUSERS, World, wait_until
from tests.support.servers import free_ports
from tests.support.smtp_sink import DROP, SmtpSink

_LATER = "600"
"""Seconds by which the clock is set forward, so that what waits for its next try is due."""


def _one_mail(world: World) -> None:
    sent = world.told.begin("smtp")
    send(world.port, sent, mail(sent, sender=SUPERUSERS[0]), sender=SUPERUSERS[0])


def _states(world: World) -> Counter[str]:
    return Counter(row.state for row in world.database.outgoing())


def _run(world: World, until: Callable[[], bool], *, mails: int = 1, shift: str = "0", seconds: float = 15) -> bool:
    world.daemon.start(JUDGE_CLOCK_SHIFT=shift)
    world.daemon.wait_for_greeting()
    for _ in range(mails):
        _one_mail(world)
    came = wait_until(until, seconds=seconds)
    world.daemon.stop()  # no kill: that would leave doubts of its own
    return came


def every_answer(bugs: Sequence[str]) -> Iterator[Finding]:
    """4xx at every stage puts a mail off, and it comes later, once; 5xx is final for one recipient."""
    answers = [(stage, code) for stage in ("CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "DOT") for code in ("451", "421")]
    with SmtpSink() as relay, World(relay=relay.port, bugs=bugs) as world:
        for count, (stage, code) in enumerate(answers, start=1):
            relay.answer(stage, f"{code} 4.3.0 later")
            _run(world, lambda: "outbox_deferred" in world.log_tail()[-700:], seconds=5)
            came = _run(world, lambda: _states(world) == {"sent": 2 * count}, mails=0, shift=_LATER)  # noqa: B023
            copies = Counter(one.content for one in relay.mails)
            if not came or set(copies.values()) != {1}:
                yield Finding(promise="what is put off comes, once", about=f"{code} at {stage}: {_states(world)}")
                return
        relay.answer("RCPT", "550 5.1.1 nobody here")
        _run(world, lambda: _states(world) == {"failed": 1, "sent": 2 * len(answers) + 1})
        if _states(world) != {"failed": 1, "sent": 2 * len(answers) + 1}:
            yield Finding(promise="a refusal is one recipient's", about=str(_states(world)))


def lost_answer(bugs: Sequence[str]) -> Iterator[Finding]:
    """The relay takes a mail and drops the line: listed as uncertain, sent again once, and parked the next time."""
    with SmtpSink() as relay, World(relay=relay.port, bugs=bugs) as world:
        relay.answer("DOT", DROP)
        _run(world, lambda: _states(world)["uncertain"] == 1)
        listed = [row for row in world.database.outgoing() if row.doubts]
        if _states(world)["uncertain"] != 1 or str(listed[0].outbox_id) not in world.command(
            "outbox", "list", "--uncertain"
        ):
            yield Finding(promise="doubt is listed", about=str(_states(world)))
        relay.answer("DOT", DROP)
        _run(world, lambda: _states(world)["parked"] == 1, mails=0, shift=_LATER)
        copies = Counter(one.content for one in relay.mails)
        if _states(world) != {"parked": 1, "sent": 1} or sorted(copies.values()) != [1, 2]:
            yield Finding(promise="doubt is never repeated without end", about=f"{_states(world)} {copies.values()}")


def dead_relay(bugs: Sequence[str]) -> Iterator[Finding]:
    """Nobody listens: all mails wait, and go when somebody does."""
    (port,) = free_ports(1)
    with World(relay=port, bugs=bugs) as world:
        _run(world, lambda: "outbox_deferred" in world.log_tail())
        time.sleep(0.2)
        if _states(world)["failed"]:
            yield Finding(promise="what is put off comes, once", about="given up for a dead relay")
        relay = SmtpSink()
        relay.port = port
        with relay:
            _run(world, lambda: _states(world)["sent"] == 2, mails=0, shift=_LATER)
            if _states(world) != {"sent": 2} or len(relay.mails) != 2:
                yield Finding(promise="what is put off comes, once", about=f"dead relay: {_states(world)}")

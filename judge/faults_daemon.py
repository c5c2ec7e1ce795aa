"""Faults of the machine that the daemon runs on, and of what people do to it. See ``faults``."""

import resource
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager

from judge.clients import Load, send
from judge.oracle import Finding, Marks, findings, gathered
from judge.told import Sent, mail
from judge.world import SUPERUSERS, World

_DRAINED_WITHIN = 10.0


def disk_full(bugs: Sequence[str]) -> Iterator[Finding]:
    """Files can grow no more: a temporary no; as soon as there is room, everything goes on by itself."""
    with World(bugs=bugs) as world:
        _start(world)
        full = world.database.path.stat().st_size + 2**20
        resource.prlimit(world.daemon.pid, resource.RLIMIT_FSIZE, (full, resource.RLIM_INFINITY))
        waiting = [_hand_over(world, filling="x" * 200_000) for _ in range(12)]
        untaken = [(sent, content) for sent, content in waiting if not sent.is_ours_to_keep]
        if not untaken:
            yield Finding(promise="the fault happens", about="the disk was never full")
        resource.prlimit(world.daemon.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
        for sent, content in untaken:
            _until_taken(world, sent, content)
        yield from _at_rest(world, seconds=60)


@contextmanager
def _somebody_writes(world: World, *, hold: float, pause: float) -> Iterator[None]:
    """Another process, as far as SQLite can tell, writes into the same file: a table that only the judge knows."""
    stop = threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(world.database.path, isolation_level=None, timeout=30)) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS judge_was_here (n INTEGER)")
            while not stop.is_set():
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("INSERT INTO judge_was_here VALUES (1)")
                stop.wait(hold)
                connection.execute("COMMIT")
                stop.wait(pause)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def others_write_all_the_time(bugs: Sequence[str]) -> Iterator[Finding]:
    """Commands at the prompt write, too: who waits for its turn gets it, and no client is told to come back."""
    with World(bugs=bugs) as world:
        _start(world)
        with _somebody_writes(world, hold=0.01, pause=0.01):
            waiting = [_hand_over(world) for _ in range(40)]
        for sent, content in waiting:
            if sent.answers[0][1] != 250:
                yield Finding(promise="a turn is waited for", about=f"{sent.token}: {sent.answers[0][1]}")
            _until_taken(world, sent, content)
        yield from _at_rest(world)


def database_locked(bugs: Sequence[str]) -> Iterator[Finding]:
    """For longer than we wait: a temporary no, and nothing is lost."""
    with World(bugs=bugs) as world:
        _start(world)
        with _somebody_writes(world, hold=14.0, pause=1.0):
            time.sleep(0.3)
            sent, content = _hand_over(world)
        if sent.is_refused or sent.answers[0][1] == 250:
            yield Finding(promise="a locked database is a temporary no", about=str(sent.answers))
        _until_taken(world, sent, content)
        yield from _at_rest(world)


def clock_forward_and_back(bugs: Sequence[str]) -> Iterator[Finding]:
    """Ten days forward and back again between starts: nothing is lost, repeated or left lying."""
    with World(bugs=bugs) as world:
        waiting = []
        for shift in ("0", "864000", "-864000", "3600", "0"):
            world.daemon.start(JUDGE_CLOCK_SHIFT=shift)
            world.daemon.wait_for_greeting()
            waiting += [_hand_over(world) for _ in range(2)]
            if shift == "3600":  # what is not sent by then must not wait for an hour that comes again
                world.daemon.kill()
                continue
            for sent, content in waiting:  # all that ever came, once more
                send(world.port, sent, content, sender=SUPERUSERS[0])
            if not world.wait_until_done(15):
                yield Finding(promise="everything comes to an end", about=f"clock shifted by {shift} s")
            world.daemon.kill()
        yield from findings(gathered(world.database, world.told.all(), world.taken()))


def poison(bugs: Sequence[str]) -> Iterator[Finding]:
    """A mail that kills whoever reads it is put aside after three deaths; the others flow, and the daemon lives."""
    with World(bugs=bugs) as world:
        world.daemon.start(JUDGE_POISON="Giftig")
        world.daemon.wait_for_greeting()
        poisonous, _ = _hand_over(world, filling="Giftig")
        for _ in range(3):
            _hand_over(world)
        done = world.wait_until_done(25)
        states = {mail.token: mail.state for mail in world.database.mails()}
        aside = states.pop(poisonous.token, "lost")
        if aside != "quarantined" or not done or world.daemon.is_dead():
            yield Finding(promise="poison is put aside", about=f"{aside}, done: {done}")
        if set(states.values()) != {"settled"}:
            yield Finding(promise="poison holds up no other mail", about=str(states))


def sigterm_under_load(bugs: Sequence[str]) -> Iterator[Finding]:
    """Drained within ten seconds, and clients come back to the next daemon."""
    with World(bugs=bugs) as world:
        _start(world)
        load = Load(world)
        try:
            time.sleep(2)
            began = time.monotonic()
            code = world.daemon.stop()
            took = time.monotonic() - began
            if code != 0 or took > _DRAINED_WITHIN:
                yield Finding(promise="a stop takes ten seconds at most", about=f"{took:.1f} s, code {code}")
            _start(world)
            load.close()
        finally:
            load.close(seconds=0)
        yield from _at_rest(world)


def second_daemon(bugs: Sequence[str]) -> Iterator[Finding]:
    """One that is started beside it on the same folder is refused, and changes nothing."""
    with World(bugs=bugs) as world:
        _start(world)
        load = Load(world)
        try:
            time.sleep(0.5)
            for _ in range(4):
                with world.another_daemon() as another:
                    another.start_cold()
                    if another.wait() == 0:
                        yield Finding(promise="a second daemon is refused", about="it ran")
            load.close()
        finally:
            load.close(seconds=0)
        yield from _at_rest(world, marks=Marks())  # nobody was killed: nothing is in doubt


def _start(world: World) -> None:
    world.daemon.start()
    world.daemon.wait_for_greeting()


def _hand_over(world: World, *, filling: str = "") -> tuple[Sent, bytes]:
    sent = world.told.begin("smtp")
    content = mail(sent, sender=SUPERUSERS[0], filling=filling)
    send(world.port, sent, content, sender=SUPERUSERS[0])
    return sent, content


def _until_taken(world: World, sent: Sent, content: bytes) -> None:
    for _ in range(100):
        if sent.is_ours_to_keep or sent.is_refused:
            return
        time.sleep(0.1)
        send(world.port, sent, content, sender=SUPERUSERS[0])


def _at_rest(world: World, *, seconds: float = 30, marks: Marks | None = None) -> Iterator[Finding]:
    if not world.wait_until_done(seconds):
        yield Finding(promise="everything comes to an end", about=world.log_tail()[-600:])
    yield from findings(gathered(world.database, world.told.all(), world.taken(), marked=marks))

"""N random SIGKILLs of the real daemon under mixed load: nothing lost, nothing doubled but what was listed as doubtful.

Some kills fall while the daemon starts, some within a second of its greeting, most within a second of the first mail
that it sends. Each twentieth daemon is started by its own command line, the others are forked (``launch``). After each
kill, before the next start, what clients were told is compared with what the dead daemon left; in the end all is.
"""

import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import Any

from judge.clients import Load, seen_uids
from judge.oracle import Finding, Marks, findings, gathered
from judge.verdict import Verdict
from judge.world import World, wait_until

_UNGREETED, _AT_WORK = 0.15, 0.4
_LONGEST_START = 0.5
_LONGEST_WAIT = 2.0
_COLD_EVERY = 20
_ENOUGH = 20


class _Kills:
    """The daemon's deaths, and what is looked at after each."""

    def __init__(self, world: World, mailbox: Any) -> None:
        self._world = world
        self._mailbox = mailbox
        self._dice = random.Random(f"{world.seed}/kills")  # noqa: S311 - when to kill
        self._checked: set[str] = set()
        self._read_up_to = 0
        self.marks = Marks()
        self.found: list[Finding] = []
        self.while_starting = 0

    def one(self, number: int) -> None:
        """A short life, its end, and a look at what it left."""
        daemon = self._world.daemon
        before = daemon.log.stat().st_size if daemon.log.exists() else 0
        if number % _COLD_EVERY == _COLD_EVERY - 1:
            daemon.start_cold()
        else:
            daemon.start()
        self._let_live(self._dice.random())
        code = daemon.kill()
        with daemon.log.open("rb") as log:
            log.seek(before)
            self.while_starting += b'"serving"' not in log.read()
        if code != -9:
            self.found.append(Finding(promise="the daemon lives", about=f"ended with {code}: {self._world.log_tail()}"))
        self._look()

    def _let_live(self, kind: float) -> None:
        """Some die while they start, some at any instant of their first second, most of them amid their work."""
        if kind < _UNGREETED:
            time.sleep(0.005 + self._dice.random() * _LONGEST_START)
            return
        self._world.daemon.wait_for_greeting()
        if kind > _AT_WORK:
            before = len(self._world.sunk())
            wait_until(lambda: len(self._world.sunk()) > before, seconds=_LONGEST_WAIT)
        time.sleep(0.005 + self._dice.random())

    def _look(self) -> None:
        """What was promised before the kill must be there now, before anybody could make it good."""
        kept = self._world.told.kept("smtp")
        lost = kept - self._checked - self._world.database.tokens()
        self.found += [Finding(promise="250 comes after the commit", about=token) for token in sorted(lost)]
        self._checked |= kept
        self._look_at_flags()
        self.marks.look(self._world.database)

    def _look_at_flags(self) -> None:
        if self._mailbox is None:
            return
        seen = seen_uids(self._mailbox, self._read_up_to)
        unkept = self._world.told.by_uid(seen) - self._world.database.tokens()
        self.found += [Finding(promise="the flag comes after the commit", about=token) for token in sorted(unkept)]
        while self._read_up_to + 1 in seen:
            self._read_up_to += 1


def kill(*, kills: int = 1000, seed: int = 7, bugs: Sequence[str] = (), mailbox: bool = True) -> Verdict:
    """Kill so often; what was found."""
    with World(seed=seed, mailbox=mailbox, bugs=bugs) as world, ExitStack() as stack:
        client = stack.enter_context(world.dovecot.client()) if world.dovecot is not None else None
        deaths = _Kills(world, client)
        load = Load(world)
        try:
            for number in range(kills):
                deaths.one(number)
                if len(deaths.found) > _ENOUGH:
                    break
            world.daemon.start()
            world.daemon.wait_for_greeting()
            load.close()
        finally:
            load.close(seconds=0)
        done = world.wait_until_done(60)
        found = [*deaths.found, *_at_the_end(world, deaths, done=done)]
        world.daemon.stop()
        return Verdict(part="kill", seed=seed, findings=found, figures=_figures(world, deaths, kills))


def _at_the_end(world: World, deaths: _Kills, *, done: bool) -> Iterator[Finding]:
    if not done:
        yield Finding(promise="everything comes to an end", about=world.log_tail())
    yield from findings(gathered(world.database, world.told.all(), world.taken(), marked=deaths.marks))


def _figures(world: World, deaths: _Kills, kills: int) -> dict[str, int]:
    outgoing = world.database.outgoing()
    copies = Counter(one.message_id for one in world.taken())
    sent = world.told.all()
    return {
        "kills": kills,
        "killed_while_starting": deaths.while_starting,
        "mails_acknowledged": sum(one.is_ours_to_keep and one.door == "smtp" for one in sent),
        "mails_in_mailbox": sum(one.door == "imap" for one in sent),
        "tries_by_smtp": sum(len(one.answers) for one in sent if one.door == "smtp"),
        "mails_sent": len(outgoing),
        "in_doubt": sum(row.doubts > 0 for row in outgoing),
        "in_doubt_and_doubled": sum(copies[row.message_id] > 1 for row in outgoing if row.doubts),
        "in_doubt_and_never_gone_out": sum(not copies[row.message_id] for row in outgoing if row.doubts),
        "parked": sum(row.state == "parked" for row in outgoing),
    }

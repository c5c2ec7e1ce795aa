"""The daemon dies at every named point (``mailgate.crash_points``), on every way a mail takes; each must be hit.

At the first pass, and at the third, when other mails are on their way, too. Then it starts again, clients send again
what was not taken, and the oracle looks.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress

from judge.clients import deposit, send
from judge.oracle import Finding, Marks, findings, gathered
from judge.told import Sent, mail
from judge.verdict import Verdict
from judge.world import SUPERUSERS, World
from mailgate.crash_points import CRASH_POINTS

CLOCK_PATHS = ("due.", "round.")
_PATIENCE = 12.0


class Trial:
    """One world, in which the daemon dies again and again; each death is judged for itself."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.marks = Marks()
        self._known: set[Finding] = set()

    def death_at(self, point: str, nth: int) -> list[Finding]:
        """Die there at the n-th pass, start again, and see."""
        self.world.daemon.start(MAILGATE_CRASH=f"{point}:{nth}")
        self.world.daemon.wait_for_greeting()
        waiting = self._hand_over(2 if nth == 1 else nth + 1)
        died = self._wait_for_death()
        self.world.daemon.kill()
        self.marks.look(self.world.database)
        found = self.recovered(waiting)
        if not died:
            found.append(Finding(promise="each point is hit", about=f"{point}:{nth}"))
        return found

    def recovered(self, waiting: Iterable[tuple[Sent, bytes]], *, killed_only: bool = True) -> list[Finding]:
        """Start again, send again what was not taken, wait; and what is wrong that was not wrong before.

        Where more went wrong than a kill, mails of ours wait for their next try: so ten minutes have passed.
        """
        world = self.world
        world.daemon.start(JUDGE_CLOCK_SHIFT="0" if killed_only else "600")
        world.daemon.wait_for_greeting()
        for sent, content in waiting:
            while not sent.is_ours_to_keep and not sent.is_refused:
                send(world.port, sent, content, sender=SUPERUSERS[0])
        done = world.wait_until_done(_PATIENCE)
        world.daemon.kill()
        self.marks.look(self.world.database)
        now = set(self._findings(done=done, killed_only=killed_only))
        new = now - self._known
        self._known |= now
        return sorted(new, key=str)

    def _findings(self, *, done: bool, killed_only: bool) -> Iterator[Finding]:
        if not done:
            yield Finding(promise="everything comes to an end", about=self.world.log_tail()[-600:])
        marked = self.marks if killed_only else None
        yield from findings(gathered(self.world.database, self.world.told.all(), self.world.taken(), marked=marked))

    def _hand_over(self, count: int) -> list[tuple[Sent, bytes]]:
        """By SMTP and into the mailbox, some at once and some one by one."""
        world, handed = self.world, []
        if world.dovecot is not None:
            with suppress(OSError), world.dovecot.client() as mailbox:
                for _ in range(count):
                    deposit(mailbox, world.told)
        for number in range(count):
            sent = world.told.begin("smtp")
            content = mail(sent, sender=SUPERUSERS[0])
            handed.append((sent, content))
            if not world.daemon.is_dead():
                send(world.port, sent, content, sender=SUPERUSERS[0])
            if number >= count - 2:  # loops that take several at once pass again
                world.wait_until_done(1.0)
        return handed

    def _wait_for_death(self) -> bool:
        deadline = time.monotonic() + _PATIENCE
        while not self.world.daemon.is_dead() and time.monotonic() < deadline:
            time.sleep(0.02)
        return self.world.daemon.is_dead()


def points(
    *, seed: int = 7, bugs: Sequence[str] = (), names: Sequence[str] = (), passes: Sequence[int] = (1, 3)
) -> Verdict:
    """Every point of a mail's way (or those named), at each of these passes."""
    names = names or [name for name in CRASH_POINTS if not name.startswith(CLOCK_PATHS)]
    needs_mailbox = any(name.startswith("imap.") for name in names)
    found: list[Finding] = []
    with World(seed=seed, mailbox=needs_mailbox, bugs=bugs) as world:
        trial = Trial(world)
        for name in names:
            for nth in passes:
                found += trial.death_at(name, nth)
                if bugs and found:
                    break
    return Verdict(part="points", seed=seed, findings=found, figures={"points": len(names), "passes": len(passes)})

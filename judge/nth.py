"""The n-th fsync, write or send of the daemon fails, or is its end: n = 1, 2, 3 … until a run is untouched.

strace makes the calls fail, with no line in the product: once (the n-th of each thread), or from the n-th on; with a
full disk (ENOSPC), a broken one (EIO), or SIGKILL. Clients come back with what was not taken; where the daemon has not
recovered by itself soon it is killed, started on a sound machine, and then everything must be there, once.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from judge.clients import deposit, send
from judge.oracle import Finding
from judge.points import Trial
from judge.told import Sent, mail
from judge.trace import failing, failing_from_now, require_strace
from judge.verdict import Verdict
from judge.world import SUPERUSERS, World, wait_until

FSYNC, WRITE, SEND = "fdatasync,fsync", "pwrite64,write", "sendto,sendmsg"
_PATIENCE = 4.0
_TRIES = 3
# Calls are counted in each thread: those that keep and settle mails are to have some.
_MAILS = 3
_MOST = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """Which calls fail, and how.

    ``lasting``: all from the n-th on. ``at_work``: counted from the greeting on; the first calls of a start are its
    own, and one that fails ends it.
    """

    calls: str
    what: str
    lasting: bool = False
    at_work: bool = False

    @property
    def name(self) -> str:
        return f"{self.calls} {self.what}{' from then on' if self.lasting else ''}{' at work' if self.at_work else ''}"

    def when(self, number: int) -> str:
        return f"{number}{'+' if self.lasting else ''}"


SWEEPS = (
    *(Sweep(calls=calls, what="signal=SIGKILL") for calls in (FSYNC, WRITE, SEND)),
    *(
        Sweep(calls=calls, what=f"error={error}", lasting=lasting)
        for calls, error in ((FSYNC, "EIO"), (WRITE, "ENOSPC"), (WRITE, "EIO"))
        for lasting in (False, True)
    ),
    Sweep(calls=SEND, what="error=ECONNRESET"),
    Sweep(calls=FSYNC, what="signal=SIGKILL", at_work=True),
    Sweep(calls=FSYNC, what="error=EIO", at_work=True),
)
# No mail can be kept, whichever thread's commit it is part of.
BROKEN_DISK = Sweep(calls=FSYNC, what="error=EIO", lasting=True, at_work=True)
# Which calls of which sweep are tried where time is short: those of a mail's own way, early and late.
SAMPLE = ((SWEEPS[0], 3), (SWEEPS[1], 30), (SWEEPS[2], 12), (BROKEN_DISK, 1), (SWEEPS[5], 25), (SWEEPS[6], 10))


def nth(
    *, seed: int = 7, bugs: Sequence[str] = (), short: bool = False, sample: Sequence[tuple[Sweep, int]] = SAMPLE
) -> Verdict:
    """Every call of every sweep, or a sample of them."""
    strace = require_strace()
    found: list[Finding] = []
    hits: dict[str, int] = {}
    with World(seed=seed, mailbox=True, bugs=bugs) as world:
        trial = _FailingTrial(world, strace)
        for sweep, number in sample if short else _all(hits):
            was_hit, broken = trial.run(sweep, number)
            hits[sweep.name] = hits.get(sweep.name, 0) + was_hit
            found += [
                Finding(promise=finding.promise, about=f"{sweep.name}, n = {number}: {finding.about}")
                for finding in broken
            ]
            if not was_hit and not short:
                hits[f"{sweep.name} until untouched"] = number
    return Verdict(part="nth", seed=seed, findings=found, figures={"hit": hits})


def _all(hits: dict[str, int]) -> Iterator[tuple[Sweep, int]]:
    """n = 1, 2, 3 … of each sweep, until a run was untouched."""
    for sweep in (*SWEEPS, BROKEN_DISK):
        for number in range(1, _MOST):
            yield sweep, number
            if f"{sweep.name} until untouched" in hits:
                break


class _FailingTrial(Trial):
    """Runs under strace; the world is the same all along."""

    def __init__(self, world: World, strace: str) -> None:
        super().__init__(world)
        self._strace = strace

    def run(self, sweep: Sweep, number: int) -> tuple[bool, list[Finding]]:
        """One failure: whether it came about, and what was broken by it."""
        log = self.world.folder / "strace.log"
        log.unlink(missing_ok=True)
        with self._failing(sweep, number, log):
            waiting = self._hand_over_under_failure()
            wait_until(lambda: self.world.daemon.is_dead() or self.world.is_done(), seconds=_PATIENCE)
            died = self.world.daemon.is_dead()
            self.world.daemon.kill()
        wait_until(log.exists, seconds=1.0)
        self.marks.look(self.world.database)
        was_hit = "INJECTED" in log.read_text(errors="replace") or (died and "SIGKILL" in sweep.what)
        found = self.recovered(waiting, killed_only=False)
        return was_hit, found

    @contextmanager
    def _failing(self, sweep: Sweep, number: int, log: Path) -> Iterator[None]:
        """A daemon that runs, and whose calls fail."""
        daemon, how = self.world.daemon, {"calls": sweep.calls, "what": sweep.what, "when": sweep.when(number)}
        if not sweep.at_work:
            daemon.start_cold(*failing(self._strace, log, **how))
            daemon.wait_for_greeting()
            yield
            return
        daemon.wait_for_silence()
        daemon.start_cold()
        daemon.wait_for_greeting()
        with failing_from_now(self._strace, log, pid=daemon.pid, **how):
            yield

    def _hand_over_under_failure(self) -> list[tuple[Sent, bytes]]:
        world = self.world
        if world.dovecot is not None:
            with world.dovecot.client() as mailbox:
                deposit(mailbox, world.told)
        return [self._hand_over_one() for _ in range(_MAILS)]

    def _hand_over_one(self) -> tuple[Sent, bytes]:
        world = self.world
        sent = world.told.begin("smtp")
        content = mail(sent, sender=SUPERUSERS[0])
        for _ in range(_TRIES):
            if sent.is_ours_to_keep or sent.is_refused or world.daemon.is_dead():
                break
            send(world.port, sent, content, sender=SUPERUSERS[0], seconds=_PATIENCE)
        return sent, content

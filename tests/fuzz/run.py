"""Mutants through the parser children, as the daemon reads its mail: ``make fuzz``.

    python -m tests.fuzz.run [COUNT [SEED]]

Fails if one breaks our code (an error, a killed child), takes more than two seconds, or comes out of the database
otherwise than it went in. What fails is left as a file, named for its number, so that it can be tried again.
"""

import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from mailgate.ingest.parser_pool import ParserPool, Unparsable
from mailgate.store.database import Database, sqlite_url
from mailgate.store.schema import migrate
from tests.fuzz.mutants import mutants
from tests.support.envelopes import an_envelope

SLOWEST = 2.0
_STORED_EVERY = 20
_CHILDREN = 2


@dataclass
class Tally:
    """What became of the mutants. ``failures``: number and reason; ``slowest``: seconds and number."""

    ends: Counter[str] = field(default_factory=Counter)
    failures: list[tuple[int, str]] = field(default_factory=list)
    slowest: tuple[float, int] = (0.0, -1)
    stored: int = 0

    @property
    def total(self) -> int:
        return self.ends.total()


def fuzz(count: int, *, seed: int, keep_in: Path) -> Tally:
    """Read so many mutants, on all children at once."""
    tally, lock = Tally(), threading.Lock()
    numbered = enumerate(mutants(count, seed=seed))
    pool = ParserPool(children=_CHILDREN, memory_mib=1024, seconds=10)
    with tempfile.TemporaryDirectory() as folder:
        database = Database(sqlite_url(Path(folder)))
        migrate(database)

        def work() -> None:
            while (one := _next(numbered, lock)) is not None:
                _try_one(*one, pool, tally, lock, keep_in)
                if one[0] % _STORED_EVERY == 0:
                    _store(*one, database, tally, lock)

        threads = [threading.Thread(target=work) for _ in range(_CHILDREN)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        pool.close()
        database.close()
    return tally


def _next(numbered: Iterator[tuple[int, bytes]], lock: threading.Lock) -> tuple[int, bytes] | None:
    with lock:
        return next(numbered, None)


def _try_one(number: int, mail: bytes, pool: ParserPool, tally: Tally, lock: threading.Lock, keep_in: Path) -> None:
    seconds, end = _read(pool, mail)
    for _ in range(3):  # it may have waited for a new child, or for the machine
        if seconds > SLOWEST / 4:
            seconds, end = min((seconds, end), _read(pool, mail))
    bad = not end.startswith(("read", "limit:")) or seconds > SLOWEST
    with lock:
        tally.ends[end] += 1
        tally.slowest = max(tally.slowest, (seconds, number))
        if bad:
            tally.failures.append((number, f"{end}, {seconds:.2f} s"))
            (keep_in / f"mutant-{number}.eml").write_bytes(mail)


def _read(pool: ParserPool, mail: bytes) -> tuple[float, str]:
    started = time.monotonic()
    try:
        pool.parse(mail)
        end = "read"
    except Unparsable as unparsable:
        end = unparsable.reason
    return time.monotonic() - started, end


def _store(number: int, mail: bytes, database: Database, tally: Tally, lock: threading.Lock) -> None:
    with lock, database.transaction() as uow:
        accepted = uow.spool.put(an_envelope(mail))
        kept = uow.mails.content(accepted.mail_id)
        tally.stored += 1
        if kept != mail and not accepted.duplicate:
            tally.failures.append((number, "came out otherwise than it went in"))


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    keep_in = Path(tempfile.mkdtemp(prefix="mailgate-fuzz-"))
    started = time.monotonic()
    tally = fuzz(count, seed=seed, keep_in=keep_in)
    took = time.monotonic() - started
    print(f"{tally.total} mutants of seed {seed} in {took:.0f} s, {tally.stored} of them stored and compared")
    for end, times in tally.ends.most_common():
        print(f"{times:>8}  {end}")
    print(f"slowest: {tally.slowest[0]:.2f} s, number {tally.slowest[1]}")
    for number, reason in tally.failures:
        print(f"FAILED   number {number}: {reason}")
    if tally.failures:
        print(f"those that failed lie in {keep_in}")
        sys.exit(1)
    keep_in.rmdir()


if __name__ == "__main__":
    main()

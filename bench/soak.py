"""Whether memory stays where it is under lasting load: ``python -m bench.soak [--minutes 10] [--connections 4]``.

A real ``mailgate serve`` takes ordinary mails without a pause; the resident memory of all its processes is sampled.
Prints a line for each minute and one of JSON, which sets the median of the last third beside that of the second (the
first is still warming up). Judges nothing.
"""

import argparse
import json
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from bench.memory import a_mail
from bench.processes import Sampler
from tests.support.daemon import MailgateDaemon

_OCTETS = 40_000
_SAMPLE_SECONDS = 1.0


def main() -> None:
    """Send, sample, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--connections", type=int, default=4)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        daemon = MailgateDaemon(Path(folder))
        daemon.register()
        with daemon, Sampler(daemon.pid) as sampler, _Load(daemon, asked.connections) as load:
            samples = list(_sampled(sampler, load, seconds=asked.minutes * 60))
            peak = sampler.peak
        third = len(samples) // 3
        early, late = statistics.median(samples[third : 2 * third]), statistics.median(samples[-third:])
    figures = {"mails": load.sent, "peak_mib": peak, "early_mib": early, "late_mib": late, "growth": late / early}
    print(json.dumps({"bench": "soak", **{name: round(figure, 3) for name, figure in figures.items()}}))


def _sampled(sampler: Sampler, load: "_Load", *, seconds: float) -> Iterator[float]:
    begun = time.monotonic()
    minutes = 0
    while (gone := time.monotonic() - begun) < seconds:
        now = sampler.now()
        if gone >= minutes * 60:
            print(f"minute {minutes:3}   {now:7.0f} MiB   {load.sent:8,} mails", flush=True)
            minutes += 1
        yield now
        time.sleep(_SAMPLE_SECONDS)


class _Load:
    """So many clients, each sending one mail after the other until the end."""

    def __init__(self, daemon: MailgateDaemon, clients: int) -> None:
        self._daemon, self._over = daemon, threading.Event()
        self._numbers, self._next = count(), threading.Lock()
        self._threads = [threading.Thread(target=self._run) for _ in range(clients)]
        self.sent = 0

    def _run(self) -> None:
        while not self._over.is_set():
            with self._next:
                number = next(self._numbers)
            self._daemon.send(a_mail(number, octets=_OCTETS))
            with self._next:
                self.sent += 1

    def __enter__(self) -> "_Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()


if __name__ == "__main__":
    main()

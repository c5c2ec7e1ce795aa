"""Whether a flood from one client is felt by others: ``python -m bench.flood [--seconds 15] [--kinds garbage,slow …]``.

A real ``mailgate serve`` with its default limits and no relays. Quiet clients, each with an address of its own, send a
mail every tenth of a second over a connection of their own; a flood of one kind comes from one other address, at lower
priority, for it would come from another machine. For each kind the quiet ones are measured without the flood and with
it, in turn. Prints a line for each kind, how long SIGTERM under flood takes, and one JSON line; judges nothing.
"""

import argparse
import json
import smtplib
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from bench.flood_kinds import KINDS
from bench.processes import Sampler
from tests.support.daemon import MailgateDaemon

_EVERY_SECONDS = 0.1
_SETTLING_SECONDS = 1.0
_PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class Taken:
    """One quiet mail, in milliseconds: from connecting to the answer to its dot, and from the dot to the answer."""

    whole: float
    dot: float


class QuietClients:
    """One mail each, from addresses 127.1.0.0/16, so that no rate is theirs to fear."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._numbers = count(1)

    def send_for(self, seconds: float) -> list[Taken]:
        """Mails at a steady pace; a slow answer makes no other mail wait less."""
        end, taken = time.monotonic() + seconds, []
        while (begun := time.monotonic()) < end:
            taken.append(self._send(next(self._numbers)))
            time.sleep(max(0.0, begun + _EVERY_SECONDS - time.monotonic()))
        return taken

    def _send(self, number: int) -> Taken:
        address = f"127.1.{number // 250}.{number % 250 + 1}"
        text = (
            f"From: eva@kund.example\r\nSubject: Fråga {number}\r\nMessage-ID: <{number}.q@kund.example>\r\n\r\nHej\r\n"
        )
        begun = time.perf_counter()
        with smtplib.SMTP(local_hostname="kund.example", timeout=_PATIENCE, source_address=(address, 0)) as client:
            client.connect("127.0.0.1", self._port)
            client.ehlo()
            client.mail("eva@kund.example")
            client.rcpt("support@example.com")
            client.docmd("DATA")
            client.send(text.encode())
            dotted = time.perf_counter()
            client.send(b".\r\n")
            code, said = client.getreply()
            ended = time.perf_counter()
        if code != 250:
            raise RuntimeError(f"a quiet client was told {code} {said!r}")
        return Taken((ended - begun) * 1000, (ended - dotted) * 1000)


class Flood:
    """One kind, in a process of its own."""

    def __init__(self, kind: str, port: int) -> None:
        command = [sys.executable, "-m", "bench.flood_kinds", kind, str(port)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True)  # noqa: S603

    def stop(self) -> Counter[str]:
        """What it was told, and how often."""
        told, _ = self._process.communicate()  # the end of its input ends it
        return Counter(json.loads(told))


def p95(values: Sequence[float]) -> float:
    """Ninety-five of a hundred are no more than this."""
    return sorted(values)[max(0, round(0.95 * len(values)) - 1)]


def one_kind(kind: str, daemon: MailgateDaemon, quiet: QuietClients, *, seconds: float) -> dict[str, object]:
    """Measure without the flood and with it; the peak of memory, too."""
    calm = quiet.send_for(seconds)
    with Sampler(daemon.pid) as sampler:
        flood = Flood(kind, daemon.port)
        time.sleep(_SETTLING_SECONDS)
        flooded = quiet.send_for(seconds)
        told = flood.stop()
    time.sleep(_SETTLING_SECONDS)
    whole, dot = ([p95([getattr(one, what) for one in lot]) for lot in (calm, flooded)] for what in ("whole", "dot"))
    print(
        f"{kind:<12} whole {whole[0]:6.1f} → {whole[1]:6.1f} ms ({whole[1] / whole[0]:4.2f} ×)   "
        f"dot {dot[0]:6.1f} → {dot[1]:6.1f} ms ({dot[1] / dot[0]:4.2f} ×)   {sampler.peak:4.0f} MiB   "
        f"flood: {', '.join(f'{number} {what}' for what, number in told.most_common(4))}",
        flush=True,
    )
    return {
        "whole_p95_ms": [round(ms, 1) for ms in whole],
        "dot_p95_ms": [round(ms, 1) for ms in dot],
        "whole_ratio": round(whole[1] / whole[0], 2),
        "dot_ratio": round(dot[1] / dot[0], 2),
        "peak_mib": round(sampler.peak),
        "told": dict(told),
    }


def stopped_under_flood(daemon: MailgateDaemon) -> float:
    """Seconds from SIGTERM to the end, amid a crowd that sends mails."""
    flood = Flood("crowd", daemon.port)
    time.sleep(_SETTLING_SECONDS)
    begun = time.monotonic()
    daemon.stop()
    taken = time.monotonic() - begun
    flood.stop()
    return taken


def main() -> None:
    """Measure each kind, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=15, help="of quiet mails without, and with, each flood")
    parser.add_argument("--kinds", default=",".join(KINDS))
    asked = parser.parse_args()
    figures = {}
    with tempfile.TemporaryDirectory() as folder:
        daemon = MailgateDaemon(Path(folder))
        text = daemon.config_path.read_text(encoding="utf-8")
        default = text.replace("mails_per_minute_per_sender = 0", "relays = []")
        daemon.config_path.write_text(default, encoding="utf-8")
        daemon.register()
        with daemon:
            quiet = QuietClients(daemon.port)
            quiet.send_for(2)
            for kind in asked.kinds.split(","):
                figures[kind] = one_kind(kind, daemon, quiet, seconds=asked.seconds)
            drained = stopped_under_flood(daemon)
    print(f"SIGTERM amid a crowd: {drained:.1f} s")
    worst = max(float(str(figure[which])) for figure in figures.values() for which in ("whole_ratio", "dot_ratio"))
    print(json.dumps({"bench": "flood", "worst_ratio": worst, "drain_seconds": round(drained, 1), "kinds": figures}))


if __name__ == "__main__":
    main()

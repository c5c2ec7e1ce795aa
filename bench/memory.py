"""What the daemon and its children hold in memory: ``python -m bench.memory [--mails 6] [--mib 24]``.

A real ``mailgate serve`` takes ordinary mails, then large ones side by side, then ordinary ones again, while the
resident memory of all its processes is sampled. Prints one line for each step and one JSON line; judges nothing.
"""

import argparse
import json
import random
import tempfile
import threading
import time
from base64 import encodebytes
from pathlib import Path

from bench.processes import Sampler
from tests.support.daemon import MailgateDaemon

_PAUSE_SECONDS = 2.0


def a_mail(number: int, *, octets: int) -> bytes:
    """A mail with an attachment of about so many bytes as sent."""
    chance = random.Random(number)  # noqa: S311 - the same mails each time
    lines = encodebytes(chance.randbytes(octets * 57 // 78)).replace(b"\n", b"\r\n")
    return (
        b"From: eva@kund.example\r\nTo: support@example.com\r\nSubject: Fel %d\r\nMessage-ID: <%d@kund.example>\r\n"
        b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n"
        b"Se bilagan.\r\n--b\r\nContent-Type: application/octet-stream; name=a.bin\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" % (number, number) + lines + b"--b--\r\n"
    )


def main() -> None:
    """Send, sample, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=6, help="large mails at once")
    parser.add_argument("--mib", type=float, default=24)
    parser.add_argument("--small", type=int, default=200)
    asked = parser.parse_args()
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        daemon = MailgateDaemon(Path(folder))
        daemon.register()
        with daemon, Sampler(daemon.pid) as sampler:

            def step(name: str, *mails: list[bytes]) -> None:
                sampler.restart()
                _send_side_by_side(daemon, mails)
                daemon.wait_until(lambda: daemon.is_done(sent), seconds=300)
                figures[f"{name}_peak_mib"] = sampler.peak
                time.sleep(_PAUSE_SECONDS)
                figures[f"{name}_after_mib"] = sampler.now()
                print(
                    f"{name:<8} peak {sampler.peak:7.0f} MiB   after {figures[f'{name}_after_mib']:7.0f} MiB",
                    flush=True,
                )

            sent = 0
            figures["idle_mib"] = sampler.now()
            sent += asked.small
            step("small", [a_mail(n, octets=40_000) for n in range(asked.small)])
            for name, count in (("one", 1), ("large", asked.mails), ("again", asked.mails)):
                large = [[a_mail(sent + 10_000 + n, octets=int(asked.mib * 2**20))] for n in range(count)]
                sent += count
                step(name, *large)
            print(sampler.by_process())
    print(json.dumps({"bench": "memory", **{name: round(figure, 1) for name, figure in figures.items()}}))


def _send_side_by_side(daemon: MailgateDaemon, lots: tuple[list[bytes], ...]) -> None:
    threads = [threading.Thread(target=lambda lot=lot: [daemon.send(mail) for mail in lot]) for lot in lots]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()

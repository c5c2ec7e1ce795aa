"""What sending a mail costs us, from claim to record: ``python -m bench.sending [--mails 3000] [--profile]``.

The outbox is filled with mails of the size of receipts, and the daemon's own dispatcher sends them to a relay on this
machine that runs in another process. Prints mails a second and our CPU for each mail; judges nothing.
"""

import argparse
import contextlib
import cProfile
import json
import os
import pstats
import resource
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.children import NextServer
from mailgate.config_outgoing import OutgoingConfig
from mailgate.domain.notice_kinds import NoticeKind
from mailgate.domain.outgoing import OutgoingMail
from mailgate.logs import configure_logs
from mailgate.notify.dispatcher import Dispatcher
from mailgate.notify.smtp_transport import SmtpTransport
from mailgate.store.database import Database, sqlite_url
from mailgate.store.ports import SharedOutbox
from mailgate.store.schema import migrate

_NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def fill(database: Database, mails: int, size: int) -> None:
    """So many mails to half as many readers."""
    text = b"Subject: [MG-100001-0] Hej\r\n\r\n" + b"En rad text, som i ett kvitto, av vanlig bredd.\r\n" * (size // 49)
    with database.transaction() as uow:
        for number in range(mails):
            mail = OutgoingMail(
                message_id=f"<{number}@mailgate.example>", mail_from=None,
                rcpt_to=f"anna{number % max(mails // 2, 1)}@kund.example", content=text,
            )  # fmt: skip
            uow.outbox.add(f"b:{number}", mail, kind=NoticeKind.RECEIPT, now=_NOW, ticket_id=None, mail_id=None)


def send_all(database: Database, relay: NextServer, mails: int, connections: int) -> tuple[float, float]:
    """Seconds and CPU seconds until the relay has them all and the dispatcher has ended."""
    outbox = SharedOutbox(
        database, owner="bench", lease=timedelta(minutes=30), give_up_after=timedelta(days=5),
        doubt=OutgoingConfig().doubt_policy,
    )  # fmt: skip
    config = OutgoingConfig(host="127.0.0.1", port=relay.port, tls="none")
    stop, wake = threading.Event(), threading.Event()
    loop = Dispatcher(
        outbox, lambda: SmtpTransport(config, home=Path(), local_hostname="bench.example"),
        clock=lambda: _NOW + timedelta(seconds=1), wake=wake, connections=connections,
    )  # fmt: skip
    thread = threading.Thread(target=loop.run, args=(stop,))
    start, cpu = time.perf_counter(), _cpu()
    thread.start()
    while (mails := mails - len(relay.taken())) > 0:
        time.sleep(0.02)
    stop.set()
    wake.set()
    thread.join()
    return time.perf_counter() - start, _cpu() - cpu


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Measure, and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--mails", type=int, default=3000)
    asked.add_argument("--size", type=int, default=6000, help="octets of a mail")
    asked.add_argument("--connections", type=int, default=4)
    asked.add_argument("--delay", type=float, default=0, help="seconds the relay waits before each answer")
    asked.add_argument("--profile", action="store_true")
    options = asked.parse_args()
    with (
        Path(os.devnull).open("w", encoding="utf-8") as nowhere,
        tempfile.TemporaryDirectory() as folder,
        contextlib.ExitStack() as ended,
    ):
        relay = NextServer(delay=options.delay)
        ended.callback(relay.stop)
        configure_logs(level="info", form="json", stream=nowhere)  # what is logged of each mail is part of its cost
        database = Database(sqlite_url(Path(folder)))
        migrate(database)
        fill(database, options.mails, options.size)
        profile = _ThreadsProfile() if options.profile else None
        seconds, cpu = send_all(database, relay, options.mails, options.connections)
        with database.reading() as uow:
            sums = uow.outbox.sums()
        database.close()
    print(json.dumps({
        "mails": options.mails, "mails_per_second": round(options.mails / seconds, 1),
        "cpu_ms_per_mail": round(cpu / options.mails * 1000, 3), "states": sums,
    }))  # fmt: skip
    if profile is not None:
        profile.show()


class _ThreadsProfile:
    """One profile of all threads that are started from now on; it counts what each does, and slows all of it."""

    def __init__(self) -> None:
        self._profiles: list[cProfile.Profile] = []
        threading.setprofile(self._begin)

    def _begin(self, *_: object) -> None:
        profile = cProfile.Profile()
        self._profiles.append(profile)
        profile.enable()

    def show(self) -> None:
        stats = pstats.Stats(self._profiles[0])
        for profile in self._profiles[1:]:
            stats.add(profile)
        stats.sort_stats("tottime").print_stats(40)


if __name__ == "__main__":
    main()

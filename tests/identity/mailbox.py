"""The identity suite through a mailbox: a real Dovecot, into which a border server has put what it found."""

import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from mailgate.app import Workshop
from mailgate.config import ImapConfig
from mailgate.domain.mail import Accepted, Envelope, ImapPosition
from mailgate.ingest.imap_fetcher import ImapFetcher
from mailgate.ingest.recipients import recipients_of
from mailgate.store.ports import SharedSpool
from tests.identity.desk import Ending, a_desk, ending
from tests.identity.sample import Sample, number_in
from tests.support.dovecot import PASSWORD, USER, Dovecot, running_dovecot

_PATIENCE = 120.0


class _WatchedSpool:
    """Remembers which sample became which mail."""

    def __init__(self, spool: SharedSpool, awaited: int) -> None:
        self._spool = spool
        self._awaited = awaited
        self.kept: dict[bytes, int] = {}
        self.complete = threading.Event()

    def put(self, envelope: Envelope, position: ImapPosition | None = None) -> Accepted:
        accepted = self._spool.put(envelope, position)
        self.kept[number_in(envelope.content)] = accepted.mail_id
        if len(self.kept) == self._awaited:
            self.complete.set()
        return accepted

    def __getattr__(self, name: str) -> object:
        return getattr(self._spool, name)


def endings(samples: Sequence[Sample]) -> list[Ending]:
    """Put them all into the mailbox, fetch and settle them, and see."""
    with tempfile.TemporaryDirectory() as folder, running_dovecot() as dovecot, a_desk(Path(folder)) as shop:
        dovecot.drop(sample.fetched for sample in samples)
        with _fetched(shop, dovecot, len(samples)) as kept:
            while shop.pipeline.work():
                pass
            return [ending(shop, sample, kept[sample.number]) for sample in samples]


@contextmanager
def _fetched(shop: Workshop, dovecot: Dovecot, awaited: int) -> Iterator[Mapping[bytes, int]]:
    home = shop.config.home
    (home / "password").write_text(PASSWORD, encoding="utf-8")
    mailbox = ImapConfig(
        name="support", host="127.0.0.1", port=dovecot.tls_port, ca_file=str(dovecot.ca_file), user=USER,
        password_file="password", address="support@example.com", authserv_id="mx.desk.example", poll_seconds=1,
    )  # fmt: skip
    spool = _WatchedSpool(SharedSpool(shop.database, on_new=shop.pipeline.wake.ring), awaited)
    fetcher = ImapFetcher(
        mailbox,
        spool=spool,  # type: ignore[arg-type]
        clock=shop.clock,
        home=home,
        max_mail_bytes=1_000_000,
        ours=recipients_of(shop.config.addresses).addresses,
    )
    stop = threading.Event()
    thread = threading.Thread(target=fetcher.run, args=(stop,))
    thread.start()
    try:
        assert spool.complete.wait(_PATIENCE), f"{len(spool.kept)} of {awaited} were fetched"
        yield spool.kept
    finally:
        stop.set()
        thread.join(10)
        assert not thread.is_alive()

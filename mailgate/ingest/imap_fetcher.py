"""The loop of one mailbox: UIDVALIDITY and UID lead from mail to mail; each is made durable first, and marked then.

Promises: nothing is skipped, whatever other clients do in the mailbox; what is fetched twice is for the spool to
tell. Trouble of one mailbox, be it the server's or ours, is logged, waited out, and never leaves ``run``.
"""

import math
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import structlog

from mailgate.config import ImapConfig
from mailgate.crash_points import crash_point
from mailgate.domain.mail import Envelope, ImapPosition, Origin
from mailgate.domain.ports import Clock, Spool
from mailgate.ingest.authenticity.told import Ours, examined_by
from mailgate.ingest.imap_back_off import BackOff
from mailgate.ingest.imap_connection import ImapConnection
from mailgate.ingest.imap_session import (
    FolderUnusableError,
    IdleRefusedError,
    ImapSession,
    ListedMail,
    MailGoneError,
    MailTooLargeError,
    MailUnavailableError,
    MarkRefusedError,
    SelectedFolder,
)
from mailgate.ingest.imap_sign_in import SignInError, credential_of

# RFC 9051 §6.3.13 lets IDLE last 29 minutes; a connection that died silently, or a push that was overlooked, costs
# one slice at most.
_IDLE_SLICE_SECONDS = 29.0
_POLL_SLICE_SECONDS = 240.0
_MARK_AGAIN_SECONDS = 300.0
_HANG_UP_SECONDS = 1.5
_BATCH = 200  # UIDs in one command line
_IDLE_REFUSALS = 2
# How often one mail may break the connection, or be refused by the server (which weighs more), before it is recorded
# as unfetchable, and the mails behind it get their turn. With the back-off, the former takes half an hour.
_PATIENCE = 12
_REFUSAL_WEIGHT = 4


class ImapFetcher:
    """One mailbox, to be run by one thread."""

    def __init__(
        self, mailbox: ImapConfig, *, spool: Spool, clock: Clock, home: Path, max_mail_bytes: int, ours: Ours = ()
    ) -> None:
        self._mailbox = mailbox
        self._examined = examined_by(mailbox.authserv_id, ours=(mailbox.address, *ours))
        self._spool = spool
        self._clock = clock
        self._home = home
        self._limit = max_mail_bytes
        self._log = structlog.get_logger().bind(mailbox=mailbox.name)
        self._back_off = BackOff()
        self._connection: ImapConnection | None = None
        self._breakdowns: defaultdict[ImapPosition, int] = defaultdict(int)
        self._idle_refusals = 0
        self._mark_again_at: dict[tuple[str, int], float] = {}

    def run(self, stop: threading.Event) -> None:
        """Fetch until ``stop`` is set, and return within about two seconds then. Never raises."""
        ended = threading.Event()
        threading.Thread(
            target=self._hang_up_after, args=(stop, ended), name=f"imap-{self._mailbox.name}-stop", daemon=True
        ).start()
        while not stop.is_set():
            stop.wait(self._one_connection(stop))
        ended.set()

    def _hang_up_after(self, stop: threading.Event, ended: threading.Event) -> None:
        """An answer under way may take ``timeout_seconds``; who wants to stop does not wait for it."""
        stop.wait()
        while not ended.wait(_HANG_UP_SECONDS):
            if connection := self._connection:
                connection.hang_up()

    def _one_connection(self, stop: threading.Event) -> float:
        """Connect and fetch until something goes wrong; how long to wait before the next connection."""
        try:
            credential = credential_of(self._mailbox, home=self._home, stop=stop)
            self._connection = ImapConnection.open(self._mailbox, home=self._home)
            self._connection.sign_in(credential)
            self._log.info("imap_connected")
            self._serve(ImapSession(self._connection, self._mailbox), stop)
            self._connection.log_out()
        except Exception as error:  # noqa: BLE001 the one place where a mailbox's trouble ends
            return 0.0 if stop.is_set() else self._trouble(error)
        finally:
            # A read that has timed out leaves the connection unusable, so each trouble ends it.
            if connection := self._connection:
                connection.shut()
            self._connection = None
        return 0.0

    def _trouble(self, error: Exception) -> float:
        seconds = self._back_off.seconds_after(error)
        # Only our own words: a server's may hold addresses, and a database's a mail.
        reason = str(error) if isinstance(error, SignInError | MailUnavailableError) else None
        self._log.warning("imap_trouble", error=type(error).__name__, reason=reason, retry_seconds=round(seconds, 1))
        return seconds

    def _serve(self, session: ImapSession, stop: threading.Event) -> None:
        first, *others = self._mailbox.folders
        self._mark_again_at.clear()
        poll_at = 0.0
        while not stop.is_set():
            if time.monotonic() >= poll_at:
                poll_at = time.monotonic() + self._mailbox.poll_seconds
                for folder in others:
                    self._visit(session, folder, stop)
            # Last, so that it is the selected one while we wait.
            waits_there = self._visit(session, first, stop)
            self._back_off.round_completed()
            self._wait(session, max(0.0, poll_at - time.monotonic()), stop, idle=waits_there)

    def _wait(self, session: ImapSession, seconds: float, stop: threading.Event, *, idle: bool) -> None:
        """Wait until it is worth while to look again, and never longer than a server bears silence."""
        if not (idle and self._mailbox.idle and self._idle_refusals < _IDLE_REFUSALS and session.can_idle):
            stop.wait(min(seconds, _POLL_SLICE_SECONDS))
            return
        try:
            session.wait_for_news(min(max(seconds, 1.0), _IDLE_SLICE_SECONDS), stop)
        except IdleRefusedError:
            self._idle_refusals += 1
            raise
        self._idle_refusals = 0

    def _visit(self, session: ImapSession, name: str, stop: threading.Event) -> bool:
        """Fetch what is new in a folder; whether the folder could be opened."""
        try:
            folder = session.select(name)
        except FolderUnusableError as error:
            self._log.error("imap_folder_unusable", folder=name, reason=str(error))
            return False
        last = self._spool.last_uid(self._mailbox.name, name, folder.uidvalidity)
        self._mark_what_is_ours(session, folder, last)
        fetched = self._fetch_after(session, folder, last, stop)
        if fetched:
            self._log.info("imap_fetched", folder=name, count=fetched)
        return True

    def _fetch_after(self, session: ImapSession, folder: SelectedFolder, last: int, stop: threading.Event) -> int:
        fetched = 0
        while uids := session.uids_after(last, folder):
            for batch in _batches(uids):
                for mail in session.list_mails(batch):
                    if stop.is_set():
                        return fetched
                    fetched += self._take(session, folder, mail)
            last = uids[-1]
        return fetched

    def _take(self, session: ImapSession, folder: SelectedFolder, mail: ListedMail) -> bool:
        """One mail: fetch, commit, mark, in this order; False if somebody else took it away."""
        position = ImapPosition(
            mailbox=self._mailbox.name, folder=folder.name, uidvalidity=folder.uidvalidity, uid=mail.uid
        )
        try:
            content, reason = self._content(session, position, mail)
        except MailGoneError:
            self._breakdowns.pop(position, None)
            self._log.debug("imap_mail_gone", folder=folder.name, uid=mail.uid)
            return False
        crash_point("imap.before_commit")
        self._commit(self._envelope(folder, mail, content), position, reason)
        crash_point("imap.after_commit")
        self._breakdowns.pop(position, None)
        self._back_off.mail_came()
        self._mark(session, folder, [mail.uid])
        crash_point("imap.after_mark")
        return True

    def _content(self, session: ImapSession, position: ImapPosition, mail: ListedMail) -> tuple[bytes, str | None]:
        """The whole mail; or as much as there is to show of it, with the reason why that is not the whole."""
        if self._breakdowns[position] >= _PATIENCE:
            return b"", "cannot be fetched from the server"
        # Counted before the attempt: the connection may break.
        self._breakdowns[position] += 1
        try:
            if (mail.size or 0) <= self._limit:
                return session.content(mail, limit=self._limit), None
        except MailTooLargeError:
            pass
        except MailUnavailableError:
            self._breakdowns[position] += _REFUSAL_WEIGHT - 1
            raise
        return session.header_block(mail.uid), f"larger than {self._limit} bytes"

    def _commit(self, envelope: Envelope, position: ImapPosition, reason: str | None) -> None:
        if reason is None:
            self._spool.put(envelope, position)
            return
        self._spool.refuse(envelope, position, reason)
        self._log.error("imap_mail_refused", folder=position.folder, uid=position.uid, reason=reason)

    def _envelope(self, folder: SelectedFolder, mail: ListedMail, content: bytes) -> Envelope:
        return Envelope(
            mail_from=None,
            rcpt_to=(self._mailbox.address,),
            received_at=_received_at(mail.internal_date, self._clock()),
            origin=Origin.IMAP,
            peer=f"imap:{self._mailbox.name}/{folder.name}",
            content=content,
            authenticity=self._examined(content),
        )

    def _mark_what_is_ours(self, session: ImapSession, folder: SelectedFolder, last: int) -> None:
        """Mark what a crash or a refusal left unmarked: once per connection, and later where the server refused."""
        key = (folder.name, folder.uidvalidity)
        if not last or time.monotonic() < self._mark_again_at.get(key, 0.0):
            return
        self._mark_again_at[key] = math.inf
        for uids in session.unmarked(last, folder):
            for batch in _batches(uids):
                self._mark(session, folder, batch)

    def _mark(self, session: ImapSession, folder: SelectedFolder, uids: list[int]) -> None:
        try:
            session.mark(uids)
        except MarkRefusedError:
            # The mails are safe; that they cannot be marked must not keep others from being fetched.
            self._mark_again_at[folder.name, folder.uidvalidity] = time.monotonic() + _MARK_AGAIN_SECONDS
            self._log.error("imap_mark_refused", folder=folder.name, after=self._mailbox.after)


def _batches(uids: list[int]) -> Iterator[list[int]]:
    return (uids[start : start + _BATCH] for start in range(0, len(uids), _BATCH))


def _received_at(internal_date: datetime | None, now: datetime) -> datetime:
    """INTERNALDATE, which no server can have set in the future; ``now`` where the server says nothing of use."""
    if internal_date is None or internal_date.tzinfo is None:
        return now
    try:
        return min(internal_date.astimezone(UTC), now)
    except (OverflowError, ValueError):
        return now

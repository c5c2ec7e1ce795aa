"""What the fetcher says to an IMAP server: select, search, fetch, mark, idle.

With ``imap_connection`` the only place that knows imapclient.
Promises: a mail's bytes are whole, or are not handed out. After any exception that does not say otherwise here the
connection is of no more use. What is fetched when, and in which order, is for ``imap_fetcher``.
"""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, IMAPClientReadOnlyError

from mailgate.config import ImapConfig
from mailgate.ingest.imap_connection import ImapConnection

_SLICE = 1_048_576
_HEADER_LIMIT = 65_536
# imaplib reads no line past 1,000,000 bytes, and a SEARCH answer is one line: with UIDs of ten digits that is 90,000.
_UIDS_A_SEARCH = 50_000
_KEYWORD = "$Mailgate"

# What each way of marking has yet to do among the mails that are ours, as SEARCH keys. \Seen is everybody's: people
# who mark a mail as unread mean it, so only the last mail, which a crash can have left unmarked, is looked at.
_UNMARKED = {
    "seen": ("{last}", ["UNSEEN"]),
    "flag": ("{low}:{high}", ["UNKEYWORD", _KEYWORD]),
    "move": ("{low}:{high}", ["UNDELETED"]),
}


class FolderUnusableError(Exception):
    """The folder cannot be opened; the connection is still good."""


class MarkRefusedError(Exception):
    """The server will not mark or move; the connection is still good."""


class IdleRefusedError(Exception):
    """The server offers IDLE, and refuses it."""


class MailGoneError(Exception):
    """Somebody else took the mail away; the connection is still good."""


class MailUnavailableError(Exception):
    """The server lists the mail, and does not hand it out."""


class MailTooLargeError(Exception):
    """The mail is larger than the limit; the connection is still good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectedFolder:
    """The folder that commands work on. ``exists``, ``uid_next``: as they were when it was selected."""

    name: str
    uidvalidity: int
    exists: int
    uid_next: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedMail:
    """What is known of a mail before it is fetched; None where the server does not say."""

    uid: int
    size: int | None
    internal_date: datetime | None


class ImapSession:
    """See the module."""

    def __init__(self, connection: ImapConnection, mailbox: ImapConfig) -> None:
        self._connection = connection
        self._mailbox = mailbox

    @property
    def can_idle(self) -> bool:
        return bool(self._connection.ready().has_capability("IDLE"))

    def select(self, folder: str) -> SelectedFolder:
        """Open a folder; read-only if it is not to be written, or cannot be. Raises ``FolderUnusableError``."""
        with _refusal_as(FolderUnusableError("the server does not open it")):
            answer = self._selected(folder)
        if not answer.get(b"UIDVALIDITY"):
            raise FolderUnusableError("it has no UIDVALIDITY")
        return SelectedFolder(
            name=folder,
            uidvalidity=answer[b"UIDVALIDITY"],
            exists=answer.get(b"EXISTS", 0),
            uid_next=answer.get(b"UIDNEXT", 0),
        )

    def _selected(self, folder: str) -> Any:
        try:
            return self._connection.ready().select_folder(folder, readonly=self._mailbox.after == "nothing")
        except IMAPClientReadOnlyError:
            return self._connection.ready().select_folder(folder, readonly=True)

    def uids_after(self, last: int, folder: SelectedFolder) -> list[int]:
        """UIDs past ``last``, ascending: in a huge folder not all at once; empty only when there are none."""
        low = last + 1
        while folder.exists > _UIDS_A_SEARCH and folder.uid_next - low > _UIDS_A_SEARCH:
            if uids := self._search(f"{low}:{low + _UIDS_A_SEARCH - 1}"):
                return [uid for uid in uids if uid > last]
            low += _UIDS_A_SEARCH
        # RFC 9051 §9, seq-range: n:* always includes the last mail, even below n.
        return [uid for uid in self._search(f"{low}:*") if uid > last]

    def unmarked(self, last: int, folder: SelectedFolder) -> Iterator[list[int]]:
        """UIDs up to ``last`` that still lie as they came; in a huge folder of the newest million UIDs."""
        if self._mailbox.after == "nothing":
            return
        uid_range, keys = _UNMARKED[self._mailbox.after]
        step = _UIDS_A_SEARCH if folder.exists > _UIDS_A_SEARCH and "low" in uid_range else last
        for low in range(max(1, last + 1 - 20 * step), last + 1, step):
            found = self._search(uid_range.format(low=low, high=min(low + step - 1, last), last=last), *keys)
            yield [uid for uid in found if uid <= last]

    def _search(self, uid_range: str, *keys: str) -> list[int]:
        return sorted(set(self._connection.ready().search(["UID", uid_range, *keys])))

    def list_mails(self, uids: Sequence[int]) -> list[ListedMail]:
        """Sizes and dates, in the order of ``uids``; of a mail that the server says nothing about, both are None."""
        try:
            answer = self._connection.ready().fetch(list(uids), ["RFC822.SIZE", "INTERNALDATE"])
        except IMAPClientAbortError:
            raise
        except IMAPClientError:
            # RFC 9051 §6.4.5: NO for one mail; it must not hide the others.
            if len(uids) > 1:
                return [mail for uid in uids for mail in self.list_mails([uid])]
            answer = {}
        return [_listed(uid, answer.get(uid, {})) for uid in uids]

    def content(self, mail: ListedMail, *, limit: int) -> bytes:
        """A mail's bytes, exactly and whole.

        Fetched in slices, up to one that ends short. Where the sum is not RFC822.SIZE, which some servers only
        estimate, the end is believed once the server says that nothing follows. Raises ``MailGoneError``,
        ``MailUnavailableError`` or ``MailTooLargeError``.
        """
        content = bytearray()
        while len(content) <= limit:
            piece = self._piece(mail.uid, f"BODY.PEEK[]<{len(content)}.{_SLICE}>", length=_SLICE)
            if piece is None and not (content and len(content) == mail.size):
                raise MailUnavailableError("the server gives nothing where the mail should be")
            content += piece or b""
            if not piece or (len(piece) < _SLICE and len(content) == mail.size):
                return bytes(content)
        raise MailTooLargeError

    def header_block(self, uid: int) -> bytes:
        """The beginning of a mail's header fields; raises as ``content`` does."""
        return self._piece(uid, f"BODY.PEEK[HEADER]<0.{_HEADER_LIMIT}>", length=_HEADER_LIMIT) or b""

    def _piece(self, uid: int, item: str, *, length: int) -> bytes | None:
        with _refusal_as(MailUnavailableError("the server refuses to hand it out")):
            answer = self._connection.ready().fetch([uid], [item])
        section = item.replace(".PEEK", "").partition("<")[0].encode("ascii")
        pieces = [value for key, value in answer.get(uid, {}).items() if key.startswith(section)]
        if not pieces:
            raise MailUnavailableError("the server passes over it") if self._search(str(uid)) else MailGoneError
        if not isinstance(pieces[0], bytes | None) or len(pieces[0] or b"") > length:
            raise MailUnavailableError("the server gives something else than what was asked for")
        return pieces[0]

    def mark(self, uids: Sequence[int]) -> None:
        """Do what ``after`` says to mails that are safely ours; twice does no harm. Raises ``MarkRefusedError``."""
        with _refusal_as(MarkRefusedError()):
            self._mark(list(uids))

    def _mark(self, uids: list[int]) -> None:
        match self._mailbox.after:
            case "seen":
                self._connection.ready().add_flags(uids, [rb"\Seen"], silent=True)
            case "flag":
                self._connection.ready().add_flags(uids, [_KEYWORD], silent=True)
            case "move":
                self._move(uids)

    def _move(self, uids: list[int]) -> None:
        try:
            self._move_to_folder(uids)
        except IMAPClientError as error:
            if "TRYCREATE" not in str(error):  # RFC 9051 §7.1: the folder can be created
                raise
            self._connection.ready().create_folder(self._mailbox.move_to)
            self._move_to_folder(uids)

    def _move_to_folder(self, uids: list[int]) -> None:
        client = self._connection.ready()
        if client.has_capability("MOVE"):
            client.move(uids, self._mailbox.move_to)
            return
        # RFC 6851 §3.3. A crash after COPY copies once more, which loses nothing; a crash after STORE leaves a mail
        # that is marked as deleted, and is not touched again.
        client.copy(uids, self._mailbox.move_to)
        client.add_flags(uids, [rb"\Deleted"], silent=True)
        if client.has_capability("UIDPLUS"):
            # Without it EXPUNGE would also take what others have marked as deleted.
            client.uid_expunge(uids)

    def wait_for_news(self, seconds: float, stop: threading.Event) -> None:
        """IDLE for so long at most, less when the server says something; look for mail afterwards in any case.

        What was said is thrown away: it may be incomplete, since imapclient does not see all of it. Raises
        ``IdleRefusedError``.
        """
        client = self._connection.ready()
        with _refusal_as(IdleRefusedError()):
            client.idle()
        deadline = time.monotonic() + seconds
        while not stop.is_set() and (left := deadline - time.monotonic()) > 0:
            began, slice_seconds = time.monotonic(), min(left, 1.0)
            # idle_check answers a connection that has ended with an empty list at once; idle_done then raises.
            if client.idle_check(timeout=slice_seconds) or time.monotonic() - began < slice_seconds / 2:
                break
        client.idle_done()


@contextmanager
def _refusal_as(refusal: Exception) -> Iterator[None]:
    """Turn a server's NO or BAD, or an answer that cannot be read, into ours; a broken connection passes as it is."""
    try:
        yield
    except IMAPClientAbortError:
        raise
    except IMAPClientError as error:
        raise refusal from error


def _listed(uid: int, answer: Any) -> ListedMail:
    size, date = answer.get(b"RFC822.SIZE"), answer.get(b"INTERNALDATE")
    return ListedMail(
        uid=uid,
        size=size if isinstance(size, int) else None,
        internal_date=date if isinstance(date, datetime) else None,
    )

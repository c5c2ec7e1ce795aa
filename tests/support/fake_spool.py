"""A spool in memory, for tests of the doors: keeps what it is given, in order, and tells duplicates by their bytes."""

import hashlib
import threading
import time
from collections.abc import Callable

from mailgate.domain.mail import Accepted, Envelope, ImapPosition, MailId


class FakeSpool:
    """``fail``: called before each put, and may raise, as a spool does whose disk is full."""

    def __init__(self, fail: Callable[[], None] = lambda: None) -> None:
        self.puts: list[tuple[Envelope, ImapPosition | None]] = []
        self.refused: list[tuple[Envelope, ImapPosition, str]] = []
        self._ids: dict[str, MailId] = {}
        self._cursor: dict[tuple[str, str], tuple[int, int]] = {}
        self._fail = fail
        self._changed = threading.Condition()

    def put(self, envelope: Envelope, position: ImapPosition | None = None) -> Accepted:
        self._fail()
        with self._changed:
            key = hashlib.sha256(envelope.content).hexdigest()
            duplicate = key in self._ids
            mail_id = self._ids.setdefault(key, MailId(len(self._ids) + 1))
            self.puts.append((envelope, position))
            if position is not None:
                self._advance(position)
            self._changed.notify_all()
        return Accepted(mail_id=mail_id, duplicate=duplicate)

    def refuse(self, envelope: Envelope, position: ImapPosition, reason: str) -> None:
        self._fail()
        with self._changed:
            self.refused.append((envelope, position, reason))
            self._advance(position)
            self._changed.notify_all()

    def last_uid(self, mailbox: str, folder: str, uidvalidity: int) -> int:
        known, uid = self._cursor.get((mailbox, folder), (0, 0))
        return uid if known == uidvalidity else 0

    def _advance(self, position: ImapPosition) -> None:
        uid = max(self.last_uid(position.mailbox, position.folder, position.uidvalidity), position.uid)
        self._cursor[position.mailbox, position.folder] = (position.uidvalidity, uid)

    @property
    def contents(self) -> list[bytes]:
        """The bytes of all that was put, duplicates too."""
        return [envelope.content for envelope, _position in self.puts]

    @property
    def mails(self) -> int:
        """How many different mails there are."""
        return len(self._ids)

    def wait_for(self, count: int, *, seconds: float = 60) -> list[bytes]:
        """What was put, once there are so many puts and refusals; fails when they do not come."""
        deadline = time.monotonic() + seconds
        with self._changed:
            while len(self.puts) + len(self.refused) < count:
                left = deadline - time.monotonic()
                if left <= 0:
                    raise AssertionError(f"{len(self.puts)} of {count} mails came within {seconds} s")
                self._changed.wait(left)
            return self.contents

"""Puts outgoing mail into a Maildir, for whoever has no server to submit to yet; any mail program opens it.

Promises: a mail is in ``new`` whole or not at all, durable before it is called delivered, and there once, however
often it is sent: its file is named after it, so there is never a doubt, and no mark. Lines end with LF, as is the
custom in Maildirs; nothing is added.
"""

import hashlib
import os
from pathlib import Path

import structlog

from mailgate.domain.outgoing import Deferred, Delivered, DeliveryOutcome, QueuedMail
from mailgate.domain.ports import Mark

log = structlog.get_logger()


class MaildirTransport:
    """A ``Transport`` whose next server is a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, queued: QueuedMail, mark: Mark) -> DeliveryOutcome:
        """Store the mail, if it is not there yet."""
        name = file_name(queued)
        try:
            self._make_folders()
            if not self._has(name):
                self._store(name, queued.mail.content.replace(b"\r\n", b"\n"))
        except OSError as error:
            log.error("maildir_trouble", outbox=queued.outbox_id, error=error.strerror)  # noqa: TRY400
            return Deferred(diagnostic=f"maildir: {error.strerror or type(error).__name__}")
        return Delivered(response=f"maildir: {name}")

    def close(self) -> None:
        """Nothing is held open."""

    def _make_folders(self) -> None:
        for part in ("tmp", "new", "cur"):  # cur last: where it is, the Maildir is whole
            (self._folder / part).mkdir(mode=0o700, parents=True, exist_ok=True)

    def _has(self, name: str) -> bool:
        # A program that has shown the mail moves it to cur, and may write flags behind its name.
        seen = (self._folder / "cur").glob(f"{name}*")
        return (self._folder / "new" / name).exists() or any(seen)

    def _store(self, name: str, content: bytes) -> None:
        draft = self._folder / "tmp" / name
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(self._folder / "new" / name)
        _sync_folder(self._folder / "new")


def file_name(queued: QueuedMail) -> str:
    """The same for the same mail, each time; a Message-ID as it is may hold anything."""
    digest = hashlib.sha256(queued.mail.message_id.encode("utf-8", "surrogateescape")).hexdigest()
    return f"{queued.outbox_id}.{digest[:32]}.mailgate"


def _sync_folder(folder: Path) -> None:
    """A new name is durable only when its folder is."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""The file with the keys that reply tokens are signed with: made on first use, for this user's eyes only.

It lies in the storage folder and never in the database, so that whoever reads a dump can forge no proof. A running
daemon sees by itself that a key was added. What tokens are is in ``domain.reply_token``.
"""

import os
import stat
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

import structlog

from mailgate.domain.reply_token import Keyring, ReplyKey

log = structlog.get_logger()

KEY_FILE = "reply-keys"
KEY_BYTES = 32
_HEAD = """\
# Mailgate's reply keys, the newest last: the day from which it signs, and the key. Whoever has a key can forge proof.
# Keep this file with the backup of its folder, and nowhere else. `mailgate keys rotate` adds a key.
"""

NewKey = Callable[[int], bytes]
"""So many random bytes."""


class ReplyKeysError(Exception):
    """The key file cannot be used; says why and what to do, and nothing that stands in it."""


class ReplyKeys:
    """The keys in force. Calling it gives them, read again whenever the file has changed."""

    def __init__(self, path: Path, *, proves_for: timedelta) -> None:
        """Raises ``ReplyKeysError``."""
        self._path = path
        self._proves_for = proves_for
        self._seen = _mark(path)
        self._keyring = Keyring(keys=read_keys(path), proves_for=proves_for)

    def __call__(self) -> Keyring:
        seen = _mark(self._path)
        if seen != self._seen:
            self._seen = seen
            # What was read stays in force: a daemon does not lose mail because somebody edits a file.
            try:
                self._keyring = Keyring(keys=read_keys(self._path), proves_for=self._proves_for)
            except ReplyKeysError as error:
                log.error("reply_keys_unusable", reason=str(error))  # noqa: TRY400 - it says all there is to say
        return self._keyring


def make_keys(path: Path, *, new_key: NewKey, today: date) -> bool:
    """Make the file with one key if there is none; whether there was none. Raises ``OSError``."""
    if path.exists():
        return False
    with suppress(FileExistsError):  # another process was quicker: its key is the one
        _write(path, [ReplyKey(secret=new_key(KEY_BYTES), since=today)], replace=False)
    return True


def rotate_keys(path: Path, *, new_key: NewKey, today: date, keep: timedelta | None) -> list[ReplyKey]:
    """Add a key that signs from now on; the keys as they are then.

    Those whose last tokens are older than ``keep`` go; None: all go, and they need not be there. Raises
    ``ReplyKeysError`` and ``OSError``.
    """
    old = list(read_keys(path)) if keep is not None else []
    ends = [key.since for key in old[1:]] + [today]
    kept = [key for key, end in zip(old, ends, strict=False) if keep is not None and end + keep >= today]
    keys = [*kept, ReplyKey(secret=_another(new_key, kept), since=today)]
    _write(path, keys, replace=True)
    return keys


def read_keys(path: Path) -> tuple[ReplyKey, ...]:
    """The keys of a file, oldest first. Raises ``ReplyKeysError``."""
    try:
        text = path.read_text(encoding="ascii")
    except FileNotFoundError as error:
        raise ReplyKeysError(
            f"{path} is gone, which proves who replies to mails that were sent: restore it from a backup, or begin anew"
            " with `mailgate keys rotate --forget` (replies to earlier mails prove nothing then)"
        ) from error
    except UnicodeDecodeError as error:
        raise ReplyKeysError(f"{path} is no key file") from error
    except OSError as error:
        raise ReplyKeysError(f"{path} cannot be read: {error.strerror}") from error
    lines = [line.split() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    try:
        keys = tuple(ReplyKey(since=date.fromisoformat(since), secret=_secret(secret)) for since, secret in lines)
    except ValueError:
        raise ReplyKeysError(f"{path} is damaged: each line holds a day and {2 * KEY_BYTES} figures") from None
    if not keys or list(keys) != sorted(keys, key=lambda key: key.since):
        raise ReplyKeysError(f"{path} is damaged: it holds one key at least, the newest last")
    return keys


def is_open_to_others(path: Path) -> bool:
    """Whether more people than its owner can read it."""
    return bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


def _secret(text: str) -> bytes:
    secret = bytes.fromhex(text)
    if len(secret) != KEY_BYTES:
        raise ValueError
    return secret


def _another(new_key: NewKey, keys: list[ReplyKey]) -> bytes:
    """Two keys of one name would only cost time, but the listing shows names."""
    known = {key.key_id for key in keys}
    while ReplyKey(secret=(secret := new_key(KEY_BYTES)), since=date.min).key_id in known:
        pass
    return secret


def _write(path: Path, keys: list[ReplyKey], *, replace: bool) -> None:
    """Whole or not at all, and durable before the first token is signed."""
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    scratch.unlink(missing_ok=True)
    lines = [f"{key.since.isoformat()} {key.secret.hex()}\n" for key in keys]
    with os.fdopen(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(_HEAD + "".join(lines))
        file.flush()
        os.fsync(file.fileno())
    try:
        if replace:
            scratch.replace(path)
        else:
            path.hardlink_to(scratch)
    finally:
        scratch.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _mark(path: Path) -> tuple[int, int, int]:
    """Tells two states of the file apart."""
    try:
        found = path.stat()
    except OSError:
        return (0, 0, 0)
    return (found.st_ino, found.st_mtime_ns, found.st_size)

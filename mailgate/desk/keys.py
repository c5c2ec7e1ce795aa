"""Opens the file with the reply keys, and makes it where no mail was signed yet."""

from collections.abc import Callable
from datetime import date, timedelta

import structlog

from mailgate.config import Config
from mailgate.domain.reply_token import Keyring, ReplyKey, seal_of
from mailgate.reply_keys import KEY_BYTES, KEY_FILE, NewKey, ReplyKeys, is_open_to_others, make_keys
from mailgate.store.database import Database

log = structlog.get_logger()


def open_keys(database: Database, config: Config, *, new_key: NewKey, today: date) -> ReplyKeys:
    """The keys of this installation. Raises ``ReplyKeysError``: among others where mails were signed with keys that are
    not there any more, for whoever replied to those would stop being proven without a word.
    """
    path = config.data_folder / KEY_FILE
    if not path.exists() and not _has_signed(database, config.desk.instance):
        make_keys(path, new_key=new_key, today=today)
    keys = ReplyKeys(path, proves_for=timedelta(days=config.identity.reply_proves_days))
    if is_open_to_others(path):
        log.warning("reply_keys_open_to_others", file=str(path), hint=f"chmod 600 {path}")
    return keys


def keys_as_they_are(database: Database, config: Config, *, new_key: NewKey) -> Callable[[], Keyring]:
    """The same, where nothing may be changed: an installation that has signed nothing gets a key that nobody keeps."""
    path, proves_for = config.data_folder / KEY_FILE, timedelta(days=config.identity.reply_proves_days)
    if path.exists() or _has_signed(database, config.desk.instance):
        return ReplyKeys(path, proves_for=proves_for)
    passing = Keyring(keys=(ReplyKey(secret=new_key(KEY_BYTES), since=date.min),), proves_for=proves_for)
    return lambda: passing


def _has_signed(database: Database, instance: str) -> bool:
    with database.reading() as uow:
        last = uow.outbox.last_message_id()
    return last is not None and seal_of(last, instance) is not None

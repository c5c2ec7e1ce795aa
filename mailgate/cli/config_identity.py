"""What ``config check`` says of ``[identity]``, held against the register and the files in the storage folder."""

from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mailgate.config import Config

_TOKEN_ROOM = 64 - len("+.") - 32
"""RFC 5321 §4.5.3.1.1: what an address has before its @, less the token."""


def identity_faults(config: "Config") -> Iterator[str]:
    """Keys that are there, and cannot be used."""
    from mailgate.reply_keys import KEY_FILE, ReplyKeysError, read_keys

    path = config.data_folder / KEY_FILE
    if not path.exists():
        return
    try:
        read_keys(path)
    except ReplyKeysError as error:
        yield f"storage.folder: {error}"


def identity_notes(config: "Config") -> Iterator[str]:
    """What has no effect, or not the one that its writer may think."""
    for code in _codes_of_nobody(config):
        yield f"identity.strict_customers: no customer in the register has the code {code!r}: it makes nobody strict"
    if config.identity.reply_addresses == "plus":
        local = config.addresses.support[0].partition("@")[0]
        number = f"{config.desk.number_prefix}-{config.desk.first_number}-0"
        if len(local) + len(number) > _TOKEN_ROOM:
            yield f"identity.reply_addresses: {local!r} is too long to hold a token: mails go without a reply address"


def _codes_of_nobody(config: "Config") -> list[str]:
    from mailgate.app import open_as_it_is
    from mailgate.desk.strictness import codes_of_nobody
    from mailgate.store.schema import SchemaError
    from mailgate.store.trouble import DATABASE_TROUBLE

    if not config.identity.strict_customers:
        return []
    try:
        with closing(open_as_it_is(config)) as database, database.reading() as uow:
            return codes_of_nobody(uow, config.identity.strict_customers)
    except (SchemaError, *DATABASE_TROUBLE):
        return []  # there is no register yet, or none that can be read: that is told at the start

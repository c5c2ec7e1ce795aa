"""What commands work with: the configuration, and the database or the whole workshop; each opened once, closed after.

Whatever the surroundings lack becomes a ``Failure`` that names it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import typer

from mailgate.cli.failure import MISUSED, NOT_DONE, Failure

if TYPE_CHECKING:
    from mailgate.app import Workshop
    from mailgate.config import Config
    from mailgate.store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """The database, and what is needed to read it for people."""

    config: "Config"
    database: "Database"
    now: datetime
    zone: ZoneInfo


def load(context: typer.Context) -> "Config":
    """The configuration that the command line names."""
    from mailgate.config_file import ConfigError, load_config

    path: Path = context.obj
    try:
        return load_config(path)
    except ConfigError as error:
        raise Failure(str(error), code=MISUSED) from error


@contextmanager
def opened(context: typer.Context) -> Iterator[Opened]:
    """The database, for one command."""
    config = load(context)
    quiet_logs()
    from mailgate.app import now, open_database

    with plainly():
        database = open_database(config)
        try:
            yield Opened(config=config, database=database, now=now(), zone=ZoneInfo(config.desk.time_zone))
        finally:
            database.close()


@contextmanager
def workshop(context: typer.Context) -> Iterator["Workshop"]:
    """The database and what works on it, for one command: with one parser."""
    config = load(context)
    quiet_logs()
    from mailgate.app import Workshop

    one_parser = config.parser.model_copy(update={"children": 1})
    with plainly(), Workshop(config.model_copy(update={"parser": one_parser})) as shop:
        yield shop


def quiet_logs() -> None:
    """What runs within a command logs its troubles only, and never to stdout."""
    import sys

    from mailgate.logs import configure_logs

    configure_logs(level="warning", form="auto", stream=sys.stderr)


@contextmanager
def plainly() -> Iterator[None]:
    """Say in one line what is wrong with the surroundings."""
    from mailgate.app import AlreadyRunningError, ConfigError, DoorDiedError
    from mailgate.ingest.parser_pool import ParserUnavailable
    from mailgate.notify.template_check import WordingError
    from mailgate.reply_keys import ReplyKeysError
    from mailgate.store.schema import SchemaError
    from mailgate.store.trouble import DATABASE_MISUSE, DATABASE_TROUBLE

    try:
        yield
    except (SchemaError, AlreadyRunningError, DoorDiedError, ParserUnavailable, ReplyKeysError) as error:
        raise Failure(str(error), code=NOT_DONE) from error
    except (ConfigError, WordingError) as error:
        raise Failure(str(error), code=MISUSED) from error
    except DATABASE_MISUSE:
        raise
    except DATABASE_TROUBLE as error:
        reason = str(getattr(error, "orig", None) or error)
        raise Failure(f"the database cannot be used: {' '.join(reason.split())}", code=NOT_DONE) from error
    except BrokenPipeError:
        raise
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        raise Failure(f"{place}{error.strerror or error}", code=NOT_DONE) from error

"""Reads ``config.toml`` from disk, and says for every fault in it where it stands and what would be right.

What the keys mean and which values they may have is in ``config``.
"""

import difflib
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import ValidationError

from mailgate.config import Config
from mailgate.config_section import Section
from mailgate.shipped import sample_config


class ConfigError(Exception):
    """The configuration cannot be used; one line for each fault."""


def secret(*, env: str, file: str, home: Path) -> str:
    """A password out of an environment variable or a file.

    Raises ``ConfigError``, which names the place and never the secret.
    """
    if env:
        if env not in os.environ:
            raise ConfigError(f"the environment variable {env} is not set")
        return os.environ[env]
    try:
        return (home / file).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"the password file {file} cannot be read: {error.__class__.__name__}") from error


def load_config(path: Path) -> Config:
    """Read and check a configuration file. Raises ``ConfigError``."""
    try:
        text = path.read_text(encoding="utf-8")
        tables = tomllib.loads(text)
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: there is no such file; `mailgate init` writes one") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error
    tables.pop("home", None)
    try:
        return Config.model_validate({**_default_lists(), **tables, "home": path.parent.resolve()})
    except ValidationError as error:
        faults = [_fault(fault, text) for fault in error.errors()]
        raise ConfigError("\n".join(f"{path}{fault}" for fault in faults)) from None


def _default_lists() -> dict[str, Any]:
    """Teams and keywords are long lists: their defaults are those of the file that we ship, and stand nowhere else."""
    shipped = tomllib.loads(sample_config().read_text(encoding="utf-8"))
    return {name: shipped[name] for name in ("teams", "keywords")}


def _fault(fault: Any, text: str) -> str:
    """One fault as ``, line 12, smtp.prot: …`` — where it stands, and what would be right there."""
    place = tuple(fault["loc"])
    message = str(fault["msg"]).removeprefix("Value error, ")
    if fault["type"] == "extra_forbidden":
        near = difflib.get_close_matches(str(place[-1]), list(_keys_at(place[:-1])), n=1)
        message = "unknown key" + (
            f"; did you mean {near[0]}?" if near else f"; known are {', '.join(_keys_at(place[:-1]))}"
        )
    elif fault["type"] != "value_error":
        message += f" (here: {fault['input']!r})" if not isinstance(fault["input"], dict) else ""
    line = _line_of(place, text)
    return (f", line {line}" if line else "") + f", {'.'.join(map(str, place)) or 'whole file'}: {message}"


def _keys_at(place: tuple[Any, ...]) -> Iterator[str]:
    """The keys that are known in a table of the file."""
    model: Any = Config
    for step in place:
        if isinstance(step, int):
            continue
        model = model.model_fields[step].annotation if _is_section(model) else None
        if get_origin(model) is tuple:
            model = get_args(model)[0]
    return (key for key in model.model_fields if key != "home") if _is_section(model) else iter(())


def _is_section(model: Any) -> bool:
    return isinstance(model, type) and issubclass(model, Section)


def _line_of(place: tuple[Any, ...], text: str) -> int | None:
    """The line on which a key stands, by following the table headers; None if it is not found."""
    if not place:
        return None
    seen: dict[str, int] = {}
    table: tuple[Any, ...] = ()
    best = None
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*(\[\[?)\s*([^\]]+?)\s*\]", line):
            name = header[2].replace('"', "").replace(" ", "")
            table = tuple(name.split("."))
            if header[1] == "[[":
                table = (*table, seen.get(name, 0))
                seen[name] = seen.get(name, 0) + 1
            if place[: len(table)] == table:
                best = number
        elif (key := re.match(r"\s*\"?([^\s\"=#]+)\"?\s*=", line)) and (*table, key[1]) == place[: len(table) + 1]:
            return number
    return best


def effective(config: Config) -> Mapping[str, Any]:
    """All values in force, as plain data, for ``config check``; passwords in URLs are starred."""
    tables = config.model_dump(mode="json", exclude={"home"})
    tables["storage"]["database"] = re.sub(r"(://[^:/@]*):[^@]*@", r"\1:***@", tables["storage"]["database"])
    return tables

"""Reads ``config.toml`` from disk, and says for every fault in it where it stands and what would be right.

What the keys mean and which values they may have is in ``config``.
"""

import difflib
import hashlib
import json
import os
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import ValidationError

from mailgate import __version__
from mailgate.config import Config
from mailgate.config_section import Section
from mailgate.config_values import without_password
from mailgate.domain.trace import ConfigVersion
from mailgate.shipped import sample_config

_WANTED = {
    "missing": "this key is needed, and is not there",
    "too_short": "at least one entry is needed",
    "string_too_short": "this must not be empty",
    "string_type": 'a text is wanted, in quotes: "…"',
    "int_type": "a whole number is wanted",
    "int_parsing": "a whole number is wanted",
    "int_from_float": "a whole number is wanted",
    "float_type": "a number is wanted",
    "float_parsing": "a number is wanted",
    "bool_type": "true or false is wanted, without quotes",
    "bool_parsing": "true or false is wanted, without quotes",
    "tuple_type": 'a list is wanted: ["…", "…"]',
    "dict_type": "a table is wanted",
    "model_type": "a table is wanted",
    "enum": "{expected} is wanted",
    "literal_error": "{expected} is wanted",
    "greater_than": "more than {gt} is wanted",
    "greater_than_equal": "at least {ge} is wanted",
    "less_than": "less than {lt} is wanted",
    "less_than_equal": "at most {le} is wanted",
}
"""What pydantic calls a fault → what to write instead."""

_FORMS = {
    "^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$": "a name like mailgate.example.com is wanted, in small letters",
    "^([A-Z]{2})?$": "a country's two capital letters are wanted, like SE",
    "^[A-Z]{2,8}$": "two to eight capital letters are wanted, like MG",
    "^-?[0-9]{1,2}$": "a weight is wanted, a whole number between -99 and 99",
    "^[a-z][a-z_]*$": "a name in small letters is wanted, like service_desk",
    "^[1-5]$": "a service level is wanted, 1 to 5",
}
"""The patterns of ``config`` → what they ask for."""


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
        return (home / file).read_text(encoding="utf-8").partition("\n")[0]
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"the password file {file} cannot be read: {error.__class__.__name__}") from error


def load_config(path: Path) -> Config:
    """Read and check a configuration file. Raises ``ConfigError``."""
    text = _text(path)
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}{_no_toml(str(error))}") from error
    tables.pop("home", None)
    try:
        config = Config.model_validate({**_default_lists(), **tables, "home": path.parent.resolve()})
    except ValidationError as error:
        faults = [_fault(fault, text) for fault in error.errors() if not _follows(fault, error.errors())]
        raise ConfigError("\n".join(f"{path}{fault}" for fault in faults)) from None
    if contradictions := list(_contradictions(config)):
        raise ConfigError("\n".join(f"{path}, {each}" for each in contradictions))
    return config


def _contradictions(config: Config) -> Iterator[str]:
    """What is well formed, table by table, and still cannot all be meant."""
    own = {*config.addresses.support, *config.addresses.orders}
    for address in sorted({*config.addresses.support} & {*config.addresses.orders}):
        yield f"addresses: {address} stands in support and in orders; mail to it can be one of the two only"
    if config.limits.in_flight_mib * 2**20 < 2 * config.smtp.max_mail_bytes:
        yield "limits: in_flight_mib must hold two mails of smtp.max_mail_bytes, or the largest are never taken"
    yield from _identity_contradictions(config)
    team_of: dict[str, str] = {}
    for team in config.teams:
        if team.address in own:
            yield f"teams: {team.name}: {team.address} is our own; what is meant for the team would come back to us"
        for industry in team.industries:
            first = team_of.setdefault(industry.casefold(), team.name)
            if first != team.name:
                yield f"teams: the industry {industry!r} stands in {first!r} and in {team.name!r}"


def _identity_contradictions(config: Config) -> Iterator[str]:
    """Proof that nobody gives, and doors that are not there."""
    identity = config.identity
    doors = {"smtp", *(box.name for box in config.imap)}
    for door in sorted({*identity.trust_specialists} - doors):
        yield f"identity: trust_specialists: there is no {door!r}; known are {', '.join(sorted(doors))}"
    if identity.unproven == "hold" and config.smtp.listen and identity.smtp == "off":
        yield 'identity: unproven = "hold" would hold all that comes by SMTP, for smtp = "off" proves nothing'
    for box in config.imap:
        if identity.unproven == "hold" and not box.authserv_id:
            yield f'identity: unproven = "hold" would hold all that imap {box.name!r} gives: it has no authserv_id'


def _text(path: Path) -> str:
    """The file's text; some editors begin it with a byte order mark."""
    try:
        content = path.read_bytes()
        return content.decode("utf-8-sig")
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: there is no such file; `mailgate init` writes one") from error
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{path}, line {line}: this is no UTF-8 text; save the file as UTF-8") from error
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error


def _no_toml(said: str) -> str:
    """What tomllib says, with its place where ours stands: in front."""
    message, _, place = said.partition(" (at line ")
    line = f", line {place.partition(',')[0]}" if place and place[0].isdigit() else ""
    message = {"Cannot overwrite a value": "this key stands here for the second time"}.get(message, message)
    return f"{line}: no TOML: {message}"


def _follows(fault: Any, faults: Sequence[Any]) -> bool:
    """A list is "too short" when its only entry is wrong: that is told already."""
    place = fault["loc"]
    return fault["type"] == "too_short" and any(
        other["loc"][: len(place)] == place and other is not fault and len(other["loc"]) > len(place)
        for other in faults
    )


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
        message = _in_words(fault) + (f" (here: {fault['input']!r})" if not isinstance(fault["input"], dict) else "")
    line = _line_of(place, text)
    return (f", line {line}" if line else "") + f", {'.'.join(map(str, place)) or 'whole file'}: {message}"


def _in_words(fault: Any) -> str:
    """What would be right, in the words of the file rather than of Python."""
    if fault["type"] == "tuple_type" and isinstance(fault["input"], dict):
        return f"this table may stand several times, so write it in double brackets: [[{fault['loc'][-1]}]]"
    limits = fault.get("ctx", {})
    wanted = _WANTED.get(fault["type"]) or _FORMS.get(limits.get("pattern", ""))
    plain = {name: f"{limit:g}" if isinstance(limit, float) else limit for name, limit in limits.items()}
    return wanted.format(**plain) if wanted else str(fault["msg"])


def _keys_at(place: tuple[Any, ...]) -> Iterator[str]:
    """The keys that are known in a table of the file."""
    model: Any = Config
    for step in place:
        if isinstance(step, int):
            continue
        if get_origin(model) is dict:  # a table whose keys are names of the operator's
            model = get_args(model)[1]
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
    tables["storage"]["database"] = without_password(tables["storage"]["database"])
    for box in tables["imap"]:  # what stands behind the program's name may be a secret
        program, *rest = box["token_command"].split(maxsplit=1)[:2] or [""]
        box["token_command"] = f"{program} ***" if rest else program
    return tables


def version_of(config: Config) -> ConfigVersion:
    """What decides about mail: the program and all values in force; without what may hold a secret."""
    tables = dict(effective(config))
    boxes = ({**box, "token_command": "***" if box["token_command"] else ""} for box in tables["imap"])
    parser = {key: value for key, value in tables["parser"].items() if key != "children"}  # one command has but one
    values = {"mailgate": __version__, **tables, "imap": list(boxes), "parser": parser}
    text = json.dumps(values, ensure_ascii=False, indent=1, sort_keys=True)
    return ConfigVersion(key=hashlib.sha256(text.encode()).hexdigest()[:12], text=text)

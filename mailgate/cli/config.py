"""``mailgate config``: what is in force, and whether what it names can be used."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from mailgate.cli.config_identity import identity_faults, identity_notes
from mailgate.cli.config_times import time_faults, time_notes
from mailgate.cli.failure import MISUSED, Failure
from mailgate.cli.opening import load
from mailgate.cli.options import AsJson
from mailgate.cli.output import print_heading, print_json, say

if TYPE_CHECKING:
    from mailgate.config import Config

app = typer.Typer(name="config", help="Look at the configuration.", no_args_is_help=True)


@app.callback()
def _noun() -> None:
    """Look at the configuration."""


@app.command("check")
def check(context: typer.Context, as_json: AsJson = False) -> None:
    """Show every value in force, and try what it names: passwords, certificates, folders. Exit code 2 on a fault."""
    config = load(context)
    from zoneinfo import ZoneInfo

    from mailgate.config_file import effective

    values, paths, faults, notes = (
        effective(config),
        dict(_paths(config)),
        list(_faults(config)),
        [*time_notes(config), *identity_notes(config)],
    )
    if as_json:
        zone = ZoneInfo(config.desk.time_zone)
        found = {"templates": _templates(config), "faults": faults, "notes": notes}
        print_json({"values": values, "paths": paths, **found}, zone=zone)
    else:
        _print_values(values)
        _print_paths(paths, _templates(config))
        _print_notes(notes)
    if faults:
        raise Failure("\n".join(f"{context.obj}: {fault}" for fault in faults), code=MISUSED)
    if not as_json:
        say("\nNo faults.")


def _print_values(values: Mapping[str, Any]) -> None:
    for name, table in values.items():
        if isinstance(table, list):
            for entry in table:
                _print_table(f"[[{name}]]", entry)
        elif name == "keywords":
            counts = {
                kind: words if isinstance(words, bool) else f"{_count(words)} words" for kind, words in table.items()
            }
            _print_table("[keywords]", counts)
        else:
            _print_table(f"[{name}]", table)


def _print_notes(notes: Sequence[str]) -> None:
    if notes:
        print_heading("Take note")
        for note in notes:
            say(note)


def _count(words: Mapping[str, Any] | Sequence[str]) -> int:
    """How many there are, however deep: families are lists, other tables have weights or signs between."""
    return sum(map(_count, words.values())) if isinstance(words, Mapping) else len(words)


def _print_table(heading: str, table: Mapping[str, Any]) -> None:
    print_heading(heading)
    width = max(map(len, table), default=0)
    for key, value in table.items():
        say(f"{key:<{width}} = {_written(value)}")


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(_written, value))}]"
    return f'"{value}"' if isinstance(value, str) else str(value)


def _print_paths(paths: Mapping[str, str], templates: Mapping[str, str]) -> None:
    print_heading("Where that is")
    width = max(map(len, paths))
    for name, path in paths.items():
        say(f"{name:<{width}}   {path}")
    print_heading("Templates, by language")
    for language, folders in templates.items():
        say(f"{language}   {folders}")


def _paths(config: "Config") -> Iterator[tuple[str, str]]:
    if config.storage.database:
        from mailgate.config_file import effective

        yield "database", effective(config)["storage"]["database"]
    yield "storage.folder", str(config.data_folder.resolve())
    yield "desk.templates", str(config.own_templates.resolve())
    for name, file in _files(config):
        yield name, str(config.home / file)


def _templates(config: "Config") -> dict[str, str]:
    from mailgate.domain.customer import Language
    from mailgate.shipped import templates_folder

    shipped, own = templates_folder().resolve(), config.own_templates.resolve()
    found = {}
    for language in Language:
        yours = {file.name for file in (own / language).glob("*")} if own != shipped else set()
        known = {file.name for file in (shipped / language).glob("*")}
        found[language.value] = f"{len(yours & known)} of your own in {own / language}, the rest" if yours else "all"
        found[language.value] += f" from {shipped / language}"
        if strange := yours - known:
            found[language.value] += f"; no notice has a file named {', '.join(sorted(strange))}"
    return found


def _files(config: "Config") -> Iterator[tuple[str, str]]:
    """The files that the configuration names."""
    named = [
        ("smtp.certificate", config.smtp.certificate),
        ("smtp.key", config.smtp.key),
        ("outgoing.ca_file", config.outgoing.ca_file),
        ("outgoing.password_file", config.outgoing.password_file),
        ("holidays.calendar_file", config.holidays.calendar_file),
    ]
    for box in config.imap:
        named += [(f"imap {box.name}.ca_file", box.ca_file), (f"imap {box.name}.password_file", box.password_file)]
    return ((name, file) for name, file in named if file)


def _faults(config: "Config") -> Iterator[str]:
    unreadable = set()
    for name, file in _files(config):
        try:
            (config.home / file).open("rb").close()
        except OSError as error:
            unreadable.add(name)
            yield f"{name}: {config.home / file}: {error.strerror}"
    if config.smtp.certificate and not unreadable & {"smtp.certificate", "smtp.key"}:
        yield from _certificate_faults(config)
    yield from _password_faults(config)
    if "holidays.calendar_file" not in unreadable:
        yield from _holiday_faults(config)
    yield from _template_faults(config)
    yield from time_faults(config)
    yield from identity_faults(config)
    if not (config.smtp.listen or config.smtp.listen_tls or config.imap):
        yield "no mail can come in: give smtp.listen, or an [[imap]] table"
    if config.data_folder.exists() and not config.data_folder.is_dir():
        yield f"storage.folder: {config.data_folder} is no folder"


def _template_faults(config: "Config") -> Iterator[str]:
    from mailgate.notify.compose import composer_of
    from mailgate.notify.template_check import WordingError

    try:
        composer_of(config).check()
    except WordingError as error:
        yield f"desk.templates: {error}"


def _holiday_faults(config: "Config") -> Iterator[str]:
    from mailgate.holiday_calendars import CalendarError, opening_hours

    try:
        opening_hours(config)
    except CalendarError as error:
        yield str(error)


def _certificate_faults(config: "Config") -> Iterator[str]:
    import ssl

    certificate, key = config.home / config.smtp.certificate, config.home / config.smtp.key
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password=_no_password)
    except (OSError, ValueError) as error:
        yield f"smtp.certificate and smtp.key do not go together, or are no PEM files: {error}"


def _no_password() -> str:
    raise ValueError("the key asks for a password")


def _password_faults(config: "Config") -> Iterator[str]:
    from mailgate.config_file import ConfigError, secret

    signing_in = [("outgoing", config.outgoing)] if config.outgoing.user else []
    signing_in += [(f"imap {box.name}", box) for box in config.imap if not box.token_command]  # type: ignore[misc]
    for name, where in signing_in:
        # A file that cannot be opened is told among the files.
        if where.password_file and not Path(config.home / where.password_file).is_file():
            continue
        try:
            secret(env=where.password_env, file=where.password_file, home=config.home)
        except ConfigError as error:
            yield f"{name}: {error}"

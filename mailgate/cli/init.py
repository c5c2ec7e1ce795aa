"""``mailgate init``: a folder to start from."""

from pathlib import Path
from typing import Annotated

import typer

from mailgate.cli.failure import Failure
from mailgate.cli.output import say


def init(
    folder: Annotated[Path, typer.Argument(help="Where to; made if it is not there.")] = Path(),
) -> None:
    """Write a commented config.toml and a sample register.toml. What is there already is left as it is."""
    from mailgate.shipped import sample_config, sample_register

    try:
        folder.mkdir(parents=True, exist_ok=True)
        written = [_copy(source, folder) for source in (sample_config(), sample_register())]
    except OSError as error:
        raise Failure(f"{error.filename}: {error.strerror}") from error
    at = "" if folder == Path() else f" --config {folder / 'config.toml'}"
    if any(written):
        say(
            "\nNext:\n"
            f"  1. Edit {folder / 'config.toml'}: [addresses], [smtp] or [[imap]], and [outgoing].\n"
            f"     See what is in force: mailgate{at} config check\n"
            f"  2. Put your customers into {folder / 'register.toml'} (or CSV files), and read them in:\n"
            f"     mailgate{at} register import {folder / 'register.toml'}\n"
            f"  3. Start: mailgate{at} serve"
        )


def _copy(source: Path, folder: Path) -> bool:
    target = folder / source.name
    try:
        with target.open("xb") as file:  # never over something
            file.write(source.read_bytes())
    except FileExistsError:
        say(f"{target} is there already, and stays as it is")
        return False
    say(f"{target} written")
    return True

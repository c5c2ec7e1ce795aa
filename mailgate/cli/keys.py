"""``mailgate keys``: what reply tokens are signed with. Shows names and days of keys, never a key."""

from datetime import UTC, date, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from mailgate.cli.opening import opened
from mailgate.cli.options import AsJson
from mailgate.cli.output import print_json, say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mailgate.cli.opening import Opened
    from mailgate.domain.reply_token import ReplyKey

app = typer.Typer(
    name="keys", help="The keys that sign reply tokens, by which replies prove who wrote them.", no_args_is_help=True
)


@app.command("list")
def show(context: typer.Context, as_json: AsJson = False) -> None:
    """Show the keys by name: since when each signs, and until when what it signed is proof."""
    from mailgate.reply_keys import read_keys

    with opened(context) as desk:
        _print(desk, read_keys(_file(desk)), as_json=as_json)


@app.command("rotate")
def rotate(
    context: typer.Context,
    forget: Annotated[
        bool,
        typer.Option(
            "--forget", help="Forget all other keys at once: replies to mails sent so far prove nothing then."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Sign with a new key from now on. What the others signed stays proof until it expires, unless you --forget them.

    A running daemon takes the new key up by itself. Where several share one database, copy the file to each of them.
    """
    from mailgate.app import random_bytes
    from mailgate.reply_keys import KEY_FILE, rotate_keys

    with opened(context) as desk:
        path = desk.config.data_folder / KEY_FILE if forget else _file(desk)
        keep = None if forget else timedelta(days=desk.config.identity.reply_proves_days)
        keys = rotate_keys(path, new_key=random_bytes, today=_today(desk), keep=keep)
        _print(desk, keys, as_json=as_json)


def _file(desk: "Opened") -> "Path":
    """Of an installation that has signed nothing yet it is made now."""
    from mailgate.app import random_bytes
    from mailgate.desk.keys import open_keys
    from mailgate.reply_keys import KEY_FILE

    open_keys(desk.database, desk.config, new_key=random_bytes, today=_today(desk))
    return desk.config.data_folder / KEY_FILE


def _today(desk: "Opened") -> date:
    return desk.now.astimezone(UTC).date()


def _print(desk: "Opened", keys: "Sequence[ReplyKey]", *, as_json: bool) -> None:
    proves = timedelta(days=desk.config.identity.reply_proves_days)
    ends = [key.since + proves for key in keys[1:]]
    rows = [
        {"key": key.key_id.hex(), "since": key.since, "proof_until": end}
        for key, end in zip(keys, [*ends, None], strict=True)
    ]
    if as_json:
        print_json(rows, zone=desk.zone)
        return
    for row in rows:
        until = f"what it signed is proof until {row['proof_until']}" if row["proof_until"] else "signs now"
        say(f"{row['key']}   since {row['since']}   {until}")

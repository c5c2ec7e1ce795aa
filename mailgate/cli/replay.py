"""``mailgate replay``: kept mails decided again, and only what would now be different. Nothing is changed."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from mailgate.cli.failure import MISUSED, Failure
from mailgate.cli.opening import Opened, opened
from mailgate.cli.options import AsJson
from mailgate.cli.output import local, print_heading, print_json, print_table, say
from mailgate.cli.sla_simulate import day_named, midnight

if TYPE_CHECKING:
    from mailgate.config import Config
    from mailgate.desk.replay import Reading, Replayed, Span, Sums
    from mailgate.domain.differences import Difference
    from mailgate.domain.verdict import Policy

DIFFERENT = 1
"""The exit code where something would now be different, as of ``diff``."""
_COLUMNS = ("MAIL", "RECEIVED", "FROM", "WHAT", "WAS", "WOULD BE", "A PERSON MADE IT", "BY", "BECAUSE", "SUBJECT")
_NOTE = (
    "Decided with the tickets, held mails and payments of then, and with the people who are registered now. "
    "Nothing was changed."
)


def replay(
    context: typer.Context,
    since: Annotated[str, typer.Option("--since", metavar="DAY", help="Received on this day or later.")],
    until: Annotated[str | None, typer.Option("--until", metavar="DAY", help="Received on this day or before.")] = None,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config", metavar="NEW.toml", exists=True, dir_okay=False, readable=True,
            help="Decide by this configuration; default: by the desk's own.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Decide kept mails again, and list what would now be different. Exit code 0 if nothing would be, 1 if anything."""
    other = _other(config) if config is not None else None
    began = time.monotonic()
    with opened(context) as desk, _reader(desk.config) as read:
        from mailgate.app import random_bytes
        from mailgate.config import policy_of
        from mailgate.desk.keys import keys_as_they_are
        from mailgate.desk.replay import Rules, Sums
        from mailgate.desk.replay import replay as decide_again

        sums, span = Sums(), _span(desk, since, until)
        keyring = keys_as_they_are(desk.database, desk.config, new_key=random_bytes)()
        rules = Rules(policy=policy_of(desk.config), keyring=keyring, other=other)
        found = list(decide_again(desk.database, read, span, rules, sums=sums))
    if as_json:
        print_json(_record(found, sums), zone=desk.zone)
    else:
        _print(found, sums, desk.zone, seconds=time.monotonic() - began)
    if found:
        raise typer.Exit(DIFFERENT)


def _span(desk: Opened, since: str, until: str | None) -> "Span":
    from mailgate.desk.replay import Span

    first, last = day_named("--since", since), day_named("--until", until) if until is not None else None
    if last is not None and last < first:
        raise Failure(f"--until {last} is before --since {first}", code=MISUSED)
    end = midnight(last + timedelta(days=1), desk.zone) if last is not None else desk.now
    return Span(start=midnight(first, desk.zone), end=end)


def _other(path: Path) -> "Policy":
    from mailgate.config import policy_of
    from mailgate.config_file import ConfigError, load_config

    try:
        return policy_of(load_config(path))
    except ConfigError as error:
        raise Failure(str(error), code=MISUSED) from error


@contextmanager
def _reader(config: "Config") -> "Iterator[Callable[[Sequence[bytes]], Sequence[Reading]]]":
    """Parser children on all processors."""
    from mailgate.ingest.parser_pool import ParserPool

    parser, children = config.parser, len(os.sched_getaffinity(0))
    with closing(ParserPool(children=children, memory_mib=parser.memory_mib, seconds=parser.seconds)) as pool:
        yield pool.parse_all


def _print(found: "Sequence[Replayed]", sums: "Sums", zone: ZoneInfo, *, seconds: float) -> None:
    from mailgate.desk.replay import counted

    rows = [_row(one, change, zone) for one in found for change in one.changes]
    if rows:
        print_table(_COLUMNS, rows, empty="")
    aspects, right = counted(found)
    print_heading(f"{sums.mails} mails decided again in {seconds:.1f} s")
    if not found:
        say("Nothing would be different.")
    else:
        each = ", ".join(f"{aspect} of {count}" for aspect, count in aspects.most_common())
        say(f"{len(found)} would be different: {each}.")
    if right:
        say(f"Where a person has corrected it since, the change would be right {_times(right[True])}, "
            f"and wrong {_times(right[False])}.")  # fmt: skip
    if done := sum(one.done_with for one in found):
        say(f"{done} of their tickets were done with, and nobody had anything to correct.")
    if sums.untraced:
        say(f"{sums.untraced} were decided before traces were kept: compared as far as their tickets tell.")
    if sums.unreadable:
        say(f"{sums.unreadable} could not be read.")
    say(_NOTE)


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _row(one: "Replayed", change: "Difference", zone: ZoneInfo) -> tuple[str, ...]:
    made = "" if change.corrected is None else f"{_plain(change.corrected)} ({'right' if change.right else 'wrong'})"
    return (
        str(one.mail_id), local(one.received_at, zone), one.author, change.aspect, _plain(change.old),
        _plain(change.new), made, _by(one), _because(one, change), one.subject,
    )  # fmt: skip


def _plain(value: str) -> str:
    return value.replace("_", " ") or "none"


def _by(one: "Replayed") -> str:
    """Whether the other configuration makes the difference, or what has changed since the mail was decided."""
    return "since then" if not one.by_config else "NEW.toml"


def _because(one: "Replayed", change: "Difference") -> str:
    """What speaks for the new type, level or module; else the rules."""
    if seen := "; ".join(what for about, what in one.seen if about == change.aspect):
        return seen
    return one.new.rule if one.old.rule == one.new.rule else f"{one.old.rule} → {one.new.rule}"


def _record(found: "Sequence[Replayed]", sums: "Sums") -> dict[str, Any]:
    from mailgate.desk.replay import counted

    aspects, right = counted(found)
    return {
        "mails": sums.mails,
        "unreadable": sums.unreadable,
        "untraced": sums.untraced,
        "different": len(found),
        "by_aspect": dict(aspects),
        "corrected": {"right": right[True], "wrong": right[False]},
        "note": _NOTE,
        "differences": [
            {
                "mail": one.mail_id, "received_at": one.received_at, "author": one.author, "subject": one.subject,
                "old_rule": one.old.rule, "new_rule": one.new.rule, "new_evidence": one.new.evidence,
                "by_other_config": one.by_config, "traced": one.traced, "done_with_uncorrected": one.done_with,
                "seen": [{"about": about, "what": what} for about, what in one.seen],
                "changes": [
                    {
                        "what": change.aspect, "old": change.old or None, "new": change.new or None,
                        "corrected": change.corrected, "right": change.right,
                    }
                    for change in one.changes
                ],
            }
            for one in found
        ],
    }  # fmt: skip

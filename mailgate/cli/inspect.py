"""``mailgate inspect``: what we read in a mail, from a file, without database or configuration.

Each file is read as a received mail is: in a child process with a memory and a time limit. What kills its child is an
error on its own line, and the others go on.
"""

import contextlib
import json
import os
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mailgate.cli.failure import Failure
from mailgate.cli.inspect_view import print_inspected
from mailgate.cli.output import complain
from mailgate.domain.kind import Kind, MailKind
from mailgate.domain.mail import ParsedMail

if TYPE_CHECKING:
    from mailgate.ingest.parser_pool import ParserPool

_MEMORY_MIB = 1024
_SECONDS = 10.0
_LONG = 0.2
# The words for programs; those that are missing are said as they are.
_WORDS = {MailKind.FORWARDED: "person", MailKind.OUT_OF_OFFICE: "auto-reply"}
_BARE = {
    "text": b"Content-Type: text/plain; charset=utf-8",
    "html": b"Content-Type: text/html; charset=utf-8",
}


class Body(StrEnum):
    """A file that is no mail, only what stands in one."""

    TEXT = "text"
    HTML = "html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspected:
    """One file, read. ``error``: why it could not be; then there is no ``mail``."""

    file: str
    mail: ParsedMail | None = None
    kind: Kind | None = None
    error: str = ""
    seconds: float = 0.0


def inspect(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Mails as files; folders are walked.")],
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Print a JSON object for each file, on one line.")] = False,
    body: Annotated[Body | None, typer.Option("--as", help="The files are bare bodies: text or HTML.")] = None,
    full: Annotated[bool, typer.Option("--full", help="Show the whole text, with what it quotes.")] = False,
) -> None:
    """Show what is read in a mail: its kind and why, its text, what came with it, what is wrong with it."""
    from mailgate.logs import configure_logs

    configure_logs(level="error", form="auto", stream=sys.stderr)
    failed = 0
    for one in inspected(_files(paths), body=body):
        failed += bool(one.error)
        if jsonl:
            # Pure ASCII: one line is one line whatever the mail holds, and a terminal obeys nothing in it.
            print(json.dumps(record(one)))
        elif one.mail is not None:
            print_inspected(one.file, one.mail, one.kind, full=full)
        else:
            complain(f"{one.file}: {one.error}")
    if failed and not jsonl:
        raise typer.Exit(1)


def inspected(files: Iterable[str], *, body: Body | None = None) -> Iterator[Inspected]:
    """Every file, read, in the order given, on all processors."""
    from mailgate.ingest.parser_pool import ParserPool

    workers = len(os.sched_getaffinity(0))
    with (
        contextlib.closing(ParserPool(children=workers, memory_mib=_MEMORY_MIB, seconds=_SECONDS)) as pool,
        ThreadPoolExecutor(max_workers=workers) as threads,
    ):
        yield from threads.map(lambda file: _inspect(pool, file, body), files)


def record(one: Inspected) -> dict[str, Any]:
    """What programs read; words for the kind as mail corpora use them."""
    mail, kind = one.mail, one.kind
    return {
        "file": one.file,
        "kind": _WORDS.get(kind.kind, kind.kind.value) if kind is not None else None,
        "from": _claimed(mail) if mail is not None else None,
        "subject": mail.subject if mail is not None else None,
        "body_text": mail.text if mail is not None else None,
        "reply_text": mail.new_text if mail is not None else None,
        "attachments": [
            {"name": each.name, "size": each.size, "content_type": each.content_type, "inline": each.inline}
            for each in (mail.attachments if mail is not None else ())
        ],
        "auto_reply_allowed": kind.answerable if kind is not None else False,
        "bounce_recipients": _unique(each.recipient for each in kind.deliveries) if kind is not None else [],
        "bounce_status": _unique(each.status for each in kind.deliveries) if kind is not None else [],
        "defects": list(mail.defects) if mail is not None else [],
        "error": one.error,
        "seconds": round(one.seconds, 4),
    }


def _files(paths: Iterable[Path]) -> list[str]:
    found: list[str] = []
    for path in paths:
        if path.is_dir():
            found += sorted(str(each) for each in path.rglob("*") if each.is_file())
        elif path.exists():
            found.append(str(path))
        else:
            raise Failure(f"there is no {path}")
    return found


def _inspect(pool: "ParserPool", file: str, body: Body | None) -> Inspected:
    from mailgate.classify.kind import kind_of
    from mailgate.ingest.parser_pool import Unparsable

    started = time.perf_counter()
    try:
        raw = _as_mail(Path(file).read_bytes(), body)
        started = time.perf_counter()
        mail = pool.parse(raw)
        seconds = time.perf_counter() - started
        if seconds > _LONG:  # it may have waited for a new child to start; that is no property of the mail
            started = time.perf_counter()
            pool.parse(raw)
            seconds = min(seconds, time.perf_counter() - started)
    except Unparsable as unparsable:
        return Inspected(file=file, error=unparsable.reason, seconds=time.perf_counter() - started)
    except OSError as error:
        return Inspected(file=file, error=f"cannot be read: {error.strerror}")
    started = time.perf_counter()
    kind = kind_of(mail) if body is None else None
    return Inspected(file=file, mail=mail, kind=kind, seconds=seconds + time.perf_counter() - started)


def _as_mail(octets: bytes, body: Body | None) -> bytes:
    """A bare body goes the way of all mail, under the same limits: as the only part of one."""
    if body is None:
        return octets
    line_end = b"\r" if b"\r" in octets and b"\n" not in octets else b"\n"
    return _BARE[body] + 2 * line_end + octets


def _claimed(mail: ParsedMail) -> str | None:
    from mailgate.ingest.author import claimed_address

    fields = (claimed_address(value) for name, value in mail.headers if name == "from")
    return next((address for address in fields if address is not None), None)


def _unique(values: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(value for value in values if value))

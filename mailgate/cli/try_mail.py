"""``mailgate try``: what would become of a mail that lies in a file. Nothing is kept, nothing is sent."""

import sys
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from mailgate.cli.failure import MISUSED, NOT_DONE, Failure
from mailgate.cli.opening import load, plainly
from mailgate.cli.options import AsJson
from mailgate.cli.try_envelope import Assumed, envelope_of, refused_at_the_door
from mailgate.cli.try_view import Tried, show
from mailgate.domain.authenticity import Proof

if TYPE_CHECKING:
    from mailgate.config import Config
    from mailgate.desk.rehearsal import Rehearsal
    from mailgate.domain.mail import ParsedMail


def try_mail(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE.eml", help="The mail; - for standard input.")],
    mail_from: Annotated[
        str | None, typer.Option("--from", metavar="ADDRESS", help="The envelope's sender; <> for none. Default: From.")
    ] = None,
    rcpt_to: Annotated[
        list[str] | None, typer.Option("--to", metavar="ADDRESS", help="The envelope's recipient. Default: support.")
    ] = None,
    client: Annotated[str, typer.Option("--client", metavar="IP", help="The SMTP client.")] = "127.0.0.1",
    door: Annotated[str, typer.Option("--door", metavar="DOOR", help="smtp, or the name of an IMAP mailbox.")] = "smtp",
    at: Annotated[
        str | None, typer.Option("--at", metavar="TIME", help="When it came: 2026-11-27T15:00. Default: now.")
    ] = None,
    proof: Annotated[
        Proof | None, typer.Option("--proof", help="Take it for granted that its author is so; default: what is found.")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Ask DNS who wrote it, as the door would.")] = False,
    as_new: Annotated[bool, typer.Option("--as-new", help="Also if the same mail has come before.")] = False,
    eml: Annotated[
        Path | None, typer.Option("--eml", metavar="DIR", help="Write the mails that would go out into this folder.")
    ] = None,
    html: Annotated[bool, typer.Option("--html", help="Show their HTML instead of their text.")] = False,
    as_json: AsJson = False,
) -> None:
    """Decide on a mail as if it came now: why, what would change, and the very mails that would go out."""
    config, content = load(context), _content(file)
    zone = ZoneInfo(config.desk.time_zone)
    assumed = Assumed(
        mail_from=mail_from, rcpt_to=tuple(rcpt_to or ()), client=client, door=door, proof=proof, check=check
    )
    _be_quiet()
    with plainly():
        tried = _tried(config, content, assumed, at=_moment(at, zone) if at is not None else None, as_new=as_new)
    show(tried, zone=zone, html=html, as_json=as_json)
    if eml is not None and tried.rehearsal is not None:
        _write(eml, tried.rehearsal)


def _tried(config: "Config", content: bytes, assumed: Assumed, *, at: datetime | None, as_new: bool) -> Tried:
    from mailgate.app import mint, now, open_as_it_is, random_bytes
    from mailgate.desk.house import house_of
    from mailgate.desk.keys import keys_as_they_are
    from mailgate.desk.rehearsal import rehearse, warm_up

    moment = at or now()
    with closing(open_as_it_is(config)) as database:
        mail, unreadable = _parsed(config, content)
        envelope = envelope_of(config, content, mail, assumed, at=moment)
        refused = refused_at_the_door(config, database, envelope)
        rehearsal = None
        if mail is not None:
            house = house_of(config, mint=mint, keys=keys_as_they_are(database, config, new_key=random_bytes))
            warm_up(house, envelope, mail, now=moment)
            rehearsal = rehearse(database, house, envelope, mail, now=moment, as_new=as_new)
    return Tried(envelope=envelope, refused=refused, unreadable=unreadable, rehearsal=rehearsal)


def _be_quiet() -> None:
    """What is rehearsed does not happen, so nobody is to read of it in a log."""
    from mailgate.logs import configure_logs

    configure_logs(level="critical", form="auto", stream=sys.stderr)


def _content(file: Path) -> bytes:
    try:
        return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise Failure(f"{file}: {error.strerror}", code=NOT_DONE) from error


def _moment(text: str, zone: ZoneInfo) -> datetime:
    from mailgate.domain.wall_clock import in_utc, moment

    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise Failure(f"--at: {text!r} is no time; write it like 2026-11-27T15:00", code=MISUSED) from None
    return in_utc(at if at.tzinfo is not None else moment(at, zone))


def _parsed(config: "Config", content: bytes) -> "tuple[ParsedMail | None, str]":
    from mailgate.ingest.parser_pool import ParserPool, Unparsable

    parser = config.parser
    with closing(ParserPool(children=1, memory_mib=parser.memory_mib, seconds=parser.seconds)) as pool:
        try:
            return pool.parse(content), ""
        except Unparsable as error:
            return None, error.reason


def _write(folder: Path, rehearsal: "Rehearsal") -> None:
    from mailgate.cli.preview import write_file

    for place, (entry, content) in enumerate(rehearsal.mails, start=1):
        write_file(folder / f"{place:02}-{entry.kind}.eml", content)

"""``mailgate classify``: how well mails are filed, what people corrected, and which keywords would have helped."""

from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mailgate.cli.failure import MISUSED, Failure
from mailgate.cli.opening import Opened, load, opened, plainly
from mailgate.cli.options import AsJson
from mailgate.cli.output import local, print_heading, print_json, print_table, say

if TYPE_CHECKING:
    from mailgate.classify.learning import Proposal
    from mailgate.config import Config
    from mailgate.desk.corrections import Filed
    from mailgate.ingest.parser_pool import ParserPool

app = typer.Typer(name="classify", help="Type, level, module and team: how often they are right.", no_args_is_help=True)

_DAYS = 180
_SHOWN = 20


@app.command("report")
def report(
    context: typer.Context,
    since: Annotated[
        datetime | None,
        typer.Option("--since", metavar="DAY", formats=["%Y-%m-%d"], help=f"Default: the last {_DAYS} days."),
    ] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Write the proposed keywords to the configuration.")] = False,
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="WORD", help="With --apply: only this one, and so on.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """What tickets were filed as and what people made of it; the keywords that would have set more right than wrong.

    A ticket that was closed without a correction was filed right. Words of people's names, of quoted text, numbers and
    addresses are never proposed. The daemon takes new keywords when it starts the next time.
    """
    if only and not apply:
        raise Failure("--only goes with --apply", code=MISUSED)
    with opened(context) as desk:
        from mailgate.desk.corrections import filed_tickets

        start = _start(since.date() if since else None, desk)
        with desk.database.reading() as uow:
            filed = filed_tickets(uow, start, desk.now)
        found = _proposals(desk, filed)
        if as_json:
            print_json(_as_json(filed, found), zone=desk.zone)
        else:
            _print_tables(filed, start, desk)
            _print_proposals(found)
        if apply:
            _apply(context.obj, _chosen(found, only), desk)


@app.command("test")
def try_text(
    context: typer.Context,
    what: Annotated[str, typer.Argument(metavar="FILE|TEXT", help="A mail in a file, or words; the first line counts "
                                        "as the subject where more follow.")],
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """What keywords make of a text, and why. `mailgate try` tells all that would become of a mail."""
    from mailgate.classify.evidence import classify
    from mailgate.config import policy_of
    from mailgate.domain.verdict import Facts

    config = load(context)
    found = classify(_mail(what, config), Facts(), policy_of(config))
    fields: dict[str, Any] = {"type": found.type, "level": found.level, "module": found.module}
    if as_json:
        print_json({**fields, "evidence": found.evidence}, zone=UTC)
        return
    for name, value in fields.items():
        say(f"{name:8}{'-' if value is None else value}")
        for seen in (why for field, why in found.evidence if field == name):
            say(f"        {seen}")


def _mail(what: str, config: "Config") -> Any:
    from mailgate.domain.mail import ParsedMail

    path = Path(what)
    if "\n" not in what and len(what) < 255 and path.is_file():
        with plainly(), closing(_pool(config)) as pool:
            return pool.parse(path.read_bytes())
    subject, _, text = what.partition("\n")
    if not text:
        subject, text = "", what
    return ParsedMail(author=None, subject=subject, message_id=None, text=text, new_text=text)


def _pool(config: "Config") -> "ParserPool":
    from mailgate.ingest.parser_pool import ParserPool

    return ParserPool(children=1, memory_mib=config.parser.memory_mib, seconds=config.parser.seconds)


def _start(day: date | None, desk: Opened) -> datetime:
    if day is None:
        return desk.now - timedelta(days=_DAYS)
    return datetime(day.year, day.month, day.day, tzinfo=desk.zone)


def _proposals(desk: Opened, filed: Sequence["Filed"]) -> Sequence["Proposal"]:
    if not any(one.decided["type"] != one.right["type"] for one in filed):
        return ()
    from mailgate.classify.learning import proposals
    from mailgate.config import policy_of
    from mailgate.desk.lessons import lessons, names_in_register

    with closing(_pool(desk.config)) as pool, desk.database.reading() as uow:
        read = list(lessons(uow, filed, pool.parse_all))
        return proposals(read, policy_of(desk.config), names=names_in_register(uow))


def _print_tables(filed: Sequence["Filed"], start: datetime, desk: Opened) -> None:
    from mailgate.desk.corrections import FIELDS, confusion

    say(f"{len(filed)} tickets since {local(start, desk.zone)[:10]} of which it is known what they were")
    by = Counter(one.role for each in filed for one in each.corrections)
    if by:
        say("corrected by " + ", ".join(f"{role}s {count} times" for role, count in sorted(by.items())))
    for field in FIELDS:
        table = confusion(filed, field)
        right = sum(count for (decided, truth), count in table.items() if decided == truth)
        total = sum(table.values())
        print_heading(f"{field}: {right} of {total} right ({100 * right / max(1, total):.1f} %)")
        wrong = sorted(((-count, *pair) for pair, count in table.items() if pair[0] != pair[1]))
        rows = [(decided or "-", truth or "-", str(-count)) for count, decided, truth in wrong]
        print_table(("TAKEN FOR", "WAS", "TICKETS"), rows, empty="none was corrected")


def _print_proposals(found: Sequence["Proposal"]) -> None:
    print_heading("Keywords that would have helped")
    rows = [
        (
            one.pattern,
            one.type.value,
            str(one.weight),
            str(one.seen),
            str(one.elsewhere),
            str(one.mended),
            str(one.broken),
        )
        for one in found[:_SHOWN]
    ]
    columns = ("WORD", "SPEAKS FOR", "WEIGHT", "IN THESE", "IN OTHERS", "SET RIGHT", "SET WRONG")
    print_table(columns, rows, empty="none: too few mails were corrected, or nothing tells them apart")


def _chosen(found: Sequence["Proposal"], only: list[str] | None) -> Sequence["Proposal"]:
    if not only:
        return found[:_SHOWN]
    known = {one.pattern for one in found}
    if missing := [word for word in only if word.casefold() not in known]:
        raise Failure(f"--only: {missing[0]!r} is not proposed")
    wanted = {word.casefold() for word in only}
    return [one for one in found if one.pattern in wanted]


def _apply(path: Path, chosen: Sequence["Proposal"], desk: Opened) -> None:
    from mailgate.cli import learnt
    from mailgate.config_file import ConfigError

    if not chosen:
        raise Failure("there is nothing to apply")
    try:
        backup = learnt.apply(path, chosen, at=desk.now.astimezone(desk.zone))
    except (ConfigError, OSError) as error:
        raise Failure(f"{path} stays as it is: {error}") from error
    words = ", ".join(one.pattern for one in chosen)
    say(f"{path}: {words}. The file as it was: {backup.name}. The daemon takes them when it starts the next time.")


def _as_json(filed: Sequence["Filed"], found: Sequence["Proposal"]) -> dict[str, Any]:
    from mailgate.desk.corrections import FIELDS, confusion

    tables = {
        field: [
            {"decided": decided or None, "right": right or None, "tickets": count}
            for (decided, right), count in sorted(confusion(filed, field).items())
        ]
        for field in FIELDS
    }
    corrections = [
        {
            "ticket": str(one.ticket.number), "field": each.field, "decided": each.decided or None,
            "corrected": each.corrected or None, "role": each.role, "at": each.at,
            "evidence": [seen for what, seen in one.evidence if what == each.field],
        }
        for one in filed for each in one.corrections
    ]  # fmt: skip
    fields = ("type", "pattern", "weight", "seen", "elsewhere", "mended", "broken")
    words = [{field: getattr(one, field) for field in fields} for one in found]
    return {"tickets": len(filed), "tables": tables, "corrections": corrections, "keywords": words}

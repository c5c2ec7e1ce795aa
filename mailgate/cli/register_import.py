"""``mailgate register import``: the files' whole content becomes true, or nothing of it, and what happened is told."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import typer

from mailgate.cli.failure import Failure
from mailgate.cli.opening import Opened, opened
from mailgate.cli.output import print_json, say
from mailgate.desk.register import Change, Imported, Refused, import_register
from mailgate.desk.register_checks import register_rules_of
from mailgate.desk.register_files import read_register
from mailgate.store.unit_of_work import UnitOfWork


class _OnlyTried(Exception):  # noqa: N818 - ends a transaction that is not to be
    """Rolls the import back."""


def import_register_files(context: typer.Context, files: Sequence[Path], *, dry_run: bool, as_json: bool) -> None:
    """Import, and tell."""
    with opened(context) as desk:
        outcome = _imported(desk, files, dry_run=dry_run)
        if isinstance(outcome, Refused):
            count = len(outcome.faults)
            what = "1 fault" if count == 1 else f"{count} faults"
            raise Failure("\n".join([*map(str, outcome.faults), f"{what}; nothing was changed"]))
        if as_json:
            print_json({"dry_run": dry_run, **_record(outcome)}, zone=desk.zone)
        else:
            _tell(outcome, dry_run=dry_run)


def _imported(desk: Opened, files: Sequence[Path], *, dry_run: bool) -> Imported | Refused:
    draft = read_register(files, default_language=desk.config.desk.language)
    outcome: Imported | Refused | None = None
    with suppress(_OnlyTried), _transaction(desk, dry_run=dry_run) as uow:
        outcome = import_register(uow, draft, register_rules_of(desk.config), now=desk.now)
    assert outcome is not None, "what else ends it is raised"  # noqa: S101
    return outcome


@contextmanager
def _transaction(desk: Opened, *, dry_run: bool) -> Iterator[UnitOfWork]:
    with desk.database.transaction() as uow:
        yield uow
        if dry_run:
            raise _OnlyTried


def _tell(done: Imported, *, dry_run: bool) -> None:
    from mailgate.cli.register import through

    for note in done.notes:
        say(f"note: {note}")
    for kind, counts in (
        ("customers", done.customers), ("SuperUsers", done.superusers), ("specialists", done.specialists),
    ):  # fmt: skip
        if any(counts.values()):
            say(f"{kind}: {', '.join(f'{count} {change}' for change, count in _counts(counts).items() if count)}")
    told = (("no SuperUser any more", done.deactivated), ("paid", done.paid), ("overdue, support rests", done.overdue))
    for what, which in told:
        for one in which:
            say(f"{what}: {one}")
    if done.released:
        say(through(len(done.released)))
    if dry_run:
        say("only tried: nothing was changed")


def _counts(counts: Mapping[Change, int]) -> dict[str, int]:
    return {change.value: counts.get(change, 0) for change in Change}


def _record(done: Imported) -> dict[str, Any]:
    return {
        "customers": _counts(done.customers),
        "superusers": _counts(done.superusers),
        "specialists": _counts(done.specialists),
        "deactivated": done.deactivated,
        "paid": done.paid,
        "overdue": done.overdue,
        "released": done.released,
        "notes": done.notes,
    }

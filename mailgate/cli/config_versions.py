"""``mailgate config versions`` and ``show``: the configurations under which mails were decided."""

import json
from typing import Annotated

import typer

from mailgate.cli.failure import Failure
from mailgate.cli.opening import opened
from mailgate.cli.options import AsJson
from mailgate.cli.output import local, print_json, print_table, say


def versions(context: typer.Context, as_json: AsJson = False) -> None:
    """The configurations that were in force when mails were decided, the newest first."""
    with opened(context) as desk, desk.database.reading() as uow:
        seen = uow.traces.versions()
        if as_json:
            records = [{"key": one.key, "first_at": one.first_at, "decisions": one.decisions} for one in seen]
            print_json(records, zone=desk.zone)
            return
        rows = [(one.key, local(one.first_at, desk.zone), str(one.decisions)) for one in seen]
        print_table(("KEY", "FIRST USED", "DECISIONS"), rows, empty="nothing was decided yet")


def show(
    context: typer.Context,
    key: Annotated[str, typer.Argument(metavar="KEY", help="As `explain` names it, or its beginning.")],
) -> None:
    """A configuration as it was, as JSON: every value that was in force, secrets starred."""
    with opened(context) as desk, desk.database.reading() as uow:
        version = uow.traces.version(key)
        if version is None:
            raise Failure(f"nothing was decided under a configuration {key!r}; mailgate config versions lists them")
        say(json.dumps(json.loads(version.text), ensure_ascii=False, indent=2))

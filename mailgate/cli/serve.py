"""``mailgate serve`` and ``mailgate demo``."""

import sys
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from mailgate.cli.failure import MISUSED, Failure
from mailgate.cli.opening import load, plainly


def serve(context: typer.Context) -> None:
    """Run the daemon: take mail by SMTP and IMAP until SIGTERM or Ctrl-C, then finish what is under way."""
    config = load(context)
    from mailgate.ingest.smtp_door import SmtpDoor
    from mailgate.logs import configure_logs
    from mailgate.real_clock import now

    configure_logs(level=config.log.level, form=config.log.format, stream=sys.stderr)
    with closing(SmtpDoor(config, clock=now)) as door:  # first of all, while there is little that it would have, too
        from mailgate.app import Daemon, Workshop

        with plainly(), Workshop(config) as workshop:
            Daemon(workshop, door).run()


def demo(
    week: Annotated[
        bool, typer.Option("--week", help="Show a week at the desk instead: clocks, alarms, digests; simulated time.")
    ] = False,
    story: Annotated[
        bool, typer.Option("--story", help="Show one ticket of each type instead, from its first mail to its closing.")
    ] = False,
    keep: Annotated[bool, typer.Option("--keep", help="Leave the folder that it works in, to be looked at.")] = False,
    pages: Annotated[
        Path | None,
        typer.Option(
            "--pages", metavar="FOLDER", help="Of --week: write its digest, overview and report there, as HTML files."
        ),
    ] = None,
) -> None:
    """Show the whole way in one go: real mails go in, tickets and answers come out, and nothing is left behind."""
    if pages is not None and not week:
        raise Failure("--pages goes with --week", code=MISUSED)
    if week and story:
        raise Failure("--week and --story are two performances: one at a time", code=MISUSED)
    if story:
        from mailgate.demo.whole import run_story

        raise typer.Exit(run_story(keep=keep))
    if week:
        from mailgate.demo.week import run_week

        raise typer.Exit(run_week(keep=keep, pages=pages))
    from mailgate.demo import run_demo

    raise typer.Exit(run_demo(keep=keep))

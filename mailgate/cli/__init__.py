"""The command line: parse arguments, call one operation, print. One module for each noun.

What goes wrong by the person's doing is one line on stderr: exit code 1 for not found or refused, 2 for wrongly asked
or configured. ``--help`` loads neither the database nor the mail libraries.
"""

import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from mailgate import __version__
from mailgate.cli import (
    access,
    classify,
    config,
    config_versions,
    digest,
    explain,
    held,
    init,
    inspect,
    joining,
    keys,
    mails,
    moves,
    outbox,
    preview,
    quarantine,
    register,
    replay,
    report,
    schedule_view,
    serve,
    sla,
    sla_explain,
    sla_recount,
    sla_simulate,
    tickets,
    try_mail,
    way_moves,
)
from mailgate.cli.failure import MISUSED, Failure
from mailgate.cli.output import complain

# What typer raises for a wrong option or argument; it has no public name of its own.
_USAGE_ERROR: Any = typer.BadParameter.__mro__[2]

app = typer.Typer(
    name="mailgate",
    help="Mail to support@ becomes a numbered ticket, and nothing is lost on the way.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("serve")(serve.serve)
app.command("demo")(serve.demo)
app.command("init")(init.init)
app.command("inspect")(inspect.inspect)
app.command("explain")(explain.explain)
app.command("try")(try_mail.try_mail)
app.command("replay")(replay.replay)
config.app.command("versions")(config_versions.versions)
config.app.command("show")(config_versions.show)
app.command("digest")(digest.digest)
app.command("schedule")(schedule_view.schedule)
moves.add_to(tickets.app)
way_moves.add_to(tickets.app)
joining.add_to(tickets.app)
sla.app.command("explain")(sla_explain.explain)
sla.app.command("recount")(sla_recount.recount)
sla.app.command("simulate")(sla_simulate.simulate)
app.command("report")(report.report)
app.command("preview")(preview.preview)
for noun in (config, classify, register, tickets, held, mails, quarantine, outbox, sla, keys, access):
    app.add_typer(noun.app)


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"mailgate {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    context: typer.Context,
    path: Annotated[
        Path, typer.Option("--config", envvar="MAILGATE_CONFIG", metavar="PATH", help="The configuration file.")
    ] = Path("config.toml"),
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and end.")
    ] = False,
) -> None:
    context.obj = path


def run(arguments: Sequence[str]) -> int:
    """One command, and its exit code."""
    command = typer.main.get_command(app)
    try:
        code = command.main(args=list(arguments), prog_name="mailgate", standalone_mode=False)
        sys.stdout.flush()
    except Failure as failure:
        complain(str(failure))
        return failure.code
    except _USAGE_ERROR as error:
        return _misused(error)
    except BrokenPipeError:
        # Who reads us has read enough (`| head`): be quiet, also when Python closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except typer.Abort:
        return 130
    return code if isinstance(code, int) else 0


def _misused(error: Any) -> int:
    text = error.format_message()
    if type(error).__name__ == "NoArgsIsHelpError":
        print(text, file=sys.stderr)
        return MISUSED
    place = error.ctx.command_path if error.ctx is not None else "mailgate"
    complain(f"{_plain(text)} (see {place} --help)")
    return MISUSED


def _plain(text: str) -> str:
    """What typer says, without what only a programmer wants to know."""
    line = " ".join(text.split()).removesuffix(".").replace("Value error, ", "")
    return re.sub(r"Input should be a valid integer\b.*", "a whole number is wanted", line)


def main() -> None:
    """Entry point of ``mailgate``."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # a terminal that knows no å still shows text
    sys.exit(run(sys.argv[1:]))

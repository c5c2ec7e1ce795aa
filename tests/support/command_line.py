"""The operator's commands in this process, on a daemon's configuration: one of its own takes a second to start."""

import contextlib
import io
import logging
from pathlib import Path

import structlog

from mailgate.cli import run


def mailgate(config: Path, *arguments: str) -> str:
    """What ``mailgate --config … ARGUMENTS`` prints; it must succeed."""
    root, printed, complained = logging.getLogger(), io.StringIO(), io.StringIO()
    before = (root.handlers[:], root.level)
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(complained):
            code = run(["--config", str(config), *arguments])
    finally:
        root.handlers[:], root.level = before
        structlog.reset_defaults()
    assert code == 0, complained.getvalue()
    return printed.getvalue()

"""A text that goes with a command: from an option, from stdin, or written in the person's own editor."""

import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from mailgate.cli.failure import MISUSED, Failure

STDIN = "-"


def text_given(text: str | None) -> str:
    """A text that need not be: that of the option; ``-`` is all of stdin."""
    words = sys.stdin.read() if text == STDIN else text or ""
    # Bytes that are no UTF-8 come in as half characters, which no mail and no database can carry; nor can these a NUL.
    return words.encode("utf-8", "replace").decode().replace("\x00", "").strip()


def text_wanted(text: str | None) -> str:
    """A text that must be: without the option all of stdin, or at a terminal what the editor gives back."""
    if text is None:
        text = _edited() if sys.stdin.isatty() else STDIN
    words = text_given(text)
    if not words:
        raise Failure("there is no text: give one with --text, on stdin, or in the editor", code=MISUSED)
    return words


def _edited() -> str:
    editor = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "")
    if not editor:
        raise Failure("there is no text: give one with --text, or set EDITOR", code=MISUSED)
    with tempfile.TemporaryDirectory(prefix="mailgate-") as folder:
        page = Path(folder) / "text.txt"
        page.touch()
        try:
            subprocess.run([*editor, str(page)], check=True)  # noqa: S603 - the person's own editor
            return page.read_text(encoding="utf-8", errors="replace")
        except (OSError, subprocess.CalledProcessError) as error:
            raise Failure(f"the editor {editor[0]} did not end well; nothing was done") from error

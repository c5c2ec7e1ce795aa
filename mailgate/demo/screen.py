"""What the demo looks like: at a terminal with colours and frames, in a log as plain text of the same form.

Whatever comes out of a mail or a command is shown as plain text: nothing in it is markup.
"""

import re
import sys
from collections.abc import Sequence
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

_WIDEST = 100
_NARROWEST = 78
_INDENT = 2
_IN, _OUT, _NAME = "cyan", "green", "dim"


class Screen:
    """Shows the story on standard output."""

    def __init__(self) -> None:
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(errors="replace")  # an ASCII-only log must not end the demo
        self._console = Console(highlight=False)
        self._console.width = min(self._console.width, _WIDEST)
        self._after_gap = False
        self._tick = "✓" if self._console.encoding.startswith("utf") else "ok"

    @property
    def columns_for_commands(self) -> int | None:
        """How wide a terminal a command has; None where its output goes into a log, and is shown whole."""
        return max(self._console.width - _INDENT, _NARROWEST) if self._console.is_terminal else None

    def title(self, title: str, text: str) -> None:
        """The beginning, or the end."""
        self._gap()
        self._print(Rule(Text(f" {title} ", style="bold"), characters="=", style="bold"))
        self.tell(text)

    def scene(self, number: int, title: str, text: str) -> None:
        """A new scene, and what it is about."""
        self._gap()
        self._print(Rule(Text(f"{number}. {title}", style="bold yellow"), align="left", style="yellow"))
        self.tell(text)

    def tell(self, text: str) -> None:
        """A few sentences; one paragraph for each line."""
        for line in text.splitlines():
            self._print(Text(line))

    def happened(self, *lines: str) -> None:
        """Facts that were read from the running system and checked."""
        for line in lines:
            self._marked(Text(self._tick, style="bold green"), Text(line))

    def why(self, text: str) -> None:
        """The reason of a decision."""
        self._marked(Text(" " * len(self._tick)), Text(text, style="dim"))

    def mail_in(self, content: bytes, *, way: str, lines: int = 6) -> None:
        """A mail that goes in."""
        mail: EmailMessage = message_from_bytes(content, policy=default)
        body = mail.get_body(("plain",))
        text = str(body.get_content()) if body is not None else ""
        files = [f"{part.get_filename()}, {part.get_content_type()}" for part in mail.iter_attachments()]
        names = ("From", "To", "Subject")
        self._panel(f"mail in, by {way}", _mail_text(mail, names, text, files=files, lines=lines), _IN)

    def letter_like(self, title: str, text: str) -> None:
        """Something that cannot be shown as a mail."""
        self._panel(title, Text(text), _IN)

    def mail_out(self, mail: EmailMessage, text: str, *, what: str, lines: int = 9) -> None:
        """An answer, as it lies in the Maildir."""
        names = ("From", "To", "Subject")
        self._panel(f"mail out: {what}", _mail_text(mail, names, text, files=(), lines=lines), _OUT)

    def command(self, arguments: Sequence[str], output: str) -> None:
        """A command, and what it printed."""
        self._gap()
        self._indented(Text(f"$ mailgate {' '.join(arguments)}", style="bold"))
        for line in output.rstrip("\n").splitlines():
            if self._console.is_terminal:
                self._indented(Text.from_ansi(line))
            else:  # whole, so that a log can be searched
                self._print(Text(" " * _INDENT + line), whole_lines=True)
        self._gap()

    def failed(self, text: str, *, log: Sequence[str]) -> None:
        """The end of a story that went wrong."""
        self._gap()
        self._print(Text(f"THE DEMO FAILED: {text}", style="bold red"), whole_lines=True)
        if log:
            self._print(Text("The daemon's last log lines:"))
        for line in log:
            self._print(Text(" " * _INDENT + line, style="dim"), whole_lines=True)

    def _indented(self, what: RenderableType) -> None:
        self._print(Padding(what, (0, 0, 0, _INDENT), expand=False))

    def _print(self, what: RenderableType, *, whole_lines: bool = False) -> None:
        self._console.print(what, soft_wrap=whole_lines)
        self._after_gap = False

    def _gap(self) -> None:
        """An empty line, and never two."""
        if not self._after_gap:
            self._console.print()
        self._after_gap = True

    def _marked(self, mark: Text, text: Text) -> None:
        grid = Table.grid(padding=(0, 1, 0, 0))
        grid.add_row(mark, text)
        self._indented(grid)

    def _panel(self, title: str, what: Text, colour: str) -> None:
        heading = Text(f" {title} ", style=f"bold {colour}")
        panel = Panel(what, title=heading, title_align="left", border_style=colour)
        self._print(Padding(panel, (0, 0, 0, _INDENT)))


def _mail_text(mail: EmailMessage, names: Sequence[str], text: str, *, files: Sequence[str], lines: int) -> Text:
    shown = Text()
    for name in names:
        shown.append(f"{name + ':':9}", style=_NAME)
        shown.append(f"{_readable(mail, name)}\n", style="bold" if name == "Subject" else "")
    for file in files:
        shown.append(f"{'File:':9}", style=_NAME)
        shown.append(f"{file}\n")
    paragraphs, whole = _beginning(text, lines)
    shown.append("\n" + "\n".join(paragraphs))
    if not whole:
        shown.append("\n[…]", style=_NAME)
    return shown


def _beginning(text: str, most: int) -> tuple[list[str], bool]:
    """The lines of the first paragraphs, as many as fit, without empty lines; and whether that is all."""
    shown: list[str] = []
    paragraphs = [part.strip("\n") for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if part.strip()]
    for place, paragraph in enumerate(paragraphs):
        lines = [line.rstrip() for line in paragraph.splitlines()]
        if place and len(shown) + len(lines) > most:
            return shown, False
        shown += lines
    return shown, True


def _readable(mail: EmailMessage, name: str) -> str:
    return " ".join(str(mail[name] or "").split())

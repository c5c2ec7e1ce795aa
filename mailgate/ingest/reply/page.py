"""The page on which a walk through HTML writes: pieces become lines, with the space, quotes and cells between them."""

import re

from mailgate.ingest.reply.line import Line, Mark, marked_line

_SPACE = re.compile(r"[ \t\n\r\f]+")
_BULLET = re.compile(r"[·•§▪]\s+")
_MOST_JOINED = 400
DEEPEST = 20
"""Quote levels that are told apart; every level is written before every line."""


class Page:
    """Lines so far, and the one being written."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.depth = 0
        self.mark = Mark.NONE
        self.signs = 0
        self.gap = False
        self.prefix = ""
        self._pieces: list[str] = []

    def write(self, text: str) -> None:
        self._pieces.append(text)

    def write_spaced(self, text: str) -> None:
        """Text in which any space is one space, as HTML has it."""
        self._pieces.append(_SPACE.sub(" ", text))

    def end_line(self, *, forced: bool = False, verbatim: bool = False) -> None:
        """Begin anew below; ``forced``: even where nothing stands, as ``<br>`` does; ``verbatim``: spaces count."""
        text = "".join(self._pieces)
        self._pieces.clear()
        if not text.strip(" \t\n\r\f"):
            text = "\xa0" if text and "\xa0" in text else ""
        if text or forced:
            plain = text.replace("\xa0", " ")
            self._put("" if text.isspace() else plain.rstrip() if verbatim else plain.strip())

    def end_paragraph(self) -> None:
        self.end_line()
        self.gap = True

    def place(self) -> tuple[int, int]:
        """Where the next piece will stand."""
        return len(self.lines), len(self._pieces)

    def since(self, place: tuple[int, int]) -> str | None:
        """What was written from there on; None where lines were ended since."""
        return "".join(self._pieces[place[1] :]).strip() if place[0] == len(self.lines) else None

    def join_cells(self, row: int) -> bool:
        """Set the last line, a cell, beside the one before; ``row``: which line the row has so far."""
        if row != len(self.lines) - 2:
            return False
        left, right = self.lines[-2:]
        if left.depth != right.depth or len(left.raw) + len(right.raw) > _MOST_JOINED or not (left.bare and right.bare):
            return False
        between = " " if left.bare.endswith(":") else " | "
        self.lines[-2:] = [marked_line(left.bare + between + right.bare, left.depth, left.mark)]
        return True

    def _put(self, text: str) -> None:
        if text:
            text = self.prefix + _BULLET.sub("- ", text, count=1) if _BULLET.match(text) else self.prefix + text
            self.prefix = ""
        if self.gap and text and self.lines and not self.lines[-1].blank:
            self.lines.append(marked_line("", min(self.depth, self.lines[-1].depth), Mark.NONE))
        self.gap = self.gap and not text and not self.lines
        self.lines.append(marked_line(text, self.depth, self.mark))
        self.signs += len(text) + 1

"""One walk through an HTML tree, element by element: what each of them does to the page."""

from dataclasses import dataclass

from mailgate.ingest.reply.containers import Attributes
from mailgate.ingest.reply.line import BLANK, Line, Mark
from mailgate.ingest.reply.page import DEEPEST, Page
from mailgate.ingest.reply.table import words

_UNSEEN = words("head style script title template svg select xml")
_BLOCKS = words(
    "html body div center article section header footer main address fieldset form figure figcaption tr dl dt dd"
    " caption legend nav aside details summary table tbody thead tfoot pre"
)
_SPACED = words("h1 h2 h3 h4 h5 h6")
_MOST_ADDRESS = 2000
_SHORT = 4


@dataclass(slots=True)
class _Open:
    """An element that was entered, and what of the page's state to give back when it is left."""

    tag: str
    mark: Mark
    preformatted: bool
    quotes: bool = False
    spaced: bool = False
    href: str = ""
    place: tuple[int, int] = (0, 0)
    counted: int = 0
    row: int = -1


class Walk:
    """``spaced``: whether paragraphs have space between them on this page."""

    def __init__(self, *, spaced: bool) -> None:
        self.page = Page()
        self._spaced = spaced
        self._open: list[_Open] = []
        self._preformatted = False
        self._lists: list[_Open] = []
        self._rows: list[_Open] = []

    def enter(self, element: Attributes, text: str | None) -> bool:
        """Begin an element; False where a reader sees nothing of it."""
        if element.tag in _UNSEEN or element.hidden():
            return False
        opened = _Open(element.tag, self.page.mark, self._preformatted, quotes=element.quotes())
        self._open.append(opened)
        self._begin(element, opened)
        if text:
            self.text(text)
        return True

    def leave(self) -> None:
        """End the element that was entered last."""
        opened = self._open.pop()
        self._end(opened)
        self.page.mark, self._preformatted = opened.mark, opened.preformatted

    def text(self, text: str) -> None:
        if not self._preformatted:
            self.page.write_spaced(text)
            return
        first, *others = text.split("\n")
        self.page.write(first)
        for line in others:
            self.page.end_line(forced=True, verbatim=True)
            self.page.write(line)

    @property
    def depth(self) -> int:
        return len(self._open)

    def finished(self) -> list[Line]:
        self.page.end_line()
        return self.page.lines

    def _begin(self, element: Attributes, opened: _Open) -> None:
        self._begin_block(element, opened)
        self._preformatted = self._preformatted or element.preformatted()
        mark = element.mark()
        if mark is not Mark.NONE:
            self.page.end_line()
            self.page.mark = mark
        match element.tag:
            case "br":
                self.page.end_line(forced=True)
            case "hr":
                self.page.write("-----")
                self.page.end_line()
            case "img":
                self.page.write(_image(element))
            case "a":
                opened.href, opened.place = _address(element), self.page.place()
            case "li":
                self._begin_item()
            case "td" | "th":
                self.page.gap = self.page.gap and bool(self._rows) and self._rows[-1].row == -1
                opened.counted = len(self.page.lines)

    def _begin_block(self, element: Attributes, opened: _Open) -> None:
        match element.tag:
            case "blockquote":
                self._paragraph(spaced=not opened.quotes, opened=opened)
                self.page.depth = min(self.page.depth + opened.quotes, DEEPEST)
            case "p":
                self._paragraph(spaced=self._spaced and element.spaced(), opened=opened)
            case "ul" | "ol":
                self._paragraph(spaced=not self._lists, opened=opened)
                opened.counted = _number(element.values.get("start")) - 1
                self._lists.append(opened)
            case "tr":
                self.page.end_line()
                self._rows.append(opened)
            case "li" | "td" | "th" | "hr":
                self.page.end_line()
            case tag if tag in _BLOCKS or tag in _SPACED:
                self._paragraph(spaced=tag in _SPACED, opened=opened)

    def _paragraph(self, *, spaced: bool, opened: _Open) -> None:
        self.page.end_line()
        opened.spaced = spaced
        self.page.gap = self.page.gap or spaced

    def _end(self, opened: _Open) -> None:
        match opened.tag:
            case "a":
                self._end_link(opened)
            case "td" | "th":
                self._end_cell(opened)
            case "tr":
                self.page.end_line()
                self._rows.pop()
            case "ul" | "ol":
                self._lists.pop()
                self._end_block(opened)
            case "br" | "hr" | "img":
                pass
            case tag if tag in _BLOCKS or tag in _SPACED or tag in {"p", "li", "blockquote"} or opened.spaced:
                self._end_block(opened)
            case _ if self.page.mark is not opened.mark:
                self.page.end_line()

    def _end_block(self, opened: _Open) -> None:
        self.page.end_line(verbatim=self._preformatted)
        self.page.gap = self.page.gap or opened.spaced
        if opened.quotes:
            self.page.depth = max(0, self.page.depth - 1)
        if opened.tag == "li":
            self.page.prefix = ""

    def _begin_item(self) -> None:
        if not self._lists:
            return
        around = self._lists[-1]
        around.counted += 1
        sign = f"{around.counted}." if around.tag == "ol" else "-"
        self.page.prefix = "  " * min(len(self._lists) - 1, 8) + sign + " "

    def _end_link(self, opened: _Open) -> None:
        said = self.page.since(opened.place)
        if said and opened.href and opened.href not in said and "://" not in said and not said.startswith("www."):
            self.page.write(f" <{opened.href}>")

    def _end_cell(self, opened: _Open) -> None:
        self.page.end_line()
        self.page.gap = False
        first = opened.counted + (self.page.lines[opened.counted : opened.counted + 1] == [BLANK])
        written = len(self.page.lines) - first
        if not self._rows or not written:
            return
        row = self._rows[-1]
        if written > 1 or row.row < -1:
            row.row = -2
        elif row.row == -1:
            row.row = first
        elif not self.page.join_cells(row.row):
            row.row = -2


def _image(element: Attributes) -> str:
    """An inline image at its place, by the name that its part has; else what it says instead of itself."""
    source = element.values.get("src", "")
    alt = element.values.get("alt", "").strip()[:200]
    if source[:4].lower() == "cid:":
        return f"[{source[:_MOST_ADDRESS]}]"
    return alt if len(alt) <= _SHORT else ""


def _address(element: Attributes) -> str:
    href = "".join(element.values.get("href", "")[:_MOST_ADDRESS].split())
    if href[:7].lower() == "mailto:":
        return href[7:].partition("?")[0]
    return href if href[:8].lower().startswith(("http://", "https://")) else ""


def _number(value: str | None) -> int:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 7 else 1

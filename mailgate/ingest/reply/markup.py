"""HTML → lines: what a reader of the page sees, with lists, tables and links still to be told.

No recursion, and bounded in all that markup can multiply; what the HTML parser cannot read loses its tags and no word.
"""

import html
import re
from typing import Any

from mailgate.ingest.limits import MAX_TEXT
from mailgate.ingest.reply.containers import Attributes
from mailgate.ingest.reply.line import Line, Mark, marked_line, shown
from mailgate.ingest.reply.walk import Walk

MOST_MARKUP = 4 * MAX_TEXT
_HIDDEN = re.compile(r"<(/?)(script|style|title|head)\b[^<>]{0,2000}>", re.IGNORECASE)
_BREAK = re.compile(r"<(?:br|p|div|tr|li|h[1-6]|blockquote)\b[^<>]{0,2000}>", re.IGNORECASE)
_TAG = re.compile(r"<[a-z/!?][^<>]{0,5000}>", re.IGNORECASE)
_BLANK_LINES = re.compile(r"\n(?:[^\S\n]*\n){2,}")
_FLUSH_PARAGRAPHS = re.compile(r"(?<![\w.#-])p\s{0,3}\{\s{0,3}margin(?:-top)?\s{0,3}:\s{0,3}0", re.IGNORECASE)
_HEAD = 50_000
_MOST_TAGS = 60_000
_DEEPEST = 1500  # libxml2 reads down to about 2,000 and drops the rest without a word


def html_to_text(markup: str) -> str:
    """An HTML part's text about as a reader sees it; simply without its tags where the markup is monstrous."""
    return _BLANK_LINES.sub("\n\n", shown(html_lines(markup))).strip("\n")


def html_lines(markup: str, *, laid_out: bool = True) -> list[Line]:
    """The lines of an HTML body, quoted and marked as its program says; not ``laid_out``: simply without its tags."""
    markup = markup[:MOST_MARKUP]
    moderate = len(markup) <= 2 * MAX_TEXT and markup.count("<") <= _MOST_TAGS
    root = _tree(markup) if laid_out and moderate else None
    lines = None if root is None else _walked(root, spaced=_FLUSH_PARAGRAPHS.search(markup[:_HEAD]) is None)
    if lines is None:
        return [marked_line(text.strip(), 0, Mark.NONE) for text in without_tags(markup).split("\n")]
    return lines


def _walked(root: Any, *, spaced: bool) -> list[Line] | None:
    """The lines of a tree; None where it is so deep that the parser left out what lies deeper."""
    walk = Walk(spaced=spaced)
    element: Any = root
    while element is not None:
        attributes = Attributes(element.tag, dict(element.items())) if isinstance(element.tag, str) else None
        entered = attributes is not None and walk.enter(attributes, element.text)
        element = element[0] if entered and len(element) else _after(element, root, walk, entered=entered)
        if walk.depth > _DEEPEST:
            return None
        if walk.page.signs > MAX_TEXT:
            break
    return walk.finished()


def _after(element: Any, root: Any, walk: Walk, *, entered: bool) -> Any:
    """Leave what ends here; the element that comes next in the document."""
    if entered:
        walk.leave()
    while element is not root:
        if element.tail:
            walk.text(element.tail)
        following = element.getnext()
        if following is not None:
            return following
        element = element.getparent()
        walk.leave()
    return None


def _tree(markup: str) -> Any:
    # Imported here: half of all mails have plain text, and never pay for the HTML engine.
    from lxml.html import HTMLParser, document_fromstring  # noqa: PLC0415

    try:
        # huge_tree: by itself the parser drops, silently, all that is nested deeper than 256 levels.
        parser = HTMLParser(huge_tree=True, encoding="utf-8", remove_comments=True, remove_pis=True)
        return document_fromstring(markup.encode("utf-8", "replace"), parser=parser)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  # it raises what it likes on hostile markup, and on an empty page
        return None


def without_tags(markup: str) -> str:
    bare = _TAG.sub("", _BREAK.sub("\n", _without_hidden(markup)))
    return html.unescape(bare).replace("\xa0", " ")


def _without_hidden(markup: str) -> str:
    """What stands in scripts, styles and heads goes; one that never ends hides nothing."""
    seen: list[str] = []
    inside, position = "", 0
    for match in _HIDDEN.finditer(markup):
        closing, tag = match[1], match[2].lower()
        if not inside and not closing:
            inside, start = tag, match.start()
        elif closing and tag == inside:
            seen.append(markup[position:start])
            inside, position = "", match.end()
    return "".join([*seen, markup[position:]])

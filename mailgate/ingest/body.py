"""What a mail says: which of its parts are its text, and that text, whole.

Plain text is preferred; HTML is turned into text where there is no plain text, or only an empty one. Mails inside the
mail say nothing here. What is quoted from earlier mails is cut by ``ingest.quotes``.
"""

import html
import re

from mailgate.ingest.decoding import decode_text
from mailgate.ingest.limits import MAX_TEXT
from mailgate.ingest.mime_tree import Part, children, content, disposition, filename

_TEXTS = frozenset(("text/plain", "text/html", "text/enriched", "text/richtext", "text/x-amp-html", "text/watch-html"))
_MAX_AREA = 50_000_000
_MAX_MARKUP = 2 * MAX_TEXT
_HIDDEN = re.compile(r"<(/?)(script|style|title|head)\b[^<>]{0,2000}>", re.IGNORECASE)
_BREAK = re.compile(r"<(?:br|p|div|tr|li|h[1-6]|blockquote)\b[^<>]{0,2000}>", re.IGNORECASE)
_TAG = re.compile(r"<[a-z/!?][^<>]{0,5000}>", re.IGNORECASE)
_CELL = re.compile(r"<t[dh]\b", re.IGNORECASE)
_BLANK_LINES = re.compile(r"\n(?:[^\S\n]*\n){2,}")


def is_text(part: Part, *, alone: bool) -> bool:
    """Whether a leaf is text of the mail itself, and no attachment. ``alone``: it is the whole mail."""
    if part.media_type.startswith("multipart/"):  # its boundary never came: all of it is text
        return True
    if part.media_type not in _TEXTS or disposition(part) == "attachment":
        return False
    return alone or not filename(part)


def text_of(root: Part) -> str:
    """The mail's own words, at most ``MAX_TEXT`` characters, newlines as ``\\n``."""
    pieces: list[str] = []
    length = markup = 0
    for part in _chosen(root, alone=True):
        text = _decoded(part)
        if part.media_type in _TEXTS - {"text/plain"}:
            markup += len(text)
            text = html_to_text(text) if markup <= _MAX_MARKUP else _without_tags(text)
        pieces.append(text.strip("\n"))
        length += len(text)
        if length > MAX_TEXT:
            break
    return "\n\n".join(piece for piece in pieces if piece.strip())[:MAX_TEXT]


def html_to_text(markup: str) -> str:
    """An HTML part's text about as a reader sees it; simply without its tags where the markup is monstrous."""
    # Cells are padded to the width and height of their neighbours: the product bounds what comes out.
    monstrous = len(markup) > MAX_TEXT or len(_CELL.findall(markup)) * len(markup) > _MAX_AREA
    text = _without_tags(markup[: 4 * MAX_TEXT]) if monstrous else _laid_out(markup)
    return _BLANK_LINES.sub("\n\n", "\n".join(line.rstrip() for line in text.split("\n"))).strip("\n")


def _laid_out(markup: str) -> str:
    # Imported here: half of all mails have plain text, and never pay for the HTML engine.
    from inscriptis import Inscriptis  # noqa: PLC0415
    from inscriptis.css_profiles import CSS_PROFILES  # noqa: PLC0415
    from inscriptis.model.config import ParserConfig  # noqa: PLC0415
    from lxml.html import HTMLParser, document_fromstring  # noqa: PLC0415

    try:
        # huge_tree: by itself the parser drops, silently, all that is nested deeper than 256 levels.
        tree = document_fromstring(markup.encode(), parser=HTMLParser(huge_tree=True, encoding="utf-8"))
        return str(Inscriptis(tree, ParserConfig(css=CSS_PROFILES["strict"])).get_text())
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  # they raise what they like on hostile markup, RecursionError for one
        return _without_tags(markup)


def _chosen(part: Part, *, alone: bool = False) -> list[Part]:
    """The leaves that together are the text."""
    if not part.is_multipart():
        return [part] if is_text(part, alone=alone) else []
    options = [_chosen(child) for child in children(part)]
    if part.media_type == "multipart/alternative":
        return _best(options)
    return [leaf for option in options for leaf in option]


def _best(options: list[list[Part]]) -> list[Part]:
    spoken = [option for option in options if any(_has_words(leaf) for leaf in option)]
    plain = (
        option for option in spoken if any(leaf.media_type == "text/plain" and _has_words(leaf) for leaf in option)
    )
    markup = (option for option in spoken if any(leaf.media_type == "text/html" for leaf in option))
    return next(plain, None) or next(markup, None) or (spoken[0] if spoken else [])


def _has_words(part: Part) -> bool:
    return bool(content(part).strip())


def _decoded(part: Part) -> str:
    octets = content(part)
    charset = part.get_param("charset")
    return decode_text(octets[: 8 * MAX_TEXT], charset if isinstance(charset, str) else None)


def _without_tags(markup: str) -> str:
    bare = _TAG.sub("", _BREAK.sub("\n", _without_hidden(markup)))
    return html.unescape(bare).replace("\xa0", " ")


def _without_hidden(markup: str) -> str:
    """What stands in scripts, styles and heads goes; one that never ends hides nothing."""
    shown: list[str] = []
    inside, start, position = "", 0, 0
    for match in _HIDDEN.finditer(markup):
        closing, tag = match[1], match[2].lower()
        if not inside and not closing:
            inside, start = tag, match.start()
        elif closing and tag == inside:
            shown.append(markup[position:start])
            inside, position = "", match.end()
    return "".join([*shown, markup[position:]])

"""What a mail says: which of its parts are its text, those parts' lines, and what of them is new.

Plain text is preferred; HTML is turned into text where there is no plain text, or only an empty one. Mails inside the
mail say nothing here. How lines are made of text and HTML, and what of them is cut, is for ``ingest.reply``.
"""

from mailgate.ingest.decoding import decode_text
from mailgate.ingest.limits import MAX_TEXT
from mailgate.ingest.mime_tree import Part, children, content, disposition, filename
from mailgate.ingest.reply import Around, Reading
from mailgate.ingest.reply.flowed import unflowed
from mailgate.ingest.reply.line import BLANK, Line, plain_lines
from mailgate.ingest.reply.markup import html_lines
from mailgate.ingest.reply.reading import read_lines

_TEXTS = frozenset(("text/plain", "text/html", "text/enriched", "text/richtext", "text/x-amp-html", "text/watch-html"))
_MAX_MARKUP = 2 * MAX_TEXT


def read_body(root: Part, around: Around) -> Reading:
    """What the mail says, at most ``MAX_TEXT`` characters, and what of it is new."""
    return read_lines(_lines(root), around)


def text_of(root: Part) -> str:
    """The mail's own words, at most ``MAX_TEXT`` characters, newlines as ``\\n``."""
    return read_body(root, Around()).body_text


def _lines(root: Part) -> list[Line]:
    lines: list[Line] = []
    length = markup = 0
    for part in _chosen(root, alone=True):
        text = _decoded(part)
        markup += len(text) if part.media_type in _TEXTS - {"text/plain"} else 0
        said = _lines_of(part, text[:_MAX_MARKUP], laid_out=markup <= _MAX_MARKUP)
        if not any(line.bare for line in said):
            continue
        lines += [BLANK, *said] if lines else said
        length += sum(len(line.raw) + 1 for line in said)
        if length > MAX_TEXT:
            break
    return _capped(lines)


def _lines_of(part: Part, text: str, *, laid_out: bool) -> list[Line]:
    if part.media_type in _TEXTS - {"text/plain"}:
        return html_lines(text, laid_out=laid_out)
    if _parameter(part, "format") == "flowed":  # RFC 3676
        text = unflowed(text, delsp=_parameter(part, "delsp") == "yes")
    return plain_lines(text.strip("\n"))


def _parameter(part: Part, name: str) -> str:
    value = part.get_param(name)
    return value.lower() if isinstance(value, str) else ""


def _capped(lines: list[Line]) -> list[Line]:
    length = 0
    for number, line in enumerate(lines):
        length += len(line.raw) + 1
        if length > MAX_TEXT:
            last = plain_lines(line.raw[: MAX_TEXT - (length - len(line.raw) - 1)])
            return [*lines[:number], *last]
    return lines


def is_text(part: Part, *, alone: bool) -> bool:
    """Whether a leaf is text of the mail itself, and no attachment. ``alone``: it is the whole mail."""
    if part.media_type.startswith("multipart/"):  # its boundary never came: all of it is text
        return True
    if part.media_type not in _TEXTS or disposition(part) == "attachment":
        return False
    return alone or not filename(part)


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

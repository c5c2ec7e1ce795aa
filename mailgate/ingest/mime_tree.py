"""The MIME tree of a mail, within limits: the standard library's parser between our header scan and our salvage.

A mail inside the mail (``message/*``) stays a leaf, exactly as it came: it is an attachment, and nobody's words but
its own sender's. Raises ``Unparsable`` as soon as a limit of depth, parts or lines is passed.
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.feedparser import BytesFeedParser
from email.message import Message
from email.policy import compat32
from typing import Any

from mailgate.ingest.decoding import decode_octets, decode_words, from_base64, from_uuencode
from mailgate.ingest.header_scan import HeaderBlock, declared_charset, normalised, scan
from mailgate.ingest.limits import (
    MAX_ADDRESSES,
    MAX_DEPTH,
    MAX_ENCODED_WORDS,
    MAX_FIELD,
    MAX_FIELD_OF,
    MAX_FIELDS,
    MAX_LINES,
    MAX_PARAMETERS,
    MAX_PARTS,
    Unparsable,
)
from mailgate.ingest.text_runs import put_back, without_runs

_CHUNK = 1 << 16
_MAX_QUESTIONS = 10_000_000
_ADDRESS_FIELDS = frozenset(("from", "sender", "reply-to", "to", "cc", "bcc", "resent-from", "resent-to", "resent-cc"))
_PARAMETER_FIELDS = frozenset(("content-type", "content-disposition"))
_COMMENT = re.compile(r"\([^()]*\)")
_MIME_FIELDS = frozenset(("content-type", "content-disposition", "content-transfer-encoding"))
_ENCODINGS = frozenset(
    ("7bit", "8bit", "binary", "base64", "quoted-printable", "x-uuencode", "uuencode", "uue", "x-uue", "")
)
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*+"')
_DECIDING = re.compile(r";\s*(boundary|charset|filename|name)\s*=", re.IGNORECASE)


class Part(Message):
    """A part whose fields are bounded and repaired as they are read. ``cut`` names the fields that were cut.

    ``ambiguous``: what in them another program may read otherwise than we do, and so see another mail.
    """

    def __init__(self, policy: Any, max_depth: int = MAX_DEPTH, label: str | None = None) -> None:
        super().__init__(policy)
        self.label = label
        self.max_depth = max_depth
        self.depth = 1
        self.cut: list[str] = []
        self._declared = ""  # known once it was asked for, and no field has come since
        self.ambiguous: list[str] = []

    @property
    def media_type(self) -> str:
        """What the part says it is."""
        self._declared = self._declared or super().get_content_type()
        return self._declared

    def get_content_type(self) -> str:
        """What the parser is to take it for: it must not look into a mail inside the mail."""
        declared = self.media_type
        return "application/octet-stream" if declared.startswith("message/") else declared

    def get_param(self, *args: Any, **named: Any) -> Any:
        """A parameter; None where the pieces of any of them (RFC 2231) are so torn that the library trips over them."""
        try:
            return super().get_param(*args, **named)
        except (TypeError, ValueError):
            return None

    def set_raw(self, name: str, value: str) -> None:
        """The parser's way to add a field."""
        self._declared = ""
        if len(self) >= MAX_FIELDS:
            self.cut.append("fields")
            return
        lower = name.lower()
        repaired = decode_octets(value.encode("utf-8", "surrogateescape"), self.label)
        bounded = _bounded(lower, repaired)
        if len(bounded) < len(repaired):
            self.cut.append(lower)
        if lower == "content-transfer-encoding":
            bounded = _COMMENT.sub("", bounded).strip(" \t\r\n;\"'").lower()
        if lower in _MIME_FIELDS:
            self.ambiguous += _ambiguities(lower, bounded, again=lower in self)
        super().set_raw(name, bounded)

    @property
    def source(self) -> str:
        """A leaf's content as it came, 8-bit octets as surrogates; ``get_payload`` guesses a charset first."""
        payload: object = vars(self)["_payload"]
        return payload if isinstance(payload, str) else ""

    def attach(self, payload: Any) -> None:
        payload.depth = self.depth + 1
        if payload.depth > self.max_depth:
            raise Unparsable("limit:depth")
        super().attach(payload)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A part that holds content, and the way to it: ``2.1`` is the first child of the second part."""

    path: str
    part: Part


def read_tree(raw: bytes) -> tuple[HeaderBlock, Part]:
    """The header block as we read it, and the whole mail's tree."""
    raw = normalised(raw)
    block = scan(raw)
    max_depth = _max_depth(raw.count(b"\n", block.body_start) + raw.count(b"\r", block.body_start))
    count, label = 0, declared_charset(raw)

    def part(*, policy: Any = compat32) -> Part:
        nonlocal count
        count += 1
        if count > MAX_PARTS:
            raise Unparsable("limit:parts")
        return Part(policy, max_depth, label)

    # What email.message_from_bytes does, but in slices: it makes four copies of the mail on the way.
    parser = BytesFeedParser(part)
    count = 0  # it has made one to see whether it can
    parser.feed(block.rebuilt())
    body, runs = without_runs(raw, block.body_start)
    for start in range(0, len(body), _CHUNK):
        parser.feed(body[start : start + _CHUNK])
    root = parser.close()
    put_back(root, runs)
    return block, root


def children(part: Part) -> list[Part]:
    """The parts of a multipart; none for a leaf."""
    payload = part.get_payload() if part.is_multipart() else []
    return [each for each in payload if isinstance(each, Part)]


def leaves(part: Part, path: str = "") -> Iterator[Leaf]:
    """All leaves, in order."""
    if not part.is_multipart():
        yield Leaf(path=path or "1", part=part)
    for number, child in enumerate(children(part), 1):
        yield from leaves(child, f"{path}.{number}" if path else str(number))


def content(part: Part) -> bytes:
    """The octets of a leaf, its transfer encoding taken off."""
    octets = part.source.encode("ascii", "surrogateescape")
    encoding = str(part.get("content-transfer-encoding", ""))
    if encoding == "base64":
        return from_base64(octets)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(octets)
    if encoding in ("x-uuencode", "uuencode", "uue", "x-uue"):
        return from_uuencode(octets)
    return octets


def disposition(part: Part) -> str:
    """``attachment``, ``inline``, something else, or empty."""
    return part.get_content_disposition() or ""


def filename(part: Part) -> str:
    """The name that the sender gave, decoded; empty if none. Not cleaned."""
    try:
        name = part.get_filename() or ""
    except (ValueError, LookupError, AssertionError, TypeError):  # what RFC 2231 continuations can be made to raise
        name = ""
    return decode_words(name)


def _ambiguities(name: str, value: str, *, again: bool) -> Iterator[str]:
    """Of two that should be one, one program takes the first, another the last."""
    if again:
        yield f"{name}: twice"
    if name == "content-transfer-encoding" and value not in _ENCODINGS:
        yield f"{name}: unknown"
    parameters = [each.lower() for each in _DECIDING.findall(_QUOTED.sub("", value))]
    yield from (f"{name}: {each} twice" for each in sorted(set(parameters)) if parameters.count(each) > 1)


def _max_depth(line_ends: int) -> int:
    if line_ends > 2 * MAX_LINES:
        raise Unparsable("limit:lines")
    # The parser asks every level about every line.
    return min(MAX_DEPTH, max(8, _MAX_QUESTIONS // (line_ends + 1)))


def _bounded(name: str, value: str) -> str:
    value = value[: MAX_FIELD_OF.get(name, MAX_FIELD)]
    value = _cut_at(value, "=?", MAX_ENCODED_WORDS)
    if name in _ADDRESS_FIELDS:
        value = _cut_at(value, ",", MAX_ADDRESSES)
    if name in _PARAMETER_FIELDS:
        value = _cut_at(value, ";", MAX_PARAMETERS)
    return value


def _cut_at(value: str, sign: str, allowed: int) -> str:
    if value.count(sign) <= allowed:
        return value
    position = -1
    for _ in range(allowed + 1):
        position = value.index(sign, position + 1)
    return value[:position]

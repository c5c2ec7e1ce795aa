"""Our own reading of the raw header block, made before any library's.

The standard library ends the header block at the first line it cannot read, and so hides all fields below it. Here
such a line is one defect, and the block goes on to the blank line. Says, too, whether other programs may read the
block otherwise (``ambiguous``): then what it claims about its author counts for nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from mailgate.ingest.decoding import decode_octets
from mailgate.ingest.limits import MAX_FIELDS, MAX_HEADER_BYTES, Unparsable

_BOM = b"\xef\xbb\xbf"
_LINE = re.compile(rb"([^\r\n]*)(\r{0,3}\n|\r|\Z)")
# RFC 5322 §2.2: printable ASCII without colon; §4.5 lets white space stand before the colon. 8-bit names are seen.
_NAME = re.compile(rb"([!-9;-~\x80-\xff]{1,200})([ \t]*):")
_CHARSET = re.compile(rb"charset=[\"']?([a-z0-9_.:-]{2,40})")
_CHARSET_WITHIN = 64 * 1024
_UNFOLD = re.compile(r"[\r\n]+[ \t]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A header field: its name in lower case, and its octets with the folds they came in."""

    name: str
    octets: bytes

    @property
    def value(self) -> str:
        """Unfolded; raw 8-bit repaired; encoded words untouched."""
        return _UNFOLD.sub(" ", decode_octets(self.octets)).strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderBlock:
    """All fields in order, where the body starts, and what was wrong. ``label``: the charset of raw 8-bit text."""

    fields: tuple[Field, ...]
    body_start: int
    ambiguous: bool = False
    label: str | None = None
    defects: tuple[str, ...] = ()

    def values(self, name: str) -> tuple[str, ...]:
        """Of every field of that name, in order."""
        return tuple(each.value for each in self.fields if each.name == name)

    def rebuilt(self) -> bytes:
        """The block as every parser reads it alike: the fields that can be one, plain line ends, a blank line."""
        lines = (each.name.encode() + b": " + each.octets + b"\n" for each in self.fields if each.name.isascii())
        return b"".join(lines) + b"\n"


@dataclass(slots=True, kw_only=True)
class _Reading:
    """What has been seen so far, line by line."""

    names: list[str] = field(default_factory=list)
    values: list[list[bytes]] = field(default_factory=list)
    in_field: bool = False
    no_field_since: int | None = None
    line_ends: set[bytes] = field(default_factory=set)
    defects: dict[str, None] = field(default_factory=dict)

    def take(self, line: bytes, offset: int) -> None:
        if line[:1] in (b" ", b"\t") and self.in_field:
            self.values[-1].append(line)
        elif match := _NAME.match(line):
            self._open(match, line)
        else:
            self.in_field = False
            if self.no_field_since is None:
                self.no_field_since = offset

    def ends_at(self, line: bytes) -> bool:
        """Whether a multipart body begins here, without the blank line before it."""
        if not line.startswith(b"--") or b":" in line or "content-type" not in self.names:
            return False
        content_type = b"".join(self.values[self.names.index("content-type")])[:4096]
        return len(line) > 3 and line[2:].strip() in content_type

    def _open(self, match: re.Match[bytes], line: bytes) -> None:
        if self.no_field_since is not None and self.names:
            self.defects["header: a line that is no field"] = None
        if match[2]:
            self.defects["header: space before a colon"] = None
        if not match[1].isascii():
            self.defects["header: 8-bit field name"] = None
        self.names.append(decode_octets(match[1]).lower())
        self.values.append([line[match.end() :].lstrip(b" \t")])
        self.in_field, self.no_field_since = True, None
        if len(self.names) > MAX_FIELDS:
            raise Unparsable("limit:fields")


def normalised(raw: bytes) -> bytes:
    """A mail whose lines end with CR alone, as old systems wrote them, with line ends that all programs know."""
    return raw.replace(b"\r", b"\n") if b"\r" in raw and b"\n" not in raw else raw


def scan(raw: bytes) -> HeaderBlock:
    """Read the header block of a ``normalised`` mail."""
    reading = _Reading()
    start = _start(raw, reading)
    end = start
    for line, line_end, offset in _lines(raw, start):
        if not line or reading.ends_at(line):
            end = offset if line else offset + len(line_end)
            break
        reading.line_ends.add(line_end)
        reading.take(line, offset)
        end = offset + len(line) + len(line_end)
    return _block(reading, end, declared_charset(raw))


def _start(raw: bytes, reading: _Reading) -> int:
    start = len(_BOM) if raw.startswith(_BOM) else 0
    if start:
        reading.defects["header: byte order mark"] = None
    text = re.compile(rb"[\r\n]*").match(raw, start)
    if text and text.end() > start:
        reading.defects["header: blank lines above"] = None
        start = text.end()
    if raw.startswith((b"From ", b">From "), start) and not _NAME.match(raw, start):  # mbox's separator
        first = _LINE.match(raw, start)
        start = first.end() if first else start
    return start


def _lines(raw: bytes, start: int) -> Iterator[tuple[bytes, bytes, int]]:
    offset = start
    while offset < len(raw):
        if offset - start > MAX_HEADER_BYTES:
            raise Unparsable("limit:header-bytes")
        match = _LINE.match(raw, offset, start + MAX_HEADER_BYTES + 2)
        if match is None or match.end() == offset:
            raise Unparsable("limit:header-bytes")
        yield match[1], match[2], offset
        offset = match.end()


def _as_utf8(octets: bytes, label: str | None) -> bytes:
    return octets if label is None or octets.isascii() else decode_octets(octets, label).encode()


def declared_charset(raw: bytes) -> str | None:
    """The charset that a mail with 8-bit octets says its text is in: raw 8-bit names are in it, too."""
    if raw.isascii():
        return None
    beginning = raw[:_CHARSET_WITHIN].lower()  # five times as quick as to search for either case
    labels = (match[1].decode("ascii") for match in _CHARSET.finditer(beginning))
    return next((label for label in labels if label not in ("us-ascii", "utf-8")), None)


def _block(reading: _Reading, end: int, label: str | None) -> HeaderBlock:
    if reading.no_field_since is not None:  # text began without a blank line before it
        end = reading.no_field_since
        reading.defects["header: no blank line before the text"] = None
    # Mixed line ends: what is two fields to one program is one to another.
    ambiguous = len(reading.line_ends - {b""}) > 1
    if ambiguous:
        reading.defects["header: mixed line ends"] = None
    pairs = zip(reading.names, reading.values, strict=True)
    return HeaderBlock(
        fields=tuple(Field(name=name, octets=_as_utf8(b"\n".join(lines).rstrip(), label)) for name, lines in pairs),
        label=label,
        body_start=end,
        ambiguous=ambiguous,
        defects=tuple(reading.defects),
    )

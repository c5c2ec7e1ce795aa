"""Bytes and encoded words → text. Total: whatever comes, text that any store can hold comes out.

A label is a claim: what is valid UTF-8 is UTF-8, else the label counts if it names a real text encoding, else it is
cp1252, which is what Latin-1 and ASCII labels mean in practice (WHATWG Encoding Standard).
"""

import binascii
import re
import unicodedata
from encodings.aliases import aliases

# Codecs by Python's names. No codec outside this list is ever called: some are no text codecs, some are not linear.
_SAME = (
    "cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 cp437 cp850 cp852 cp855 cp858 cp865 cp866 cp874 "
    "cp932 cp949 iso8859_2 iso8859_3 iso8859_4 iso8859_5 iso8859_6 iso8859_7 iso8859_8 iso8859_10 iso8859_13 "
    "iso8859_14 iso8859_15 iso8859_16 koi8_r koi8_u mac_roman gb18030 big5 big5hkscs euc_jp euc_jis_2004 euc_kr "
    "utf_8 tis_620"
)
_ALLOWED = dict.fromkeys(_SAME.split(), "") | {
    "latin_1": "cp1252",
    "ascii": "cp1252",
    "iso8859_1": "cp1252",
    "iso8859_9": "cp1254",
    "iso8859_11": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "utf_8_sig": "utf_8",
}
# Their bytes are, or may be, valid ASCII or UTF-8 that means something else: here the label comes first.
_LABEL_FIRST = frozenset(
    (
        "utf_7",
        "iso2022_jp",
        "iso2022_jp_1",
        "iso2022_jp_2",
        "iso2022_kr",
        "hz",
        "utf_16",
        "utf_16_le",
        "utf_16_be",
        "utf_32",
    )
)

_WORD = re.compile(r"=\?([^?\s*]{1,64})(?:\*[^?\s]{0,64})?\?([bBqQ])\?([^?]*)\?=")  # RFC 2047 §2, RFC 2231 §5
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_SPACES = re.compile(r"\s+")
# RFC 2047 has no bidi marks in mind, and a display line that runs backwards can be made to lie.
_BIDI = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")


def decode_text(octets: bytes, label: str | None) -> str:
    """Text of a body part, newlines as ``\\n``, without control characters."""
    codec = _codec(label)
    if codec in _LABEL_FIRST:
        text = _by_label(octets, codec)
    else:
        text = _first_that_fits(octets, ("utf_8", codec) if codec else ("utf_8",))
    # "=0D" before the line end of a quoted-printable line is half of one that some program had written twice.
    text = text.removeprefix("\ufeff").replace("\r\r\n", "\n").replace("\r\n", "\n").replace("\r", "\n")
    return _NO_TEXT.sub("", text)


def decode_octets(octets: bytes, label: str | None = None) -> str:
    """Raw 8-bit text of a header field; ``label``: the charset that the mail declares for its text."""
    codec = _codec(label)
    return _first_that_fits(octets, ("utf_8", codec) if codec and codec not in _LABEL_FIRST else ("utf_8",))


def decode_words(value: str) -> str:
    """RFC 2047: encoded words become what they stand for; whatever is no sound encoded word stays as it is."""
    if "=?" not in value:
        return value
    out: list[str] = []
    pending: tuple[str, bytes] | None = None
    position = 0
    for match in _WORD.finditer(value):
        label, octets = match[1].lower(), _word_octets(match)
        gap = value[position : match.start()]
        position = match.end()
        if pending and not gap.strip():  # §6.2: white space between two encoded words is no text
            if pending[0] == label:  # a character may be torn between two words, against §5
                pending = (label, pending[1] + octets)
                continue
            gap = ""
        out += [_flushed(pending), gap]
        pending = (label, octets)
    return "".join([*out, _flushed(pending), value[position:]])


def one_line(text: str) -> str:
    """Text for one line of a screen: no control characters, no direction marks, single spaces."""
    printable = "".join(" " if unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") else sign for sign in text)
    return _SPACES.sub(" ", _BIDI.sub("", printable)).strip()


def from_base64(octets: bytes) -> bytes:
    """Base64 as far as it goes: signs outside the alphabet, missing padding and a torn end cost only themselves."""
    try:
        return binascii.a2b_base64(octets)
    except binascii.Error:
        body = _NOT_BASE64.sub(b"", octets.partition(b"=")[0])
        body = body[:-1] if len(body) % 4 == 1 else body
        return binascii.a2b_base64(body + b"=" * (-len(body) % 4))


def from_uuencode(octets: bytes) -> bytes:
    """Uuencoded lines as far as they go; with or without the ``begin`` line that names the file."""
    lines = octets.replace(b"\r\n", b"\n").split(b"\n")
    start = next((at + 1 for at, line in enumerate(lines) if line.startswith(b"begin ")), 0)
    decoded: list[bytes] = []
    for line in lines[start:]:
        if line.rstrip() in (b"end", b"`", b""):
            if line.rstrip() == b"end":
                break
            continue
        decoded.append(_uu_line(line))
    return b"".join(decoded)


def _uu_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        # Some encoders pad the last line with too much: its first sign says how much of it counts.
        wanted = (((line[0] - 32) & 63) * 4 + 5) // 3
        try:
            return binascii.a2b_uu(line[:wanted])
        except binascii.Error:
            return b""


def _codec(label: str | None) -> str | None:
    if not label or len(label) > 64:
        return None
    name = re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")
    name = aliases.get(name, name)
    return (_ALLOWED.get(name) or name) if name in _ALLOWED or name in _LABEL_FIRST else None


def _by_label(octets: bytes, codec: str) -> str:
    try:
        return octets.decode(codec)
    except UnicodeDecodeError:
        if codec == "utf_7":  # 8-bit octets cannot be that
            return _first_that_fits(octets, ("utf_8",))
        # What Japanese phones and Windows write under that label: signs that only the larger set holds.
        wider = octets.replace(b"\x1b$B", b"\x1b$(Q") if codec.startswith("iso2022_jp") else octets
        return wider.decode("iso2022_jp_2004" if wider is not octets else codec, "replace")


def _first_that_fits(octets: bytes, codecs: tuple[str, ...]) -> str:
    for codec in codecs:
        try:
            return octets.decode(codec)
        except UnicodeDecodeError:
            continue
    # cp1252 leaves five bytes undefined; Latin-1 gives them a (control) character, so nothing fails here.
    try:
        return octets.decode("cp1252")
    except UnicodeDecodeError:
        return octets.decode("latin-1")


def _word_octets(match: re.Match[str]) -> bytes:
    text = match[3].encode("utf-8", "surrogateescape")
    if match[2] in "bB":
        return from_base64(text)
    return binascii.a2b_qp(text, header=True)


def _flushed(pending: tuple[str, bytes] | None) -> str:
    return decode_text(pending[1], pending[0]) if pending else ""

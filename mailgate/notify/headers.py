"""Writes the header block of a mail or of a part of one: the one place where a value becomes a header field.

Values are sterilised, capped, encoded (RFC 2047) and folded here, without the standard library's folding, and the
finished block is parsed again: what does not give back exactly the fields that were meant is never sent.
"""

import base64
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.errors import MultipartInvariantViolationDefect
from email.parser import BytesHeaderParser
from email.policy import compat32
from functools import lru_cache

from mailgate.domain.mail import canonical_address
from mailgate.notify.inert import one_line

_LINE = 76  # RFC 2047 §2: of a line with encoded-words; RFC 5322 §2.1.1 recommends 78 for any
_LONGEST_LINE = 998  # RFC 5322 §2.1.1
_TEXT_CAP = 200
_NAME_CAP = 100
_REFERENCES_CAP = 20
_ID_CAP = 250

# RFC 5322 §3.6.4 without its obsolete forms: dot-atoms on both sides, or a literal on the right.
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_MESSAGE_ID = re.compile(rf"<{_ATOM}(?:\.{_ATOM})*@(?:{_ATOM}(?:\.{_ATOM})*|\[[A-Za-z0-9.:]+\])>")
_PLAIN_PHRASE = re.compile(rf"{_ATOM}(?: {_ATOM})*")
_PARSER = BytesHeaderParser(policy=compat32)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A display name and an addr-spec (RFC 5322 §3.4)."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class MessageIds:
    """One or more msg-ids, with their angle brackets."""

    ids: tuple[str, ...]


HeaderValue = str | Mailbox | MessageIds
"""A ``str`` is unstructured text (RFC 5322 §3.6.5)."""


class HeaderBlockError(ValueError):
    """What was written does not read back as what was meant. Never says what was in it."""


def is_message_id(text: str) -> bool:
    """Whether this may stand in a header of ours as a msg-id."""
    return len(text) <= _ID_CAP and _MESSAGE_ID.fullmatch(text) is not None


def references(ids: Sequence[str]) -> MessageIds:
    """The sound ones among the ids, once each; of a long thread its first and its last (RFC 5322 §3.6.4)."""
    sound = tuple(dict.fromkeys(each for each in ids if is_message_id(each)))
    if len(sound) > _REFERENCES_CAP:
        sound = (sound[0], *sound[1 - _REFERENCES_CAP :])
    return MessageIds(sound)


def header_block(fields: Sequence[tuple[str, HeaderValue]]) -> bytes:
    """The fields in this order, with the empty line that ends them. Raises ``HeaderBlockError``, never sends doubt."""
    block = unread_block(fields)
    _check(block, [name for name, _ in fields])
    return block


def unread_block(fields: Sequence[tuple[str, HeaderValue]]) -> bytes:
    """The same for who reads it back as part of a whole. Raises ``HeaderBlockError`` for what no field may hold."""
    lines = [_folded(name, _words(value, len(name) + 2)) for name, value in fields]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")


def _check(block: bytes, names: list[str]) -> None:
    parsed = _PARSER.parsebytes(block)
    # Early releases of Python 3.11 miss the body here, of which there is none; ``whole_mail`` looks at the whole.
    defects = [each for each in parsed.defects if not isinstance(each, MultipartInvariantViolationDefect)]
    if parsed.keys() != names or defects or parsed.get_payload():
        raise HeaderBlockError("the header block reads back differently")
    if block.count(b"\r") != block.count(b"\r\n") or block.count(b"\n") != block.count(b"\r\n"):
        raise HeaderBlockError("a line of the header block ends in half a line end")
    if len(block) > _LONGEST_LINE and max(map(len, block.split(b"\r\n"))) > _LONGEST_LINE:
        raise HeaderBlockError("a line of the header block is too long")


def _words(value: HeaderValue, column: int) -> list[str]:
    """What may be put on separate lines; ``column`` is where the first of them would stand."""
    match value:
        case Mailbox(name=name, address=address):
            if canonical_address(address) is None:
                raise HeaderBlockError("not an address that a mail may go to or come from")
            return [*_phrase(_capped(one_line(name), _NAME_CAP), column), f"<{address}>"]
        case MessageIds(ids=ids):
            if not ids or not all(map(is_message_id, ids)):
                raise HeaderBlockError("not a list of msg-ids")
            return list(ids)
        case str():
            return _text(_capped(one_line(value), _TEXT_CAP), column)


def _capped(text: str, cap: int) -> str:
    return text if len(text) <= cap else text[: cap - 1].rstrip() + "…"


def _folded(name: str, words: list[str]) -> str:
    lines = [f"{name}:"]
    for word in words:
        # The first word stays beside the name: some programs take a line with a bare name for an empty field.
        if len(lines[-1]) + 1 + len(word) > _LINE and not lines[-1].endswith(f"{name}:"):
            lines.append("")
        lines[-1] += f" {word}"
    return "\r\n".join(lines)


def _text(text: str, column: int) -> list[str]:
    """Words that need no encoding as they are, and from the first that does, all the rest encoded."""
    words = text.split(" ") if text else []
    for place, word in enumerate(words):
        if _needs_encoding(word):
            plain = words[:place]
            # RFC 2047 §5: the space between a plain word and an encoded one counts, that between two encoded does not.
            return [*plain, *_encoded(" ".join(words[place:]), _room_after(plain, column))]
    return words


def _phrase(name: str, column: int) -> list[str]:
    """A display name (RFC 5322 §3.2.5): atoms, a quoted-string, or encoded-words."""
    if not name:
        return []
    if not name.isascii() or "=?" in name or len(name) > 60:
        return _encoded(name, _LINE - column)
    if _PLAIN_PHRASE.fullmatch(name):
        return name.split(" ")
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return [f'"{escaped}"']


def _needs_encoding(word: str) -> bool:
    return not word.isascii() or "=?" in word or len(word) > 60


def _room_after(words: list[str], column: int) -> int:
    """How much of the line is left, where these words were put from ``column`` on."""
    for word in words:
        if column + len(word) > _LINE:
            column = 1
        column += len(word) + 1
    return _LINE - column


def _encoded(text: str, room: int) -> list[str]:
    """Encoded-words (RFC 2047 §2) of whole characters, the first fitting into ``room``, each at most 75 long."""
    mostly_ascii = len(text.encode()) * 3 < len(text) * 4
    mark, cost, payload = ("q", _q_cost, _q) if mostly_ascii else ("b", _b_cost, _b)
    frame = len("=?utf-8?q??=")
    # Whole groups of four letters, so that base64's padding finds its place, too.
    pieces = _pieces(text, cost, first=(room - frame) & ~3, rest=(_LINE - 1 - frame) & ~3)
    return [f"=?utf-8?{mark}?{payload(piece)}?=" for piece in pieces]


def _pieces(text: str, cost: Callable[[str], int], *, first: int, rest: int) -> list[str]:
    """The text cut so that no piece costs more than there is room for."""
    pieces: list[str] = []
    begin, used, room = 0, 0, first if first >= 20 else rest
    for place, char in enumerate(text):
        price = cost(char)
        if used + price > room:
            pieces.append(text[begin:place])
            begin, used, room = place, 0, rest
        used += price
    return [*pieces, text[begin:]]


@lru_cache(maxsize=512)
def _q_char(char: str) -> str:
    # RFC 2047 §5 (3): what may stand unencoded in any place where an encoded-word may.
    if char.isascii() and (char.isalnum() or char in "!*+-/"):
        return char
    return "_" if char == " " else "".join(f"={byte:02X}" for byte in char.encode())


def _q_cost(char: str) -> int:
    return len(_q_char(char))


def _q(piece: str) -> str:
    return "".join(map(_q_char, piece))


def _b_cost(char: str) -> int:
    # Four letters for three bytes, rounded up for each character.
    return (len(char.encode()) * 4 + 2) // 3


def _b(piece: str) -> str:
    return base64.b64encode(piece.encode()).decode("ascii")

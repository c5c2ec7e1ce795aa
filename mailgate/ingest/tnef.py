"""Opens ``winmail.dat``, in which Outlook wraps what it should have sent as MIME: the files in it, and its text.

tnefparse reads it; what it raises, and whatever it cannot read, leaves the wrapped attachment as it came.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from mailgate.ingest.decoding import decode_text
from mailgate.ingest.mime_tree import Leaf, content

TNEF_TYPES = frozenset(("application/ms-tnef", "application/vnd.ms-tnef"))
_SIGNATURE = b"\x78\x9f\x3e\x22"
_MOST_FILES = 100
_MAX_OCTETS = 40 * 1024 * 1024

# It warns of what it does not know, in the mail's words.
logging.getLogger("tnefparse").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrapped:
    """A file in it; ``name`` is not cleaned."""

    name: str
    octets: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What is in it. ``text``, ``markup``: the mail's own words, either or both empty."""

    files: tuple[Wrapped, ...] = ()
    text: str = ""
    markup: str = ""


def is_tnef(leaf: Leaf) -> bool:
    """Whether a leaf says that it is one, or begins like one under that name."""
    return leaf.part.media_type in TNEF_TYPES


def open_tnef(octets: bytes) -> Opened:
    """Everything in it that can be read; nothing where it is none, or broken."""
    if not octets.startswith(_SIGNATURE) or len(octets) > _MAX_OCTETS:
        return Opened()
    from tnefparse import TNEF  # noqa: PLC0415 - few mails pay for it

    try:
        whole = TNEF(octets, do_checksum=False)
        files = tuple(_files(whole.attachments))
        return Opened(files=files, text=_text(whole, "body"), markup=_text(whole, "htmlbody"))
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - a broken one raises what it likes
        return Opened()


def words_in(leaves: Iterable[Leaf]) -> Opened:
    """The first one among the leaves that holds the mail's own words."""
    opened = (open_tnef(content(leaf.part)) for leaf in leaves if is_tnef(leaf))
    return next((each for each in opened if each.text.strip() or each.markup.strip()), Opened())


def _files(attachments: Iterable[Any]) -> Iterable[Wrapped]:
    for one in list(attachments)[:_MOST_FILES]:
        if isinstance(one.data, bytes) and one.data:
            yield Wrapped(name=_name(one), octets=one.data)


def _name(attachment: Any) -> str:
    try:
        name = attachment.long_filename()
    except UnicodeDecodeError:  # a short name in the code page of its writer
        name = vars(attachment).get("_name", b"")
    text = decode_text(name, None) if isinstance(name, bytes) else name
    return text.strip("\0 ") if isinstance(text, str) else ""


def _text(whole: Any, name: str) -> str:
    value = getattr(whole, name, None)
    if isinstance(value, bytes):
        return decode_text(value.rstrip(b"\0"), None)
    return value.replace("\r\n", "\n").rstrip("\0") if isinstance(value, str) else ""

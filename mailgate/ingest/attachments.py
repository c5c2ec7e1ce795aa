"""What hangs on a mail: an index of its attachments with names that are safe to show, and the bytes of one of them."""

import mimetypes
import re
import unicodedata

from mailgate.domain.mail import Attachment
from mailgate.ingest.decoding import decode_words, one_line
from mailgate.ingest.header_scan import normalised, scan
from mailgate.ingest.limits import MAX_HEADER_BYTES, Unparsable
from mailgate.ingest.mime_tree import Leaf, content, disposition, filename, leaves, read_tree
from mailgate.ingest.tnef import TNEF_TYPES, is_tnef, open_tnef

_WRAPPED = "!"  # "2!1": the first file in the winmail.dat that is part 2
_MAX_NAME_BYTES = 255
_MAX_SUFFIX = 16
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_SUFFIXES = {
    "application/pdf": ".pdf",
    "application/zip": ".zip",
    "application/json": ".json",
    "application/xml": ".xml",
    "application/msword": ".doc",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/pgp-signature": ".asc",
    "application/pkcs7-signature": ".p7s",
    "application/x-pkcs7-signature": ".p7s",
    "application/pkcs7-mime": ".p7m",
    "application/ics": ".ics",
    "text/calendar": ".ics",
    "text/csv": ".csv",
    "text/html": ".html",
    "text/xml": ".xml",
    "text/vcard": ".vcf",
    "image/jpeg": ".jpg",
    "image/svg+xml": ".svg",
    "image/tiff": ".tif",
    "video/quicktime": ".mov",
    "audio/mpeg": ".mp3",
}
_NAMED = re.compile(r"(?:image|video|audio)/([a-z0-9]{2,5})")


def index(hanging: list[Leaf]) -> tuple[Attachment, ...]:
    """One entry for each leaf that is not the mail's own text, and for each file that a winmail.dat wraps."""
    entries: list[Attachment] = []
    for number, leaf in enumerate(hanging, 1):
        entries.append(_entry(leaf, number))
        if is_tnef(leaf):
            wrapped = enumerate(open_tnef(content(leaf.part)).files, 1)
            entries += [_wrapped_entry(leaf, at, name=one.name, octets=one.octets) for at, one in wrapped]
    return tuple(entries)


def attachment_bytes(raw: bytes, part: str) -> bytes:
    """What hangs at that place, decoded. Raises ``KeyError`` if nothing does, ``Unparsable`` as ``parse`` would."""
    path, _, wrapped = part.partition(_WRAPPED)
    _, root = read_tree(raw)
    leaf = next((leaf for leaf in leaves(root) if leaf.path == path), None)
    if leaf is None:
        raise KeyError(part)
    if not wrapped:
        return content(leaf.part)
    files = open_tnef(content(leaf.part)).files
    if not wrapped.isdecimal() or not 1 <= int(wrapped) <= len(files):
        raise KeyError(part)
    return files[int(wrapped) - 1].octets


def label(name: str) -> str:
    """A sender's file name as a label: one line, no folders, nothing unseen; may be empty. Never a path."""
    name = unicodedata.normalize("NFKC", name[:1000])
    name = "".join(sign for sign in name if unicodedata.category(sign) not in _UNSEEN)
    # Cleaned first, then cut: what is stripped must not hide a separator or a leading dot from the check.
    name = re.split(r"[/\\]", name)[-1]
    return _shortened(name.strip(". "))


def _entry(leaf: Leaf, number: int) -> Attachment:
    octets = content(leaf.part)
    media_type = leaf.part.media_type
    content_id = one_line(str(leaf.part.get("content-id", "")))[:250].strip("<> ") or None
    how = disposition(leaf.part)
    return Attachment(
        part=leaf.path,
        name=label(filename(leaf.part)) or _made_up(media_type, number, octets),
        content_type=one_line(media_type)[:127],
        size=len(octets),
        content_id=content_id,
        inline=how == "inline" or (content_id is not None and how != "attachment"),
    )


def _wrapped_entry(leaf: Leaf, number: int, *, name: str, octets: bytes) -> Attachment:
    shown = label(name) or f"attachment-{number}.bin"
    media_type = mimetypes.guess_type(shown)[0] or "application/octet-stream"
    return Attachment(part=f"{leaf.path}{_WRAPPED}{number}", name=shown, content_type=media_type, size=len(octets))


def _made_up(media_type: str, number: int, octets: bytes) -> str:
    if media_type == "message/rfc822":
        return _subject_label(octets)
    if media_type in TNEF_TYPES:
        return "winmail.dat"
    named = _NAMED.fullmatch(media_type)
    by_kind = f".{named[1]}" if named else ".txt" if media_type.startswith(("text/", "message/")) else ".bin"
    return f"attachment-{number}{_SUFFIXES.get(media_type, by_kind)}"


def _subject_label(octets: bytes) -> str:
    try:
        subjects = scan(normalised(octets[: MAX_HEADER_BYTES // 4])).values("subject")
    except Unparsable:
        subjects = ()
    subject = label(decode_words(subjects[0][:1000]).replace("/", "-").replace("\\", "-")) if subjects else ""
    return _shortened(f"{subject}.eml") if subject else "message.eml"


def _shortened(name: str) -> str:
    if len(name.encode()) <= _MAX_NAME_BYTES:
        return name
    stem, dot, suffix = name.rpartition(".")
    tail = f".{suffix}" if dot and len(suffix.encode()) <= _MAX_SUFFIX else ""
    stem = stem if tail else name
    return stem.encode()[: _MAX_NAME_BYTES - len(tail.encode())].decode(errors="ignore").rstrip() + tail

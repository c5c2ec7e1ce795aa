"""Bytes → ``ParsedMail``: total, and within limits; runs in a child process.

mail-parser reads subject, recipients, date and defects out of the one parse of ``ingest.mime_tree``. Who the author is
comes from our own header scan; text and attachments come from the tree, whose charsets and boundaries mail-parser
blurs. Where mail-parser fails, the standard library's readings stand in: a mail is never lost to a parser's bug.
"""

import email.utils
import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import mailparser

from mailgate.domain.mail import Address, ParsedMail, canonical_address
from mailgate.ingest.attachments import attachment_bytes, index
from mailgate.ingest.author import author_of, display_name
from mailgate.ingest.body import is_text, read_body
from mailgate.ingest.decoding import decode_words, one_line
from mailgate.ingest.header_scan import HeaderBlock
from mailgate.ingest.limits import (
    MAX_ADDRESSES,
    MAX_DEFECTS,
    MAX_ENCODED_WORDS,
    MAX_FIELD_OF,
    MAX_IDS,
    MAX_KEPT_VALUE,
    Unparsable,
)
from mailgate.ingest.meetings import read_meeting
from mailgate.ingest.mime_tree import Leaf, Part, leaves, read_tree
from mailgate.ingest.reply import Around, Reading, read_html, read_text
from mailgate.ingest.reports import read_reports
from mailgate.ingest.sealed import sealed
from mailgate.ingest.tnef import words_in

__all__ = ["Unparsable", "attachment_bytes", "parse"]

# It warns of parts it has no place for, and quotes the mail as it does.
logging.getLogger("mailparser").setLevel(logging.CRITICAL)

_ID = re.compile(r"<[^<>\s\x00-\x1f\x7f]{1,900}>")
_CHARSET = re.compile(r"=\?([^?\s*]{1,64})[*?]")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """What a library makes of the header."""

    subject: str
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    date: datetime | None
    defects: tuple[str, ...]


class _HeaderReader(mailparser.MailParser):  # type: ignore[misc]
    """mail-parser, as far as we ask it: it would also make a dictionary of all that it has read, and one of half."""

    def _make_mail(self, complete: bool = True) -> dict[str, object]:
        return {}


def parse(raw: bytes) -> ParsedMail:
    """Read a mail. Raises ``Unparsable``, and nothing else but ``MemoryError``."""
    try:
        return _parse(raw)
    except (Unparsable, MemoryError):
        raise
    except Exception as error:
        # A bug of ours or of a library: the mail waits for better code. The text of the error may hold the mail's.
        raise Unparsable(f"error:{type(error).__name__}") from error


def _parse(raw: bytes) -> ParsedMail:
    block, root = read_tree(raw)
    author, complaint = author_of(block)
    reading = _reading(block, root)
    said = read_body(root, Around(subject=reading.subject, author=author.name if author is not None else ""))
    alone = not root.is_multipart()
    hanging = [leaf for leaf in leaves(root) if not is_text(leaf.part, alone=alone)]
    if not said.body_text.strip():
        said = _wrapped_words(hanging) or said
    report = root.get_param("report-type")
    reports = read_reports(hanging)
    return ParsedMail(
        author=author,
        subject=reading.subject,
        message_id=next(iter(_ids(block, "message-id")), None),
        in_reply_to=_ids(block, "in-reply-to"),
        references=_ids(block, "references"),
        to=reading.to,
        cc=reading.cc,
        date=reading.date,
        text=said.body_text,
        new_text=said.reply_text,
        content_type=one_line(root.media_type)[:127],
        report_type=one_line(report)[:100].lower() if isinstance(report, str) else None,
        attachments=index(hanging),
        headers=tuple((field.name, field.value[:MAX_KEPT_VALUE].replace("\0", "")) for field in block.fields),
        deliveries=reports.deliveries,
        feedback=reports.feedback,
        returned_ids=reports.returned_ids[:MAX_IDS],
        meeting=read_meeting(hanging),
        sealed=sealed(root, hanging, said.body_text),
        defects=_defects(block, root, [complaint] if complaint else [], reading.defects),
    )


def _wrapped_words(hanging: list[Leaf]) -> Reading | None:
    """What Outlook says in a winmail.dat and nowhere else."""
    opened = words_in(hanging)
    if opened.text.strip():
        return read_text(opened.text)
    return read_html(opened.markup) if opened.markup.strip() else None


def _reading(block: HeaderBlock, root: Part) -> _Reading:
    subjects = block.values("subject")
    own_subject = one_line(decode_words(_cut_words(subjects[0]))) if subjects else ""
    try:
        mail = _HeaderReader(root)
        return _Reading(
            subject=one_line(str(mail.subject)) if _is_plain_task(subjects) else own_subject,
            to=_addresses(mail.to),
            cc=_addresses(mail.cc),
            date=_aware(mail.date),
            defects=tuple(sorted(str(category) for category in mail.defects_categories)),
        )
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001  # mail-parser raises what it likes on hostile mail
        return _stand_in(block, own_subject, type(error).__name__)


def _stand_in(block: HeaderBlock, subject: str, failure: str) -> _Reading:
    dates = block.values("date")
    return _Reading(
        subject=subject,
        to=_addresses(_address_list(block.values("to"))),
        cc=_addresses(_address_list(block.values("cc"))),
        date=_date(dates[0]) if dates else None,
        defects=(f"mail-parser: {failure}",),
    )


def _is_plain_task(subjects: tuple[str, ...]) -> bool:
    """Whether mail-parser reads the subject right: one, and no 8-bit signs or unknown charsets among encoded words."""
    if len(subjects) != 1 or len(subjects[0]) > MAX_FIELD_OF["subject"]:
        return False
    charsets = _CHARSET.findall(subjects[0])
    in_words = "=?" not in subjects[0] or subjects[0].isascii()
    return in_words and all(charset.lower() == "utf-8" for charset in charsets)


def _cut_words(value: str) -> str:
    pieces = value[: MAX_FIELD_OF["subject"]].split("=?")
    return "=?".join(pieces[: MAX_ENCODED_WORDS + 1])


def _address_list(values: Iterable[str]) -> list[tuple[str, str]]:
    first = [value.replace("(", "").replace(")", "")[: MAX_KEPT_VALUE * 10] for value in values][:1]
    return email.utils.getaddresses([",".join(value.split(",")[:MAX_ADDRESSES]) for value in first])


def _addresses(pairs: Iterable[tuple[str, str]]) -> tuple[Address, ...]:
    canonical = ((name, canonical_address(spec)) for name, spec in list(pairs)[:MAX_ADDRESSES])
    return tuple(Address(spec=spec, name=display_name(name)) for name, spec in canonical if spec is not None)


def _ids(block: HeaderBlock, name: str) -> tuple[str, ...]:
    """RFC 5322 §3.6.4: the thread's root stands first, the parent last; what is too much goes from the middle."""
    found = [match for value in block.values(name) for match in _ID.findall(value)]
    return tuple(found) if len(found) <= MAX_IDS else (*found[: MAX_IDS // 2], *found[-MAX_IDS // 2 :])


def _date(value: str) -> datetime | None:
    try:
        return _aware(email.utils.parsedate_to_datetime(value[:200]))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _aware(date: object) -> datetime | None:
    if not isinstance(date, datetime) or date.tzinfo is None:
        return None
    try:
        return date.astimezone(UTC)
    except (OverflowError, ValueError):
        return None


def _defects(block: HeaderBlock, root: Part, complaints: Iterable[str], read: Iterable[str]) -> tuple[str, ...]:
    """In the operator's words, each once."""
    parts = [part for part in root.walk() if isinstance(part, Part)]
    cut = [f"limit: {name[:60]} cut" for part in parts for name in part.cut]
    ambiguous = [f"ambiguous: {what}" for part in parts for what in part.ambiguous]
    return tuple(dict.fromkeys([*block.defects, *complaints, *ambiguous, *cut, *read]))[:MAX_DEFECTS]

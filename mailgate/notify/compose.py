"""Words a notice: ``Notice`` → ``OutgoingMail``, multipart text and HTML, threaded, and marked as automatic.

Everything that came out of somebody's mail is made inert here, before a template sees it. What the words are is for
the templates; when and to whom is decided long before.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from mailgate.config import Config
from mailgate.domain.notice_kinds import GENERATED
from mailgate.domain.outgoing import Notice, OutgoingMail, Thread
from mailgate.domain.ticket import ServiceLevel, TicketType
from mailgate.notify.headers import HeaderValue, Mailbox, MessageIds, header_block, is_message_id, references
from mailgate.notify.inert import inert, one_line
from mailgate.notify.mime import alternative, alternative_type, boundary_for
from mailgate.notify.wording import Wording, Words

_LONG_TEXT = 100_000
_SUBJECT_READ = 2_000
_LINE_CAP = 300
_NAME_CAP = 120
_NAMES_CAP = 20

# What mail programs here put before the subject of a reply or a forwarded mail, and our own number in its brackets:
# left out, so that all mails of a ticket bear the same subject, which is what many programs thread by.
_REPLY_MARKS = re.compile(
    r"(?:(?:re|sv|vs|aw|antw|fw|fwd|vb|vl|wg)(?:\[\d{1,3}\])?: ?|\[[A-Z]{2,8}-\d{5,13}-\d\] ?)+", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskVoice:
    """Who speaks in our mails. ``envelope_from``: None is the null reverse-path, so that no machine answers."""

    name: str
    from_address: str
    support_address: str
    instance: str
    envelope_from: str | None
    time_zone: ZoneInfo


def desk_voice(config: Config) -> DeskVoice:
    """The voice that the configuration asks for."""
    return DeskVoice(
        name=config.desk.name,
        from_address=config.from_address,
        support_address=config.addresses.support[0],
        instance=config.desk.instance,
        envelope_from=config.outgoing.envelope_from or None,
        time_zone=ZoneInfo(config.desk.time_zone),
    )


class Composer:
    """Turns notices into mails. The same notice, time and token give the same bytes."""

    def __init__(self, *, desk: DeskVoice, template_folders: Sequence[Path]) -> None:
        self._desk = desk
        self._wording = Wording(template_folders)

    def compose(self, notice: Notice, *, now: datetime, unique: str) -> OutgoingMail:
        """``unique``: a token that no other mail of this installation has; it becomes part of the Message-ID."""
        language = notice.to.language
        message_id = f"<{notice.number or notice.kind}.{unique}@{self._desk.instance}>"
        context = _context(notice, self._wording.words(language), self._desk)
        rendered = self._wording.render(notice.kind, language, context)
        boundary = boundary_for(message_id)
        head = header_block(
            [
                ("From", Mailbox(self._desk.name, self._desk.from_address)),
                ("To", Mailbox(notice.to.name, notice.to.address)),
                ("Subject", f"[{notice.number}] {rendered.subject}" if notice.number else rendered.subject),
                ("Date", format_datetime(now.astimezone(self._desk.time_zone))),
                ("Message-ID", MessageIds((message_id,))),
                *_thread_fields(notice.thread),
                # RFC 3834 §5.2; Exchange and Outlook heed the second (MS-OXCMAIL), our own rules the third.
                ("Auto-Submitted", "auto-generated" if notice.kind in GENERATED else "auto-replied"),
                ("X-Auto-Response-Suppress", "All"),
                ("X-Mailgate-Loop", self._desk.instance),
                ("Content-Language", language.value),
                ("MIME-Version", "1.0"),
                ("Content-Type", alternative_type(boundary)),
            ]
        )
        body = alternative(text=rendered.text, html=rendered.html, boundary=boundary)
        return OutgoingMail(
            message_id=message_id,
            mail_from=self._desk.envelope_from,
            rcpt_to=notice.to.address,
            content=head + body,
        )


def _thread_fields(thread: Thread) -> list[tuple[str, HeaderValue]]:
    """RFC 5322 §3.6.4: the parent's ids and the parent. Ids that are none are left out: they came in other's mail."""
    parent = thread.in_reply_to if thread.in_reply_to and is_message_id(thread.in_reply_to) else None
    ancestors = [each for each in thread.references if each != parent]
    fields: list[tuple[str, HeaderValue]] = []
    if parent:
        fields.append(("In-Reply-To", MessageIds((parent,))))
    line = references([*ancestors, parent] if parent else ancestors)
    if line.ids:
        fields.append(("References", line))
    return fields


def _context(notice: Notice, words: Words, desk: DeskVoice) -> dict[str, object]:
    """What a template may use: every field of the content under its name, inert and in words, and the phrases."""
    content = notice.content
    context: dict[str, object] = {
        field.name: _worded(field.name, getattr(content, field.name), words, desk.time_zone)
        for field in fields(content)
    }
    return context | {
        "subject": topic(content.subject) or words.no_subject,
        "name": _form_of_address(notice.to.name),
        "desk": desk,
        "language": notice.to.language.value,
        "words": words.phrases,
    }


def topic(subject: str) -> str:
    """A subject without what programs put before it; the same for every mail of a conversation."""
    line = one_line(subject[:_SUBJECT_READ])
    marks = _REPLY_MARKS.match(line)
    return _capped(line[marks.end() :] if marks else line, _LINE_CAP)


def _worded(name: str, value: object, words: Words, zone: ZoneInfo) -> object:
    match value:
        case TicketType():
            return words.types[value]
        case ServiceLevel():
            return {"number": value.value, "meaning": words.levels[value]}
        case datetime():
            return words.moment(value, zone)
        case date():
            return words.day(value)
        case str() | tuple():
            return _made_inert(name, value, words)
        case _:
            return value


def _made_inert(name: str, value: Any, words: Words) -> object:
    match name:
        case "text" | "gist":
            return _text(value)
        case "attachments":
            return _listed(value, words)
        case "evidence":
            return [(words.evidence.get(what) or _line(what), _reason(why, words)) for what, why in value]
        case _:
            return _line(value)


def _reason(why: str, words: Words) -> str:
    """``keyword: krasch (4)`` with its first word in the reader's language."""
    how, colon, what = why.partition(": ")
    return _line(f"{words.seen.get(how, how)}{colon}{what}")


def _line(value: str) -> str:
    return _capped(one_line(value), _LINE_CAP)


def _text(value: str) -> str:
    text = inert(value[:_LONG_TEXT]).strip("\n")
    return text if len(value) <= _LONG_TEXT else f"{text}\n[…]"


def _listed(names: tuple[str, ...], words: Words) -> list[str]:
    """Names of attachments: as many as one reads, and how many more there are."""
    shown = [_capped(one_line(name), _NAME_CAP) for name in names[:_NAMES_CAP]]
    return shown if len(names) <= _NAMES_CAP else [*shown, words.more.format(count=len(names) - _NAMES_CAP)]


def _capped(text: str, cap: int) -> str:
    return text if len(text) <= cap else text[: cap - 1].rstrip() + "…"


def _form_of_address(name: str) -> str:
    """The first name, where the name on file is written in that order; else the name as it is on file."""
    line = _capped(one_line(name), _NAME_CAP)
    return line if "," in line else line.partition(" ")[0]

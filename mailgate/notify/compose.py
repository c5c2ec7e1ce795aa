"""Words a notice: ``Notice`` → ``OutgoingMail``, multipart text and HTML, threaded, and marked as what it is.

A mail is marked as automatic unless a person wrote it. What the words are is for the templates, and the facts in them
for ``facts``; when and to whom is decided long before.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from itertools import product
from pathlib import Path
from zoneinfo import ZoneInfo

from mailgate.config import Config
from mailgate.domain.customer import Language
from mailgate.domain.mail import canonical_address
from mailgate.domain.notice_kinds import GENERATED, WRITTEN_BY_PEOPLE, NoticeKind
from mailgate.domain.outgoing import CalendarEntry, Notice, OutgoingMail, Thread
from mailgate.notify.calendar_file import CalendarEvent, calendar_file, calendar_method, files_of
from mailgate.notify.facts import Reader, form_of_address, worded_fields
from mailgate.notify.headers import HeaderValue, Mailbox, MessageIds, is_message_id, references
from mailgate.notify.mime import Attachment, Body, alternative, mixed
from mailgate.notify.passed_on import file_of
from mailgate.notify.samples import SAMPLE_TIME, sample_notice
from mailgate.notify.whole_mail import whole_mail
from mailgate.notify.wording import Wording
from mailgate.shipped import templates_folder

_NAME_CAP = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskVoice:
    """Who speaks in our mails. ``envelope_from``: None is the null reverse-path, so that no machine answers.

    ``replies_by_address``: replies are asked to a plus-address of support's that bears the mail's token.
    """

    name: str
    from_address: str
    support_address: str
    instance: str
    envelope_from: str | None
    time_zone: ZoneInfo
    replies_by_address: bool = False


def desk_voice(config: Config) -> DeskVoice:
    """The voice that the configuration asks for."""
    return DeskVoice(
        name=config.desk.name,
        from_address=config.from_address,
        support_address=config.addresses.support[0],
        instance=config.desk.instance,
        envelope_from=config.outgoing.envelope_from or None,
        time_zone=ZoneInfo(config.desk.time_zone),
        replies_by_address=config.identity.reply_addresses == "plus",
    )


class Composer:
    """Turns notices into mails. The same notice, time and token give the same bytes."""

    def __init__(self, *, desk: DeskVoice, template_folders: Sequence[Path]) -> None:
        self._desk = desk
        self._wording = Wording(template_folders)

    def check(self) -> None:
        """Read every template now, as a daemon should before it takes mail. Raises ``WordingError``.

        An operator's own are tried on the samples, too: what a value lacks is seen only when one is worded.
        """
        self._wording.check()
        if self._wording.has_own:
            for kind, language in product(NoticeKind, Language):
                self.compose(sample_notice(kind, language), now=SAMPLE_TIME, unique="sample")

    def compose(self, notice: Notice, *, now: datetime, unique: str) -> OutgoingMail:
        """``unique``: a token that no other mail of this installation has: it stands in the Message-ID, and in the
        address for replies if there is one.
        """
        language = notice.to.language
        message_id = f"<{notice.about}.{unique}@{self._desk.instance}>"
        reader = self._reader(notice, now)
        rendered = self._wording.render(notice.kind, language, self._context(notice, reader))
        body = alternative(text=rendered.text, html=rendered.html)
        if notice.calendar or notice.files:
            body = mixed(body, [*map(file_of, notice.files), *self._calendar(notice.calendar, reader)])
        subject = f"[{notice.number}] {rendered.subject}" if notice.number else rendered.subject
        fields = self._fields(notice, message_id=message_id, subject=subject, now=now, body=body)
        return OutgoingMail(
            message_id=message_id,
            mail_from=self._desk.envelope_from,
            rcpt_to=notice.to.address,
            content=whole_mail(fields, body),
        )

    def _fields(
        self, notice: Notice, *, message_id: str, subject: str, now: datetime, body: Body
    ) -> list[tuple[str, HeaderValue]]:
        return [
            ("From", Mailbox(self._sender_name(notice), self._desk.from_address)),
            ("To", Mailbox(notice.to.name, notice.to.address)),
            *self._reply_to(message_id),
            ("Subject", subject),
            ("Date", format_datetime(now.astimezone(self._desk.time_zone))),
            ("Message-ID", MessageIds((message_id,))),
            *_thread_fields(notice.thread),
            *_automatic_fields(notice.kind),
            ("X-Mailgate-Loop", self._desk.instance),
            ("Content-Language", notice.to.language.value),
            ("MIME-Version", "1.0"),
            ("Content-Type", body.content_type),
        ]

    def _reply_to(self, message_id: str) -> list[tuple[str, HeaderValue]]:
        """Support's address with what the Message-ID says behind a plus; none where that would be too long for one."""
        if not self._desk.replies_by_address:
            return []
        local, _, domain = self._desk.support_address.partition("@")
        address = f"{local}+{message_id[1:].partition('@')[0]}@{domain}"
        return [("Reply-To", Mailbox(self._desk.name, address))] if canonical_address(address) is not None else []

    def _sender_name(self, notice: Notice) -> str:
        """Who wrote it, where a person did, and for whom."""
        writer = getattr(notice.content, "specialist", "") if notice.kind in WRITTEN_BY_PEOPLE else ""
        return f"{writer[:_NAME_CAP]}, {self._desk.name}" if writer else self._desk.name

    def names(self, notice: Notice, *, now: datetime) -> dict[str, object]:
        """What the notice's templates may use, by name: for whoever writes one."""
        return self._context(notice, self._reader(notice, now))

    def _reader(self, notice: Notice, now: datetime) -> Reader:
        return Reader(words=self._wording.words(notice.to.language), zone=self._desk.time_zone, now=now)

    def _context(self, notice: Notice, reader: Reader) -> dict[str, object]:
        """What a template may use: the facts, the phrases, and who speaks to whom."""
        return worded_fields(notice.content, reader) | {
            "name": form_of_address(notice.to.name),
            "desk": self._desk,
            "language": notice.to.language.value,
            "words": reader.words.phrases,
        }

    def _calendar(self, entries: Iterable[CalendarEntry], reader: Reader) -> list[Attachment]:
        """The same UID for the same clock of the same ticket, so that the entry moves instead of becoming another."""
        events = [
            CalendarEvent(
                entry=entry,
                uid=f"{entry.number}.{entry.clock}@{self._desk.instance}",
                summary=f"{reader.words.clocks[entry.clock]}: {entry.number} {entry.summary}",
            )
            for entry in entries
        ]
        organizer = (self._desk.name, self._desk.from_address)
        return [
            Attachment(
                content_type=f"text/calendar; charset=utf-8; method={calendar_method(together)}",
                name=f"deadline-{place}.ics" if place > 1 else "deadline.ics",
                content=calendar_file(together, organizer=organizer, now=reader.now),
            )
            for place, together in enumerate(files_of(events), start=1)
        ]


def composer_of(config: Config) -> Composer:
    """The voice and the templates that the configuration asks for: the operator's own before the shipped ones."""
    return Composer(desk=desk_voice(config), template_folders=[config.own_templates, templates_folder()])


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


def _automatic_fields(kind: NoticeKind) -> list[tuple[str, HeaderValue]]:
    """RFC 3834 §5.2; Exchange and Outlook heed the second (MS-OXCMAIL). None where a person wrote the mail."""
    if kind in WRITTEN_BY_PEOPLE:
        return []
    submitted = "auto-generated" if kind in GENERATED else "auto-replied"
    return [("Auto-Submitted", submitted), ("X-Auto-Response-Suppress", "All")]

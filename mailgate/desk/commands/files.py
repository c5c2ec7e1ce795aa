"""What a specialist attached to an answer, to be passed on with it."""

from mailgate.desk.case import Case
from mailgate.domain.commands import Below, Instructions
from mailgate.domain.mail import Attachment
from mailgate.domain.outgoing import PassedOn
from mailgate.ingest.limits import Unparsable
from mailgate.ingest.parse import attachment_bytes

MOST_FILES = 20
MOST_BYTES = 10 * 1024 * 1024
"""(ours) What nearly every mailbox takes."""


def files_of(case: Case, instructions: Instructions) -> tuple[PassedOn, ...] | None:
    """The files that go along: none where any of the mail is internal; None where they are too many or too large."""
    if any(one.command.below is Below.INTERNAL for one in instructions.asked):
        return ()
    wanted = [one for one in case.mail.attachments if not _is_of_signature(one)]
    if len(wanted) > MOST_FILES or sum(one.size for one in wanted) > MOST_BYTES:
        return None
    raw = (case.uow.mails.content(case.spooled.mail_id) or b"") if wanted else b""
    read = [(one, _bytes(raw, one)) for one in wanted]
    return tuple(
        PassedOn(name=one.name, content_type=one.content_type, content=content)
        for one, content in read
        if content is not None
    )


def _is_of_signature(attachment: Attachment) -> bool:
    """A picture that the text points at is a part of the text, or a logo."""
    picture = attachment.content_type.startswith("image/") and attachment.content_id is not None
    return attachment.inline or picture


def _bytes(raw: bytes, attachment: Attachment) -> bytes | None:
    try:
        return attachment_bytes(raw, attachment.part)
    except (KeyError, Unparsable):
        return None

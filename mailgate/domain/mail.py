"""The words of mail, as RFC 5321, 5322 and 5598 use them.

Holds the values that travel from the doors to the rules. How bytes become these values is for ``ingest``.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from mailgate.domain.authenticity import Authenticity
from mailgate.domain.report import Delivery, Meeting, Sealed

MailId = NewType("MailId", int)
"""Names one received mail through all its log lines, its ticket and its answers."""

# RFC 5321 §4.1.2: Dot-string "@" Domain, ASCII only. Quoted local parts, address literals and comments are legal,
# no person writes from them, and parsers disagree about them: they are not taken for anybody's address.
_ADDR_SPEC = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
)


def canonical_address(text: str) -> str | None:
    """The one form in which an addr-spec is stored and compared: lower case; None if it is not a plain addr-spec.

    RFC 5321 §2.3.11 leaves the local part's case to the receiving host; no host that people write from tells
    ``Anna@`` from ``anna@``.
    """
    if len(text) > 254 or text.find("@") > 64 or _ADDR_SPEC.fullmatch(text) is None:
        return None
    return text.lower()


def domain_of(address: str) -> str:
    """What stands behind the last ``@``, lower case; empty if there is none."""
    return address.rpartition("@")[2].lower() if "@" in address else ""


def without_tag(address: str) -> str:
    """The address that ``support+anything@`` is a plus-address of, lower case."""
    local, at, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}"


class Origin(StrEnum):
    """The door a mail came through."""

    SMTP = "smtp"
    IMAP = "imap"


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A mail as it was handed to us, before anyone has read it (RFC 5321 §2.3.1, *mail object*).

    ``mail_from``: reverse-path; ``None`` is the null reverse-path, and what IMAP, which has none, gives.
    ``rcpt_to``: forward-paths that led to us; for IMAP the address that the mailbox stands for.
    ``received_at``: aware; when the first server that we trust took it (our listener, or IMAP's INTERNALDATE).
    ``peer``: for people who look for the cause of something: client address, or mailbox and folder.
    ``content``: the bytes, unchanged.
    ``authenticity``: what the door found out about its author; None where nobody checks.
    """

    mail_from: str | None
    rcpt_to: tuple[str, ...]
    received_at: datetime
    origin: Origin
    peer: str
    content: bytes
    authenticity: Authenticity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImapPosition:
    """Where a fetched mail lies on its server; ``uid`` means nothing without ``uidvalidity`` (RFC 9051 §2.3.1.1)."""

    mailbox: str
    folder: str
    uidvalidity: int
    uid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """What the spool answers once a mail is durable; ``duplicate`` if the same mail had come before, under this id."""

    mail_id: MailId
    duplicate: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SpooledMail:
    """A mail taken out of the spool to be worked on; ``attempts`` counts this time too."""

    mail_id: MailId
    envelope: Envelope
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A mailbox (RFC 5322 §3.4): ``spec`` in canonical form, and the display name as decoded, for eyes only."""

    spec: str
    name: str = ""

    @property
    def domain(self) -> str:
        return domain_of(self.spec)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """An index entry into a stored mail; the bytes are read out of it on demand.

    ``part``: the way to it through the MIME tree, ``2.1`` is the first child of the second part, ``2!1``
    the first file in the winmail.dat that the second part is.
    ``name``: a label for people, never a path; cleaned. ``size``: bytes, decoded.
    """

    part: str
    name: str
    content_type: str
    size: int
    content_id: str | None = None
    inline: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedMail:
    """Everything that is read out of a mail; plain values, safe to hand between processes.

    ``author``: RFC 5598 *Author*: the one mailbox in the one From field, or None where that is not so.
    ``headers``: all fields of the header block in order, names in lower case, values unfolded but not decoded; capped.
    ``text``: what it says, whole. ``new_text``: what of it its author newly wrote, without history and signature.
    ``deliveries``, ``feedback``: what its parts for machines report, of a delivery or a complaint (its type).
    ``returned_ids``: Message-IDs of mails that came back within it, as the parts that hold them say.
    ``sealed``: that it is encrypted, so that its text cannot be read.
    ``defects``: what was wrong with it, in words for the operator.
    """

    author: Address | None
    subject: str = ""
    message_id: str | None = None
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    date: datetime | None = None
    text: str = ""
    new_text: str = ""
    content_type: str = "text/plain"
    report_type: str | None = None
    attachments: tuple[Attachment, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    feedback: str | None = None
    returned_ids: tuple[str, ...] = ()
    meeting: Meeting | None = None
    sealed: Sealed | None = None
    defects: tuple[str, ...] = ()

    def header(self, name: str) -> str | None:
        """The first field of that name (lower case), or None."""
        return next((value for field, value in self.headers if field == name), None)

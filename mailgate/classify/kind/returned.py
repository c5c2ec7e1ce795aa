"""Which mail came back: every Message-ID that a bounce names, the surest first."""

import re

from mailgate.domain.mail import ParsedMail

_IN_TEXT = re.compile(r"(?mi)^[ \t>|]{0,8}(?:original-)?message-id:[ \t]{0,4}(<[^<>\s]{1,900}>)")
_LOOKED_AT = 100_000
_MOST = 20


def returned_ids(mail: ParsedMail) -> tuple[str, ...]:
    """Out of the part that holds the mail, out of the text where it was put there, and out of the bounce's own thread.

    A Message-ID of ours is known to its recipient and to the servers on the way, and to nobody else.
    """
    in_text = (match[1] for match in _IN_TEXT.finditer(mail.text[:_LOOKED_AT]))
    return tuple(dict.fromkeys((*mail.returned_ids, *in_text, *mail.in_reply_to, *mail.references)))[:_MOST]

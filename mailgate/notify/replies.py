"""What an SMTP reply means for a mail (RFC 5321 §4.2.1), and how it is shown."""

import re

import structlog

from mailgate.domain.outgoing import Deferred, Delivered, DeliveryOutcome, Failed

log = structlog.get_logger()

_NOT_SHOWN = re.compile(r"[^\x20-\x7e\xa0-\U0010ffff]+")
# RFC 4954 §6, RFC 5321 §3.6.2: we are not signed in as we should be. No fault of the mail.
_SIGN_IN_CODES = (530, 534, 535, 538)


def outcome_of(code: int, text: bytes, *, at: str) -> DeliveryOutcome:
    """What a reply means. ``at``: RSET, MAIL, RCPT, DATA, or ``dot`` for the final one."""
    words = diagnostic(code, text)
    if at == "dot" and 200 <= code < 300:
        return Delivered(response=words)
    if 500 <= code < 600 and not _is_ours(code, at):
        return Failed(diagnostic=words)
    return Deferred(diagnostic=words)


def _is_ours(code: int, at: str) -> bool:
    """A 5xx that says nothing final about this mail."""
    if code in _SIGN_IN_CODES or at == "RSET" or (at == "MAIL" and code != 552):
        # Our reverse-path, or we ourselves, are not welcome: that would fail every mail.
        log.error("submission_refused", code=code, at=at)
        return True
    return at == "RCPT" and code == 552  # RFC 5321 §4.5.3.1.10: to be treated as 452


def diagnostic(code: int, text: bytes) -> str:
    """The reply in one short line, without what a terminal would act on."""
    return _NOT_SHOWN.sub(" ", f"{code} {text.decode('utf-8', 'replace')}")[:200].strip()

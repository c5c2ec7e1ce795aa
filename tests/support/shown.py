"""What a reader sees of a mail of ours: its plain text, its HTML, its subject."""

import email
import email.policy
from email.message import EmailMessage


def read_mail(content: bytes) -> EmailMessage:
    """The mail, parsed as today's programs do."""
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def text_in(content: bytes) -> str:
    """The plain text, with plain line ends."""
    return _part(content, "plain")


def html_in(content: bytes) -> str:
    """The HTML, as it would be handed to a browser."""
    return _part(content, "html")


def _part(content: bytes, subtype: str) -> str:
    body = read_mail(content).get_body((subtype,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")

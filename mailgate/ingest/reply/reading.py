"""The way in for a bare body, text or HTML."""

from dataclasses import dataclass

from mailgate.ingest.body import html_to_text
from mailgate.ingest.limits import MAX_TEXT
from mailgate.ingest.quotes import without_quotes


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """``body_text``: all that the body says. ``reply_text``: what of it is new; never empty where the body is not."""

    body_text: str
    reply_text: str


def read_text(body: str) -> Reading:
    """Read a plain-text body; of more than ``MAX_TEXT`` characters, the first."""
    text = body.replace("\r\n", "\n").replace("\r", "\n")[:MAX_TEXT]
    return Reading(body_text=text, reply_text=without_quotes(text))


def read_html(markup: str) -> Reading:
    """Read an HTML body."""
    text = html_to_text(markup)
    return Reading(body_text=text, reply_text=without_quotes(text))

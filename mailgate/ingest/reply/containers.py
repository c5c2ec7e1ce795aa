"""What mail programs say with markup: where they put a quote, an attribution, a header, history, a signature.

Only names that programs write themselves; what a person can do with a button (an indented passage, a line across) says
nothing.
"""

import re

from mailgate.ingest.reply.line import Mark
from mailgate.ingest.reply.table import words

_HISTORY_IDS = words(
    "divrplyfwdmsg x_divrplyfwdmsg mail-editor-reference-message-container stopspelling zwchr replysplit"
    " olk_src_body_section isreplycontent origbody"
)
_HISTORY_CLASSES = words("ms-outlook-mobile-reference-message yahoo_quoted gmail_history zmail_extra")
_ATTRIBUTION_CLASSES = words("gmail_attr moz-cite-prefix")
_SIGNATURE_IDS = words("signature x_signature ms-outlook-mobile-signature applemailsignature")
_SIGNATURE_CLASSES = words(
    "moz-signature gmail_signature protonmail_signature_block ms-outlook-mobile-signature sig-block"
)
_QUOTE_CLASSES = words("gmail_quote protonmail_quote front-blockquote quoted-message")
_BORDER = re.compile(
    r"border-top(?:-style)?\s{0,3}:[^;]{0,60}solid|border-top-style\s{0,3}:\s{0,3}solid", re.IGNORECASE
)
_HIDDEN = re.compile(r"display\s{0,3}:\s{0,3}none|mso-hide\s{0,3}:\s{0,3}all", re.IGNORECASE)
_FLUSH = re.compile(r"(?:^|;)\s{0,5}margin(?:-top)?\s{0,3}:\s{0,3}0", re.IGNORECASE)
_PREFORMATTED = re.compile(r"white-space\s{0,3}:\s{0,3}(?:pre|break-spaces)", re.IGNORECASE)
_MOST_STYLE = 2000


class Attributes:
    """An element's attributes as far as they tell something; lower case, bounded."""

    __slots__ = ("classes", "name", "style", "tag", "values")

    def __init__(self, tag: str, values: dict[str, str]) -> None:
        self.tag = tag
        self.values = values
        self.name = values.get("id", "").lower()
        self.classes = frozenset(values.get("class", "")[:_MOST_STYLE].lower().split())
        self.style = values.get("style", "")[:_MOST_STYLE]

    def quotes(self) -> bool:
        """A blockquote that a program made, to quote a mail; no indented passage."""
        if self.tag != "blockquote":
            return False
        cited = self.values.get("type", "").lower() == "cite" or "cite" in self.values
        return cited or not self.classes.isdisjoint(_QUOTE_CLASSES) or "border-left" in self.style.lower()

    def mark(self) -> Mark:
        if not self.values:
            return Mark.NONE
        if self.name in _HISTORY_IDS or self.name.startswith("yahoo_quoted") or self._is_named_history():
            return Mark.HISTORY
        if not self.classes.isdisjoint(_ATTRIBUTION_CLASSES):
            return Mark.ATTRIBUTION
        if self.name in _SIGNATURE_IDS or not self.classes.isdisjoint(_SIGNATURE_CLASSES):
            return Mark.SIGNATURE
        if "data-signatureblock" in self.values or self.values.get("data-smartmail") == "gmail_signature":
            return Mark.SIGNATURE
        return Mark.HEADERS if self.tag == "div" and _BORDER.search(self.style) else Mark.NONE

    def hidden(self) -> bool:
        return bool(self.style) and _HIDDEN.search(self.style) is not None

    def preformatted(self) -> bool:
        return self.tag == "pre" or (bool(self.style) and _PREFORMATTED.search(self.style) is not None)

    def spaced(self) -> bool:
        """Whether a paragraph has space above and below: Word sets its own flush, and a blank one between them."""
        flush = any("mso" in name for name in self.classes) or _FLUSH.search(self.style) is not None
        return not flush

    def _is_named_history(self) -> bool:
        return not self.classes.isdisjoint(_HISTORY_CLASSES) or self.values.get("name") == "messageReplySection"

"""How much of a mail is read at most, and the one way in which reading it can end without a ``ParsedMail``.

Bounds hold before cost arises: each of them stands for an input that made a parser slow, deep or fat.
Light on purpose: the daemon imports this, the parsers stay in the child.
"""

MAX_HEADER_BYTES = 256 * 1024
MAX_FIELDS = 1_000
MAX_DEPTH = 50
MAX_PARTS = 1_000
MAX_LINES = 1_000_000
MAX_TEXT = 1024 * 1024
"""Characters of text that are kept for reading and searching; the mail itself is kept whole elsewhere."""

MAX_FIELD = 100 * 1024
MAX_FIELD_OF = {"subject": 16 * 1024, "from": 4 * 1024, "sender": 4 * 1024, "reply-to": 4 * 1024}
MAX_ADDRESSES = 1_000
MAX_PARAMETERS = 100
MAX_ENCODED_WORDS = 500
MAX_IDS = 100
MAX_KEPT_VALUE = 2_000
MAX_DEFECTS = 50


class Unparsable(Exception):  # noqa: N818  # it is no error: hostile mail is to be expected
    """A mail that is not read further: it goes to quarantine. ``reason`` names why, ``limit:depth`` for one."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

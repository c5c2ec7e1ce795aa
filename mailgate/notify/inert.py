"""Takes out of other people's text what acts instead of being read.

Control characters, marks that turn the direction of writing, and marks that are there but cannot be seen: whoever
reads our mails sees what is written, in the order in which it is written. Escaping for HTML is for ``wording``.
"""

import re

_NEWLINES = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")

_ACTING = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 and C1 without tab and newline
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0"  # soft hyphen, joiners and fillers without a shape
    "\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f"  # zero width, direction (UAX 9), deprecated format characters
    "\ufeff\ufff0-\ufffb\ufffe\uffff"  # byte order mark, annotations, noncharacters
    "\ud800-\udfff"  # half characters, which no UTF-8 can carry
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # format characters of shorthand and of notes
    "\U000e0000-\U000e0fff"  # tags: a second text inside the first
    "]"
)


def inert(text: str) -> str:
    """The text with its newlines and tabs, and without anything else that is not there to be read."""
    return _ACTING.sub("", _NEWLINES.sub("\n", text))


def one_line(text: str) -> str:
    """The same on one line, with single spaces: for subjects, names and header fields."""
    return " ".join(inert(text).split())

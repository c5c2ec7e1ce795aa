"""A line of a mail ends with CR LF, and neither stands alone (RFC 5321 §2.3.8).

Servers that take a bare LF or CR for a line's end and servers that do not see different mails, or more of them, in the
same octets: SMTP smuggling. What is found here is refused by the door, or made what all of them read alike.
"""

import re

_ALONE = re.compile(rb"\r(?!\n)|(?<!\r)\n")


def has_bare(content: bytes) -> bool:
    """Whether a CR or an LF stands alone."""
    # Three counts at memory speed: an expression that looks at both sides of each LF takes thirty times as long.
    ends = content.count(b"\r\n")
    return content.count(b"\n") != ends or content.count(b"\r") != ends


def normalised(content: bytes) -> bytes:
    """A bare LF becomes the line's end that was meant; a bare CR, a blank that splits nothing."""
    return _ALONE.sub(lambda found: b"\r\n" if found[0] == b"\n" else b" ", content)

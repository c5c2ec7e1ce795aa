"""The body of a mail in two forms (RFC 2046 §5.1.4): the same words as plain text, and as HTML.

Quoted-printable (RFC 2045 §6.7) keeps every line within 76 octets of ASCII, so that no server on the way has a reason
to touch it. The header block above it is for ``headers``.
"""

import binascii
import hashlib


def boundary_for(message_id: str) -> str:
    """The same for the same mail. ``=_`` cannot occur in quoted-printable, so no text can hold it (RFC 2045 §6.7)."""
    return "=_" + hashlib.sha256(message_id.encode()).hexdigest()[:24]


def alternative_type(boundary: str) -> str:
    """The value of Content-Type for ``alternative``."""
    return f'multipart/alternative; boundary="{boundary}"'


def alternative(*, text: str, html: str, boundary: str) -> bytes:
    """Both forms, the better one last."""
    line = b"--" + boundary.encode("ascii")
    return b"".join(
        (
            line + b"\r\n" + _part("plain", text),
            line + b"\r\n" + _part("html", html),
            line + b"--\r\n",
        )
    )


def _part(subtype: str, text: str) -> bytes:
    header = f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    return header.encode("ascii") + _quoted_printable(text) + b"\r\n"


def _quoted_printable(text: str) -> bytes:
    # b2a_qp ends the lines that it cuts like the first line that it sees: so there must be one, and it must be CRLF.
    canonical = text.rstrip("\n").replace("\n", "\r\n") + "\r\n"
    return binascii.b2a_qp(canonical.encode("utf-8"), istext=True)

"""Strings that act instead of being read, where a program lets them; and mails that hold them wherever one can."""

import base64
import os
import re
from collections.abc import Mapping
from itertools import count
from urllib.parse import quote

from hypothesis import strategies as st

SUM = "50337"
"""What the template marks below come to, if anybody works them out."""

NASTY = (
    "\r\nBcc: victim@evil.example", "\r\n\r\n<script>alert(1)</script>", "\rX-Evil: 1", "a\x00b", "\x85X-Evil: 1",
    "\u2028X-Evil: 1", "=?utf-8?q?=0D=0ABcc:_victim=40evil.example?=", "=?utf-8?q?", "\x1b]0;owned\x07\x1b[2J",
    "\x9b31mred",
    "\u202egpj.exe", "\u2066a\u2069", "zero\u200bwidth\ufeff", "\U000e0041\U000e0042", "\u200b=1+1",
    '=HYPERLINK("http://evil.example")', "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", "＝1+1",
    "a,=1+1", "a;=1+1", '"', '";"=1+1', "{{7191*7}}", "{% set x = 7191*7 %}{{x}}", "${7191*7}", "#{7191*7}",
    "{0.__class__}", "%s%n%(x)s", "{{ ''.__class__.__mro__ }}", "<script>alert(1)</script>", "<img src=http://evil.example>",
    '"><svg/onload=alert(1)>', "</td></table><style>@import 'http://evil.example'</style>", "javascript:alert(1)",
    "<a href=javascript:alert(1)>x</a>", "<!--", "]]>", "&lt;script&gt;", "\\", "'; DROP TABLE ticket; --", "%_%",
    "../../../etc/passwd", "..\\..\\x", "/etc/passwd", "C:\\con", "NUL.txt", ".htaccess", "x" * 300, "å" * 300,
    "END:VCALENDAR\r\nBEGIN:VCALENDAR", "DTSTART;X=1:1", "--=_0\r\nContent-Type: text/html\r\n\r\n",
    "\r\n.\r\nMAIL FROM:<x>",
    "[MG-100001-5]", "MG-999999-9 ' OR 1=1", "\ud800", "🙂" * 50, "ر\u064e" * 20, "a\u0300" * 200,
)  # fmt: skip

ALL_AT_ONCE = " ".join(NASTY)

nasty = st.lists(st.sampled_from(NASTY) | st.text(max_size=12), min_size=1, max_size=3).map(" ".join)
FIELDS = ("name", "subject", "message_id", "references", "cc", "file", "content_id", "body", "html", "event")
letters = st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, nasty))

LONG = bool(os.environ.get("MAILGATE_LONG_TESTS"))

_NUMBER = count(1)


def a_hostile_mail(fields: Mapping[str, str], *, author: str = "eva@kund.example", subject: str = "") -> bytes:
    """A mail with these strings; what is not named is ordinary. Encoded where a raw one would only end the line."""
    number = next(_NUMBER)
    told = {name: fields.get(name, "") for name in FIELDS}
    lines = [
        f"From: {_word(told['name'])} <{author}>",
        f"To: support@example.com, {_word(told['cc'])} <eva2@kund.example>",
        f"Subject: {subject} {_word(told['subject'])} {number}",
        f"Message-ID: <{number}.{_raw(told['message_id'])}@kund.example>",
        f"References: {_raw(told['references'])} <{_raw(told['references'])}@kund.example>",
        "MIME-Version: 1.0",
        "Content-Type: multipart/mixed; boundary=b",
        "",
        *_part("text/plain", f"Hej {number} {told['body']}"),
        *_part("text/html", f"<p>Hej {told['html']}</p>"),
        *_part("text/calendar; method=REQUEST", _event(told["event"])),
        *_part(
            "application/pdf",
            "%PDF",
            f"Content-Disposition: attachment; filename*=utf-8''{quote(_whole(told['file']), safe='')}",
            f"Content-ID: <{_raw(told['content_id'])}>",
        ),
        "--b--",
        "",
    ]
    return "\r\n".join(lines).encode("utf-8", "replace")


def _event(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("\r", "").replace("\n", "\\n")
    return (
        f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:{_raw(text)}\r\nSUMMARY:{escaped}\r\n"
        f"DTSTART:20261124T090000Z\r\nLOCATION:{escaped}\r\nORGANIZER:mailto:{_raw(text)}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )


def _part(kind: str, content: str, *fields: str) -> list[str]:
    body = base64.encodebytes(_whole(content).encode()).decode().replace("\n", "\r\n")
    return ["--b", f"Content-Type: {kind}; charset=utf-8", "Content-Transfer-Encoding: base64", *fields, "", body]


def _word(text: str) -> str:
    """An encoded-word, which may hold anything; some sent raw, as far as that ends no line."""
    if text.isascii() and len(text) % 2:
        return re.sub(r"[^ !#-'*+/-9=?A-Z^_`a-z{|}~-]", "", text)
    return f"=?utf-8?b?{base64.b64encode(_whole(text).encode()).decode()}?=" if text else "Eva"


def _raw(text: str) -> str:
    return _whole(text).replace("\r", "").replace("\n", "")


def _whole(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def writable(text: str) -> str:
    """As a database can keep it."""
    return _whole(text).replace("\x00", "")

"""What must be true of everything that leaves the house, whatever came in: mails, pages, listings, tables, logs."""

import csv
import email
import email.policy
import io
import json
import re
import unicodedata
from collections.abc import Iterator
from email.message import EmailMessage, Message
from typing import Any, cast

from lxml import html as lxml_html

from tests.threats.hostile import SUM

_HEADERS = (
    "From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Auto-Submitted",
    "X-Auto-Response-Suppress", "X-Mailgate-Loop", "Content-Language", "MIME-Version", "Content-Type",
)  # fmt: skip
_OPTIONAL = {"In-Reply-To", "References", "Auto-Submitted", "X-Auto-Response-Suppress"}
_PARTS = (["Content-Type"], ["Content-Type", "Content-Transfer-Encoding"],
          ["Content-Type", "Content-Transfer-Encoding", "Content-Disposition"])  # fmt: skip
_NO_ELEMENTS = {
    "script", "iframe", "frame", "object", "embed", "applet", "form", "input", "svg", "math", "base", "link", "img",
    "video", "audio", "source", "picture", "template", "noscript",
}  # fmt: skip
# Marks that people's scripts need; nothing hides or turns by them.
_HARMLESS = {"\n", "\t"}


def acting(text: str) -> set[str]:
    """Signs in it that do something: controls, direction, zero width, half characters."""
    kinds = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    return {sign for sign in text if unicodedata.category(sign) in kinds} - _HARMLESS


def check_mail(content: bytes) -> Iterator[tuple[str, str]]:
    """A mail of ours; gives back its texts, by type."""
    compat = cast("Message[str, str]", email.message_from_bytes(content, policy=email.policy.compat32))
    modern = cast(EmailMessage, email.message_from_bytes(content, policy=email.policy.default))
    names = compat.keys()
    assert names == modern.keys()
    assert names == [name for name in _HEADERS if name in names], "in this order, each once, and no other"
    assert set(_HEADERS) - set(names) <= _OPTIONAL
    for value in modern.values():
        assert not cast(Any, value).defects
        assert not acting(str(value)), str(value)
    assert len(cast(Any, modern["To"]).addresses) == len(cast(Any, modern["From"]).addresses) == 1
    assert content.count(b"\r\n") == content.count(b"\n") == content.count(b"\r")
    assert len(list(compat.walk())) == len(list(modern.walk()))
    for part in list(modern.walk())[1:]:
        assert part.keys() in _PARTS
        assert not part.defects
        if part.get_content_maintype() not in {"text", "multipart"}:
            # A specialist's own file, passed on to the octet: under a plain name, and as nothing that acts by itself.
            assert part.get_content_disposition() == "attachment"
            assert not acting(part.get_filename() or "/")
        elif not part.is_multipart():
            text = cast(EmailMessage, part).get_content()
            words = (text if isinstance(text, str) else text.decode()).replace("\r\n", "\n")
            check_words(words)
            if part.get_content_type() == "text/html":
                check_html(words)
            yield part.get_content_type(), words


def check_words(text: str) -> None:
    """Whatever a person reads."""
    assert not acting(text), acting(text)
    assert SUM not in text, "a template was worked out"


def check_html(page: str, *, drawn: bool = False) -> None:
    """Nothing runs, nothing is fetched, nothing leaves the frame. ``drawn``: the page has drawings of ours."""
    check_words(page)
    for element in lxml_html.document_fromstring(page).iter():
        if not isinstance(element.tag, str):
            continue
        assert element.tag not in _NO_ELEMENTS - ({"svg"} if drawn else set()), element.tag
        for name, value in element.attrib.items():
            plain = "".join(str(value).split()).lower()
            assert not name.lower().startswith("on"), name
            assert name not in {"href", "src", "action"} or plain.startswith(("mailto:", "#")), value
            assert "javascript:" not in plain
            assert name == "class" or "url(" not in plain
        if element.tag == "style":
            assert not [word for word in ("url(", "@import", "expression") if word in (element.text or "")]
        if element.tag == "meta":
            assert element.get("http-equiv", "").lower() in {"", "content-type", "content-security-policy"}


def check_printed(text: str) -> None:
    """What a command printed."""
    check_words(text)


def check_terminal(written: str) -> None:
    """The same, with what sets the headings off."""
    check_words(re.sub(r"\x1b\[[0-9;]*m", "", written).replace("\r\n", "\n"))


def check_json(text: str) -> None:
    """The same for programs: what acts is escaped."""
    json.loads(text)
    assert not acting(text), acting(text)


def check_csv(text: str) -> None:
    """However a spreadsheet takes it apart."""
    check_words(text.removeprefix("\ufeff").replace("\r\n", "\n"))
    for delimiter in ",;\t":
        for row in csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=delimiter):
            for cell in row:
                assert not cell.strip().startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")), cell


def check_log(text: str) -> list[dict[str, Any]]:
    """Each line is one event, in JSON; nothing in it acts on a terminal."""
    assert not acting(text), acting(text)
    return [json.loads(line) for line in text.splitlines()]

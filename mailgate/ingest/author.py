"""Who a mail says it is from: one From field with one plain mailbox, or nobody.

Stricter than RFC 5322 on purpose: whatever two programs could read as two different people is nobody. The address is
taken before any encoded word is decoded. Whether the claim is true is for ``ingest.authenticity``.
"""

import re

from mailgate.domain.a_labels import in_a_labels
from mailgate.domain.mail import Address, canonical_address
from mailgate.ingest.decoding import decode_words, one_line
from mailgate.ingest.header_scan import HeaderBlock
from mailgate.ingest.limits import MAX_FIELD_OF

_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*+"')
# What may stand before "<": atoms, encoded words, raw 8-bit and RFC 5322 §4.1's dots; no specials, no control signs.
_PHRASE = re.compile(r"[^\x00-\x1f\x7f()<>\[\]:;@\\,\"]*")
# The old way to say a name, RFC 822's "eva@kund.example (Eva Ek)": plain comments only, behind the address only.
_NAME_BEHIND = re.compile(r"([^\s()<>]+)[ \t]+\(([^\x00-\x1f\x7f()<>\[\]:;@\\,\"]*)\)")
_ANY_ADDRESS = re.compile(r"[^\s<>,;:\"()\[\]]{1,64}@[^\s<>,;:\"()\[\]@]{1,190}")
_IN_BRACKETS = re.compile(r"<[ \t]*([^\s<>,;:\"()]{1,64}@[^\s<>,;:\"()@]{1,190})[ \t]*>")
_ESCAPE = re.compile(r"\\(.)")


def author_of(block: HeaderBlock) -> tuple[Address | None, str | None]:
    """The Author (RFC 5598), or None and the reason why there is none."""
    fields = block.values("from")
    if len(fields) != 1:
        return None, f"from: {len(fields)} fields"
    if block.ambiguous:
        return None, "from: the header has mixed line ends"
    if len(fields[0]) > MAX_FIELD_OF["from"]:
        return None, "from: too long"
    author = mailbox(fields[0])
    return author, None if author else f"from: {_complaint(fields[0])}"


def mailbox(value: str) -> Address | None:
    """A bare addr-spec, one with a name in a comment behind it, or a display name and it in angle brackets."""
    behind = _NAME_BEHIND.fullmatch(value)
    bare = _address(behind[1] if behind else value)
    if bare is not None:
        return Address(spec=bare, name=display_name(behind[2]) if behind else "")
    if not value.endswith(">") or "<" not in value:
        return None
    name, _, spec = value[:-1].rpartition("<")
    address = _address(spec.strip(" \t"))
    if address is None or _PHRASE.fullmatch(_QUOTED.sub("", name)) is None or "\x00" in name:
        return None
    return Address(spec=address, name=display_name(name))


def claimed_address(value: str) -> str | None:
    """The address that a From field most likely means, as it is written there; for eyes only, never for a decision."""
    bare = _QUOTED.sub("", value)
    in_brackets = _IN_BRACKETS.search(bare)
    anywhere = _ANY_ADDRESS.search(bare) or _ANY_ADDRESS.search(value)
    return in_brackets[1] if in_brackets else anywhere[0] if anywhere else None


def display_name(text: str) -> str:
    """A name for eyes: quotes off, encoded words decoded."""
    unquoted = _QUOTED.sub(lambda match: _ESCAPE.sub(r"\1", match[0][1:-1]), text)
    return one_line(decode_words(unquoted))[:200]


def _address(text: str) -> str | None:
    # An encoded word is made of signs that a local part may hold; some programs decode it there (RFC 2047 §5 forbids).
    return None if "=?" in text else canonical_address(in_a_labels(text))


def _complaint(value: str) -> str:
    if "(" in _QUOTED.sub("", value):
        return "a comment in it"
    if ":" in _QUOTED.sub("", value):
        return "a group or a route"
    return "more than one mailbox" if value.count("@") > 1 else "no plain mailbox"

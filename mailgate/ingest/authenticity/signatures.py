"""Does a DKIM signature (RFC 6376) bind the author's house to this mail, all of it?

dkimpy does the arithmetic. What it passes and we do not: signatures over a part of the text (``l=``) or without From,
SHA-1, keys whose flags forbid the use, fields that stand once more above those that were signed.
"""

import re
from dataclasses import dataclass

import dkim

from mailgate.ingest.authenticity.domains import aligned
from mailgate.ingest.authenticity.lookups import Lookups
from mailgate.ingest.authenticity.replays import tag_pairs, was_added_to
from mailgate.ingest.header_scan import HeaderBlock

_MOST_SIGNATURES = 5
_SMALLEST_KEY = 1024
_DOMAIN = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A good one. ``fields``: names of what it covers."""

    domain: str
    fields: frozenset[str]


def signature_for(
    content: bytes, block: HeaderBlock, author: str, *, strictly: bool, lookups: Lookups
) -> Signature | None:
    """The first good signature of the author's house. Raises ``UndecidedError`` where its key cannot be had now."""
    if was_added_to(block):
        return None
    for index, value in enumerate(block.values("dkim-signature")[:_MOST_SIGNATURES]):
        tags = _tags(value)
        if tags is None or not _is_ours_to_judge(tags, author, strictly=strictly):
            continue
        if (key := _key(tags, lookups)) is not None and _verifies(content, index, key):
            fields = frozenset(_names(tags["h"]))
            return Signature(domain=tags["d"].lower(), fields=fields)
    return None


def _is_ours_to_judge(tags: dict[str, str], author: str, *, strictly: bool) -> bool:
    domain = tags.get("d", "").lower()
    return (
        "l" not in tags
        and tags.get("a", "").lower() == "rsa-sha256"
        and _DOMAIN.fullmatch(domain) is not None
        and "from" in _names(tags.get("h", ""))
        and aligned(domain, author, strictly=strictly)
    )


def _key(tags: dict[str, str], lookups: Lookups) -> bytes | None:
    """The key's record, where it may be used for this (§3.6.1)."""
    selector = tags.get("s", "").lower()
    if re.fullmatch(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*", selector) is None:
        return None
    records = lookups.texts(f"{selector}._domainkey.{tags['d'].lower()}")
    record = _tags(records[0].decode("ascii", "replace")) if len(records) == 1 else None
    if record is None or not record.get("p") or record.get("v", "DKIM1") != "DKIM1":
        return None
    flags = _names(record.get("t", ""))
    identity = tags.get("i", f"@{tags['d']}").rpartition("@")[2].lower()
    usable = (
        "sha256" in _names(record.get("h", "sha256"))
        and not {"*", "email"}.isdisjoint(_names(record.get("s", "*")))
        and "y" not in flags  # §3.6.1: a domain that is testing; its signature counts for nothing
        and not ("s" in flags and identity != tags["d"].lower())
    )
    return records[0] if usable else None


def _verifies(content: bytes, index: int, key: bytes) -> bool:
    try:
        verifier = dkim.DKIM(content, minkey=_SMALLEST_KEY)
        if [name.strip().lower() for name, _ in verifier.headers].count(b"from") != 1:
            return False
        return bool(verifier.verify(idx=index, dnsfunc=lambda _name, timeout=0: key))
    except Exception:  # noqa: BLE001  what dkimpy raises on what strangers write has no end; it is not good, in any case
        return False


def _tags(value: str) -> dict[str, str] | None:
    """A tag list (§3.2); None where a tag stands twice."""
    pairs = tag_pairs(value)
    tags = dict(pairs)
    return tags if len(tags) == len(pairs) else None


def _names(value: str) -> set[str]:
    return {name.strip().lower() for name in value.split(":") if name.strip()}

"""What a good DKIM signature does not say: that the mail was written to us, and that it was signed to its end.

Whoever gets a signed mail can send it on as it is, to whom he likes; and under one that covers a part of its text
(``l=``) he can write on. A reverse-path cannot be replayed: it holds for the client that brought the mail.
"""

import re
from collections.abc import Iterable

from mailgate.domain.mail import without_tag
from mailgate.ingest.authenticity.domains import aligned
from mailgate.ingest.header_scan import HeaderBlock

_ADDRESS = re.compile(r"[^\s<>,;:\"()\[\]]{1,64}@[^\s<>,;:\"()\[\]@]{1,190}")
_NO_ADDRESS = re.compile(r'"(?:[^"\\]|\\.)*+"|\((?:[^()\\]|\\.)*+\)')
# RFC 6376 §8.15: what stands twice is signed once, and shown from above.
_ONCE = (
    "from", "to", "cc", "subject", "date", "message-id", "in-reply-to", "references", "reply-to", "sender",
    "content-type", "content-transfer-encoding", "mime-version",
)  # fmt: skip


def is_to_us(block: HeaderBlock, ours: Iterable[str], *, fields: Iterable[str] = ("to",)) -> bool:
    """Whether one of these fields names one of our addresses; what its quotes and comments hold are no addresses."""
    named = (block.values(name) for name in fields)
    known = {without_tag(address).lower() for address in ours}
    return any(
        without_tag(address).lower() in known
        for values in named
        for value in values
        for address in _ADDRESS.findall(_NO_ADDRESS.sub(" ", value))
    )


def was_added_to(block: HeaderBlock) -> bool:
    """Whether a field that may stand once stands twice: then the signature may be over the one that nobody sees."""
    names = [field.name for field in block.fields]
    return any(names.count(name) > 1 for name in _ONCE)


def may_be_written_on(block: HeaderBlock, author: str) -> bool:
    """Whether a signature of the author's house is over a part of the text."""
    for value in block.values("dkim-signature"):
        tags = tag_pairs(value)
        if any(name == "l" for name, _ in tags) and any(
            name == "d" and aligned(domain, author) for name, domain in tags
        ):
            return True
    return False


def tag_pairs(value: str) -> list[tuple[str, str]]:
    """A tag list (RFC 6376 §3.2), in its order."""
    pairs = [tag.partition("=") for tag in value.split(";") if tag.strip()]
    return [(name.strip(), re.sub(r"\s+", "", text)) for name, _, text in pairs]

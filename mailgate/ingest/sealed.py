"""Whether a mail is sealed: encrypted, or signed so that only its own kind of program can open it (S/MIME, PGP).

We hold nobody's keys. Such a mail is kept whole, and its sender is told kindly that it could not be read.
"""

from collections.abc import Iterable

from mailgate.domain.report import Sealed
from mailgate.ingest.mime_tree import Leaf, Part

_SMIME = frozenset(("application/pkcs7-mime", "application/x-pkcs7-mime"))
_PGP_TYPES = frozenset(("application/pgp-encrypted", "application/pgp"))
_ARMOUR = "-----BEGIN PGP MESSAGE-----"


def sealed(root: Part, leaves: Iterable[Leaf], text: str) -> Sealed | None:
    """How, or None where there is text to read. A detached signature seals nothing."""
    types = {root.media_type, *(leaf.part.media_type for leaf in leaves)}
    if text.strip():
        return Sealed.PGP if text.lstrip().startswith(_ARMOUR) else None
    if not types.isdisjoint(_SMIME):
        return Sealed.SMIME
    by_protocol = root.media_type == "multipart/encrypted"
    return Sealed.PGP if by_protocol or not types.isdisjoint(_PGP_TYPES) else None

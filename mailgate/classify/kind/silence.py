"""Who asks for no automatic answer, whatever else the mail is."""

from mailgate.classify.kind.signs import Seen

# MS-OXCMAIL §2.2.3.2.14: which automatic answers its writer wants none of. DR, RN and NRN speak of receipts only.
_SUPPRESS = frozenset({"all", "autoreply", "oof"})


def wants_silence(seen: Seen) -> bool:
    """Whether the mail itself says so, in Exchange's words."""
    words = {word.strip() for value in seen.words("x-auto-response-suppress") for word in value.split(",")}
    return not words.isdisjoint(_SUPPRESS)

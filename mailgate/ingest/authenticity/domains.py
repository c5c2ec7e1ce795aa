"""Domains that belong together: the organisational domain, and alignment (RFC 7489 §3.1, §3.2)."""

from functools import cache, lru_cache

from publicsuffixlist import PublicSuffixList


@cache
def _suffixes() -> PublicSuffixList:
    """The list that comes with the library; with its private part, so that two tenants of one host are two houses."""
    return PublicSuffixList()


@lru_cache(maxsize=4096)
def organisational(domain: str) -> str:
    """The domain that its owner registered; ``domain`` in A-labels. A public suffix stands for itself."""
    plain = domain.lower().rstrip(".")
    return _suffixes().privatesuffix(plain) or plain


def aligned(domain: str, author: str, *, strictly: bool = False) -> bool:
    """Whether who vouches (``domain``) is of the author's house, or is the author's very domain."""
    domain, author = domain.lower().rstrip("."), author.lower().rstrip(".")
    if not domain or domain == author:
        return bool(domain)
    return not strictly and organisational(domain) == organisational(author)

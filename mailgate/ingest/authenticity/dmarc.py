"""What a domain asks of those who get mail in its name (RFC 7489 §6)."""

import re
from dataclasses import dataclass

from mailgate.ingest.authenticity.domains import organisational
from mailgate.ingest.authenticity.lookups import Lookups

_RECORD = re.compile(rb"v\s*=\s*DMARC1\s*(;|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """``disowns``: mail that nothing vouches for is to be refused or set aside. ``strict_*``: see ``aligned``."""

    disowns: bool = False
    strict_dkim: bool = False
    strict_spf: bool = False


def policy_of(domain: str, lookups: Lookups) -> Policy | None:
    """The policy for mail of this domain: its own, or its organisation's for subdomains; None where there is none."""
    tags = _tags_at(domain, lookups)
    if tags is not None:
        return _policy(tags, tags.get("p", ""))
    above = organisational(domain)
    tags = _tags_at(above, lookups) if above != domain else None
    return _policy(tags, tags.get("sp") or tags.get("p", "")) if tags is not None else None


def _tags_at(domain: str, lookups: Lookups) -> dict[str, str] | None:
    records = [text for text in lookups.texts(f"_dmarc.{domain}") if _RECORD.match(text)]
    if len(records) != 1:  # §6.6.3: more than one is none
        return None
    pairs = (tag.partition("=") for tag in records[0].decode("ascii", "replace").split(";"))
    return {name.strip().lower(): value.strip().lower() for name, _, value in pairs}


def _policy(tags: dict[str, str], asked: str) -> Policy:
    # A domain that still tries it out (pct, t=y) does not disown what it has not decided on.
    trying = tags.get("pct", "100") != "100" or tags.get("t") == "y"
    return Policy(
        disowns=asked in {"quarantine", "reject"} and not trying,
        strict_dkim=tags.get("adkim") == "s",
        strict_spf=tags.get("aspf") == "s",
    )

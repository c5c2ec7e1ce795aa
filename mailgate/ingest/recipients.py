"""Decides which addresses the SMTP door takes mail for; everything else is none of ours.

What becomes of the mail is not decided here: an address is ours, or it is not.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from mailgate.config import AddressesConfig
from mailgate.domain.mail import canonical_address, domain_of, without_tag

# RFC 5321 §4.5.1: whoever takes mail for a domain takes it for its postmaster; RFC 2142 §4 adds abuse.
_ROLES = ("postmaster", "abuse")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipients:
    """``addresses``: canonical. ``plus_addresses``: support+anything@ means support@."""

    addresses: frozenset[str]
    plus_addresses: bool = True

    def address_for(self, forward_path: str) -> str | None:
        """The address of ours that a forward-path means, in canonical form without its plus part; None: not ours."""
        if forward_path.lower() == "postmaster":  # RFC 5321 §4.5.1: without a domain, too
            return "postmaster"
        asked = canonical_address(forward_path)
        if asked is None:
            return None
        plain = without_tag(asked) if self.plus_addresses else asked
        ours = self.addresses | _role_addresses(self.addresses)
        return next((address for address in (asked, plain) if address in ours), None)


def recipients_of(config: AddressesConfig) -> Recipients:
    """The recipients that the configuration names."""
    return Recipients(addresses=frozenset((*config.support, *config.orders)), plus_addresses=config.plus_addresses)


def is_role(address: str) -> bool:
    """Whether an address of ours is one that everybody may write to."""
    return address.partition("@")[0] in _ROLES


def _role_addresses(addresses: Iterable[str]) -> frozenset[str]:
    return frozenset(f"{role}@{domain}" for domain in map(domain_of, addresses) for role in _ROLES)

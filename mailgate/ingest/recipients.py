"""Decides which addresses the SMTP door takes mail for; everything else is none of ours.

What becomes of the mail is not decided here: an address is ours, or it is not.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mailgate.config import AddressesConfig
from mailgate.domain.mail import canonical_address, domain_of, without_tag
from mailgate.domain.reply_token import seal_in

# RFC 5321 §4.5.1: whoever takes mail for a domain takes it for its postmaster; RFC 2142 §4 adds abuse.
_ROLES = ("postmaster", "abuse")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipients:
    """``addresses``: canonical. ``plus_addresses``: support+anything@ means support@.

    ``reply_addresses``: so does support+TOKEN@, which stands in our own mails.
    """

    addresses: frozenset[str]
    plus_addresses: bool = True
    reply_addresses: bool = False

    def address_for(self, forward_path: str) -> str | None:
        """The address of ours that a forward-path means, in canonical form without its plus part; None: not ours."""
        if forward_path.lower() == "postmaster":  # RFC 5321 §4.5.1: without a domain, too
            return "postmaster"
        asked = canonical_address(forward_path)
        if asked is None:
            return None
        ours = self.addresses | _role_addresses(self.addresses)
        return next((address for address in (asked, *self._untagged(asked)) if address in ours), None)

    def _untagged(self, address: str) -> Iterator[str]:
        if self.plus_addresses:
            yield without_tag(address)
        local, _, domain = address.rpartition("@")
        name, _, tag = local.rpartition("+")
        if self.reply_addresses and seal_in(tag) is not None:
            yield f"{name}@{domain}"


def recipients_of(config: AddressesConfig, *, reply_addresses: bool = False) -> Recipients:
    """The recipients that the configuration names. ``reply_addresses``: our mails ask for replies to plus-addresses."""
    return Recipients(
        addresses=frozenset((*config.support, *config.orders)),
        plus_addresses=config.plus_addresses,
        reply_addresses=reply_addresses,
    )


def is_role(address: str) -> bool:
    """Whether an address of ours is one that everybody may write to."""
    return address.partition("@")[0] in _ROLES


def _role_addresses(addresses: Iterable[str]) -> frozenset[str]:
    return frozenset(f"{role}@{domain}" for domain in map(domain_of, addresses) for role in _ROLES)

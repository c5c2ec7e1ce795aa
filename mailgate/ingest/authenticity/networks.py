"""Whose client is it?"""

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address


def is_within(peer: str, networks: Sequence[IPv4Network | IPv6Network]) -> bool:
    """Whether a client's address is in one of these."""
    try:
        address = ip_address(peer.partition("%")[0])
    except ValueError:
        return False
    if address.version == 6 and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return any(address in network for network in networks if network.version == address.version)

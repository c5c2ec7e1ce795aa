"""Who is one client of the SMTP door, and how the clients take turns.

A client is an IPv4 address, or an IPv6 network of 64 bits: whoever has one such network has all its addresses. One
client, with however many connections, gets one turn in each round of the loop, so that nobody else waits for its crowd.
"""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network

from mailgate.config_smtp import LimitsConfig

_RELAY_AT_ONCE = 1_000  # the threads that commit are fewer


class Turns:
    """Lets those who wait go on one by one, one in each round of the loop."""

    def __init__(self) -> None:
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._taken = False

    async def next(self) -> None:
        """Returns at once if nobody of this client had a turn in this round."""
        loop = asyncio.get_running_loop()
        if not self._taken:
            self._taken = True
            loop.call_soon(self._next_round)
            return
        turn = loop.create_future()
        self._waiting.append(turn)
        await turn

    def _next_round(self) -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():  # its connection may have ended meanwhile
                turn.set_result(None)
                asyncio.get_running_loop().call_soon(self._next_round)
                return
        self._taken = False


class _NoTurns(Turns):
    """A relay speaks for many: it is not one who takes more than his share."""

    async def next(self) -> None:
        return


@dataclass(slots=True, kw_only=True, eq=False)
class Client:
    """What one client has open and under way. ``is_relay``: a server of our own that speaks for many."""

    name: str
    is_relay: bool
    turns: Turns
    commits: asyncio.Semaphore
    connections: int = 0
    held: int = 0


@dataclass(slots=True, kw_only=True)
class Clients:
    """Those who have a connection now."""

    limits: LimitsConfig
    _known: dict[str, Client] = field(default_factory=dict)

    def at(self, peer: str) -> Client:
        """The client with that address, known or new."""
        name = client_name(peer)
        return self._known.get(name) or self._new(name, peer)

    def came(self, client: Client) -> None:
        """One connection more."""
        client.connections += 1
        self._known[client.name] = client

    def left(self, client: Client) -> None:
        """One connection less; with the last one the client is forgotten."""
        client.connections -= 1
        if not client.connections:
            self._known.pop(client.name, None)

    def _new(self, name: str, peer: str) -> Client:
        is_relay = _is_among(peer, self.limits)
        at_once = _RELAY_AT_ONCE if is_relay else self.limits.mails_at_once_per_client
        return Client(
            name=name,
            is_relay=is_relay,
            turns=_NoTurns() if is_relay else Turns(),
            commits=asyncio.Semaphore(at_once),
        )


@lru_cache(maxsize=4096)
def client_name(peer: str) -> str:
    """The client that a connection from this address belongs to; an address that cannot be read is its own."""
    try:
        address = ip_address(peer.partition("%")[0])
    except ValueError:
        return peer
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ip_network((address, 64), strict=False))
    return str(address)


def _is_among(peer: str, limits: LimitsConfig) -> bool:
    try:
        address = ip_address(peer.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return any(address in network for network in limits.relay_networks)

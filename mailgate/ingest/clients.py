"""Who is one client of the SMTP door, and how the clients take turns.

A client is an IPv4 address, or an IPv6 network of 64 bits: whoever has one such network has all its addresses. One
client, with however many connections, gets one turn in each round of the loop, so that nobody else waits for its crowd.
"""

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network

from mailgate.config_smtp import LimitsConfig

_RELAY_AT_ONCE = 1_000  # the threads that commit are fewer
_LARGE = 1024 * 1024
_AHEAD_SECONDS = 1.0
_PACES = 10_000


class Turns:
    """Lets those who wait go on one by one, one in each round of the loop."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[asyncio.Future[None], float]] = deque()
        self._taken = False

    async def next(self, *, rest: float = 0.0) -> None:
        """At once, if nobody of this client had a turn in this round; the next turn is ``rest`` seconds after it."""
        loop = asyncio.get_running_loop()
        if not self._taken:
            self._taken = True
            loop.call_later(rest, self._next_round) if rest else loop.call_soon(self._next_round)
            return
        turn = loop.create_future()
        self._waiting.append((turn, rest))
        await turn

    def _next_round(self) -> None:
        self._taken = False
        while self._waiting:
            turn, rest = self._waiting.popleft()
            if not turn.done():  # its connection may have ended meanwhile
                self._taken = True
                turn.set_result(None)
                asyncio.get_running_loop().call_later(rest, self._next_round)
                return


class _NoTurns(Turns):
    """A relay speaks for many: it is not one who takes more than his share."""

    async def next(self, *, rest: float = 0.0) -> None:
        return


class Pace:
    """How long a mail waits so that those of one client become no more than so many a second, but for the first few."""

    def __init__(self, per_second: float, *, ahead: float = _AHEAD_SECONDS) -> None:
        self._per_second = per_second
        self._ahead = ahead
        self._due = float("-inf")

    def wait(self, now: float, *, mails: float) -> float:
        """Seconds for one that is worth so many; it is counted."""
        if not self._per_second:
            return 0.0
        self._due = max(self._due, now - self._ahead)
        wait = max(0.0, self._due - now)
        self._due += mails / self._per_second
        return wait


@dataclass(slots=True, kw_only=True, eq=False)
class Client:
    """What one client has open and under way. ``is_relay``: a server of our own that speaks for many."""

    name: str
    is_relay: bool
    turns: Turns
    commits: asyncio.Semaphore
    large_commits: asyncio.Semaphore
    pace: Pace
    closing: asyncio.Event
    connections: int = 0
    held: int = 0

    @asynccontextmanager
    async def turn_to_commit(self, octets: int) -> AsyncIterator[None]:
        """Wait until so large a mail of this client may be made durable, and then be worked on.

        Large ones one by one: a commit is shared, and whoever shares it with a large mail waits for that.
        """
        await self._keep_pace(mails=1 + octets / _LARGE)
        async with AsyncExitStack() as held:
            if octets > _LARGE:
                await held.enter_async_context(self.large_commits)
            await held.enter_async_context(self.commits)
            yield

    async def _keep_pace(self, *, mails: float) -> None:
        """While the door closes nobody is kept waiting: no mail comes after these."""
        wait = self.pace.wait(time.monotonic(), mails=mails)
        if wait and not self.closing.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self.closing.wait(), wait)


@dataclass(slots=True, kw_only=True)
class Clients:
    """Those who have a connection now, and the pace of those who were here last."""

    limits: LimitsConfig
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once the door closes."""
    _known: dict[str, Client] = field(default_factory=dict)
    _paces: OrderedDict[str, Pace] = field(default_factory=OrderedDict)

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
            pace=self._pace(name, is_relay=is_relay),
            closing=self.closing,
            commits=asyncio.Semaphore(at_once),
            large_commits=asyncio.Semaphore(_RELAY_AT_ONCE if is_relay else 1),
        )

    def _pace(self, name: str, *, is_relay: bool) -> Pace:
        if is_relay:
            return Pace(0)
        pace = self._paces.setdefault(name, Pace(self.limits.mails_per_second_per_client))
        self._paces.move_to_end(name)
        if len(self._paces) > _PACES:
            self._paces.popitem(last=False)
        return pace


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

"""All connections of the SMTP door, and what they may use together: who may come in, and which mail may begin.

Promises: whatever is refused here is refused for now (4yz), before it has cost anything; the log tells when a limit is
reached and when it is over, not each time. One client's share is bounded in all things (``clients``).
"""

import asyncio
import time
from typing import Protocol

import structlog

from mailgate.config_smtp import LimitsConfig
from mailgate.ingest import replies
from mailgate.ingest.alarm import Alarm
from mailgate.ingest.clients import Client, Clients
from mailgate.ingest.disk_space import DiskSpace
from mailgate.ingest.rates import Rate

log = structlog.get_logger()

_AS_MUCH_AS_A_MAIL = 2**20
_KEPT_WAITING = 200
_CROWDED = 0.9
_RELAXED = 0.7


class OverloadedError(Exception):
    """All connections together, or those of one client, hold more mail in memory than we allow."""


class Live(Protocol):
    """A connection that can be asked to end."""

    def conversation(self) -> "asyncio.Task[None]":
        """Done when the connection is."""
        ...

    def leave(self) -> None:
        """Go: at once, or after the mail that is under way."""
        ...

    def hurry(self) -> None:
        """Others wait for the place: be patient no longer with a client that is silent."""
        ...

    def say_goodbye(self, reply: str) -> None:
        """Close, after a last reply."""
        ...

    def cut(self) -> None:
        """Close at once."""
        ...


class Connections:
    """Those that are open. Used by the listener's loop only."""

    def __init__(self, limits: LimitsConfig, *, disk: DiskSpace) -> None:
        self.limits = limits
        self.live: set[Live] = set()
        self.turned_away: set[asyncio.Transport] = set()
        self.held = 0
        self._disk = disk
        self._clients = Clients(limits=limits)
        self._arrivals = Rate(limits.connections_per_minute_per_client)
        self._mails = Rate(limits.mails_per_minute_per_client)
        self._senders = Rate(limits.mails_per_minute_per_sender)
        self._memory = limits.in_flight_mib * 2**20
        self._crowded = Alarm("smtp_crowded", "smtp_has_places_again")
        self._overloaded = Alarm("smtp_overloaded", "smtp_has_room_again")
        self.is_crowded = False

    def admit(self, peer: str) -> tuple[Client, str]:
        """Who comes from there, and why not now; no reason: come in, with ``enter``."""
        client = self._clients.at(peer)
        if self._clients.closing.is_set():
            return client, replies.SHUTTING_DOWN
        if len(self.live) >= self.limits.connections:
            return client, replies.TOO_MANY_CONNECTIONS
        if client.is_relay:
            return client, ""
        if client.connections >= self.limits.connections_per_client:
            return client, replies.TOO_MANY_OF_YOURS
        return client, "" if self._allows(self._arrivals, client.name) else replies.TOO_OFTEN

    def close_down(self) -> None:
        """Nobody comes in any more; mails that waited for their client's pace wait no longer."""
        self._clients.closing.set()

    def lets_wait(self, refusal: str) -> bool:
        """Whether to say this only after a while: a client that asks too often shall learn to wait."""
        return refusal in (replies.TOO_MANY_OF_YOURS, replies.TOO_OFTEN) and len(self.turned_away) < _KEPT_WAITING

    def enter(self, session: Live, client: Client) -> None:
        """A connection that was admitted is open."""
        self.live.add(session)
        self._clients.came(client)
        if not self.is_crowded and len(self.live) >= _CROWDED * self.limits.connections:
            self._crowd(is_crowded=True)
            for other in self.live:
                other.hurry()

    def exit(self, session: Live, client: Client) -> None:
        """It is closed."""
        if session not in self.live:
            return
        self.live.discard(session)
        self._clients.left(client)
        if self.is_crowded and len(self.live) <= _RELAXED * self.limits.connections:
            self._crowd(is_crowded=False)

    def _crowd(self, *, is_crowded: bool) -> None:
        self.is_crowded = is_crowded
        self._crowded.set(is_crowded, connections=len(self.live), limit=self.limits.connections)

    def refusal_of_mail(self, client: Client, *, sender: str, octets: int) -> str:
        """Why this mail cannot begin now (MAIL); no reason: it is counted, and may. ``octets``: 0 if not said."""
        if reason := self.refusal_of_text(client, octets=octets):
            return reason
        if not client.is_relay and not self._allows(self._mails, client.name, cost=_cost(octets)):
            return replies.TOO_MUCH_MAIL
        # Of a forged sender's mails only his own server's and our relays' count, or strangers could silence him.
        key = sender.lower() if client.is_relay else f"{client.name} {sender.lower()}"
        if sender != "<>" and not self._allows(self._senders, key, who="sender"):
            return replies.TOO_MUCH_FROM_SENDER
        return ""

    def refusal_of_text(self, client: Client, *, octets: int) -> str:
        """Why the text of a mail cannot be taken now (DATA)."""
        if not self._disk.has_room_for(octets):
            return replies.DISK_FULL
        return "" if self._fits(client, octets) else replies.OVERLOADED

    def was_larger(self, client: Client, *, octets: int) -> None:
        """A mail had so many octets more than were declared when it was counted."""
        if octets > 0 and not client.is_relay:
            self._mails.charge(client.name, time.monotonic(), cost=_cost(octets) - 1)

    def hold(self, client: Client, octets: int) -> None:
        """Count memory that a mail under way takes; the caller gives it back with a negative count.

        Raises ``OverloadedError`` when it is too much, and has counted it all the same.
        """
        fits = octets <= 0 or self._fits(client, octets)
        self.held += octets
        client.held += octets
        if not fits:
            raise OverloadedError
        if self.held < self._memory / 2:
            self._overloaded.set(False)

    def _fits(self, client: Client, octets: int) -> bool:
        if self.held + octets > self._memory:
            self._overloaded.set(True, held_mib=self.held >> 20, limit_mib=self._memory >> 20)
            return False
        return client.is_relay or client.held + octets <= self._memory / 2

    def _allows(self, rate: Rate, key: str, *, cost: int = 1, who: str = "client") -> bool:
        if rate.take(key, time.monotonic(), cost=cost):
            return True
        if rate.news(key):
            log.warning("smtp_slowed_down", who=who, client=key.partition(" ")[0] if who == "client" else None)
        return False


def _cost(octets: int) -> int:
    return 1 + octets // _AS_MUCH_AS_A_MAIL


class Account:
    """What one connection holds of the memory for mails under way."""

    def __init__(self, connections: Connections, client: Client) -> None:
        self._connections = connections
        self._client = client
        self._held = 0
        self._reserved = 0

    def reserve(self, octets: int) -> None:
        """Set aside what a mail is said to take. Raises ``OverloadedError`` if there is not so much."""
        self._reserved += octets
        self._take(octets)

    def take(self, octets: int) -> None:
        """So much has come, first out of what was set aside. Raises ``OverloadedError`` if there is no room for it."""
        spared = min(octets, self._reserved)
        self._reserved -= spared
        if octets > spared:
            self._take(octets - spared)

    def _take(self, octets: int) -> None:
        self._held += octets
        self._connections.hold(self._client, octets)

    def give_back(self) -> None:
        """The mail has left our memory, and all that was set aside for it is free."""
        self._connections.hold(self._client, -self._held)
        self._held = self._reserved = 0

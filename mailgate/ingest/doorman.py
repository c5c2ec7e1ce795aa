"""The first to meet a connection: turns it away with a word, or hands it to a session of its own.

A session is not built for those who are turned away, so that a flood of connections costs little.
"""

import asyncio
from collections.abc import Callable

from mailgate.ingest.clients import Client
from mailgate.ingest.connections import Connections

WAIT_SECONDS = 1.0
"""So long a client that comes too often waits for its refusal: it comes less often for it, and that costs nothing."""

_LINGER_SECONDS = 5.0


class Doorman(asyncio.Protocol):
    """One for each connection. ``session`` builds what holds the dialogue with a client."""

    def __init__(self, connections: Connections, session: Callable[[Client], asyncio.Protocol]) -> None:
        self._connections = connections
        self._session = session
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  we listen to TCP, with TLS or without
        peer = transport.get_extra_info("peername")
        client, refusal = self._connections.admit(str(peer[0]) if peer else "")
        if refusal:
            self._turn_away(transport, refusal)
            return
        session = self._session(client)
        transport.set_protocol(session)
        session.connection_made(transport)

    def _turn_away(self, transport: asyncio.Transport, refusal: str) -> None:
        self._transport = transport
        wait = WAIT_SECONDS if self._connections.lets_wait(refusal) else 0.0
        self._connections.turned_away.add(transport)
        transport.pause_reading()
        asyncio.get_running_loop().call_later(wait, self._refuse, refusal)

    def _refuse(self, refusal: str) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        self._transport.write(f"{refusal}\r\n".encode("ascii"))
        self._transport.close()
        # A TLS peer that says no goodbye would keep the connection.
        asyncio.get_running_loop().call_later(_LINGER_SECONDS, self._transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._transport is not None:
            self._connections.turned_away.discard(self._transport)

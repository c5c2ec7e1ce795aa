"""The first to meet a connection: turns it away with a word, or hands it to a session of its own.

A session is not built for those who are turned away, so that a flood of connections costs little.
"""

import asyncio
from collections.abc import Callable

from mailgate.ingest.clients import Client
from mailgate.ingest.connections import Connections

_LINGER_SECONDS = 5.0


class Doorman(asyncio.Protocol):
    """One for each connection. ``session`` builds what holds the dialogue with a client."""

    def __init__(self, connections: Connections, session: Callable[[Client], asyncio.Protocol]) -> None:
        self._connections = connections
        self._session = session

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  we listen to TCP, with TLS or without
        peer = transport.get_extra_info("peername")
        client, refusal = self._connections.admit(str(peer[0]) if peer else "")
        if refusal:
            transport.write(f"{refusal}\r\n".encode("ascii"))
            transport.close()
            # A TLS peer that says no goodbye would keep the connection.
            asyncio.get_running_loop().call_later(_LINGER_SECONDS, transport.abort)
            return
        session = self._session(client)
        transport.set_protocol(session)
        session.connection_made(transport)

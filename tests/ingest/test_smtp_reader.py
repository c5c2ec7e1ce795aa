"""What one connection may pile up before it is worked on, and that all of it is counted."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from mailgate.config_smtp import LimitsConfig
from mailgate.ingest.connections import Account, Connections, OverloadedError
from mailgate.ingest.disk_space import DiskSpace
from mailgate.ingest.smtp_reader import LineReader

MIB = 2**20


class Wire(asyncio.Transport):
    """Knows whether we read from it."""

    def __init__(self) -> None:
        super().__init__()
        self.is_read = True

    def pause_reading(self) -> None:
        self.is_read = False

    def resume_reading(self) -> None:
        self.is_read = True


def reading(
    what: Callable[[LineReader, Wire, Connections], Awaitable[None]], tmp_path: Path, *, in_flight_mib: int = 20
) -> None:
    async def run() -> None:
        connections = Connections(LimitsConfig(in_flight_mib=in_flight_mib), disk=DiskSpace(tmp_path, floor=0))
        client = connections.admit("192.0.2.7")[0]
        account = Account(connections, client)
        wire = Wire()
        reader = LineReader(mail_octets=10 * MIB, account=account, turns=client.turns, loop=asyncio.get_running_loop())
        reader.set_transport(wire)
        await what(reader, wire, connections)
        reader.let_go()
        assert connections.held == 0

    asyncio.run(run())


def test_what_is_not_worked_on_yet_is_not_read_without_end(tmp_path: Path) -> None:
    async def what(reader: LineReader, wire: Wire, connections: Connections) -> None:
        reader.feed_data(b"first\r\n")
        await reader.readuntil(b"\r\n")
        for _ in range(5):
            assert wire.is_read
            reader.feed_data(b"x" * 65_534 + b"\r\n")
        assert not wire.is_read
        assert connections.held >= 5 * 65_536
        for _ in range(3):
            await reader.readuntil(b"\r\n")
        assert wire.is_read

    reading(what, tmp_path)


def test_a_line_that_is_longer_than_that_is_read_all_the_same(tmp_path: Path) -> None:
    async def what(reader: LineReader, wire: Wire, _connections: Connections) -> None:
        line = asyncio.create_task(reader.readuntil(b"\r\n"))
        for _ in range(30):
            await asyncio.sleep(0)
            assert wire.is_read
            reader.feed_data(b"x" * 100_000)
        reader.feed_data(b"\r\n")
        assert len(await line) == 3_000_002

    reading(what, tmp_path)


def test_a_line_that_has_no_end_yet_is_counted(tmp_path: Path) -> None:
    async def what(reader: LineReader, _wire: Wire, connections: Connections) -> None:
        line = asyncio.create_task(reader.readuntil(b"\r\n"))
        await asyncio.sleep(0)
        for _ in range(6):
            reader.feed_data(b"x" * 100_000)
        assert connections.held == 600_000
        reader.feed_data(b"\r\n")
        with pytest.raises(OverloadedError):
            await line

    reading(what, tmp_path, in_flight_mib=1)


def test_what_came_before_it_was_asked_for_is_counted(tmp_path: Path) -> None:
    async def what(reader: LineReader, _wire: Wire, connections: Connections) -> None:
        reader.feed_data(b"x" * 1000 + b"\r\n")
        await reader.readuntil(b"\r\n")
        assert connections.held >= 1002

    reading(what, tmp_path)

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


async def _text(reader: LineReader, *pieces: bytes) -> bytes | None:
    whole = asyncio.create_task(reader.read_text())
    for piece in pieces:
        await asyncio.sleep(0)
        reader.feed_data(piece)
    return await asyncio.wait_for(whole, 10)


TEXTS = {
    b".\r\n": b"",
    b"\r\n.\r\n": b"\r\n",
    b"a\r\n.\r\n": b"a\r\n",
    b"..\r\n.\r\n": b".\r\n",
    b"a\r\n..b\r\n...\r\n\r\n.\r\n": b"a\r\n.b\r\n..\r\n\r\n",
    b".a\r\n.\r\n": b"a\r\n",
    b"a\n.\nb\n.\r\nc\r\n.\r\n": b"a\n.\nb\n.\r\nc\r\n",
    b"\r\r\n.\r\n": b"\r\r\n",
}


@pytest.mark.parametrize("wire", TEXTS)
def test_a_text_ends_at_its_dot_however_it_is_cut_into_pieces(wire: bytes, tmp_path: Path) -> None:
    async def what(reader: LineReader, _wire: Wire, _connections: Connections) -> None:
        for size in range(1, len(wire) + 1):
            pieces = [wire[at : at + size] for at in range(0, len(wire), size)]
            assert await _text(reader, *pieces) == TEXTS[wire]
            reader.let_go()

    reading(what, tmp_path)


def test_commands_that_were_sent_ahead_are_read_after_the_text(tmp_path: Path) -> None:
    async def what(reader: LineReader, _wire: Wire, _connections: Connections) -> None:
        assert await _text(reader, b"a\r\n.\r\nRSET\r\nQU") == b"a\r\n"
        assert await reader.readuntil() == b"RSET\r\n"
        reader.feed_data(b"IT\r\n")
        assert await reader.readuntil() == b"QUIT\r\n"

    reading(what, tmp_path)


def test_what_is_too_large_is_read_to_its_end_and_not_kept(tmp_path: Path) -> None:
    async def what(reader: LineReader, _wire: Wire, connections: Connections) -> None:
        pieces = [b"x" * 99_998 + b"\r\n"] * 110
        assert await _text(reader, *pieces, b".\r", b"\nRSET\r\n") is None
        assert connections.held <= 10 * MIB + 100_000
        assert await reader.readuntil() == b"RSET\r\n"

    reading(what, tmp_path, in_flight_mib=40)


def test_a_text_may_be_as_large_as_the_limit_and_no_larger(tmp_path: Path) -> None:
    async def what(reader: LineReader, _wire: Wire, _connections: Connections) -> None:
        full = b"x" * (10 * MIB - 2) + b"\r\n"
        assert await _text(reader, full, b".\r\n") == full
        reader.let_go()
        assert await _text(reader, b"x" + full, b".\r\n") is None

    reading(what, tmp_path, in_flight_mib=40)


def test_a_text_without_an_end_is_no_text(tmp_path: Path) -> None:
    async def what(reader: LineReader, _wire: Wire, _connections: Connections) -> None:
        text = asyncio.create_task(reader.read_text())
        reader.feed_data(b"a\r\n")
        reader.feed_eof()
        with pytest.raises(ConnectionResetError):
            await text

    reading(what, tmp_path)


def test_what_is_not_worked_on_yet_is_not_read_without_end(tmp_path: Path) -> None:
    async def what(reader: LineReader, wire: Wire, connections: Connections) -> None:
        text = asyncio.create_task(reader.read_text())
        await asyncio.sleep(0)
        for _ in range(5):
            assert wire.is_read
            reader.feed_data(b"x" * 65_536)
        assert not wire.is_read
        assert connections.held == 5 * 65_536
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert wire.is_read
        reader.feed_data(b"\r\n.\r\n")
        assert len(await text or b"") == 5 * 65_536 + 2

    reading(what, tmp_path)


def test_too_much_mail_at_once_is_noticed_before_the_text_ends(tmp_path: Path) -> None:
    async def what(reader: LineReader, _wire: Wire, connections: Connections) -> None:
        with pytest.raises(OverloadedError):
            await _text(reader, *[b"x" * 100_000] * 6)
        assert connections.held <= 600_000

    reading(what, tmp_path, in_flight_mib=1)


def test_what_came_before_it_was_asked_for_is_counted(tmp_path: Path) -> None:
    async def what(reader: LineReader, _wire: Wire, connections: Connections) -> None:
        reader.feed_data(b"x" * 1000 + b"\r\n.\r\n")
        await reader.read_text()
        assert connections.held >= 1002

    reading(what, tmp_path)

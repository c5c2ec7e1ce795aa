"""The floods of ``bench.flood``: ``python -m bench.flood_kinds KIND PORT``, until its input ends; prints the replies.

All come from the one address 127.0.0.66, and none waits when it is refused.
"""

import asyncio
import contextlib
import json
import os
import sys
from base64 import encodebytes
from collections import Counter
from collections.abc import Awaitable, Callable
from itertools import count

_SOURCE = "127.0.0.66"
_LARGE = b"Subject: stor\r\n\r\n" + encodebytes(bytes(17_000_000)).replace(b"\n", b"\r\n") + b".\r\n"
_NOTHING_SECONDS = 0.001
told: Counter[str] = Counter()
numbers = count()


class Peer:
    """One connection to the daemon."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self.writer = reader, writer

    async def reply(self) -> int:
        """The code of the next reply; raises ``ConnectionError`` when there is none."""
        while line := await self._reader.readline():
            if line[3:4] != b"-":
                told[line[:3].decode("latin-1")] += 1
                return int(line[:3])
        raise ConnectionResetError

    async def say(self, line: bytes) -> int:
        """One command and its reply."""
        self.writer.write(line + b"\r\n")
        return await self.reply()

    async def begin(self, octets: int = 0) -> bool:
        """As far as the text of a mail."""
        number = next(numbers)
        size = b" SIZE=%d" % octets if octets else b""
        for line in (b"MAIL FROM:<flood%d@kund.example>%s" % (number, size), b"RCPT TO:<support@example.com>", b"DATA"):
            if await self.say(line) >= 400:
                await self.say(b"RSET")
                return False
        return True


async def connections(peer: Peer) -> None:
    """Come, and go."""


async def mails(peer: Peer) -> None:
    """One mail after the other."""
    await peer.say(b"EHLO flood.example")
    while True:
        if await peer.begin():
            text = b"From: eva@kund.example\r\nSubject: Flod %d\r\nMessage-ID: <%d.f@x>\r\n\r\n" % (
                (next(numbers),) * 2
            )
            peer.writer.write(text + b"Hej\r\n" * 400)
            await peer.say(b".")


async def slow(peer: Peer) -> None:
    """One octet in a second."""
    await peer.say(b"EHLO flood.example")
    await peer.begin()
    while True:
        peer.writer.write(b"x")
        await asyncio.sleep(1)


async def huge(peer: Peer) -> None:
    """The largest mails, as fast as they are taken."""
    await peer.say(b"EHLO flood.example")
    while True:
        if await peer.begin(len(_LARGE)):
            for start in range(0, len(_LARGE), 1 << 18):
                peer.writer.write(_LARGE[start : start + (1 << 18)])
                await peer.writer.drain()
            await peer.reply()


async def garbage(peer: Peer) -> None:
    """Commands that are none, and some that do nothing, many at once."""
    peer.writer.write(b"EHLO x\r\n" + b"NOOP\r\nRSET\r\nBLAH blah\r\n" * 3000)
    while True:
        await peer.reply()


KINDS: dict[str, tuple[int, Callable[[Peer], Awaitable[None]]]] = {
    "connections": (60, connections),
    "mails": (1, mails),
    "crowd": (50, mails),
    "slow": (60, slow),
    "huge": (6, huge),
    "garbage": (50, garbage),
}
"""How many at once, and what each of them does."""


async def _again_and_again(port: int, act: Callable[[Peer], Awaitable[None]]) -> None:
    while True:
        with contextlib.suppress(OSError, ValueError):
            reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(_SOURCE, 0))
            try:
                peer = Peer(reader, writer)
                if await peer.reply() == 220:
                    await act(peer)
            finally:
                writer.transport.abort()
        await asyncio.sleep(_NOTHING_SECONDS)


async def _flood(kind: str, port: int) -> None:
    many, act = KINDS[kind]
    tasks = [asyncio.create_task(_again_and_again(port, act)) for _ in range(many)]
    await asyncio.to_thread(sys.stdin.read)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


if __name__ == "__main__":
    os.nice(19)
    asyncio.run(_flood(sys.argv[1], int(sys.argv[2])))
    print(json.dumps(told))

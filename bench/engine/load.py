"""Sends mails by SMTP as fast as the server takes them, and notes when each was accepted: a process of its own.

``python -m bench.engine.load PORT CONNECTIONS MAILS RESULTS``: MAILS is a pickled list of (tag, sender, recipient,
content); RESULTS gets one JSON object. Times are of the machine's monotonic clock, in seconds, the same in all
processes. As cheap as it can be, since it runs on the same cores as what it measures.
"""

import asyncio
import json
import pickle
import sys
import time
from collections import deque
from pathlib import Path

Mail = tuple[str, str, str, bytes]


async def main() -> None:
    """Send all, write the results."""
    port, connections = int(sys.argv[1]), int(sys.argv[2])
    mails: deque[Mail] = deque(pickle.loads(Path(sys.argv[3]).read_bytes()))  # noqa: S301 - written by the bench itself
    accepted: dict[str, tuple[float, float]] = {}
    refused: list[str] = []
    began = time.monotonic()
    await asyncio.gather(*(_connection(port, mails, accepted, refused) for _ in range(connections)))
    results = {"began": began, "accepted": accepted, "refused": refused}
    Path(sys.argv[4]).write_text(json.dumps(results), encoding="utf-8")


async def _connection(
    port: int, mails: deque[Mail], accepted: dict[str, tuple[float, float]], refused: list[str]
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await _reply(reader)
    await _say(reader, writer, b"EHLO load.example\r\n")
    while mails:
        tag, sender, recipient, content = mails.popleft()
        await _say(reader, writer, f"MAIL FROM:<{sender}> SIZE={len(content)}\r\n".encode())
        await _say(reader, writer, f"RCPT TO:<{recipient}>\r\n".encode())
        await _say(reader, writer, b"DATA\r\n")
        writer.write(content)
        await writer.drain()
        dot = time.monotonic()
        reply = await _say(reader, writer, b".\r\n")
        if reply.startswith("250"):
            accepted[tag] = (dot, time.monotonic())
        else:
            refused.append(f"{tag}: {reply}")
    writer.write(b"QUIT\r\n")
    writer.close()


async def _say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: bytes) -> str:
    writer.write(line)
    return await _reply(reader)


async def _reply(reader: asyncio.StreamReader) -> str:
    while (line := await reader.readline())[3:4] == b"-":
        pass
    return line.decode("ascii", "replace").strip()


if __name__ == "__main__":
    asyncio.run(main())

"""The server that takes our mail, as a process of its own: ``python -m judge.sink LOG SEED``. Prints its port.

Each line of LOG is one thing that happened, as JSON: ``dot`` when all of a mail has come, ``taken`` before the 250 is
written. Between the two it thinks for some milliseconds, so that a kill often falls there. Ends with its input.
"""

import asyncio
import json
import os
import random
import re
import sys
import time
from email import message_from_bytes
from email.header import decode_header, make_header
from pathlib import Path

_LONGEST_THOUGHT = 0.02
_MESSAGE_ID = re.compile(rb"^Message-ID:\s*(<[^>]+>)", re.IGNORECASE | re.MULTILINE)


class Sink:
    """Takes every mail, and writes down that it did."""

    def __init__(self, log: Path, seed: int) -> None:
        self._log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._random = random.Random(seed)  # noqa: S311 - how long it thinks

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        try:
            await self._converse(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 sink.example ESMTP\r\n")
        recipients: list[str] = []
        while line := (await reader.readline()).decode("ascii", "replace").strip():
            verb = line[:4].upper()
            if verb == "DATA":
                writer.write(b"354 go on\r\n")
                await self._take(await reader.readuntil(b"\r\n.\r\n"), recipients)
            elif verb == "RCPT":
                recipients.append(line.partition("<")[2].partition(">")[0])
            elif verb in ("MAIL", "RSET"):
                recipients = []
            writer.write(b"221 bye\r\n" if verb == "QUIT" else b"250 2.0.0 ok\r\n")
            await writer.drain()

    async def _take(self, data: bytes, recipients: list[str]) -> None:
        about = _about(data, recipients)
        self._write("dot", about)
        await asyncio.sleep(self._random.random() * _LONGEST_THOUGHT)
        self._write("taken", about)

    def _write(self, event: str, about: dict[str, str]) -> None:
        line = {"event": event, "at": time.monotonic(), **about}
        os.write(self._log, (json.dumps(line, ensure_ascii=False) + "\n").encode())


def _about(data: bytes, recipients: list[str]) -> dict[str, str]:
    found = _MESSAGE_ID.search(data)
    subject = message_from_bytes(data[:8192])["Subject"] or ""
    return {
        "message_id": found[1].decode("ascii", "replace") if found else "",
        "to": " ".join(recipients),
        "subject": str(make_header(decode_header(subject))),
    }


async def _serve(log: Path, seed: int) -> None:
    sink = Sink(log, seed)
    server = await asyncio.start_server(sink.converse, "127.0.0.1", 0, limit=64 * 1024 * 1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1]), int(sys.argv[2])))

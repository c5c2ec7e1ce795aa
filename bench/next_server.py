"""The next server: takes every mail, and notes when, and what it answers; in a process of its own, apart from ours.

``python -m bench.next_server [--delay SECONDS]`` prints its port. Each line on standard input asks for all that has
come since the last time, as one line of JSON: a list of {"at", "to", "message_id", "in_reply_to", "subject"}. With a
delay it answers what came in one packet that much later, as one far away does.
"""

import argparse
import asyncio
import json
import re
import sys
import time

_FIELD = re.compile(rb"^(message-id|in-reply-to|subject):[ \t]*((?:.*\r\n[ \t])*.*)\r\n", re.IGNORECASE | re.MULTILINE)

Taken = list[dict[str, object]]


class Sink(asyncio.Protocol):
    """One connection; pipelining welcome."""

    def __init__(self, taken: Taken, delay: float) -> None:
        self._taken, self._delay = taken, delay
        self._got = bytearray()
        self._in_data = False
        self._to: list[str] = []
        self._said = bytearray()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101
        self._transport = transport
        self._say(b"220 sink.example ESMTP")
        self._answer()

    def data_received(self, data: bytes) -> None:
        """Answer every whole line, and every final dot."""
        self._got += data
        while self._step():
            pass
        self._answer()

    def _step(self) -> bool:
        if self._in_data:
            end = self._got.find(b"\r\n.\r\n")
            if end < 0:
                return False
            self._take(bytes(self._got[: end + 2]))
            del self._got[: end + 5]
            self._in_data = False
            return True
        line, found, rest = self._got.partition(b"\r\n")
        if not found:
            return False
        self._got = rest
        self._command(bytes(line))
        return True

    def _command(self, line: bytes) -> None:
        verb = line[:4].upper()
        if verb == b"EHLO":
            self._say(b"250-sink.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 52428800")
        elif verb == b"RCPT":
            self._to.append(line[8:].decode("ascii", "replace").strip("<> "))
            self._say(b"250 2.1.5 Ok")
        elif verb == b"DATA":
            self._in_data = True
            self._say(b"354 Go on")
        elif verb == b"QUIT":
            self._say(b"221 2.0.0 Bye")
        else:
            self._say(b"250 2.0.0 Ok")

    def _take(self, content: bytes) -> None:
        head = content[: content.find(b"\r\n\r\n") + 2]
        fields = {name.lower().decode(): value.decode("utf-8", "replace") for name, value in _FIELD.findall(head)}
        self._taken.append(
            {
                "at": time.monotonic(),
                "to": self._to[0] if self._to else "",
                "message_id": fields.get("message-id", "").strip(),
                "in_reply_to": fields.get("in-reply-to", "").strip(),
                "subject": re.sub(r"\r\n[ \t]", " ", fields.get("subject", "")),
            }
        )
        self._to = []
        self._say(b"250 2.0.0 Taken")

    def _say(self, reply: bytes) -> None:
        self._said += reply + b"\r\n"

    def _answer(self) -> None:
        assert self._transport is not None  # noqa: S101  it speaks when it is spoken to
        said, self._said = bytes(self._said), bytearray()
        if said and self._delay:
            asyncio.get_running_loop().call_later(self._delay, self._transport.write, said)
        elif said:
            self._transport.write(said)


async def main(delay: float) -> None:
    """Serve until standard input ends."""
    taken: Taken = []
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Sink(taken, delay), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    while await loop.run_in_executor(None, sys.stdin.readline):
        now, taken[:] = list(taken), []
        print(json.dumps(now), flush=True)


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--delay", type=float, default=0)
    asyncio.run(main(asked.parse_args().delay))

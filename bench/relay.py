"""A relay that takes every mail and keeps none, in a process of its own so that its work is not ours: ``with Relay()``.

It offers PIPELINING, and can wait before it answers a command or the final dot, as one far away does.
"""

import asyncio
import contextlib
import multiprocessing
from multiprocessing.synchronize import Event
from types import TracebackType
from typing import Self, cast

_GREETING = b"220 relay.example ESMTP\r\n"
_FEATURES = b"250-relay.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 50000000\r\n"
_REPLIES = {b"MAIL": b"250 2.1.0 Ok\r\n", b"RCPT": b"250 2.1.5 Ok\r\n", b"RSET": b"250 2.0.0 Ok\r\n"}


class Relay:
    """Serves between ``with`` and its end. ``delay``: seconds before it answers what came in one packet."""

    def __init__(self, *, delay: float = 0) -> None:
        context = multiprocessing.get_context("spawn")
        self._port, self._taken = context.Value("i", 0), context.Value("i", 0)
        ready = context.Event()
        self._process = context.Process(target=_serve, args=(self._port, self._taken, ready, delay), daemon=True)
        self._ready = ready

    @property
    def port(self) -> int:
        return int(self._port.value)

    @property
    def taken(self) -> int:
        """How many mails it has answered for."""
        return int(self._taken.value)

    def __enter__(self) -> Self:
        self._process.start()
        if not self._ready.wait(30):
            raise TimeoutError("the relay did not start")
        return self

    def __exit__(self, _k: type[BaseException] | None, _e: BaseException | None, _t: TracebackType | None) -> None:
        self._process.terminate()
        self._process.join(10)


class _Session(asyncio.Protocol):
    def __init__(self, taken: object, delay: float) -> None:
        self._taken, self._delay = taken, delay
        self._buffer, self._in_data = b"", False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        transport.write(_GREETING)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        answers = b"".join(self._answers())
        if answers and self._delay:
            asyncio.get_running_loop().call_later(self._delay, self._transport.write, answers)
        elif answers:
            self._transport.write(answers)

    def _answers(self) -> list[bytes]:
        answers = []
        while True:
            end = b"\r\n.\r\n" if self._in_data else b"\r\n"
            text, found, rest = self._buffer.partition(end)
            if not found:
                return answers
            self._buffer = rest
            answers.append(self._answer(text))

    def _answer(self, text: bytes) -> bytes:
        if self._in_data:
            self._in_data = False
            self._taken.value += 1  # type: ignore[attr-defined]
            return b"250 2.0.0 Ok: queued\r\n"
        verb = text[:4].upper()
        if verb == b"EHLO":
            return _FEATURES
        if verb == b"DATA":
            self._in_data = True
            return b"354 Go ahead\r\n"
        return _REPLIES.get(verb, b"221 2.0.0 Bye\r\n")


def _serve(port: object, taken: object, ready: Event, delay: float) -> None:
    async def run() -> None:
        server = await asyncio.get_running_loop().create_server(lambda: _Session(taken, delay), "127.0.0.1", 0)
        port.value = server.sockets[0].getsockname()[1]  # type: ignore[attr-defined]
        ready.set()
        await server.serve_forever()

    with contextlib.suppress(asyncio.CancelledError, KeyboardInterrupt):
        asyncio.run(run())

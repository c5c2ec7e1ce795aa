"""What SMTP connections read, and how much memory they may take for it together.

Promises: a command ends with CR LF (RFC 5321 §2.3.8), so that no bare LF smuggles a second one in; only a mail under
way may fill memory, up to a limit for one and a limit for all.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any

from mailgate.ingest.clients import Turns
from mailgate.ingest.connections import Account, OverloadedError

COMMAND_OCTETS = 2048  # RFC 5321 §4.5.3.1.4 asks for 512, and more for every extension
_TURN_OCTETS = 512 * 1024  # so much of a mail is read in one turn, about a millisecond of work
_REST_SECONDS = 0.004  # and then the others have longer
_AHEAD_OCTETS = 256 * 1024  # so much is read before it is worked on
_END = b"\r\n.\r\n"
_NOT_IN_COMMANDS = re.compile(rb"[\x00-\x08\x0a-\x1f]")


class NoCommandError(Exception):
    """A line without end, one that ends otherwise than with CR LF, or one that holds what no command holds."""


class LineReader(asyncio.StreamReader):
    """Reads commands line by line, as aiosmtpd asks for them, and a mail's text in pieces."""

    # asyncio's own, which its types do not tell.
    _buffer: bytearray
    _paused: bool
    _transport: asyncio.ReadTransport | None
    _wait_for_data: Callable[[str], Awaitable[None]]

    def __init__(self, *, mail_octets: int, account: Account, turns: Turns, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(limit=COMMAND_OCTETS, loop=loop)
        self._mail_octets = mail_octets
        self._account = account
        self._turns = turns
        self._in_mail = False
        self._overloaded = False
        self._octets = 0
        self._since_turn = 0
        self.arrived = 0

    def feed_data(self, data: Any) -> None:
        self.arrived += len(data)
        if self._in_mail:
            self._count(len(data))
        super().feed_data(data)
        # What is read faster than it is worked on would fill as much memory as the client likes.
        if not self._paused and self._transport is not None and len(self._buffer) > _AHEAD_OCTETS:
            self._transport.pause_reading()
            self._paused = True  # whoever waits for more resumes: see asyncio's _wait_for_data

    def _maybe_resume_transport(self) -> None:
        if self._paused and self._transport is not None and len(self._buffer) <= _AHEAD_OCTETS // 2:
            self._paused = False
            self._transport.resume_reading()

    async def readuntil(self, separator: Any = b"\n") -> bytes:
        """A command, for aiosmtpd. Raises ``NoCommandError``."""
        try:
            line = await super().readuntil(separator)
        except asyncio.LimitOverrunError as error:
            raise NoCommandError from error
        if not line.endswith(b"\r\n") or _NOT_IN_COMMANDS.search(line[:-2]):
            raise NoCommandError
        await self._turns.next()
        return line

    async def read_text(self) -> bytes | None:
        """A mail's text up to its final dot, as it was before transparency (RFC 5321 §4.5.2); None: it is too large.

        What is too large is read to its end, and not kept. Raises ``OverloadedError``; ``ConnectionResetError`` where
        the stream ends before the text does. In pieces as they come, not line by line: of a large mail that is most of
        what it costs.
        """
        self._begin_mail()
        text = bytearray(b"\r\n")  # as if a line had ended: then the first may be the final dot as any other may
        end, whole = -1, True
        while end < 0:
            await self._more()
            end = self._move_into(text)
            whole = whole and (end if end >= 0 else len(text) - len(_END) - 2) <= self._mail_octets
            if not whole:
                del text[: 1 - len(_END)]
            await self._share()
        return _without_transparency(text) if whole else None

    async def _more(self) -> None:
        while not self._buffer:
            if self.at_eof():
                raise ConnectionResetError("the text has no end")
            await self._wait_for_data("read_text")

    def _move_into(self, text: bytearray) -> int:
        """All that has come, and what is behind the text's end back again; where that is, or -1."""
        looked_at = max(0, len(text) - len(_END) + 1)
        self._since_turn += len(self._buffer)
        text += self._buffer
        self._buffer.clear()
        end = text.find(_END, looked_at)
        if end >= 0:
            self._buffer += text[end + len(_END) :]  # commands that were sent ahead
            del text[end + 2 :]
        self._maybe_resume_transport()
        return end

    def _begin_mail(self) -> None:
        self._in_mail = True
        self._limit = self._mail_octets  # asyncio's own pause comes later than ours
        self._count(len(self._buffer))

    def _count(self, octets: int) -> None:
        if self._octets > self._mail_octets:  # past its limit a mail is read, and not kept
            return
        self._octets += octets
        try:
            self._account.take(octets)
        except OverloadedError:
            self._overloaded = True

    async def _share(self) -> None:
        """Let others read from time to time."""
        if self._overloaded:
            raise OverloadedError
        if self._since_turn > _TURN_OCTETS:
            self._since_turn = 0
            await self._turns.next(rest=_REST_SECONDS)

    def rest(self) -> None:
        """From here on take in no more than commands need, until the next mail."""
        self._in_mail = False
        self._limit = COMMAND_OCTETS

    def let_go(self) -> None:
        """The mail has left our memory."""
        self.rest()
        self._account.give_back()
        self._octets = 0
        self._overloaded = False


def _without_transparency(text: bytearray) -> bytes:
    """The first of the dots that lines begin with goes (RFC 5321 §4.5.2), and the line end that we put before them."""
    if b"\r\n." in text:
        text = text.replace(b"\r\n.", b"\r\n")
    del text[:2]
    return bytes(text)

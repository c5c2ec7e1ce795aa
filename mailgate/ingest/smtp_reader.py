"""What SMTP connections read, and how much memory they may take for it together.

Promises: a command ends with CR LF (RFC 5321 §2.3.8), so that no bare LF smuggles a second one in; only a mail under
way may fill memory, up to a limit for one and a limit for all.
"""

import asyncio
import re
from typing import Any

from mailgate.ingest.clients import Turns
from mailgate.ingest.connections import Account, OverloadedError

COMMAND_OCTETS = 2048  # RFC 5321 §4.5.3.1.4 asks for 512, and more for every extension
_LINE_OVERHEAD = 64  # what a line takes in memory beside its octets: 10 MB of empty lines take 350 MB, measured
_TURN_OCTETS = 16 * 1024  # so much of a mail is read in one turn, some milliseconds of work
_REST_SECONDS = 0.004  # and then the others have as long
_AHEAD_OCTETS = 256 * 1024  # so much is read before it is worked on
_NOT_IN_COMMANDS = re.compile(rb"[\x00-\x08\x0a-\x1f]")


class NoCommandError(Exception):
    """A line without end, one that ends otherwise than with CR LF, or one that holds what no command holds."""


class LineReader(asyncio.StreamReader):
    """Tells commands from mail text: aiosmtpd reads the first up to LF, the second up to CR LF."""

    # asyncio's own, which its types do not tell.
    _buffer: bytearray
    _paused: bool
    _transport: asyncio.ReadTransport | None

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
        # The limit of a line is that of a mail. What is read faster than it is worked on would fill so much memory.
        if not self._paused and self._transport is not None and len(self._buffer) > _AHEAD_OCTETS:
            self._transport.pause_reading()
            self._paused = True  # whoever waits for more of a line resumes: see asyncio's _wait_for_data

    def _maybe_resume_transport(self) -> None:
        if self._paused and self._transport is not None and len(self._buffer) <= _AHEAD_OCTETS // 2:
            self._paused = False
            self._transport.resume_reading()

    async def readuntil(self, separator: Any = b"\n") -> bytes:
        in_mail = separator == b"\r\n"
        if in_mail and not self._in_mail:
            self._begin_mail()
        try:
            line = await super().readuntil(separator)
        except asyncio.LimitOverrunError as error:
            if in_mail:
                raise  # aiosmtpd reads on to the end of the mail, and then refuses it
            raise NoCommandError from error
        if in_mail:
            await self._share(len(line))
        elif not line.endswith(b"\r\n") or _NOT_IN_COMMANDS.search(line[:-2]):
            raise NoCommandError
        else:
            await self._turns.next()
        return line

    def _begin_mail(self) -> None:
        self._in_mail = True
        self._limit = self._mail_octets
        self._count(len(self._buffer))

    def _count(self, octets: int) -> None:
        if self._octets > self._mail_octets:  # past its limit a mail is read, and not kept
            return
        self._octets += octets
        try:
            self._account.take(octets)
        except OverloadedError:
            self._overloaded = True

    async def _share(self, octets: int) -> None:
        """Count what a line takes, and let others read from time to time."""
        if self._octets <= self._mail_octets:
            self._account.take(_LINE_OVERHEAD)
        if self._overloaded:
            raise OverloadedError
        self._since_turn += octets
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

"""What SMTP connections read, and how much memory they may take for it together.

Promises: a command ends with CR LF (RFC 5321 §2.3.8), so that no bare LF smuggles a second one in; only a mail under
way may fill memory, up to a limit for one and a limit for all.
"""

import asyncio
import re
from typing import Any

from mailgate.ingest.clients import Turns
from mailgate.ingest.connections import Account

COMMAND_OCTETS = 2048  # RFC 5321 §4.5.3.1.4 asks for 512, and more for every extension
_LINE_OVERHEAD = 64  # what a line takes in memory beside its octets: 10 MB of empty lines take 350 MB, measured
_TURN_OCTETS = 16 * 1024  # so much of a mail is read in one turn
_NOT_IN_COMMANDS = re.compile(rb"[\x00-\x08\x0a-\x1f]")


class NoCommandError(Exception):
    """A line without end, one that ends otherwise than with CR LF, or one that holds what no command holds."""


class LineReader(asyncio.StreamReader):
    """Tells commands from mail text: aiosmtpd reads the first up to LF, the second up to CR LF."""

    def __init__(self, *, mail_octets: int, account: Account, turns: Turns, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(limit=COMMAND_OCTETS, loop=loop)
        self._mail_octets = mail_octets
        self._account = account
        self._turns = turns
        self._octets = 0
        self._since_turn = 0
        self.arrived = 0

    def feed_data(self, data: Any) -> None:
        self.arrived += len(data)
        super().feed_data(data)

    async def readuntil(self, separator: Any = b"\n") -> bytes:
        in_mail = separator == b"\r\n"
        self._limit = self._mail_octets if in_mail else COMMAND_OCTETS
        try:
            line = await super().readuntil(separator)
        except asyncio.LimitOverrunError as error:
            if in_mail:
                raise  # aiosmtpd reads on to the end of the mail, and then refuses it
            raise NoCommandError from error
        if in_mail:
            await self._keep(len(line))
        elif not line.endswith(b"\r\n") or _NOT_IN_COMMANDS.search(line[:-2]):
            raise NoCommandError
        else:
            await self._turns.next()
        return line

    async def _keep(self, octets: int) -> None:
        if self._octets <= self._mail_octets:  # past its limit a mail is read, and not kept
            self._octets += octets
            self._account.take(octets + _LINE_OVERHEAD)
        self._since_turn += octets
        if self._since_turn > _TURN_OCTETS:
            self._since_turn = 0
            await self._turns.next()

    def rest(self) -> None:
        """From here on take in no more than commands need, until the next mail."""
        self._limit = COMMAND_OCTETS

    def let_go(self) -> None:
        """The mail has left our memory."""
        self._account.give_back()
        self._octets = 0

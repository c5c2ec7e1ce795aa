"""What SMTP connections read, and how much memory they may take for it together.

Promises: a command ends with CR LF (RFC 5321 §2.3.8), so that no bare LF smuggles a second one in; only a mail under
way may fill memory, up to a limit for one and a limit for all.
"""

import asyncio
import re
from dataclasses import dataclass, field
from typing import Any, Protocol

COMMAND_OCTETS = 2048  # RFC 5321 §4.5.3.1.4 asks for 512, and more for every extension
_LINE_OVERHEAD = 64  # what a line takes in memory beside its octets: 10 MB of empty lines take 350 MB, measured
_NOT_IN_COMMANDS = re.compile(rb"[\x00-\x08\x0a-\x1f]")


class NoCommandError(Exception):
    """A line without end, one that ends otherwise than with CR LF, or one that holds what no command holds."""


class OverloadedError(Exception):
    """All connections together hold more mail in memory than we allow."""


class Live(Protocol):
    """A connection that can be asked to end."""

    def conversation(self) -> "asyncio.Task[None]":
        """Done when the connection is."""
        ...

    def leave(self) -> None:
        """Go: at once, or after the mail that is under way."""
        ...

    def say_goodbye(self, reply: str) -> None:
        """Close, after a last reply."""
        ...

    def cut(self) -> None:
        """Close at once."""
        ...


@dataclass(slots=True, kw_only=True)
class Connections:
    """All that are open, and what they may use together."""

    limit: int = 500
    memory: int = 512 * 1024 * 1024
    live: set[Live] = field(default_factory=set)
    held: int = 0
    leaving: bool = False

    def hold(self, octets: int) -> None:
        """Count memory that a mail under way takes; the caller gives it back with a negative count."""
        self.held += octets
        if octets > 0 and self.held > self.memory:
            raise OverloadedError


class LineReader(asyncio.StreamReader):
    """Tells commands from mail text: aiosmtpd reads the first up to LF, the second up to CR LF."""

    def __init__(self, *, mail_octets: int, connections: Connections, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(limit=COMMAND_OCTETS, loop=loop)
        self._mail_octets = mail_octets
        self._connections = connections
        self._octets = 0
        self._held = 0

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
            self._hold(len(line))
        elif not line.endswith(b"\r\n") or _NOT_IN_COMMANDS.search(line[:-2]):
            raise NoCommandError
        return line

    def _hold(self, octets: int) -> None:
        if self._octets <= self._mail_octets:  # past its limit a mail is read, and not kept
            self._octets += octets
            self._held += octets + _LINE_OVERHEAD
            self._connections.hold(octets + _LINE_OVERHEAD)

    def rest(self) -> None:
        """From here on take in no more than commands need, until the next mail."""
        self._limit = COMMAND_OCTETS

    def let_go(self) -> None:
        """The mail has left our memory."""
        self._connections.hold(-self._held)
        self._octets = self._held = 0

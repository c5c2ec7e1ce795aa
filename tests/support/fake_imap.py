"""A small IMAP server that follows a script, for what a real server will not do on demand.

It holds one folder of mails and answers honestly, unless ``misbehave`` has something else to say to a command line:
the answer's bytes, ``HANG`` to say nothing at all, or ``DROP`` to end the connection. What is sent can be cut short
after ``cut_after`` bytes of a connection. One thread, one connection at a time.
"""

import re
import socket
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

HANG = b"\0hang"
DROP = b"\0drop"
Misbehaviour = Callable[[str], bytes | None]

_GREETING = b"* OK ready\r\n"
_CAPABILITIES = b"IMAP4rev1 IDLE UIDPLUS MOVE"


class FakeImap:
    """See the module. ``commands``: what clients have said, without tags."""

    def __init__(self, mails: list[bytes], *, misbehave: Misbehaviour = lambda _line: None) -> None:
        self.mails = dict(enumerate(mails, start=1))
        self.misbehave = misbehave
        self.greeting = _GREETING
        self.capabilities = _CAPABILITIES
        self.cut_after: int | None = None
        self.commands: list[str] = []
        self.connections = 0
        self.sent = 0
        self._idle_tag = ""
        self._closing = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._connection: socket.socket | None = None
        self._thread = threading.Thread(target=self._serve)

    @property
    def port(self) -> int:
        port: int = self._listener.getsockname()[1]
        return port

    def count(self, command: str) -> int:
        """How often a command came, from whichever client."""
        return sum(line.upper().startswith(command) for line in self.commands)

    def __enter__(self) -> Self:
        self._listener.settimeout(0.05)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        self._thread.join(timeout=10)
        self._listener.close()

    def _serve(self) -> None:
        while not self._closing.is_set():
            try:
                self._connection, _address = self._listener.accept()
            except TimeoutError:
                continue
            self.connections += 1
            self.sent = 0
            with self._connection:
                self._connection.settimeout(0.05)
                try:
                    self._converse()
                except OSError:  # the client has gone, or was sent away
                    continue

    def _converse(self) -> None:
        self._send(self.greeting)
        buffer = b""
        while not self._closing.is_set():
            while b"\r\n" in buffer:
                line, _, buffer = buffer.partition(b"\r\n")
                self._answer(line.decode("utf-8"))
            try:
                received = self._connection.recv(65536) if self._connection else b""
            except TimeoutError:
                continue
            if not received:
                return
            buffer += received

    def _send(self, data: bytes) -> None:
        assert self._connection is not None
        left = len(data) if self.cut_after is None else max(0, self.cut_after - self.sent)
        self._connection.settimeout(5)
        self._connection.sendall(data[:left])
        self._connection.settimeout(0.05)
        self.sent += min(left, len(data))
        if left < len(data):
            raise ConnectionAbortedError

    def _wait_for_end(self) -> None:
        """Say nothing until the client gives up."""
        assert self._connection is not None
        while not self._closing.is_set():
            try:
                if not self._connection.recv(65536):
                    raise ConnectionAbortedError
            except TimeoutError:
                continue

    def push(self, data: bytes) -> None:
        """Say something unasked, on the connection that is open now."""
        if self._connection is not None:
            self._connection.sendall(data)

    def _answer(self, line: str) -> None:
        tag, _, command = line.partition(" ")
        self.commands.append(command or line)
        if command.upper() == "IDLE":
            self._idle_tag = tag
        said = self.misbehave(command or line)
        if said == DROP:
            raise ConnectionAbortedError
        if said == HANG:
            self._wait_for_end()
        elif said is not None:
            self._send(said.replace(b"TAG", tag.encode("ascii")))
        else:
            self._send(self._honest(tag, command))

    def _honest(self, tag: str, command: str) -> bytes:
        if command.upper() == "IDLE":
            return b"+ idling\r\n"
        if tag == "DONE":
            tag = self._idle_tag
        return self._untagged(command) + f"{tag} OK done\r\n".encode()

    def _untagged(self, command: str) -> bytes:
        match command.upper().split():
            case ["CAPABILITY"]:
                return b"* CAPABILITY " + self.capabilities + b"\r\n"
            case ["SELECT" | "EXAMINE", *_]:
                return self._selected()
            case ["UID", "SEARCH", *keys]:
                return f"* SEARCH {' '.join(str(uid) for uid in self._found(keys))}\r\n".encode()
            case ["UID", "FETCH", uids, *_]:
                return b"".join(self._fetched(int(uid), command) for uid in uids.split(","))
            case ["LOGOUT"]:
                return b"* BYE\r\n"
            case _:
                return b""

    def _selected(self) -> bytes:
        next_uid = max(self.mails, default=0) + 1
        return b"* %d EXISTS\r\n* OK [UIDVALIDITY 7] .\r\n* OK [UIDNEXT %d] .\r\n" % (len(self.mails), next_uid)

    def _found(self, keys: list[str]) -> list[int]:
        """RFC 9051: ``n:*`` always finds the last mail. Flags are not kept: nothing is ever unmarked."""
        if len(keys) > 2:
            return []
        low, _, high = keys[1].partition(":")
        if high != "*":
            return [uid for uid in self.mails if int(low) <= uid <= int(high or low)]
        return [uid for uid in self.mails if uid >= int(low)] or sorted(self.mails)[-1:]

    def _fetched(self, uid: int, command: str) -> bytes:
        if uid not in self.mails:
            return b""
        mail = self.mails[uid]
        if piece := re.search(r"BODY\.PEEK\[(HEADER)?\]<(\d+)\.(\d+)>", command):
            text = mail.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if piece[1] else mail
            part = text[int(piece[2]) : int(piece[2]) + int(piece[3])]
            item = f"BODY[{piece[1] or ''}]<{piece[2]}> {{{len(part)}}}\r\n".encode() + part
        else:
            item = b'RFC822.SIZE %d INTERNALDATE "02-Nov-2026 09:00:00 +0100"' % len(mail)
        return b"* %d FETCH (UID %d %s)\r\n" % (uid, uid, item)

"""A mailbox to fetch from: as much of an IMAP4rev1 server (RFC 3501) as a fetcher needs, for one folder, in memory.

One thread for each connection. It is a prop of the demo: it knows one user, keeps nothing, and is never used elsewhere.
"""

import re
import socketserver
import threading
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Self

_LONGEST_LINE = 8192
_WORD = re.compile(r'"((?:[^"\\]|\\.)*)"|(\S+)')


@dataclass(slots=True, kw_only=True)
class StoredMail:
    """A mail in the folder."""

    content: bytes
    internal_date: datetime
    flags: set[str] = field(default_factory=set)


class ImapStage:
    """The server; a context manager. Mails are put in with ``deliver`` at any time."""

    uidvalidity = 1

    def __init__(self, *, user: str, password: str) -> None:
        self.user = user
        self.password = password
        self.mails: dict[int, StoredMail] = {}
        self._server = _Server(("127.0.0.1", 0), _Conversation)
        self._server.stage = self
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def deliver(self, content: bytes, *, at: datetime) -> int:
        """Put a mail into the folder; its UID."""
        uid = len(self.mails) + 1
        self.mails[uid] = StoredMail(content=content, internal_date=at)
        return uid

    def flags(self, uid: int) -> frozenset[str]:
        """How clients have marked a mail."""
        return frozenset(self.mails[uid].flags)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    stage: ImapStage


class _Conversation(socketserver.StreamRequestHandler):
    """One client, from the greeting to LOGOUT."""

    server: _Server

    def handle(self) -> None:
        self._signed_in = False
        try:
            self._say("* OK Mailgate's demo mailbox is ready")
            while line := self.rfile.readline(_LONGEST_LINE):
                tag, _, command = line.decode("utf-8", "replace").strip().partition(" ")
                self._say(f"{tag} {self._answer(command)}")
                if command.upper() == "LOGOUT":
                    return
        except ConnectionError:  # the client was killed: that is part of the story
            return

    def _say(self, line: str, literal: bytes = b"", end: str = "") -> None:
        self.wfile.write(line.encode() + b"\r\n" + (literal + end.encode() + b"\r\n" if literal or end else b""))

    def _answer(self, command: str) -> str:
        """Say what is asked for; returns the tagged line, without its tag."""
        words = [quoted or plain for quoted, plain in _WORD.findall(command)]
        match [word.upper() for word in words]:
            case ["CAPABILITY"]:
                self._say("* CAPABILITY IMAP4rev1")
            case ["NOOP"]:
                pass
            case ["LOGOUT"]:
                self._say("* BYE until next time")
            case ["LOGIN", _, _]:
                return self._login(words[1], words[2])
            case wanted:
                return self._in_folder(wanted, command) if self._signed_in else "NO sign in first"
        return "OK done"

    def _in_folder(self, words: list[str], command: str) -> str:
        match words:
            case ["SELECT" | "EXAMINE", "INBOX"]:
                self._select()
            case ["UID", "SEARCH", "UID", uids, *keys]:
                self._say(" ".join(["* SEARCH", *map(str, self._found(uids, unseen="UNSEEN" in keys))]))
            case ["UID", "FETCH", uids, *_]:
                for uid in self._uids(uids):
                    self._fetch(uid, command.upper())
            case ["UID", "STORE", uids, "+FLAGS" | "+FLAGS.SILENT", *flags]:
                for uid in self._uids(uids):
                    self.server.stage.mails[uid].flags |= {flag.strip("()").title() for flag in flags}
            case _:
                return "BAD this is not in my part"
        return "OK done"

    def _login(self, user: str, password: str) -> str:
        stage = self.server.stage
        self._signed_in = (user, password) == (stage.user, stage.password)
        return "OK welcome" if self._signed_in else "NO [AUTHENTICATIONFAILED] who are you?"

    def _select(self) -> None:
        stage = self.server.stage
        self._say(f"* {len(stage.mails)} EXISTS")
        self._say(r"* FLAGS (\Seen)")
        self._say(f"* OK [UIDVALIDITY {stage.uidvalidity}] .")
        self._say(f"* OK [UIDNEXT {len(stage.mails) + 1}] .")

    def _uids(self, uids: str) -> list[int]:
        """A sequence set (RFC 3501 §9) of UIDs; ``n:*`` always holds the last one."""
        held = sorted(self.server.stage.mails)
        found: set[int] = set()
        for piece in uids.split(","):
            low, _, high = (end.replace("*", str(held[-1] if held else 0)) for end in piece.partition(":"))
            first, last = sorted((int(low), int(high or low)))
            found |= {uid for uid in held if first <= uid <= last}
        return sorted(found)

    def _found(self, uids: str, *, unseen: bool) -> list[int]:
        return [uid for uid in self._uids(uids) if not (unseen and "\\Seen" in self.server.stage.mails[uid].flags)]

    def _fetch(self, uid: int, command: str) -> None:
        mail = self.server.stage.mails[uid]
        items = [f"UID {uid}"]
        if "RFC822.SIZE" in command:
            items.append(f"RFC822.SIZE {len(mail.content)}")
        if "INTERNALDATE" in command:
            items.append(f'INTERNALDATE "{mail.internal_date:%d-%b-%Y %H:%M:%S %z}"')
        body = re.search(r"BODY(?:\.PEEK)?\[\](?:<(\d+)\.(\d+)>)?", command)
        if body is None:
            self._say(f"* {uid} FETCH ({' '.join(items)})")
            return
        start, length = int(body[1] or 0), int(body[2] or len(mail.content))
        piece = mail.content[start : start + length]
        origin = f"<{start}>" if body[1] else ""
        self._say(f"* {uid} FETCH ({' '.join(items)} BODY[]{origin} {{{len(piece)}}}", piece, ")")

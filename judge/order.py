"""Before we say that a mail is safe, it is: whatever power cut follows.

strace writes down a run of the daemon. For each 250 after a final dot, each flag that is set in the mailbox, and each
final dot that we send ourselves, the disk is put together as a power cut at that instant would leave it
(``power_cut``), and SQLite is asked what is there: the mail; the mail; the mark that its dot is about to go out.
"""

import re
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from judge.clients import deposit, send
from judge.oracle import Finding
from judge.power_cut import Disk
from judge.told import mail
from judge.trace import Call, calls, require_strace, watching
from judge.verdict import Verdict
from judge.world import SUPERUSERS, World

_END = b"\r\n.\r\n"
_OURS = re.compile(rb"^Message-ID: <(T\d{6})@", re.MULTILINE)
_THEIRS = re.compile(rb"^Message-ID:\s*(<[^>]+>)", re.MULTILINE | re.IGNORECASE)
_STORE = re.compile(rb"UID STORE ([\d,:]+) .*\\Seen")
PROMISES = {
    "250": "each 250 is covered by an fsync",
    "flag": "each flag is covered by an fsync",
    "dot": "each final dot is covered by an fsync of its mark",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """Something that we said and cannot take back. ``about``: a token, or a Message-ID."""

    at: float
    kind: str
    about: str


def order(*, seed: int = 7, bugs: Sequence[str] = (), mails: int = 12) -> Verdict:
    """Watch a run, and look at each word that was given in it."""
    strace = require_strace()
    with World(seed=seed, mailbox=True, bugs=bugs) as world:
        before = world.folder / "before"
        shutil.copytree(world.folder / "data", before)
        log = world.folder / "trace"
        world.daemon.start_cold(*watching(strace, log))
        world.daemon.wait_for_greeting()
        _hand_over(world, mails)
        done = world.wait_until_done()
        world.daemon.stop()
        seen = calls(log)
        words = list(_words(world, seen))
        found = list(_uncovered(_moved(before, world.folder / "data"), seen, words))
    counts = Counter(word.kind for word in words)
    if not done or not all(counts[kind] for kind in PROMISES):
        found.append(Finding(promise="each kind of word was given", about=f"{dict(counts)}, done: {done}"))
    return Verdict(part="order", seed=seed, findings=found, figures={"words": dict(counts), "calls": len(seen)})


def _hand_over(world: World, mails: int) -> None:
    assert world.dovecot is not None

    def one(number: int) -> None:
        sent = world.told.begin("smtp")
        sender = SUPERUSERS[number % 2]
        send(world.port, sent, mail(sent, sender=sender, filling="x" * 60 * (1 + number)), sender=sender)

    with world.dovecot.client() as mailbox, ThreadPoolExecutor(3) as clients:
        list(clients.map(one, range(mails)))
        for _ in range(1 + mails // 3):
            deposit(mailbox, world.told)


def _moved(before: Path, data: Path) -> Path:
    """The folder as it was, at the place whose name stands in the trace."""
    shutil.rmtree(data)
    return before.rename(data)


def _words(world: World, seen: Iterable[Call]) -> Iterator[Word]:
    """250s, flags and dots, in their order."""
    heard: defaultdict[str, bytes] = defaultdict(bytes)
    said: defaultdict[str, bytes] = defaultdict(bytes)
    uids = {sent.uid: sent.token for sent in world.told.all() if sent.uid}
    for call in seen:
        if call.name == "recvfrom" and f":{world.port}->" in call.of:
            heard[call.of] += call.data
        elif call.name == "sendto" and f":{world.port}->" in call.of:
            if call.data.startswith(b"250") and heard[call.of].endswith(_END):
                token = _OURS.search(heard[call.of])
                yield Word(at=call.begun, kind="250", about=token[1].decode() if token else "?")
            heard[call.of] = b"" if heard[call.of].endswith(_END) else heard[call.of]
        elif call.name == "sendto" and (stored := _STORE.search(call.data)):
            yield from (Word(at=call.begun, kind="flag", about=uids.get(uid, "?")) for uid in _numbers(stored[1]))
        elif call.name == "sendto":
            said[call.of] += call.data
            if said[call.of].endswith(_END) and (ours := _THEIRS.search(said[call.of])):
                yield Word(at=call.begun, kind="dot", about=ours[1].decode())
                said[call.of] = b""


def _numbers(text: bytes) -> Iterator[int]:
    for part in text.decode().split(","):
        low, _, high = part.partition(":")
        yield from range(int(low), int(high or low) + 1)


def _uncovered(folder: Path, seen: Sequence[Call], words: Iterable[Word]) -> Iterator[Finding]:
    disk = Disk(folder, seen)
    for word in words:
        disk.advance(word.at)
        with disk.database() as connection:
            if word.kind == "dot":
                rows = connection.execute("SELECT * FROM outbox WHERE message_id = ?", (word.about,)).fetchall()
                covered = any(row["state"] == "sending" and _is_marked(dict(row)) for row in rows)
            else:
                query = "SELECT count(*) FROM mail JOIN raw_mail ON sha256 = raw_sha256 WHERE instr(content, ?)"
                line = f"Message-ID: <{word.about}@".encode()
                covered = bool(connection.execute(query, (line,)).fetchone()[0])
        if not covered:
            yield Finding(promise=PROMISES[word.kind], about=word.about)


def _is_marked(row: dict[str, object]) -> bool:
    return row.get("marked_at") is not None

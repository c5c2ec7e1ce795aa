"""What the daemon asked of the operating system, written down by strace; and calls of it that are made to fail.

Needs strace (Debian package of that name) and the right to trace: see ``require_strace``.
"""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.support.servers import require, unusable

WATCHED = "pwrite64,write,ftruncate,fdatasync,fsync,sendto,sendmsg,recvfrom"
_CALL = re.compile(r"(?P<at>\d+\.\d+) (?P<name>\w+)\((?P<arguments>.*)\) += (?P<result>-?\d+).*<(?P<took>\d+\.\d+)>$")
_DESCRIPTOR = re.compile(r"\d+<(?P<of>.*?)>+(?:,|$)")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A system call that succeeded: from ``begun`` to ``ended``, on the file or connection ``of``."""

    begun: float
    ended: float
    name: str
    of: str
    data: bytes
    last_number: int
    """Of ``pwrite64`` the offset, of ``ftruncate`` the length."""


def require_strace() -> str:
    """Its path; skips or fails, as ``tests.support.servers`` says, where it is missing or may not trace."""
    strace = require("strace")
    trial = subprocess.run([strace, "-f", "-qq", "-e", "trace=none", "true"], capture_output=True, text=True)
    if trial.returncode != 0:
        unusable(f"strace may not trace here: {trial.stderr.strip()[:200]}")
    return strace


def watching(strace: str, log: Path) -> list[str]:
    """The beginning of a command line that has everything written to files beside ``log``, one for each thread."""
    return [
        strace, "-D", "-f", "-ff", "-qq", "-ttt", "-T", "-yy", "-xx", "-s", "200000", "-e", f"trace={WATCHED}",
        "-e", "signal=none", "-o", str(log),
    ]  # fmt: skip


def failing(strace: str, log: Path, *, calls: str, what: str, when: str) -> list[str]:
    """The beginning of a command line in which the n-th of these calls, counted in each thread, ends as ``what`` says.

    ``what``: ``error=ENOSPC`` or ``signal=SIGKILL``; ``when``: ``3``, or ``3+`` for all from the third on.
    """
    inject = f"inject={calls}:{what}:when={when}"
    return [strace, "-D", "-f", "-qq", "-e", f"trace={calls}", "-e", inject, "-e", "signal=none", "-o", str(log)]


def calls(log: Path) -> list[Call]:
    """What was written down, in the order in which calls began."""
    found: list[Call] = []
    for path in log.parent.glob(log.name + ".*"):
        found += _calls_in(path)
    return sorted(found, key=lambda call: call.begun)


def _calls_in(path: Path) -> Iterator[Call]:
    with path.open(encoding="ascii", errors="replace") as lines:
        for line in lines:
            if (match := _CALL.match(line)) and int(match["result"]) >= 0:
                yield _call(match)


def _call(match: "re.Match[str]") -> Call:
    arguments = match["arguments"]
    of = _DESCRIPTOR.match(arguments)
    text = _TEXT.search(arguments)
    data = bytes.fromhex(text[1].replace("\\x", "")) if text else b""
    begun = float(match["at"])
    return Call(
        begun=begun,
        ended=begun + float(match["took"]),
        name=match["name"],
        of=_name(of["of"]) if of else "",
        data=data[: int(match["result"])] if match["name"] != "ftruncate" else b"",
        last_number=int(last[0]) if (last := re.findall(r"(\d+)$", arguments)) else 0,
    )


def _name(text: str) -> str:
    """With -xx the names of files are in hexadecimal, too."""
    return bytes.fromhex(text.replace("\\x", "")).decode("utf-8", "replace") if text.startswith("\\x") else text

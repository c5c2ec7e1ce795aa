"""What the daemon asked of the operating system, written down by strace; and calls of it that are made to fail.

Needs strace (Debian package of that name) and the right to trace: see ``require_strace``.
"""

import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.support.servers import require, unusable

WATCHED = "pwrite64,write,ftruncate,fdatasync,fsync,sendto,sendmsg,recvfrom"
_CALL = re.compile(r"(?P<at>\d+\.\d+) (?P<name>\w+)\((?P<arguments>.*)\) += (?P<result>-?\d+).*<(?P<took>\d+\.\d+)>$")
_DESCRIPTOR = re.compile(r"\d+<(?P<of>.*?)>+(?:,|$)")
_PATIENCE = 30.0
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
    return [strace, "-D", *_injecting(log, calls=calls, what=what, when=when)]


def _injecting(log: Path, *, calls: str, what: str, when: str) -> list[str]:
    inject = f"inject={calls}:{what}:when={when}"
    return ["-f", "-qq", "-e", f"trace={calls}", "-e", inject, "-e", "signal=none", "-o", str(log)]


@contextmanager
def failing_from_now(strace: str, log: Path, *, pid: int, calls: str, what: str, when: str) -> Iterator[None]:
    """The same for all threads of a process that runs already, counted from now; until the end of the ``with``."""
    command = [strace, *_injecting(log, calls=calls, what=what, when=when), "-p", str(pid)]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as tracer:
        try:
            deadline = time.monotonic() + _PATIENCE
            while not _is_traced(pid):
                if tracer.poll() is not None or time.monotonic() > deadline:
                    raise AssertionError(f"strace does not trace {pid}")
                time.sleep(0.01)
            yield
        finally:
            tracer.kill()  # asked kindly, it waits for threads of the dead


def _is_traced(pid: int) -> bool:
    """Whether every thread of it is (proc(5), TracerPid)."""
    with suppress(OSError):  # one that ends meanwhile
        states = [task.read_text(encoding="ascii") for task in Path(f"/proc/{pid}/task").glob("*/status")]
        return bool(states) and not any("TracerPid:\t0\n" in state for state in states)
    return False


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

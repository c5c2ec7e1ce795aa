"""The child that reads mail: ``python -m mailgate.ingest.parser_child MEMORY_MIB SECONDS``.

Takes mails on standard input and answers on standard output, as ``frames`` has it; ends when its input does, so that a
daemon that is killed leaves nobody behind. Limits itself, trusts nothing it reads, writes nothing else anywhere.
"""

import copyreg
import os
import pickle
import resource
import signal
import sys
from pathlib import Path
from typing import BinaryIO

from mailgate.domain.report import DeliveryAction, Sealed
from mailgate.heap import give_back_large_blocks, look_for_garbage_seldom
from mailgate.ingest.frames import READY, Answer, read_message, write_message
from mailgate.ingest.limits import Unparsable
from mailgate.ingest.parse import parse

_MAILS_PER_LIFE = 10_000  # a new one takes as long to start as 200 mails to read; one that grows ends sooner
_TIRED_RSS = 192 * 1024 * 1024
_PAGE = resource.getpagesize()


def main() -> None:
    memory_mib, seconds = int(sys.argv[1]), float(sys.argv[2])
    give_back_large_blocks()
    for kind in (DeliveryAction, Sealed):
        # By their value: early releases of Python 3.11 would have the daemon call getattr, which it refuses a child.
        copyreg.pickle(kind, lambda member: (type(member), (member.value,)))
    _limit_memory(memory_mib)
    for ignored in (signal.SIGINT, signal.SIGTERM):  # sent to the whole group; the end of the input is our signal
        signal.signal(ignored, signal.SIG_IGN)
    source, sink = _pipes()
    look_for_garbage_seldom()
    write_message(sink, [READY])
    served = 0
    while (mails := read_message(source)) is not None:
        served += len(mails)
        answers = _answers(mails, seconds)
        del mails
        tired = served >= _MAILS_PER_LIFE or answers[-1][0] == Answer.MEMORY or _rss() > _TIRED_RSS
        write_message(sink, [bytes([tired]), *answers])
        if tired:
            return


def _answers(mails: list[bytes], seconds: float) -> list[bytes]:
    """Up to the first that memory does not suffice for: what comes after it might fail for no reason of its own."""
    answers: list[bytes] = []
    for raw in mails:
        _limit_time(seconds)
        answers.append(_answer(raw))
        if answers[-1][0] == Answer.MEMORY:
            break
    return answers


def _answer(raw: bytes) -> bytes:
    try:
        return bytes([Answer.MAIL]) + pickle.dumps(parse(raw), protocol=5)
    except Unparsable as unparsable:
        return bytes([Answer.UNPARSABLE]) + unparsable.reason.encode()
    except MemoryError:
        return bytes([Answer.MEMORY])


def _pipes() -> tuple[BinaryIO, BinaryIO]:
    """Our two pipes, out of reach of whatever else reads or prints."""
    source, sink = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1):
        os.dup2(nowhere, stream)
    return source, sink


def _limit_memory(memory_mib: int) -> None:
    size = memory_mib * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would be somebody's mail on the disk


def _limit_time(seconds: float) -> None:
    """Processor time for the next mail: ends a child that hangs after its daemon is gone."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    allowed = int(used.ru_utime + used.ru_stime + 2 * seconds) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (allowed, resource.RLIM_INFINITY))


def _rss() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE


if __name__ == "__main__":
    main()

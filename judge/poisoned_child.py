"""The parser child, with a hole: a mail that holds the word in ``JUDGE_POISON`` kills it, as a bug in C code would."""

import os
import signal

from mailgate.ingest import parser_child

_real = parser_child.parse
_POISON = os.environ["JUDGE_POISON"].encode()


def _parse(raw: bytes) -> object:
    if _POISON in raw:
        os.kill(os.getpid(), signal.SIGSEGV)
    return _real(raw)


if __name__ == "__main__":
    parser_child.parse = _parse
    parser_child.main()

"""Keeps long runs of text from the MIME parser, which takes a microsecond for each line of an attachment.

Below an empty line all is body, and of a body's lines the parser heeds those that begin with "--" (RFC 2046 §5.1.1). So
one line stands for all that come between; once the tree is there, each run is back in its place, to the octet. Where
line ends are of more than one kind, or the mail knows our sign, nothing is taken out.
"""

import re
from collections.abc import Iterator, Sequence
from email.message import Message
from typing import Any

_SIGN = "\0run %d\0"
_SIGN_READ = re.compile("\0run ([0-9]{1,9})\0")
_BEGINNING = b"\0run "
_LONG = 400  # octets; below that it is not worth the while
_EMPTY_LINE = re.compile(rb"\n\r?\n")


def without_runs(raw: bytes, start: int) -> tuple[bytes, list[bytes]]:
    """The body, which begins at ``start``, with signs in the place of its runs; and these, without their last line end.

    As much of it as there is, where nothing can be taken out.
    """
    if _BEGINNING in raw:
        return raw[start:], []
    pieces: list[bytes] = []
    runs: list[bytes] = []
    kept_from = start
    for run_start, run_end in _long_runs(raw, start):
        line_end = b"\r\n" if raw[run_end - 2 : run_end] == b"\r\n" else b"\n"
        pieces += [raw[kept_from:run_start], (_SIGN % len(runs)).encode("ascii"), line_end]
        runs.append(raw[run_start : run_end - len(line_end)])
        kept_from = run_end
    return b"".join([*pieces, raw[kept_from:]]), runs


def put_back(root: Message, runs: Sequence[bytes]) -> None:
    """Into the parts, and what stands before and behind them."""

    def with_runs(text: Any) -> Any:
        return _SIGN_READ.sub(whole, text) if isinstance(text, str) else text

    def whole(sign: re.Match[str]) -> str:
        return runs[int(sign[1])].decode("ascii", "surrogateescape")

    if runs:
        for part in root.walk():
            own = vars(part)
            own.update(_payload=with_runs(own["_payload"]))
            part.preamble, part.epilogue = with_runs(part.preamble), with_runs(part.epilogue)


def _long_runs(raw: bytes, start: int) -> Iterator[tuple[int, int]]:
    """From where to where, each of whole lines, none of which begins with "--"."""
    while start < len(raw):
        end = _end_of_text(raw, start)
        if end - start >= _LONG and _has_plain_line_ends(raw[start:end]):
            yield start, end
        empty = _EMPTY_LINE.search(raw, max(end - 1, start))
        if empty is None:
            return
        start = empty.end()


def _end_of_text(raw: bytes, start: int) -> int:
    if raw.startswith(b"--", start):
        return start
    before = raw.find(b"\n--", start)
    # A last line without an end stays what it is.
    return (before if before >= 0 else raw.rfind(b"\n", start)) + 1 or start


def _has_plain_line_ends(run: bytes) -> bool:
    return run.count(b"\r") == run.count(b"\r\n")

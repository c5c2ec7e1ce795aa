"""``make replies``: how many of our own replies are read exactly as their writers meant them, and which are not."""

import sys
from collections import Counter

from tests.replies.collection import HALVES, Reply, replies


def main() -> int:
    """Print the score; 1 where it is below what we promise."""
    read = list(replies())
    for half in HALVES:
        _print(half.replace("_", " "), [reply for reply in read if reply.half == half])
    for language, count in sorted(Counter(reply.language for reply in read).items()):
        _print(f"{language} ({count})", [reply for reply in read if reply.language == language])
    _print("text", [reply for reply in read if not reply.markup])
    _print("HTML", [reply for reply in read if reply.markup])
    _print("all", read)
    for reply in read:
        if not reply.exact or reply.lost:
            lost = f", LOST: {reply.lost}" if reply.lost else ""
            print(f"  not exact: {reply.half}/{reply.file}: {reply.name}{lost}")
    exact = sum(reply.exact for reply in read)
    return int(exact < 0.95 * len(read) or any(reply.lost for reply in read))


def _print(what: str, read: list[Reply]) -> None:
    exact, lost = sum(reply.exact for reply in read), sum(bool(reply.lost) for reply in read)
    print(f"{what:10} {exact:4} of {len(read):4} exact ({100 * exact / max(1, len(read)):5.1f} %), text lost in {lost}")


if __name__ == "__main__":
    sys.exit(main())

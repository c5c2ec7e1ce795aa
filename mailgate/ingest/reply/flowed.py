"""RFC 3676: text whose paragraphs were broken to be joined again by the reader (``format=flowed``)."""

from collections.abc import Iterator

_SIGNATURE = "-- "  # RFC 3676 §4.3: never joined with anything


def unflowed(text: str, *, delsp: bool = False) -> str:
    """The text with its soft breaks taken out; ``delsp``: the space before such a break was put there, too."""
    return "\n".join(_joined(text, delsp=delsp))


def _joined(text: str, *, delsp: bool) -> Iterator[str]:
    flowing: list[str] = []
    depth = 0
    for raw in text.split("\n"):
        quotes = len(raw) - len(raw.lstrip(">"))
        line = raw[quotes:].removeprefix(" ")  # §4.4: a stuffed space is no part of the line
        signature = line == _SIGNATURE
        if flowing and (quotes != depth or signature):  # §4.5: a paragraph ends where the depth of quoting changes
            yield _prefix(depth) + "".join(flowing)
            flowing = []
        depth = quotes
        if line.endswith(" ") and not signature:
            flowing.append(line[:-1] if delsp else line)
            continue
        yield _prefix(depth) + "".join((*flowing, line))
        flowing = []
    if flowing:
        yield _prefix(depth) + "".join(flowing)


def _prefix(depth: int) -> str:
    return ">" * depth + " " if depth else ""

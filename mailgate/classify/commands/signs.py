"""What mail programs and telephones make of a typed line: the line as it was meant."""

import re

# Full-width, small and musical ones; and Markdown's way to write a sign that is none of Markdown's.
_HASHES = str.maketrans({"＃": "#", "﹟": "#", "♯": "#", "⌗": "#", "：": ":", "﹕": ":", "＝": "="})
_SPACES = {
    **dict.fromkeys([*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065), 0xAD, 0xFEFF]),
    **dict.fromkeys([0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000, 0x9], " "),
}
_ODD = re.compile("[" + "".join(map(re.escape, map(chr, (*_HASHES, *_SPACES)))) + "]")
_MARKS = ("*", "_", "`")
_EMPHASIS = re.compile(r"^[*_`]{1,3}(?P<said>[^*_`].*?)[*_`]{1,3}$")


def typed(line: str) -> str:
    """Without marks of no width, with plain spaces and plain ``#``, without emphasis around it."""
    if _ODD.search(line):  # hardly a line has any of them, and to look up each of its signs takes long
        line = line.translate(_SPACES).translate(_HASHES)
    plain = " ".join(line.replace("\\#", "#").split())
    emphasised = _EMPHASIS.match(plain) if plain[:1] in _MARKS else None
    return emphasised["said"].strip() if emphasised else plain

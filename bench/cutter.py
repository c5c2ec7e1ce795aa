"""How the time to read a body grows with its length, for the worst that each pattern can be given.

    python bench/cutter.py

Every row doubles its input three times; linear code takes at most 2.5 times as long for each (noise included). Ends
with 1 where one does not.
"""

import gc
import sys
import time
from collections.abc import Callable

from mailgate.ingest.reply import read_html, read_text
from mailgate.ingest.safe_html import safe_html

_ATTRIBUTION = "Den 3 mars 2026 kl 10:14 skrev Anna <anna@kund.example>"
TEXTS = {
    "attribution without its end": "Den ",
    "attribution, dates only": "den 3 mars 2026 ",
    "attribution on every line": f"{_ATTRIBUTION} att hej\n",
    "attribution, lines that may go on": "Den 3 mars 2026\n",
    "attributions with quotes and answers": f"{_ATTRIBUTION}:\n> a\n\nsvar\n",
    "header labels": "Från: x\n",
    "header blocks that never end": "Från: x\nSkickat: i dag\nTill: y\nz\nz\nz\n",
    "header block in one line": "Från: x Skickat: y Till: z ",
    "separators": "-----Ursprungligt meddelande\n",
    "separator of dashes": "-",
    "quoted lines": "> a\n",
    "quote marks": "> ",
    "quotes and answers": "> a\nb\n",
    "closing phrases": "Mvh Anna\n",
    "closing phrase, words only": "mvh ",
    "delimiters": "--\n",
    "telephones": "Skickat från min ",
    "small print": "Detta meddelande är konfidentiellt ",
    "numbers": "0123 ",
    "addresses": "a@",
    "empty lines": "\n",
    "one word": "a",
}
MARKUPS = {
    "elements side by side": "<p>a</p>",
    "elements in one another": "<div>a",
    "quotes in one another": "<blockquote type=cite>a",
    "cells": "<tr><td>a<td>b",
    "lists in one another": "<ul><li>a",
    "links": '<a href="https://kund.example/">a</a>',
    "unclosed emphasis": "<b>a<p>b",
    "brackets": "<",
    "entities": "&amp;",
    "style": '<p style="border-top:solid;display:nonsense">a',
}
_START = 4_000
_LEAST_SECONDS = 0.01
_MOST_SIGNS = 120_000
_DOUBLINGS = 3
_MOST_RATIO = 2.5


def main() -> int:
    """Print a row for each pattern."""
    gc.disable()  # what it costs depends on what happens to be there
    print(f"{'pattern':40} {'signs':>9} {'seconds':>8} {'8 times':>8} {'a doubling':>10}")
    rows = [_row(name, read_text, piece) for name, piece in TEXTS.items()]
    rows += [_row(name, read_html, piece) for name, piece in MARKUPS.items()]
    rows += [_row(f"safe: {name}", safe_html, piece) for name, piece in MARKUPS.items()]
    return int(not all(rows))


def _row(name: str, read: Callable[[str], object], piece: str) -> bool:
    signs = _START
    seconds = _seconds(read, piece, signs)
    while seconds < _LEAST_SECONDS and signs < _MOST_SIGNS:
        signs *= 2
        seconds = _seconds(read, piece, signs)
    grown = _seconds(read, piece, signs << _DOUBLINGS)
    ratio = (grown / max(seconds, 1e-6)) ** (1 / _DOUBLINGS)
    fine = ratio <= _MOST_RATIO or grown < _LEAST_SECONDS
    print(f"{name:40} {signs:9,} {seconds:8.3f} {grown:8.3f} {ratio:10.2f}{'' if fine else '  <-- not linear'}")
    return fine


def _seconds(read: Callable[[str], object], piece: str, signs: int) -> float:
    """The best of three, in time of the processor, for other processes only ever add."""
    body = piece * (signs // len(piece))
    return min(_once(read, body) for _ in range(3))


def _once(read: Callable[[str], object], body: str) -> float:
    begun = time.process_time()
    read(body)
    return time.process_time() - begun


if __name__ == "__main__":
    sys.exit(main())

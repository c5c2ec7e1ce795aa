"""Whatever people write, however they sign, whatever their programs put below: their words stay, and history goes."""

import html
import os
import tomllib
from itertools import product
from pathlib import Path
from random import Random

import pytest

from mailgate.ingest.reply import read_html, read_text

PIECES = tomllib.loads((Path(__file__).parent / "pieces.toml").read_text(encoding="utf-8"))
ENDS = list(product(PIECES["signed"], PIECES["history"]))
MARKUP_ENDS = list(product(PIECES["signed"], PIECES["html_history"]))
WAYS = ["<div>", "<p class=MsoNormal>", "<p>", "<br>"]
CONTAINERS = ['<div id="Signature">', '<div class="gmail_signature">', "<div>"]
ROUNDS = 100 if os.environ.get("MAILGATE_LONG_TESTS") else 2


@pytest.mark.parametrize(("signed", "history"), ENDS)
def test_no_word_of_a_person_is_lost_and_no_history_stays(signed: str, history: str) -> None:
    random = Random(f"{signed}{history}")  # noqa: S311  # the same mails each time
    for _ in range(ROUNDS):
        own = _own(random)
        body = random.choice(["\n", "\n\n"]).join(own)
        for end in filter(None, (signed, history)):
            body += random.choice(["\n", "\n\n"]) + end
        _check(read_text(body + "\n").reply_text, own, signed, body)


@pytest.mark.parametrize(("signed", "history"), MARKUP_ENDS)
def test_neither_in_html(signed: str, history: str) -> None:
    random = Random(f"{signed}{history}")  # noqa: S311
    for _ in range(ROUNDS):
        own, way = _own(random), random.choice(WAYS)
        name = f"{random.choice(CONTAINERS)}{_marked_up(signed, way)}</div>" if signed else ""
        body = f"<html><body>{_marked_up(chr(10).join(own), way)}{name}{history}</body></html>"
        _check(read_html(body).reply_text.replace("\n\n", "\n"), own, signed, body)


def _own(random: Random) -> list[str]:
    return random.sample(PIECES["own"], random.randint(1, 4))


def _marked_up(text: str, way: str) -> str:
    lines = [html.escape(line) or "<br>" for line in text.split("\n")]
    if way == "<br>":
        return f"<div>{'<br>'.join(lines)}</div>"
    return "".join(f"{way}{line}</{way[1:].split('>', maxsplit=1)[0].split(maxsplit=1)[0]}>" for line in lines)


def _check(reply: str, own: list[str], signed: str, body: str) -> None:
    assert [piece for piece in own if piece not in reply] == [], body
    assert "HISTORY" not in reply, body
    assert not signed or signed.rsplit("\n", maxsplit=1)[-1] not in reply, body

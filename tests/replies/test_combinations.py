"""Whatever people write, however they sign, whatever their programs put below: their words stay, and history goes."""

import os
import tomllib
from itertools import product
from pathlib import Path
from random import Random

import pytest

from mailgate.ingest.reply import read_text

PIECES = tomllib.loads((Path(__file__).parent / "pieces.toml").read_text(encoding="utf-8"))
ENDS = list(product(PIECES["signed"], PIECES["history"]))
ROUNDS = 100 if os.environ.get("MAILGATE_LONG_TESTS") else 2


@pytest.mark.parametrize(("signed", "history"), ENDS)
def test_no_word_of_a_person_is_lost_and_no_history_stays(signed: str, history: str) -> None:
    random = Random(f"{signed}{history}")  # noqa: S311  # the same mails each time
    for _ in range(ROUNDS):
        own = random.sample(PIECES["own"], random.randint(1, 4))
        body = "\n\n".join([random.choice(["\n", "\n\n"]).join(own), *filter(None, (signed, history))])
        reply = read_text(body + "\n").reply_text
        assert [piece for piece in own if piece not in reply] == [], body
        assert "HISTORY" not in reply, body
        assert not signed or signed.rsplit("\n", maxsplit=1)[-1] not in reply, body

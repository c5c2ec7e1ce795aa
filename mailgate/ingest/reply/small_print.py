"""What lawyers and the friends of trees put below every mail."""

from collections.abc import Sequence

from mailgate.ingest.reply.line import Line
from mailgate.ingest.reply.sign_off_words import DISCLAIMER_STARTS, ECO_STARTS, PRIVATE_WORDS, SMALL_PRINT_WORDS

_MOST_SIGNS = 3000


def is_small_print(paragraph: Sequence[Line]) -> bool:
    """For certain, wherever it stands: it begins like it, and says two of the things that only it says."""
    text = _text(paragraph)
    if text.startswith(ECO_STARTS):
        return any(word in text for word in SMALL_PRINT_WORDS)
    return text.startswith(DISCLAIMER_STARTS) and sum(word in text for word in PRIVATE_WORDS) >= 2


def may_be_small_print(paragraph: Sequence[Line]) -> bool:
    """Enough below a closing phrase."""
    text = _text(paragraph)
    return text.startswith(DISCLAIMER_STARTS) and any(word in text for word in SMALL_PRINT_WORDS)


def _text(paragraph: Sequence[Line]) -> str:
    kept: list[str] = []
    length = 0
    for line in paragraph:
        length += len(line.bare)
        if length > _MOST_SIGNS:
            break
        kept.append(line.bare)
    return " ".join(kept).casefold().lstrip("*_-#!• ").removeprefix("p ")

"""Money and working time, exactly: what an order is estimated at, and what was billed for it.

Reading what people write is for ``classify.amounts``, wording it for ``notify.facts``.
"""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """An amount of a currency (ISO 4217: ``SEK``)."""

    amount: Decimal
    currency: str

    def __str__(self) -> str:
        return f"{plain(self.amount)} {self.currency}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What work comes to. ``hours``: None where nobody counts them; ``text``: what is done for it."""

    price: Money
    hours: Decimal | None = None
    text: str = ""

    def __str__(self) -> str:
        hours = f"{plain(self.hours)} h, " if self.hours is not None else ""
        return f"{hours}{self.price}"


def plain(number: Decimal) -> str:
    """In figures, without needless zeros: ``4800``, ``4.5``, ``4800.50`` stays exact as ``4800.5``."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text

"""Hours and prices as people write them: ``4 h, 4800 kr, text``, ``4,5 tim 4.800,00 SEK``, ``€450``.

Swedish, Finnish and English forms, read exactly. What could be two numbers is none: a price is never guessed.
"""

import re
from decimal import Decimal
from enum import StrEnum

from mailgate.domain.money import Money, Offer

_SPACE = " \u00a0\u2009\u202f"
_NUMBER = re.compile(
    rf"(?P<whole>\d{{1,3}}(?:(?P<sep>[{_SPACE}.,'’])\d{{3}}(?:(?P=sep)\d{{3}})*)?|\d+)"
    r"(?:(?P<point>[.,])(?P<fraction>\d{1,2}))?(?![\d.,]*\d)"
)
_HOURS = re.compile(r"[^\S\n]*(?:hours?|hrs?|h|timmars?|timmar|timme|tim|tunnin|tuntia|tunti|t)\b\.?", re.IGNORECASE)
_CURRENCIES = {
    "kr": "SEK", "kronor": "SEK", "krona": "SEK", ":-": "SEK", "sek": "SEK",
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "euroa": "EUR",
    "nok": "NOK", "dkk": "DKK", "usd": "USD", "$": "USD", "gbp": "GBP", "£": "GBP",
}  # fmt: skip
_WORDS = "|".join(re.escape(word) for word in sorted(_CURRENCIES, key=len, reverse=True))
_BEFORE = re.compile(rf"(?P<currency>{_WORDS})(?<!:-)[^\S\n]*(?=\d)", re.IGNORECASE)
_BEHIND = re.compile(rf"[^\S\n]*(?P<currency>{_WORDS})(?!\w)\.?", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s,;]*(?:(?:och|and|ja)\b[\s,;]*)?", re.IGNORECASE)
_BEFORE_TEXT = re.compile(r"[\s,;:\u2013\u2014-]*")
# "4000-5000 kr", "1200 kr/h": no sum that one could say yes to.
_GOES_ON = re.compile(r"\s*(?:/|per\b|[-\u2013\u2014]\s*\d|(?:till|to)\s+\d)", re.IGNORECASE)
_MOST = Decimal(10) ** 9


class AmountFault(StrEnum):
    """Why a line names no hours and price."""

    NO_PRICE = "no_price"
    NO_CURRENCY = "no_currency"
    UNCLEAR = "unclear"


def offer_of(text: str) -> Offer | AmountFault:
    """Hours, if any, and the price, in either order, at the beginning; the rest is the text."""
    place, hours, price = _BETWEEN.match(text).end(), None, None  # type: ignore[union-attr]
    while price is None or hours is None:
        found = (_price_at(text, place) if price is None else None, _hours_at(text, place) if hours is None else None)
        part = found[0] or found[1]
        if part is None:
            break
        value, end = part
        if isinstance(value, AmountFault):
            return value
        if isinstance(value, Money):
            price = value
        else:
            hours = value
        between = _BETWEEN.match(text, end)
        place = between.end() if between else end
    if price is None:
        return AmountFault.NO_CURRENCY if _NUMBER.match(text, place) else AmountFault.NO_PRICE
    rest = _BEFORE_TEXT.match(text, place)
    return Offer(hours=hours, price=price, text=text[rest.end() if rest else place :].strip())


def _price_at(text: str, place: int) -> tuple[Money | AmountFault, int] | None:
    before = _BEFORE.match(text, place)
    number = _NUMBER.match(text, before.end() if before else place)
    if number is None:
        return None
    behind = _BEHIND.match(text, number.end())
    if before is None and behind is None:
        return None
    names = {_CURRENCIES[one["currency"].lower()] for one in (before, behind) if one is not None}
    end = behind.end() if behind is not None else number.end()
    amount = _value(number)
    if amount is None or len(names) > 1 or _GOES_ON.match(text, end):
        return AmountFault.UNCLEAR, end
    return Money(amount=amount, currency=names.pop()), end


def _hours_at(text: str, place: int) -> tuple[Decimal | AmountFault, int] | None:
    number = _NUMBER.match(text, place)
    unit = _HOURS.match(text, number.end()) if number is not None else None
    if number is None or unit is None:
        return None
    # 1,250 hours may be a thousand, or a little more than one.
    value = None if number["sep"] in {".", ","} else _value(number)
    return (value if value is not None else AmountFault.UNCLEAR), unit.end()


def _value(number: re.Match[str]) -> Decimal | None:
    """None where point and comma do not tell themselves apart."""
    if number["sep"] is not None and number["sep"] == number["point"]:
        return None
    value = Decimal(re.sub(r"\D", "", number["whole"]) + "." + (number["fraction"] or "0"))
    return value.quantize(Decimal("0.01")) if value < _MOST else None

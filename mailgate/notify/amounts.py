"""Money and hours in the words of one language: ``4 800 kr``, ``SEK 4,800``, ``4,5 timmar``. See ``[money]`` there."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from mailgate.domain.money import Money, plain
from mailgate.notify.inert import one_line


def money_in_words(money: Money, forms: Mapping[str, Any]) -> str:
    """Whole amounts without decimals; others with two. A currency that has no word is named by its code."""
    decimals = 0 if money.amount == money.amount.to_integral_value() else 2
    figures = _figures(f"{money.amount:,.{decimals}f}", forms)
    currency = str(forms["currencies"].get(money.currency, one_line(money.currency)))
    form = forms["glued"] if len(currency) == 1 and not currency.isalpha() else forms["form"]
    return str(form.format(amount=figures, currency=currency))


def hours_in_words(hours: Decimal, forms: Mapping[str, Any]) -> str:
    """One hour, or several."""
    form = forms["hour"] if hours == 1 else forms["hours"]
    return str(form.format(hours=_figures(plain(hours), forms)))


def _figures(english: str, forms: Mapping[str, Any]) -> str:
    marks = str.maketrans({",": forms["thousands"], ".": forms["decimal"]})
    return english.translate(marks)

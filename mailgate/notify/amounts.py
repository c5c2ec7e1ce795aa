"""Money, hours and spans in the words of one language: ``4 800 kr``, ``SEK 4,800``, ``4,5 timmar``, ``3 h 20 min``.

See ``[money]`` and ``[spans_of_time]`` there.
"""

from collections.abc import Mapping
from datetime import timedelta
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


def span_in_words(span: timedelta, forms: Mapping[str, Any]) -> str:
    """As exactly as one cares: minutes within a day, from then on whole days; what is shorter than a minute is one."""
    minutes = max(1, round(span.total_seconds() / 60))
    if (days := span.days) > 0:
        return str((forms["day"] if days == 1 else forms["days"]).format(days=days))
    hours, rest = divmod(minutes, 60)
    parts = [forms["hours"].format(hours=hours)] if hours else []
    return "\u00a0".join([*parts, forms["minutes"].format(minutes=rest)] if rest or not parts else parts)


def _figures(english: str, forms: Mapping[str, Any]) -> str:
    marks = str.maketrans({",": forms["thousands"], ".": forms["decimal"]})
    return english.translate(marks)

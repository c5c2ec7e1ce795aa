"""Hours and prices, as people in three countries write them."""

from decimal import Decimal

import pytest

from mailgate.classify.amounts import AmountFault, offer_of
from mailgate.domain.money import Money, Offer

UNDERSTOOD = {
    "4 h, 4800 kr, ny rapport": ("4", "4800", "SEK", "ny rapport"),
    "4 tim, 4 800 kr": ("4", "4800", "SEK", ""),
    "4,5 timmar, 4\u00a0800,50 kr, ny rapport": ("4.5", "4800.50", "SEK", "ny rapport"),
    "4.800,00 SEK; 4 h; ny rapport": ("4", "4800", "SEK", "ny rapport"),
    "4.800 kr": (None, "4800", "SEK", ""),
    "4800:- för två licenser": (None, "4800", "SEK", "för två licenser"),
    "0,5 h 0 kr": ("0.5", "0", "SEK", ""),
    "4 h och 4800 kronor\nVi bygger rapporten.": ("4", "4800", "SEK", "Vi bygger rapporten."),
    "1 234 567,89 kr": (None, "1234567.89", "SEK", ""),
    "4800 kr exkl. moms": (None, "4800", "SEK", "exkl. moms"),
    "€450": (None, "450", "EUR", ""),
    "SEK 4,800.00 and 4 hrs: a new report": ("4", "4800", "SEK", "a new report"),
    "1 hour, $ 1,250.5, report": ("1", "1250.50", "USD", "report"),
    "2 tuntia, 300 euroa, raportti": ("2", "300", "EUR", "raportti"),
    "2,25 h ja 1 300,00 €": ("2.25", "1300", "EUR", ""),
    "1'250 EUR": (None, "1250", "EUR", ""),
}
NOT_UNDERSTOOD = {
    "": AmountFault.NO_PRICE,
    "ny rapport": AmountFault.NO_PRICE,
    "4 h": AmountFault.NO_PRICE,
    "ca 4800 kr": AmountFault.NO_PRICE,
    "-5 kr": AmountFault.NO_PRICE,
    "4800": AmountFault.NO_CURRENCY,
    "4 h, 4800, ny rapport": AmountFault.NO_CURRENCY,
    "48 00 kr": AmountFault.NO_CURRENCY,
    "4000-5000 kr": AmountFault.NO_CURRENCY,
    "4000 kr - 5000 kr": AmountFault.UNCLEAR,
    "1200 kr/h": AmountFault.UNCLEAR,
    "1200 kr per timme": AmountFault.UNCLEAR,
    "1.234.56 kr": AmountFault.UNCLEAR,
    "1,250 h, 4800 kr": AmountFault.UNCLEAR,
    "EUR 450 kr": AmountFault.UNCLEAR,
    "100 000 000 000 kr": AmountFault.UNCLEAR,
}


@pytest.mark.parametrize("written", UNDERSTOOD)
def test_hours_and_price_are_read_exactly(written: str) -> None:
    hours, amount, currency, text = UNDERSTOOD[written]
    price = Money(amount=Decimal(amount), currency=currency)
    assert offer_of(written) == Offer(hours=Decimal(hours) if hours is not None else None, price=price, text=text)


@pytest.mark.parametrize("written", NOT_UNDERSTOOD)
def test_a_price_is_never_guessed(written: str) -> None:
    assert offer_of(written) is NOT_UNDERSTOOD[written]


def test_an_offer_is_told_in_plain_figures() -> None:
    assert str(offer_of("4,50 h, 4.800,00 SEK")) == "4.5 h, 4800 SEK"
    assert str(offer_of("10 kr")) == "10 SEK"

"""A ticket's way at the command line, and who may enter where."""

from datetime import timedelta

import pytest

from tests.cli.conftest import CommandLine
from tests.support.envelopes import MONDAY

NUMBER = "MG-100001-5"
BY = ("--by", "Olof Dahl")


@pytest.fixture(autouse=True)
def _an_hour_after_receipt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailgate.app.now", lambda: MONDAY + timedelta(hours=1))


def moved(used: CommandLine, *arguments: str) -> str:
    return used.done("ticket", *arguments, *BY).out.partition(";")[0].strip()


def test_a_program_error_goes_to_the_product_department_and_back(used: CommandLine) -> None:
    assert moved(used, "product", NUMBER) == f"{NUMBER}: now at product department, held by product"
    assert moved(used, "desk", NUMBER, "--text", "Rättat.") == f"{NUMBER}: now at verification, held by desk"


def test_a_wish_goes_through_the_councils(used: CommandLine) -> None:
    moved(used, "type", NUMBER, "wish")
    assert moved(used, "council", NUMBER, "internt") == f"{NUMBER}: now at internal council, held by council internal"
    assert moved(used, "council", NUMBER, "external") == f"{NUMBER}: now at external council, held by council external"
    assert moved(used, "planned", NUMBER) == f"{NUMBER}: now at planned, held by product"
    wrong = used("ticket", "council", NUMBER, "secret", *BY)
    assert (wrong.code, wrong.err) == (2, "mailgate: 'secret' is no council: they are internal and external\n")


def test_an_order_is_estimated_and_not_billed_before_a_yes(used: CommandLine) -> None:
    moved(used, "type", NUMBER, "order")
    moved(used, "consultant", NUMBER)
    assert moved(used, "estimate", NUMBER, "4", "h,", "4", "800", "kr,", "En", "rapport").startswith(
        f"{NUMBER}: estimated at 4 h, 4800 SEK"
    )
    refused = used("ticket", "billed", NUMBER, "4800 kr", *BY)
    assert refused.code == 1
    assert "at 'approval' the way of such tickets (order) does not go on by billed; it can be given: " in refused.err


@pytest.mark.parametrize(
    ("written", "why"),
    [("4 h", "there is no price in it"), ("4800", "the price has no currency"), ("1200 kr/h", "in two ways")],
)
def test_a_price_that_is_none_is_told(used: CommandLine, written: str, why: str) -> None:
    refused = used("ticket", "estimate", NUMBER, written, *BY)
    assert refused.code == 2
    assert why in refused.err


def test_access_that_is_asked_is_listed(used: CommandLine) -> None:
    assert used.done("access", "list", "--json").json == []
    moved(used, "access", NUMBER, "--text", "Jag vill se lönearterna.")
    assert "Olof Dahl" in used.done("access", "list").out
    (one,) = used.done("access", "list", "--all", "--json").json
    assert (one["ticket"], one["state"], one["reason"]) == (NUMBER, "asked", "Jag vill se lönearterna.")
    assert (one["ends_at"], one["decided_by"]) == (None, None)

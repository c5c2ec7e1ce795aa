"""The register's rules, on a real database: whole or not at all, seats, addresses, and what a payment sets free."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from mailgate.config import Config, TeamConfig
from mailgate.desk.register import (
    Appointment,
    Change,
    Imported,
    Refused,
    appoint,
    import_register,
    set_overdue,
    set_paid,
)
from mailgate.desk.register_checks import register_rules_of
from mailgate.desk.register_files import read_register
from mailgate.domain.customer import Customer, Language, SuperUser
from mailgate.domain.verdict import Outcome
from tests.support.desk import Desk, a_desk, from_eva
from tests.support.envelopes import MONDAY

RULES = register_rules_of(
    Config(teams=(TeamConfig(name="Handel", industries=("Lantbruk",), address="team@desk.example"),))
)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with a_desk(tmp_path) as one:
        yield one


def a_customer_table(
    code: str = "K1", *, superusers: tuple[str, ...] = ("eva@kund.example",), modules: int = 1, more: str = ""
) -> str:
    """A customer in TOML, with SuperUsers of these addresses."""
    lines = [f'[[customer]]\ncode = "{code}"\nname = "Kund {code}"\nindustry = "Lantbruk"\n{more}']
    lines += [f"modules = {[f'M{number}' for number in range(modules)]}"]
    lines += [f'[[customer.superuser]]\nname = "{one.split("@")[0].title()}"\naddress = "{one}"' for one in superusers]
    return "\n".join(lines) + "\n"


def a_specialist_table(address: str = "sven@desk.example", *, team: str = "Handel", more: str = "") -> str:
    return f'[[specialist]]\nname = "Sven"\naddress = "{address}"\nteam = "{team}"\n{more}\n'


def importing(desk: Desk, tmp_path: Path, text: str, name: str = "register.toml") -> Imported | Refused:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    draft = read_register([path], default_language=Language.SWEDISH)
    with desk.database.transaction() as uow:
        return import_register(uow, draft, RULES, now=MONDAY)


def imported(desk: Desk, tmp_path: Path, text: str, name: str = "register.toml") -> Imported:
    outcome = importing(desk, tmp_path, text, name)
    assert isinstance(outcome, Imported), outcome
    return outcome


def refused(desk: Desk, tmp_path: Path, text: str, name: str = "register.toml") -> list[str]:
    outcome = importing(desk, tmp_path, text, name)
    assert isinstance(outcome, Refused), outcome
    return [str(fault).removeprefix(f"{tmp_path}/") for fault in outcome.faults]


def superusers(desk: Desk, code: str = "K1") -> list[str]:
    with desk.database.reading() as uow:
        customer = uow.customers.customer_by_code(code)
        assert customer is not None
        return [one.address for one in uow.customers.superusers(customer.customer_id)]


def customer(desk: Desk, code: str = "K1") -> Customer:
    with desk.database.reading() as uow:
        found = uow.customers.customer_by_code(code)
    assert found is not None
    return found


def test_what_is_imported_twice_is_unchanged(desk: Desk, tmp_path: Path) -> None:
    text = a_customer_table() + a_specialist_table()
    first, second = imported(desk, tmp_path, text), imported(desk, tmp_path, text)
    assert first.customers == first.superusers == first.specialists == {Change.ADDED: 1}
    assert second.customers == second.superusers == second.specialists == {Change.UNCHANGED: 1}


def test_an_error_on_the_last_line_leaves_everything_as_it_was(desk: Desk, tmp_path: Path) -> None:
    imported(desk, tmp_path, a_customer_table())
    text = a_customer_table(more='domains = ["ny.example"]') + a_customer_table("K2", superusers=())
    text += a_specialist_table(team="Bygg")
    assert refused(desk, tmp_path, text) == [
        f"register.toml, line {text.count(chr(10)) - 4}: there is no team 'Bygg'; config.toml has: Handel"
    ]
    assert customer(desk).domains == set()
    with desk.database.reading() as uow:
        assert [one.code for one in uow.customers.customers()] == ["K1"]


def test_all_errors_are_told_at_once(desk: Desk, tmp_path: Path) -> None:
    text = (
        a_customer_table("K1", superusers=("support@example.com", "eva@kund.example"))
        + a_customer_table("K2", superusers=("eva@kund.example", "bo@@kund"))
        + a_customer_table("K2", superusers=())
        + a_specialist_table("eva@kund.example")
    )
    found = refused(desk, tmp_path, text)
    assert [fault.partition(": ")[2].partition(";")[0] for fault in found] == [
        "support@example.com is an address of this desk: answers to it would come back as new mail",
        f"the address eva@kund.example stands already in {tmp_path}/register.toml, line 10",
        "address: 'bo@@kund' is not a mail address",
        f"the customer K2 stands already in {tmp_path}/register.toml, line 13",
        f"the address eva@kund.example stands already in {tmp_path}/register.toml, line 10",
    ]


def test_one_too_many_is_refused_with_the_rule_and_the_names(desk: Desk, tmp_path: Path) -> None:
    imported(desk, tmp_path, a_customer_table(superusers=("eva@kund.example", "bo@kund.example")))
    (fault,) = refused(
        desk, tmp_path, a_customer_table(superusers=("ulf@kund.example", "eva@kund.example", "bo@kund.example"))
    )
    assert fault == (
        "register.toml, line 7: no seat is left for Ulf <ulf@kund.example>: K1 has 2 seats for SuperUsers (2, and one "
        "more for every 4 modules past the first 4, 4 at most; it has 1 modules); in them: "
        "Eva <eva@kund.example>, Bo <bo@kund.example>"
    )


def test_more_modules_in_the_same_file_make_the_seat(desk: Desk, tmp_path: Path) -> None:
    three = ("ulf@kund.example", "eva@kund.example", "bo@kund.example")
    done = imported(desk, tmp_path, a_customer_table(superusers=three, modules=8))
    assert done.superusers == {Change.ADDED: 3}


def test_who_is_missing_from_the_list_is_no_superuser_any_more(desk: Desk, tmp_path: Path) -> None:
    imported(desk, tmp_path, a_customer_table(superusers=("eva@kund.example", "bo@kund.example")))
    imported(desk, tmp_path, a_customer_table("K2", superusers=("ann@annan.example",)))
    done = imported(desk, tmp_path, "kund;adress;namn\nK1;ulf@kund.example;Ulf\nK1;eva@kund.example;Eva\n", "s.csv")
    assert done.superusers == {Change.ADDED: 1, Change.UNCHANGED: 1, Change.DEACTIVATED: 1}
    assert done.deactivated == ("Bo <bo@kund.example>",)
    assert superusers(desk) == ["eva@kund.example", "ulf@kund.example"]
    assert superusers(desk, "K2") == ["ann@annan.example"], "a customer that is not in the file stays as it is"


def test_a_superuser_may_move_to_another_customer_only_if_the_first_lets_go(desk: Desk, tmp_path: Path) -> None:
    imported(desk, tmp_path, a_customer_table(superusers=("eva@kund.example",)))
    (fault,) = refused(desk, tmp_path, a_customer_table("K2", superusers=("eva@kund.example",)))
    assert fault.endswith("eva@kund.example is a SuperUser of K1 (Kund K1)")
    both = a_customer_table("K1", superusers=("bo@kund.example",)) + a_customer_table("K2")
    imported(desk, tmp_path, both)
    assert superusers(desk, "K1") == ["bo@kund.example"]
    assert superusers(desk, "K2") == ["eva@kund.example"]


def test_nobody_is_superuser_and_specialist(desk: Desk, tmp_path: Path) -> None:
    imported(desk, tmp_path, a_customer_table() + a_specialist_table())
    (first,) = refused(desk, tmp_path, a_specialist_table("eva@kund.example"))
    (second,) = refused(desk, tmp_path, a_customer_table("K2", superusers=("sven@desk.example",)))
    assert "is a SuperUser of K1" in first
    assert "is a specialist's" in second


def test_a_teams_own_list_is_nobodys_address(desk: Desk, tmp_path: Path) -> None:
    (fault,) = refused(desk, tmp_path, a_specialist_table("team@desk.example"))
    assert "is an address of this desk" in fault


def test_superusers_of_an_unknown_customer_are_refused(desk: Desk, tmp_path: Path) -> None:
    (fault,) = refused(desk, tmp_path, "customer,address,name\nK9,a@kund.example,Anna\n", "superusers.csv")
    assert fault == "superusers.csv, line 2: there is no customer K9"


def test_a_column_that_is_not_in_the_file_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    imported(desk, tmp_path, a_customer_table(modules=3, more="overdue_since = 2026-06-30"))
    done = imported(desk, tmp_path, "code;name;industry\nK1;Nytt namn;Lantbruk\n", "customers.csv")
    assert done.customers == {Change.CHANGED: 1}
    assert customer(desk).modules == {"M0", "M1", "M2"}
    assert customer(desk).overdue_since == date(2026, 6, 30)


def test_a_specialist_who_has_left_is_none_any_more(desk: Desk, tmp_path: Path) -> None:
    imported(desk, tmp_path, a_specialist_table())
    done = imported(desk, tmp_path, a_specialist_table(more="active = false"))
    assert done.specialists == {Change.DEACTIVATED: 1}
    with desk.database.reading() as uow:
        assert uow.customers.specialists() == []


def test_an_industry_of_no_team_is_worth_a_note(desk: Desk, tmp_path: Path) -> None:
    done = imported(desk, tmp_path, "code;name;industry\nK1;Kund;Rymdfart\n", "customers.csv")
    assert "'Rymdfart' is in no team" in done.notes[0]


def test_fewer_modules_than_seats_in_use_is_worth_a_note(desk: Desk, tmp_path: Path) -> None:
    three = ("ulf@kund.example", "eva@kund.example", "bo@kund.example")
    imported(desk, tmp_path, a_customer_table(superusers=three, modules=8))
    done = imported(desk, tmp_path, "code;name;industry;modules\nK1;Kund;Lantbruk;Lön\n", "customers.csv")
    assert done.notes[0].endswith("K1 has 3 SuperUsers and 2 seats by now")


def held_mail(desk: Desk, tmp_path: Path) -> None:
    imported(desk, tmp_path, a_customer_table(more="overdue_since = 2026-06-30"))
    settled = desk.take(from_eva())
    assert settled is not None
    assert settled.outcome is Outcome.HELD


def test_an_import_that_clears_the_debt_lets_the_mail_through(desk: Desk, tmp_path: Path) -> None:
    held_mail(desk, tmp_path)
    done = imported(desk, tmp_path, a_customer_table())
    assert done.paid == ("K1",)
    (mail_id,) = done.released
    assert desk.waits(mail_id)


def test_an_import_that_says_nothing_of_the_debt_lets_nothing_through(desk: Desk, tmp_path: Path) -> None:
    held_mail(desk, tmp_path)
    done = imported(desk, tmp_path, "code;name;industry\nK1;Kund;Lantbruk\n", "customers.csv")
    assert (done.paid, done.released) == ((), ())


def test_a_payment_lets_the_mail_through(desk: Desk, tmp_path: Path) -> None:
    held_mail(desk, tmp_path)
    with desk.database.transaction() as uow:
        (mail_id,) = set_paid(uow, customer(desk).customer_id, now=MONDAY)
    assert desk.waits(mail_id)
    assert customer(desk).overdue_since is None


def test_overdue_is_since_a_day(desk: Desk, tmp_path: Path) -> None:
    imported(desk, tmp_path, a_customer_table())
    with desk.database.transaction() as uow:
        set_overdue(uow, customer(desk).customer_id, since=date(2026, 7, 1))
    assert customer(desk).overdue_since == date(2026, 7, 1)


def appointing(desk: Desk, address: str, *, in_place_of: str | None = None, code: str = "K1") -> SuperUser | str:
    one = Appointment(
        customer=customer(desk, code), address=address, name="Ny", language=Language.FINNISH,
        trained=frozenset({"Lön"}), in_place_of=in_place_of,
    )  # fmt: skip
    with desk.database.transaction() as uow:
        return appoint(uow, one, RULES)


def test_somebody_is_appointed_while_a_seat_is_left(desk: Desk, tmp_path: Path) -> None:
    imported(desk, tmp_path, a_customer_table())
    appointed = appointing(desk, "ny@kund.example")
    assert isinstance(appointed, SuperUser)
    assert (appointed.language, appointed.trained) == (Language.FINNISH, {"Lön"})
    refusal = appointing(desk, "till@kund.example")
    assert isinstance(refusal, str)
    assert refusal.endswith("in them: Eva <eva@kund.example>, Ny <ny@kund.example>")
    assert superusers(desk) == ["eva@kund.example", "ny@kund.example"]


def test_a_seat_can_be_handed_over(desk: Desk, tmp_path: Path) -> None:
    imported(desk, tmp_path, a_customer_table(superusers=("eva@kund.example", "bo@kund.example")))
    assert isinstance(appointing(desk, "ny@kund.example", in_place_of="bo@kund.example"), SuperUser)
    assert superusers(desk) == ["eva@kund.example", "ny@kund.example"]


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("konsult@example.com", "is an address of this desk"),
        ("sven@desk.example", "is a specialist's"),
        ("ann@annan.example", "of another customer"),
    ],
)
def test_who_cannot_be_appointed_is_refused(desk: Desk, tmp_path: Path, address: str, says: str) -> None:
    others = a_customer_table("K2", superusers=("ann@annan.example",)) + a_specialist_table()
    imported(desk, tmp_path, a_customer_table() + others)
    refusal = appointing(desk, address)
    assert isinstance(refusal, str)
    assert says in refusal


def test_nobody_leaves_a_seat_that_is_not_theirs(desk: Desk, tmp_path: Path) -> None:
    imported(desk, tmp_path, a_customer_table())
    assert appointing(desk, "ny@kund.example", in_place_of="bo@kund.example") == "bo@kund.example is no SuperUser of K1"

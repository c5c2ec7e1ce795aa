"""Seats: two, more with more modules, four at most (guide, "Supporträttigheter")."""

import pytest

from mailgate.domain.customer import SeatRule, seats


@pytest.mark.parametrize(
    ("modules", "expected"),
    [(0, 2), (1, 2), (4, 2), (5, 2), (7, 2), (8, 3), (11, 3), (12, 4), (13, 4), (16, 4), (100, 4)],
)
def test_seats_grow_with_modules_up_to_four(modules: int, expected: int) -> None:
    assert seats(modules, SeatRule()) == expected


@pytest.mark.parametrize(
    ("rule", "modules", "expected"),
    [
        (SeatRule(base=1, free_modules=0, modules_per_extra_seat=1, maximum=3), 2, 3),
        (SeatRule(base=1, free_modules=0, modules_per_extra_seat=1, maximum=3), 9, 3),
        (SeatRule(base=5, maximum=4), 0, 4),
        (SeatRule(modules_per_extra_seat=2), 6, 3),
    ],
)
def test_another_house_counts_seats_its_own_way(rule: SeatRule, modules: int, expected: int) -> None:
    assert seats(modules, rule) == expected


def test_one_more_module_never_costs_a_seat() -> None:
    counted = [seats(modules, SeatRule()) for modules in range(50)]
    assert counted == sorted(counted)

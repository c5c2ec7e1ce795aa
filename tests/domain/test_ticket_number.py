"""Numbers are found however people write them, and a slip of the pen finds nobody else's ticket."""

import email.header
import itertools

import pytest

from mailgate.domain.ticket_number import NumbersFound, TicketNumber, check_digit, find_numbers

OURS = TicketNumber("MG", 100042)
NOTHING = NumbersFound()
BROKEN = NumbersFound(broken=True)
SERIALS = (100001, 100042, 100999, 123456, 987654, 1234567, 10000, 999999999999)


def test_the_check_digits_of_known_numbers() -> None:
    assert [check_digit(serial) for serial in (572, 0, 100042)] == [4, 0, 6]


def test_a_number_reads_as_prefix_serial_and_check_digit() -> None:
    assert str(OURS) == "MG-100042-6"


@pytest.mark.parametrize("serial", SERIALS)
def test_a_number_that_we_write_is_a_number_that_we_read(serial: int) -> None:
    number = TicketNumber("MG", serial)
    assert find_numbers(f"Re: [{number}] Fel i lönekörningen", "MG") == NumbersFound(sound=(number,))


WAYS = [
    "MG-100042-6",
    "[MG-100042-6] Fel i lönen",
    "Re: [MG-100042-6] Fel i lönen",
    "SV: Sv: VB: [MG-100042-6] Fel i lönen",
    "VS: [MG-100042-6]",
    "mg-100042-6",
    "Mg-100042-6",
    "MG1000426",
    "mg1000426",
    "MG 1000426",
    "MG-1000426",
    "MG100042-6",
    "MG100042 6",
    "MG 100042 6",
    "MG 100042-6",
    "MG - 100042 - 6",
    "MG\u00a0100042\u00a06",
    "MG-100042\u00a0-\u00a06",
    "MG\u2013100042\u20136",
    "MG\u2014100042\u20146",
    "MG\u2011100042\u20116",
    "MG\u2212100042\u22126",
    "MG\u00ad-100042\u00ad-6",
    "M\u200bG-100042-6\u200b",
    "\ufeffMG-100042-6",
    "\uff2d\uff27\uff0d\uff11\uff10\uff10\uff10\uff14\uff12\uff0d\uff16",
    "MG_100042_6",
    "MG:100042:6",
    "MG#100042-6",
    "MG.100042.6",
    "MG/100042/6",
    "[MG] 100042-6",
    "(MG-100042-6)",
    "{MG-100042-6}",
    "MG-100042-6: tack!",
    "MG-100042-6, som sagt",
    "Angående MG-100042-6.",
    "Gäller:MG-100042-6",
    '"MG-100042-6"',
    "_MG-100042-6_",
    "MG nr 100042-6",
    "MG-nr. 100042-6",
    "MG-\t100042-6",
    "MG-\r\n 100042-6",
    "MG1000426 2 fakturor saknas",
    "MG 100042 6 faktura saknas",
    "MG-0100042-6",
    "ärende 100042-6",
    "Ärende MG-100042-6",
    "Ärendenummer: 100042-6",
    "A\u0308rende 100042-6",
    "ärendet 100042 6",
    "ÄRENDE NR 100042-6",
    "ärende nr. 1000426",
    "arende 100042-6",
    "ticket 100042-6",
    "Ticket #100042-6",
    "ticket no 100042-6",
    "case number 100042-6",
    "Case id: 1000426",
    "tiketti 100042-6",
    "Tiketin MG-100042-6 tila",
    "tukipyyntö nro 100042-6",
    "tukipyyntönumero 100042-6",
]


@pytest.mark.parametrize("subject", WAYS)
def test_a_number_is_found_however_it_is_written(subject: str) -> None:
    assert find_numbers(subject, "MG") == NumbersFound(sound=(OURS,))


@pytest.mark.parametrize(
    "raw",
    [
        "=?utf-8?q?Re=3A_=5BMG-100042-6=5D_L=C3=B6n?=",
        "=?utf-8?b?W01HLTEwMDA0Mi02XSBMw7Zu?=",
        "=?iso-8859-1?q?=5BMG-100042-6=5D_L=F6n?=",
        "=?utf-8?q?=5BMG-1000?= =?utf-8?q?42-6=5D_L=C3=B6n?=",
        "=?windows-1252?q?MG=96100042=966?=",
    ],
)
def test_a_number_is_found_in_a_decoded_subject(raw: str) -> None:
    subject = str(email.header.make_header(email.header.decode_header(raw)))
    assert find_numbers(subject, "MG") == NumbersFound(sound=(OURS,))


@pytest.mark.parametrize(
    "subject",
    [
        "",
        "Fel i lönen",
        "MG",
        "MG-",
        "100042-6",
        "XMG-100042-6",
        "3MG-100042-6",
        "MG-TC 1000426",
        "MG-9999-1",
        "MG-12345678901234-5",
        "500 mg 20 tabletter",
        "ärende 20261105 om lönen",
        "case 00123456",
        "ticket 4711",
        "ärende om 100042-6",
        "org.nr 556677-8899",
        "XX-100042-6",
    ],
)
def test_what_is_no_number_of_ours_is_not_taken_for_one(subject: str) -> None:
    assert find_numbers(subject, "MG") == NOTHING


@pytest.mark.parametrize(
    "subject",
    [
        "MG-100042-7",
        "MG-100043-6",
        "MG-100042",
        "MG-100024-6",
        "MG1000427",
        "mg 100042 7",
        "MG-100042-62",
        "MG-100042-8-",
        "MG-10042-6",
        "MG-10004",
        "ärende 100042-7",
        "MG-100042-7 4 fakturor",
        "MG 100042 7 fakturor",
    ],
)
def test_a_broken_number_finds_no_ticket_and_is_noticed(subject: str) -> None:
    assert find_numbers(subject, "MG") == BROKEN


def test_several_numbers_are_found_in_their_order_and_once_each() -> None:
    found = find_numbers(f"{TicketNumber('MG', 123456)} och MG-100042-6 och mg123456{check_digit(123456)}", "MG")
    assert found == NumbersFound(sound=(TicketNumber("MG", 123456), OURS))


def test_a_broken_number_beside_a_sound_one_is_noticed_too() -> None:
    assert find_numbers("MG-100042-6 eller MG-100042-7", "MG") == NumbersFound(sound=(OURS,), broken=True)


def test_two_readings_are_both_kept_where_both_are_sound() -> None:
    serial = next(n for n in range(100001, 101000) if check_digit(n // 10) == n % 10)
    found = find_numbers(f"MG {serial} {check_digit(serial)} fakturor", "MG")
    assert found.sound == (TicketNumber("MG", serial), TicketNumber("MG", serial // 10))


def test_no_more_than_twenty_numbers_are_looked_up() -> None:
    subject = " ".join(str(TicketNumber("MG", serial)) for serial in range(100000, 160000))
    assert find_numbers(subject, "MG").sound == tuple(TicketNumber("MG", serial) for serial in range(100000, 100020))


def test_another_house_has_another_prefix() -> None:
    assert find_numbers("DESK-100042-6", "DESK") == NumbersFound(sound=(TicketNumber("DESK", 100042),))
    assert find_numbers("DESK-100042-6", "MG") == NOTHING


def _slips(digits: str) -> set[str]:
    wrong = {
        digits[:at] + other + digits[at + 1 :]
        for at, other in itertools.product(range(len(digits)), "0123456789")
        if digits[at] != other
    }
    swapped = {
        digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
        for at in range(len(digits) - 1)
        if digits[at] != digits[at + 1]
    }
    return wrong | swapped


@pytest.mark.parametrize("form", ["[MG-{}-{}] Fel", "MG{}{} Fel", "ärende {}-{}", "MG {} {}: fel"])
@pytest.mark.parametrize("serial", [*range(100001, 100101), *SERIALS])
def test_every_wrong_digit_and_every_swap_of_neighbours_is_caught(serial: int, form: str) -> None:
    slips = _slips(f"{serial}{check_digit(serial)}")
    subjects = [form.format(slip[:-1], slip[-1]) for slip in slips]
    assert [subject for subject in subjects if find_numbers(subject, "MG") != BROKEN] == []


@pytest.mark.parametrize(
    "text",
    [
        "1" * 1_000_000,
        "-" * 1_000_000,
        "MG-" * 300_000,
        "MG-100042-7 " * 80_000,
        "MG - 1234567890124" * 50_000,
        "ärende" * 150_000,
        "tukipyyntö nro " * 60_000,
        "\u00ad" * 1_000_000,
        "MG" + " 1" * 400_000,
    ],
)
def test_a_hostile_subject_of_a_megabyte_finds_nothing(text: str) -> None:
    # Quadratic work on a megabyte would take hours: that this ends is the point.
    assert find_numbers(text, "MG").sound == ()


def test_numbers_sort_by_serial() -> None:
    assert sorted([TicketNumber("MG", 100043), OURS]) == [OURS, TicketNumber("MG", 100043)]

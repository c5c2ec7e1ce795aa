"""Register files: TOML and CSV as people write them, and every fault with its line."""

from datetime import date
from pathlib import Path

import pytest

from mailgate.desk.register_entries import Draft
from mailgate.desk.register_files import read_register
from mailgate.desk.register_values import as_address
from mailgate.domain.customer import Language
from mailgate.shipped import sample_register


def reading(folder: Path, content: str | bytes, name: str = "customers.csv") -> Draft:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_register([path], default_language=Language.SWEDISH)


def faults(draft: Draft, folder: Path) -> list[str]:
    return [str(fault).removeprefix(f"{folder}/") for fault in draft.faults]


def test_customers_come_out_of_a_csv_file(tmp_path: Path) -> None:
    draft = reading(
        tmp_path,
        "code,name,industry,modules,domains,overdue_since\n"
        'K1,"Bygg, Berg & Co",Bygg,Lön | Tid,BYGG.example|@berg.example,2026-06-30\n',
    )
    assert not draft.faults
    (customer,) = draft.customers
    assert customer.name == "Bygg, Berg & Co"
    assert customer.modules == {"Lön", "Tid"}
    assert customer.domains == {"bygg.example", "berg.example"}
    assert customer.overdue_since == date(2026, 6, 30)
    assert customer.keeps == set()


def test_swedish_headings_and_semicolons_are_understood(tmp_path: Path) -> None:
    draft = reading(tmp_path, "Kundnr;Namn;Bransch;Moduler;Domäner;Förfallen\nK1;Åkeri AB;Transport;;;\n")
    assert not draft.faults
    assert (draft.customers[0].code, draft.customers[0].industry) == ("K1", "Transport")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_spreadsheet_may_be_saved_in_any_usual_encoding(tmp_path: Path, encoding: str) -> None:
    content = "kund;adress;namn;språk;utbildad\r\nK1;åsa@kund.example;Åsa;sv;\r\n".replace("åsa@", "asa@")
    draft = reading(tmp_path, content.encode(encoding), "superusers.csv")
    assert not draft.faults
    assert draft.superusers[0].name == "Åsa"
    assert draft.whole == {"K1"}


def test_a_column_that_is_not_there_is_not_the_same_as_an_empty_cell(tmp_path: Path) -> None:
    draft = reading(tmp_path, "code;name;industry;overdue_since\nK1;Bygg;Bygg;\n")
    assert draft.customers[0].keeps == {"modules", "domains"}
    superusers = reading(tmp_path, "customer;address;name\nK1;a@kund.example;Anna\n", "superusers.csv")
    assert superusers.superusers[0].trained is None
    assert superusers.superusers[0].language is Language.SWEDISH


def test_specialists_are_told_by_their_team(tmp_path: Path) -> None:
    draft = reading(tmp_path, "adress;namn;team;språk;chef\nkarin@desk.example;Karin;Handel;sv;ja\n")
    assert draft.specialists[0].head
    assert draft.specialists[0].active


def test_a_toml_table_says_all_there_is(tmp_path: Path) -> None:
    draft = reading(tmp_path, '[[customer]]\ncode = 1001\nname = "Bygg"\nindustry = "Bygg"\n', "register.toml")
    assert not draft.faults
    assert draft.customers[0].code == "1001"
    assert draft.customers[0].keeps == set()
    assert draft.whole == set(), "a customer without SuperUsers in the file keeps those it has"


def test_an_empty_list_of_superusers_is_the_whole_list(tmp_path: Path) -> None:
    text = '[[customer]]\ncode = "K1"\nname = "Bygg"\nindustry = "Bygg"\nsuperuser = []\n'
    assert reading(tmp_path, text, "register.toml").whole == {"K1"}


def test_the_shipped_register_is_sound() -> None:
    draft = read_register([sample_register()], default_language=Language.SWEDISH)
    assert not draft.faults
    assert {one.language for one in draft.superusers} == set(Language)
    assert [one.code for one in draft.customers if one.overdue_since] == ["1003"]
    assert sum(one.head for one in draft.specialists) == 1


def test_every_fault_of_a_csv_file_is_told_with_its_line(tmp_path: Path) -> None:
    draft = reading(
        tmp_path,
        "code;name;industry;domains;overdue_since\n"
        ";Bygg;Bygg;;\n"
        '"K2";"two\nlines";Bygg;;\n'
        "K3;Bygg;Bygg;gmail.com;\n"
        "K4;Bygg;Bygg;;yesterday\n"
        "K5;Bygg\n",
    )
    assert faults(draft, tmp_path) == [
        "customers.csv, line 7: 2 cells, where the header has 5",
        "customers.csv, line 2: code is missing",
        "customers.csv, line 3: name: 'two\\nlines' cannot be read as one line of text",
        "customers.csv, line 5: domains: gmail.com belongs to a provider of mailboxes: "
        "anybody may have an address there",
        "customers.csv, line 6: overdue_since: 'yesterday' is no day; write it like 2026-07-31",
    ]


def test_every_fault_of_a_toml_file_is_told_with_its_line(tmp_path: Path) -> None:
    text = """# a comment
[[customer]]
code = "K1"
name = "Bygg"
industry = "Bygg"
modules = "Lön"
overdu_since = 2026-01-01
domains = ["telia.com"]

[[customer.superuser]]
name = "Anna"
address = "anna at kund"

[[customer]]
code = "K2"
name = "Berg"
industry = "Bygg"

[[customer.superuser]]
name = "Bo"
address = "bo@kund.example"
language = "no"
trained = 5

[[specialist]]
name = "Karin"
address = "karin@desk.example"
head = "perhaps"
"""
    found = faults(reading(tmp_path, text, "register.toml"), tmp_path)
    places = [fault.split(": ")[0:2] for fault in found]
    assert places == [
        [
            "register.toml, line 7",
            "unknown key overdu_since; a customer has code, name, industry, modules, domains, overdue_since",
        ],
        ["register.toml, line 8", "domains"],
        ["register.toml, line 12", "address"],
        ["register.toml, line 22", "language"],
        ["register.toml, line 23", "trained"],
        ["register.toml, line 25", "team is missing"],
        ["register.toml, line 28", "head"],
    ]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("namn;telefon\nAnna;1\n", "the first line is no header of a register file"),
        ("code;name\nK1;Bygg\n", "the column industry is missing"),
        ("code;name;industry;industri\nK1;a;b;c\n", "unknown column 'industri'"),
        ("code;name;name;industry\nK1;a;b;c\n", "the column name stands twice"),
        ("", "the first line is no header"),
        ('code;name;industry\nK1;"a" b;c\n', "no CSV"),
    ],
)
def test_a_csv_file_that_is_none_is_refused(tmp_path: Path, content: str, says: str) -> None:
    (fault,) = faults(reading(tmp_path, content), tmp_path)
    assert says in fault


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("[[customer]\n", "line 1: no TOML"),
        ('[customer]\ncode = "K1"\n', "under a heading of its own, [[customer]]"),
        ('[[kund]]\ncode = "K1"\n', "unknown table kund"),
        (
            '[[customer]]\ncode = "K"\nname = "a"\nindustry = "b"\n[customer.superuser]\nname = "x"\n',
            "[[customer.super",
        ),
    ],
)
def test_a_toml_file_that_is_no_register_is_refused(tmp_path: Path, content: str, says: str) -> None:
    found = faults(reading(tmp_path, content, "register.toml"), tmp_path)
    assert says in found[0]


def test_a_file_that_cannot_be_opened_is_a_fault_like_others(tmp_path: Path) -> None:
    draft = read_register([tmp_path / "none.csv"], default_language=Language.SWEDISH)
    assert faults(draft, tmp_path) == ["none.csv: No such file or directory"]


def test_a_domain_may_be_written_in_either_form_and_is_kept_in_one(tmp_path: Path) -> None:
    draft = reading(
        tmp_path, "code,name,industry,modules,domains,overdue_since\nK1,Åkeri AB,Transport,,åkeri.example,\n"
    )
    assert draft.customers[0].domains == {"xn--keri-poa.example"}
    assert as_address("Eva@åkeri.example") == as_address("eva@xn--keri-poa.example") == "eva@xn--keri-poa.example"
    assert faults(
        reading(tmp_path, "code,name,industry,modules,domains,overdue_since\nK1,Ek,Bygg,,ｋｕｎｄ.example,\n"), tmp_path
    )

"""``mailgate register`` at the command line."""

from datetime import datetime
from zoneinfo import ZoneInfo

from mailgate.app import now
from tests.cli.conftest import CommandLine


def test_customers_are_listed_and_shown(used: CommandLine) -> None:
    listed = used.done("register", "list", "--json").json
    assert [one["code"] for one in listed] == ["1003", "1001", "1002"]
    assert listed[0]["overdue_since"] == "2026-06-30"
    assert "Norrby El & VVS AB" in used.done("register", "list").out
    shown = used.done("register", "show", "1002", "--json").json
    assert shown["superusers"][0] == {
        "address": "mikko.virtanen@kalustetalo.example",
        "name": "Mikko Virtanen",
        "language": "fi",
        "trained": ["Ekonomi", "Kassa"],
        "overview": True,
        "bounced_at": None,
        "bounced_status": None,
    }
    assert "overdue   since 2026-06-30: support rests" in used.done("register", "show", "1003").out
    assert used.done("register", "specialists", "--json").json[0]["address"] == "aino.laine@desk.example"
    assert "head of service" in used.done("register", "specialists").out


def test_an_unknown_customer_is_one_line(used: CommandLine) -> None:
    for command in (("show", "9"), ("paid", "9"), ("overdue", "9"), ("appoint", "9", "a@b.example", "--name", "A")):
        result = used("register", *command)
        assert (result.code, result.out) == (1, "")
        assert result.err == "mailgate: there is no customer 9; mailgate register list shows all\n"


def test_an_import_says_what_it_did(fresh: CommandLine) -> None:
    tried = fresh.done("register", "import", fresh.folder / "register.toml", "--dry-run")
    assert tried.out.splitlines() == [
        "customers: 3 added",
        "SuperUsers: 6 added",
        "specialists: 4 added",
        "overdue, support rests: 1003",
        "only tried: nothing was changed",
    ]
    assert fresh.done("register", "list", "--json").json == []
    done = fresh.done("register", "import", fresh.folder / "register.toml", "--json").json
    assert done["customers"] == {"added": 3, "changed": 0, "unchanged": 0, "deactivated": 0}
    assert (done["dry_run"], done["paid"], done["overdue"]) == (False, [], ["1003"])
    fresh.done("register", "paid", "1003")
    again = fresh.done("register", "import", fresh.folder / "register.toml")
    assert "overdue, support rests: 1003" in again.out, "an old file does not undo a payment unseen"


def test_files_are_imported_together_or_not_at_all(fresh: CommandLine) -> None:
    customers, superusers = fresh.folder / "customers.csv", fresh.folder / "superusers.csv"
    customers.write_text("kundnr;namn;bransch\nK1;Bygg AB;Bygg\n", encoding="cp1252")
    superusers.write_text("kund;adress;namn\nK1;bo@bygg.example;Bo\nK2;å@bygg.example;Åsa\n", encoding="cp1252")
    result = fresh("register", "import", superusers, customers)
    assert (result.code, result.out) == (1, "")
    assert result.err.splitlines() == [
        f"mailgate: {superusers}, line 3: address: 'å@bygg.example' is not a mail address; "
        "write it like anna@bygg.example",
        f"mailgate: {superusers}, line 3: there is no customer K2",
        "mailgate: 2 faults; nothing was changed",
    ]
    assert fresh.done("register", "list", "--json").json == []
    superusers.write_text("kund;adress;namn\nK1;bo@bygg.example;Bo\n", encoding="cp1252")
    assert "SuperUsers: 1 added" in fresh.done("register", "import", superusers, customers).out


def test_paid_tells_how_many_mails_go_through(used: CommandLine) -> None:
    assert used.done("register", "paid", "1003").out.splitlines() == [
        "1003 (Hotell Ankaret AB) has paid",
        "1 held mail goes through again (at once where mailgate serve runs, otherwise when it starts)",
    ]
    assert used.done("mail", "show", 3, "--json").json["state"] == "received"
    assert used.done("register", "paid", "1003").out == "1003 (Hotell Ankaret AB) has paid\n"


def test_overdue_is_since_today_where_no_day_is_named(used: CommandLine) -> None:
    used.done("register", "overdue", "1001", "--since", "2026-07-01")
    assert used.done("register", "show", "1001", "--json").json["overdue_since"] == "2026-07-01"
    before = now()
    used.done("register", "overdue", "1001")
    since = used.done("register", "show", "1001", "--json").json["overdue_since"]
    days = {moment.astimezone(ZoneInfo("Europe/Stockholm")).date() for moment in (before, now())}
    assert datetime.fromisoformat(since).date() in days
    assert used("register", "overdue", "1001", "--since", "yesterday").code == 2


def test_one_too_many_is_refused_at_the_command_line_too(used: CommandLine) -> None:
    used.done("register", "appoint", "1003", "Ny@ankaret.example", "--name", "Ny", "--trained", "Lön")
    assert used.done("register", "show", "1003", "--json").json["superusers"][1]["trained"] == ["Lön"]
    refused = used("register", "appoint", "1003", "till@ankaret.example", "--name", "Till")
    assert refused.code == 1
    assert "1003 (Hotell Ankaret AB) has 2 seats for SuperUsers" in refused.err
    assert "Lisa Holm <lisa.holm@ankaret.example>, Ny <ny@ankaret.example>" in refused.err
    swap = ("--name", "Till", "--in-place-of", "ny@ankaret.example")
    assert used("register", "appoint", "1003", "till@ankaret.example", *swap).code == 0
    assert used("register", "appoint", "1003", "no address", "--name", "X").err.startswith("mailgate: 'no address' is")

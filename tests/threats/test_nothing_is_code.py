"""T9, T22, T26–T29, T31, T32: whatever stands in a mail or in the register is read, and never obeyed.

Hostile strings go through the real pipeline in every field that a mail has, and through what people type at the command
line; then everything that comes out is inspected: each mail, each listing, each table, each page, each line of the log.
"""

from collections.abc import Iterator

import pytest
import typer
from hypothesis import HealthCheck, example, given, settings

from mailgate import cli
from tests.threats import inspection
from tests.threats.hostile import ALL_AT_ONCE, FIELDS, LONG, a_hostile_mail, letters, writable
from tests.threats.house import House, a_house

_SLOW = settings(
    max_examples=150 if LONG else 5,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
# What shows something, and needs no name of what it shows.
_LISTINGS = (
    "held list --all", "register specialists", "register show K1", "schedule --until friday",
    "digest --for sven@desk.example --print", "report --month {month}", "config check",
)  # fmt: skip
_BY_NAME = ("explain", "ticket show", "sla explain", "mail show", "outbox show", "held show", "quarantine show")
_LISTING, _SHOWING = {"list", "count", "versions"}, {"show", "explain"}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with a_house(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.fixture(scope="module")
def full(house: House) -> House:
    """With mails in every state, whatever ran before."""
    hostile = dict.fromkeys(FIELDS, ALL_AT_ONCE)
    house.takes(a_hostile_mail(hostile))
    nowhere = ALL_AT_ONCE.replace("MG-100001", "MG-x")  # or it joins what is there
    error = {"subject": nowhere, "body": f"\nÄrendekategori: Programfel\nServicenivå: 2\n{ALL_AT_ONCE}"}
    number = house.number_of(house.takes(a_hostile_mail(error)))
    house.command("ticket", "answer", number, "--by", "sven@desk.example", "--text", writable(ALL_AT_ONCE), code=None)
    house.takes(a_hostile_mail(hostile, author="frammande@kund.example"), sender="y@kund.example")
    house.sets_aside(a_hostile_mail(hostile), evidence=writable(ALL_AT_ONCE))
    return house


@_SLOW
@given(letters)
@example(dict.fromkeys(FIELDS, ALL_AT_ONCE))
@example({"name": "\r\nBcc: x@evil.example", "subject": "=?utf-8?q?=0D=0ABcc:_x=40evil.example?="})
@example({"file": "../../\u200b.htaccess\x00.pdf", "event": "x\r\nATTENDEE:mailto:x@evil.example"})
def test_whatever_a_mail_holds_our_mails_have_their_own_headers_and_nothing_in_them_acts(
    house: House, told: dict[str, str]
) -> None:
    number = house.number_of(house.takes(a_hostile_mail(told)))
    house.takes(a_hostile_mail(told, subject=f"[{number}]"))
    house.takes(a_hostile_mail(told, author="sven@desk.example", subject=f"Re: [{number}]"), sender="sven@desk.example")
    house.takes(a_hostile_mail(told, author="okänd@kund.example".replace("ä", "a")), sender="x@kund.example")
    for content in house.new_mails():
        kinds = [kind for kind, _ in inspection.check_mail(content)]
        assert kinds[:2] == ["text/plain", "text/html"]
    inspection.check_log(house.log.getvalue())


@settings(_SLOW, max_examples=50 if LONG else 1)  # each is four commands
@given(letters)
@example({"body": ALL_AT_ONCE})
def test_whatever_a_specialist_types_is_words_and_no_more(house: House, told: dict[str, str]) -> None:
    text = told.get("body", "Prova igen") or "Prova igen"
    number = house.number_of(house.takes(a_hostile_mail({})))
    for move in ("answer", "ask", "workaround", "resolve"):
        house.command("ticket", move, number, "--by", "sven@desk.example", "--text", f"Hej {text}", code=None)
    mails = list(house.new_mails())
    assert len(mails) >= 4
    for content in mails:
        assert [kind for kind, _ in inspection.check_mail(content)][:2] == ["text/plain", "text/html"]
    inspection.check_printed(house.command("ticket", "show", number))


def _commands(app: typer.Typer) -> Iterator[str]:
    for group in typer.main.get_command(app).commands.items():  # type: ignore[attr-defined]
        name, command = group
        inner = getattr(command, "commands", None)
        yield from (f"{name} {each}" for each in inner) if inner else (name,)


def test_every_command_that_shows_something_by_its_name_is_looked_at() -> None:
    known = {*_BY_NAME, "register show", "config show"}
    assert {name for name in _commands(cli.app) if name.split()[-1] in _SHOWING} <= known


def _asked(house: House) -> Iterator[tuple[str, ...]]:
    """Every command that shows something, for what there is."""
    month = f"{house.today:%Y-%m}"
    listings = [name for name in _commands(cli.app) if name.split()[-1] in _LISTING]
    yield from (tuple(line.format(month=month).split()) for line in (*listings, *_LISTINGS))
    for noun, names in house.names().items():
        yield from ((*noun.split(), name) for name in names)


def test_no_listing_does_anything_but_say_what_is_there(full: House) -> None:
    asked = list(_asked(full))
    assert not set(_BY_NAME) - set(full.names())
    for arguments in asked:
        printed = full.command(*arguments)
        assert printed
        inspection.check_printed(printed)


def test_no_listing_for_programs_holds_what_acts(full: House) -> None:
    for arguments in _asked(full):
        if arguments[0] not in ("report", "config"):  # these have forms of their own
            inspection.check_json(full.command(*arguments, "--json"))


def test_at_a_terminal_it_is_the_same(full: House) -> None:
    for arguments in ("ticket list", "quarantine list"):
        inspection.check_terminal(full.at_a_terminal(*arguments.split()))


def test_the_months_table_holds_no_formula_and_its_page_nothing_that_runs(full: House) -> None:
    month = f"{full.today:%Y-%m}"
    inspection.check_csv(full.command("report", "--month", month, "--format", "csv"))
    inspection.check_html(full.command("report", "--month", month, "--format", "html"), drawn=True)


def test_a_mail_that_is_inspected_in_a_file_says_what_it_is_and_no_more(full: House) -> None:
    file = full.shop.config.home / "one.eml"
    file.write_bytes(a_hostile_mail(dict.fromkeys(FIELDS, ALL_AT_ONCE)))
    inspection.check_printed(full.command("inspect", str(file)))
    inspection.check_json(full.command("inspect", "--jsonl", str(file)))


def test_complaints_repeat_nothing_that_acts(full: House) -> None:
    for noun in ("ticket show", "register show", "mail show", "held release"):
        printed = full.command(*noun.split(), writable(ALL_AT_ONCE), code=None)
        inspection.check_printed(printed)


def test_each_line_of_the_log_is_one_event(full: House) -> None:
    events = inspection.check_log(full.log.getvalue())
    assert {"mail_settled"} <= {event["event"] for event in events}

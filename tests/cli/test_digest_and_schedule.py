"""``mailgate digest``, ``schedule`` and ``register overview`` at the command line: they look, and send nothing."""

from datetime import date, datetime, timedelta

from mailgate.app import now
from tests.cli.conftest import CommandLine


def in_days(days: int) -> str:
    return (now() + timedelta(days=days)).date().isoformat()


def test_a_digest_is_shown_and_not_sent(used: CommandLine) -> None:
    before = used.done("outbox", "list", "--json").json
    out = used.done("digest", "--for", "karin.ek@desk.example", "--print").out
    assert "Lönen går inte att köra" in out
    assert "Hantverkare, Transport och Konsult".casefold() in out.casefold()
    record = used.done("digest", "--for", "Karin", "--json").json
    assert (record["specialist"], record["figures"]["open"]) == ("Karin Ek", 1)
    assert used.done("outbox", "list", "--json").json == before


def test_a_digest_needs_a_specialist_and_is_only_ever_shown(used: CommandLine) -> None:
    assert used("digest", "--for", "Nobody", "--print").code == 1
    refused = used("digest", "--for", "Karin Ek")
    assert refused.code == 2
    assert "--print shows one here" in refused.err


def test_the_schedule_says_what_would_go_out(used: CommandLine) -> None:
    before = used.done("outbox", "list", "--json").json
    expected = used.done("schedule", "--until", in_days(21), "--json").json
    digests = [each for each in expected if each["what"] == "digest"]
    assert len(digests) >= 5
    assert {each["mails"] for each in digests} == {4}
    assert expected == sorted(expected, key=lambda each: datetime.fromisoformat(each["at"]))
    (ticket,) = {each["ticket"] for each in expected} - {None}
    assert ticket.startswith("MG-100001-")
    out = used.done("schedule", "--until", in_days(21)).out
    assert "4 mails" in out
    assert "Lönen går inte att köra" in out
    assert used.done("outbox", "list", "--json").json == before


def test_a_day_is_a_date_a_weekday_or_tomorrow(used: CommandLine) -> None:
    for day in ("friday", "Today", "tomorrow", in_days(1)):
        used.done("schedule", "--until", day)
    for day in ("someday", "2026-13-01", str(date(2020, 1, 1)), in_days(500)):
        refused = used("schedule", "--until", day)
        assert refused.code == 2
        assert "--until" in refused.err


def test_a_superusers_overview_is_turned_off_and_on(used: CommandLine) -> None:
    def wanted() -> bool:
        shown = used.done("register", "show", "1003", "--json").json
        return bool(shown["superusers"][0]["overview"])

    assert wanted()
    out = used.done("register", "overview", "Lisa.Holm@ankaret.example", "--off").out
    assert out == "Lisa Holm <lisa.holm@ankaret.example> gets no weekly overview\n"
    assert not wanted()
    used.done("register", "import", used.folder / "register.toml")
    assert not wanted(), "an import leaves it as it is"
    used.done("register", "overview", "lisa.holm@ankaret.example", "--on")
    assert wanted()
    assert used("register", "overview", "x@nowhere.example", "--off").code == 1
    assert used("register", "overview", "lisa.holm@ankaret.example").code == 2

"""``[ways]`` and ``[holders]``: the guide's ways are the default, and one that cannot be gone stops the start."""

from pathlib import Path

import pytest

from mailgate.config import Config
from mailgate.config_file import ConfigError, load_config
from mailgate.config_ways import holder_lists, ways_of
from mailgate.domain.moves import Holder, Move
from mailgate.domain.ticket import TicketType


def loaded(folder: Path, text: str) -> Config:
    (folder / "config.toml").write_text(text, encoding="utf-8")
    return load_config(folder / "config.toml")


def complaint(folder: Path, text: str) -> str:
    with pytest.raises(ConfigError) as told:
        loaded(folder, text)
    return str(told.value)


def test_a_vendor_without_an_external_council_leaves_it_out(tmp_path: Path) -> None:
    config = loaded(
        tmp_path,
        """
        [ways.wish]
        desk = { holder = "desk", next = { council_internal = "council" }, ends = ["close"] }
        council = { holder = "council_internal", next = { planned = "desk", declined = "desk" } }
        """,
    )
    ways = ways_of(config.ways)
    assert [one.stage for one in ways.way(TicketType.WISH).stations] == ["desk", "council"]
    assert [one.stage for one in ways.way(TicketType.QUESTION).stations] == ["service_desk", "answered"]


def test_a_way_that_cannot_be_gone_stops_the_start_with_its_line(tmp_path: Path) -> None:
    told = complaint(
        tmp_path, '[ways.wish]\ndesk = { holder = "desk", next = { product = "dept" }, ends = ["close"] }\n'
    )
    assert told.endswith(", line 1, ways.wish: desk: product leads to 'dept', which is no stage here; there are: desk")


@pytest.mark.parametrize(
    ("stage", "wanted"),
    [
        ('{ holder = "boss", ends = ["close"] }', "'consultant' or 'customer' is wanted (here: 'boss')"),
        (
            '{ holder = "desk", next = { fly = "desk" }, ends = ["close"] }',
            "'fly' brings a ticket nowhere; known are answer, approve, consultant,",
        ),
        ('{ holder = "desk", ends = ["vanish"] }', "nothing ends with 'vanish'; known are billed, close, resolve"),
        ('{ holder = "desk", end = ["close"] }', "unknown key; did you mean ends?"),
    ],
)
def test_a_word_that_is_none_is_named(tmp_path: Path, stage: str, wanted: str) -> None:
    assert wanted in complaint(tmp_path, f"[ways.wish]\ndesk = {stage}\n")


def test_a_way_without_stages_is_none(tmp_path: Path) -> None:
    assert "ways.wish: at least one entry is needed" in complaint(tmp_path, "[ways.wish]\n")


def test_only_holders_with_a_list_have_one(tmp_path: Path) -> None:
    config = loaded(tmp_path, '[holders]\nproduct = "Produkt@Desk.example"\n')
    assert holder_lists(config.holders) == {Holder.PRODUCT: "produkt@desk.example"}


def test_the_customers_yes_is_the_only_way_to_billable_work() -> None:
    order = ways_of(Config().ways).way(TicketType.ORDER)
    assert [one.stage for one in order.stations if Move.BILLED in one.ends] == ["work"]

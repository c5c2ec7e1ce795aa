"""docs/ways.md shows the ways that the shipped configuration has."""

from pathlib import Path

import pytest

from mailgate.config_file import load_config
from mailgate.config_ways import ways_of
from mailgate.domain.ticket import TicketType
from mailgate.domain.ways import drawn
from mailgate.shipped import sample_config

PAGE = Path(__file__).resolve().parent.parent / "docs" / "ways.md"


@pytest.mark.parametrize("kind", TicketType)
def test_each_way_stands_in_the_page_as_it_is(kind: TicketType) -> None:
    """Changed a way? Put ``drawn(way)`` into the page."""
    ways = ways_of(load_config(sample_config()).ways)
    assert f"```text\n{drawn(ways.way(kind))}\n```" in PAGE.read_text(encoding="utf-8")

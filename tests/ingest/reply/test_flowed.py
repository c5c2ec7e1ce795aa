"""RFC 3676: what was broken by a program is joined, and nothing else."""

import pytest

from mailgate.ingest.body import text_of
from mailgate.ingest.mime_tree import read_tree
from mailgate.ingest.reply.flowed import unflowed


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("ett \ntvå\ntre", "ett två\ntre"),
        ("> ett \n> två\ntre", "> ett två\ntre"),
        (">> ett \n> två", ">> ett \n> två"),
        ("ett \n-- \nAnna", "ett \n-- \nAnna"),
        (" > inte citat", "> inte citat"),
        (" From mig", "From mig"),
        ("slut ", "slut "),
        (">\n> a", "> \n> a"),
        ("", ""),
    ],
)
def test_soft_breaks_are_taken_out(text: str, joined: str) -> None:
    assert unflowed(text) == joined


def test_the_space_before_a_break_goes_where_it_was_put_there_for_it() -> None:
    assert unflowed("sam \nman", delsp=True) == "samman"


@pytest.mark.parametrize(
    ("parameters", "text"),
    [("format=flowed", "ett två"), ("format=Flowed; delsp=yes", "etttvå"), ("format=fixed", "ett \ntvå")],
)
def test_a_part_flows_as_it_says(parameters: str, text: str) -> None:
    raw = f"Content-Type: text/plain; charset=utf-8; {parameters}\n\nett \ntvå\n".encode()
    assert text_of(read_tree(raw)[1]) == text

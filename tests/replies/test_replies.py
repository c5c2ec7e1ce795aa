"""Replies as they are really written: at least 95 of 100 are read exactly, and in none is anything lost."""

import pytest

from tests.replies.collection import Reply, replies

READ = list(replies())


@pytest.mark.parametrize("reply", READ, ids=lambda reply: f"{reply.half}: {reply.file}: {reply.name}")
def test_no_text_of_a_person_is_lost(reply: Reply) -> None:
    assert reply.kept, "every case says what must not be lost"
    assert all(sentence in reply.said.body_text for sentence in reply.kept), "what is kept stands in the body"
    assert reply.lost == ()


def test_nearly_all_replies_are_read_exactly() -> None:
    inexact = [f"{reply.file}: {reply.name}" for reply in READ if not reply.exact]
    print(f"{len(READ) - len(inexact)} of {len(READ)} exact; not: {inexact}")
    assert len(inexact) <= 0.05 * len(READ), inexact


def test_the_half_that_the_rules_were_not_made_from_is_read_as_well_as_the_other() -> None:
    held_out = [reply for reply in READ if reply.half == "held_out"]
    assert sum(reply.exact for reply in held_out) >= 0.95 * len(held_out)


@pytest.mark.parametrize(("language", "least"), [("sv", 40), ("fi", 12), ("no da", 12), ("en", 5), ("de", 5)])
def test_the_collection_speaks_the_languages_of_our_customers(language: str, least: int) -> None:
    assert sum(reply.language in language.split() for reply in READ) >= least

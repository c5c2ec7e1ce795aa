"""What others did in between stands in the way of what is about the same, and of nothing else."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from mailgate.domain.causes import Cause
from mailgate.domain.commands import CommandName
from mailgate.domain.crossing import crossing

SVEN, NINA, EVA = "specialist:1", "specialist:2", "superuser:7"


@dataclass(frozen=True)
class Happened:
    kind: str
    actor: str = NINA
    detail: dict[str, Any] = field(default_factory=dict)


@pytest.mark.parametrize(
    ("wanted", "kind", "actor", "cause"),
    [
        (CommandName.TAKE, "take", NINA, Cause.TAKEN_MEANWHILE),
        (CommandName.TAKE, "give", NINA, Cause.TAKEN_MEANWHILE),
        (CommandName.GIVE, "team", NINA, Cause.TAKEN_MEANWHILE),
        (CommandName.ANSWER, "answer", NINA, Cause.ANSWERED_MEANWHILE),
        (CommandName.ANSWER, "close", NINA, Cause.ANSWERED_MEANWHILE),
        (CommandName.ASK, "resolve", NINA, Cause.ANSWERED_MEANWHILE),
        (CommandName.LEVEL, "level", NINA, Cause.CHANGED_MEANWHILE),
        (CommandName.LEVEL, "level", EVA, Cause.CHANGED_MEANWHILE),
        (CommandName.LEVEL, "workaround", NINA, Cause.ANSWERED_MEANWHILE),
        (CommandName.CLOSE, "joined", "superuser:eva@kund.example", Cause.WROTE_MEANWHILE),
        (CommandName.RESOLVE, "resumed", "superuser", Cause.WROTE_MEANWHILE),
        (CommandName.MODULE, "module", NINA, Cause.CHANGED_MEANWHILE),
        (CommandName.COUNCIL, "council_internal", NINA, Cause.CHANGED_MEANWHILE),
        (CommandName.CLOSE, "product", NINA, Cause.CHANGED_MEANWHILE),
        (CommandName.PRODUCT, "close", NINA, Cause.ANSWERED_MEANWHILE),
        (CommandName.DECLINED, "planned", NINA, Cause.ANSWERED_MEANWHILE),
        (CommandName.ESTIMATE, "desk", NINA, Cause.CHANGED_MEANWHILE),
        (CommandName.ESTIMATE, "approve", EVA, Cause.WROTE_MEANWHILE),
        (CommandName.MERGE, "close", NINA, Cause.ANSWERED_MEANWHILE),
        (CommandName.CLOSE, "merged_here", NINA, Cause.MERGED_MEANWHILE),
        (CommandName.TAKE, "merged_here", NINA, Cause.MERGED_MEANWHILE),
    ],
)
def test_what_is_about_the_same_stands_in_the_way(wanted: CommandName, kind: str, actor: str, cause: Cause) -> None:
    found = crossing(wanted, [Happened(kind, actor)], me=SVEN)
    assert found is not None
    assert (found.cause, found.actor) == (cause, actor)


@pytest.mark.parametrize(
    ("wanted", "kind", "actor"),
    [
        (CommandName.TAKE, "take", SVEN),
        (CommandName.TAKE, "answer", NINA),
        (CommandName.TAKE, "joined", "superuser:eva@kund.example"),
        (CommandName.ANSWER, "joined", "superuser:eva@kund.example"),
        (CommandName.ANSWER, "take", NINA),
        (CommandName.ANSWER, "note", NINA),
        (CommandName.CLOSE, "joined", "specialist:nina@desk.example"),
        (CommandName.CLOSE, "close", "clock"),
        (CommandName.NOTE, "note", NINA),
        (CommandName.REOPEN, "close", NINA),
        (CommandName.HELP, "close", NINA),
        (CommandName.ESTIMATE, "refuse", EVA),
        (CommandName.ANSWER, "merged_here", NINA),
        (CommandName.NOTE, "merged_here", NINA),
        (CommandName.CLOSE, "merged_here", SVEN),
    ],
)
def test_what_is_about_something_else_does_not(wanted: CommandName, kind: str, actor: str) -> None:
    assert crossing(wanted, [Happened(kind, actor)], me=SVEN) is None


def test_the_last_of_several_is_named_with_the_last_words_that_were_written() -> None:
    since = [Happened("answer", detail={"text": "Vi tittar."}), Happened("close", "specialist:3")]
    found = crossing(CommandName.ANSWER, since, me=SVEN)
    assert found is not None
    assert (found.actor, found.text) == ("specialist:3", "Vi tittar.")

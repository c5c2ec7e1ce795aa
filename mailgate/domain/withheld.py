"""Automatic mail that was withheld, as the head of service is told of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from mailgate.domain.notice_kinds import NoticeKind


class StopCause(StrEnum):
    """Which count stopped it: of the same words, or of a budget."""

    SAID = "said"
    ADDRESS = "address"
    CUSTOMER = "customer"
    DOMAIN = "domain"
    INSTANCE = "instance"
    STRANGERS = "strangers"
    GIST = "gist"
    TEAM = "team"
    SPECIALIST = "specialist"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """``whose``: an address, a domain or a customer; empty where all are meant. ``count``: mails that stayed away."""

    cause: StopCause
    whose: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersStoppedContent:
    """To the head of service: automatic answers stay away. ``left_out``: so many more cases are not listed."""

    stops: tuple[Stopped, ...]
    left_out: int = 0
    kind: NoticeKind = NoticeKind.ANSWERS_STOPPED


def stopped(counts: Iterable[tuple[str, int]]) -> tuple[Stopped, ...]:
    """Scopes of counts (see ``domain.budgets``) with what each withheld, in the order in which they press."""
    sums: dict[tuple[StopCause, str], int] = {}
    for scope, count in counts:
        what = _cause_of(scope)
        sums[what] = sums.get(what, 0) + count
    found = [Stopped(cause=cause, whose=whose, count=count) for (cause, whose), count in sums.items()]
    return tuple(sorted(found, key=lambda one: (-one.count, one.cause, one.whose)))


def _cause_of(scope: str) -> tuple[StopCause, str]:
    name, _, whose = scope.partition(":")
    match name:
        case "said":
            return StopCause.SAID, whose.partition(":")[2]
        case "stranger-domain":
            return StopCause.STRANGERS, whose
        case "team-for-customer" | "team-for-domain":
            return StopCause.TEAM, whose
        case _:
            return StopCause(name), whose

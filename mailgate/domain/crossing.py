"""Two who act at once: what has happened since somebody looked that they must know of before they act.

Everybody acts on what the mail that they reply to showed. What others did since stands in the way where it is about the
same: an answer to the customer after another's answer, a level after another's level. Nothing is overwritten
unseen; who still means it says it again, in a reply to the mail that tells of the other.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from mailgate.domain.causes import Cause
from mailgate.domain.commands import CommandName

_TAKES = frozenset({"take", "give", "team"})
_WRITES = frozenset({"answer", "ask", "workaround", "resolve", "close", "estimate", "planned", "declined", "billed"})
_ENDS = frozenset({"resolve", "close", "billed"})
_CLASSIFIES = frozenset({"level", "type", "workaround"})
_HANDS_ON = frozenset(
    {"desk", "product", "council_internal", "council_external", "planned", "declined", "consultant", "estimate"}
)
_CUSTOMER_WROTE = frozenset({"joined", "resumed", "reopened"})
_APPROVES = frozenset({"approve"})
_MERGED = frozenset({"merged_here"})
_CUSTOMERS = ("superuser", "colleague")

_IN_THE_WAY: Mapping[CommandName, frozenset[str]] = {
    CommandName.TAKE: _TAKES,
    CommandName.GIVE: _TAKES,
    CommandName.TEAM: _TAKES,
    CommandName.LEVEL: _CLASSIFIES,
    CommandName.TYPE: _CLASSIFIES,
    CommandName.MODULE: frozenset({"module"}),
    CommandName.ANSWER: _WRITES,
    CommandName.ASK: _WRITES,
    CommandName.WORKAROUND: _WRITES | _CLASSIFIES,
    CommandName.RESOLVE: _WRITES | _HANDS_ON | _CUSTOMER_WROTE,
    CommandName.CLOSE: _WRITES | _HANDS_ON | _CUSTOMER_WROTE,
    CommandName.MERGE: _ENDS | {"merge"},
    CommandName.DESK: _HANDS_ON | _ENDS,
    CommandName.PRODUCT: _HANDS_ON | _ENDS,
    CommandName.COUNCIL: _HANDS_ON | _ENDS,
    CommandName.PLANNED: _HANDS_ON | _ENDS,
    CommandName.DECLINED: _HANDS_ON | _ENDS,
    CommandName.CONSULTANT: _HANDS_ON | _ENDS,
    # A new price makes void what the customer has just said yes to.
    CommandName.ESTIMATE: _HANDS_ON | _ENDS | _APPROVES,
}
"""What of others' doing each command must know of; whatever is not listed, of its own kind."""
_FREE = frozenset({CommandName.NOTE, CommandName.HELP, CommandName.REOPEN})
_GOES_TO_ANOTHER = frozenset({CommandName.ANSWER, CommandName.ASK, CommandName.LINK, CommandName.CC})
"""What may follow a ticket into the one that it was merged into, unasked; whatever changes that one may not."""


class Event(Protocol):
    """As much of what happened as matters here."""

    @property
    def kind(self) -> str: ...
    @property
    def actor(self) -> str: ...
    @property
    def detail(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """What stands in the way, and who did it, as events name them."""

    cause: Cause
    actor: str
    kind: str
    text: str = ""


def crossing(wanted: CommandName, since: Iterable[Event], *, me: str) -> Crossing | None:
    """The last of others' doings since then that stands in the way; None where nothing does."""
    if wanted in _FREE:
        return None
    kinds = _IN_THE_WAY.get(wanted, frozenset({wanted.value}))
    kinds |= _MERGED if wanted not in _GOES_TO_ANOTHER else frozenset()
    others = [one for one in since if one.kind in kinds and _is_anothers(one, me=me)]
    if not others:
        return None
    last = others[-1]
    text = next((str(one.detail["text"]) for one in reversed(others) if one.detail.get("text")), "")
    return Crossing(cause=_cause(last), actor=last.actor, kind=last.kind, text=text)


def _is_anothers(event: Event, *, me: str) -> bool:
    if event.kind in _CUSTOMER_WROTE:
        return event.actor.startswith(_CUSTOMERS)
    return event.actor.startswith(("specialist:", "superuser:")) and event.actor != me


def _cause(event: Event) -> Cause:
    if event.kind in _CUSTOMER_WROTE | _APPROVES:
        return Cause.WROTE_MEANWHILE
    if event.kind in _MERGED:
        return Cause.MERGED_MEANWHILE
    if event.kind in _TAKES:
        return Cause.TAKEN_MEANWHILE
    return Cause.ANSWERED_MEANWHILE if event.kind in _WRITES else Cause.CHANGED_MEANWHILE

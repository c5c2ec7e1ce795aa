"""What two decisions on the same mail differ in, and whether a person's correction speaks for the new one."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from mailgate.domain.trace import Decided
from mailgate.domain.verdict import Outcome


class Aspect(StrEnum):
    """What is compared."""

    OUTCOME = "outcome"
    CAUSE = "cause"
    TYPE = "type"
    LEVEL = "level"
    MODULE = "module"
    TEAM = "team"
    TICKET = "ticket"
    ANSWERED = "answered"


_OF_A_NEW_TICKET = (Aspect.TYPE, Aspect.LEVEL, Aspect.MODULE, Aspect.TEAM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """``corrected``: what a person made of it since, if one did; ``right``: whether that is what is new."""

    aspect: Aspect
    old: str
    new: str
    corrected: str | None = None

    @property
    def right(self) -> bool | None:
        """None where nobody has corrected it."""
        return None if self.corrected is None else self.corrected == self.new


def differences(
    old: Decided, new: Decided, *, corrected: Mapping[Aspect, str], answers_known: bool = True
) -> tuple[Difference, ...]:
    """What would now be different; nothing for another rule with the same effect.

    ``answers_known``: whether the old decision says if the sender could be answered.
    """
    aspects = [Aspect.OUTCOME]
    if old.outcome == new.outcome == Outcome.TICKET:
        aspects += _OF_A_NEW_TICKET
    elif old.outcome == new.outcome == Outcome.JOINED:
        aspects.append(Aspect.TICKET)
    elif old.outcome == new.outcome == Outcome.HELD:
        aspects.append(Aspect.CAUSE)
    if answers_known:
        aspects.append(Aspect.ANSWERED)
    pairs = ((aspect, shown(old, aspect), shown(new, aspect)) for aspect in aspects)
    return tuple(
        Difference(aspect=aspect, old=before, new=after, corrected=corrected.get(aspect))
        for aspect, before, after in pairs
        if before != after
    )


def shown(decided: Decided, aspect: Aspect) -> str:
    """One aspect as text; empty for none."""
    value = getattr(decided, aspect.value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)

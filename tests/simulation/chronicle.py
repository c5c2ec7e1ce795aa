"""What happened in the simulated world, in the order in which it happened, in words of its own.

``at`` is what the desk's clock showed when it was done; it may show the same hour twice, the order is told by the list.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple


class Told(NamedTuple):
    """One mail to one person about one ticket; of a bundle each ticket counts."""

    kind: str
    to: str
    number: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """The desk has a mail, and has not read it. ``received_at``: when the first server had it, maybe long before."""

    at: datetime
    mail: int
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A mail became a ticket."""

    at: datetime
    mail: int
    number: str
    received_at: datetime
    type: str
    level: int | None
    team: str
    by: str
    cc: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Replied:
    """A SuperUser's reply joined a ticket."""

    at: datetime
    mail: int
    number: str
    received_at: datetime
    by: str
    cc: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A specialist did something. ``to``: the new level, type or team."""

    at: datetime
    number: str
    move: str
    to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticked:
    """The minute's work was done."""

    at: datetime


Happening = Arrived | Opened | Replied | Moved | Ticked


@dataclass(kw_only=True)
class Chronicle:
    """All of it. ``teams``: whom a team's mails reach; ``heads``: whom its breaches reach as well."""

    teams: Mapping[str, tuple[str, ...]]
    heads: tuple[str, ...]
    happenings: list[Happening] = field(default_factory=list)

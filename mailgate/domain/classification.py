"""What a mail is about, as far as can be told from it."""

from collections.abc import Mapping
from dataclasses import dataclass

from mailgate.domain.ticket import ServiceLevel, TicketType

Leanings = Mapping[str, tuple[float, ...]]
"""Sign of a mail (``classify.leanings``) → its points for each type, in their order. Empty: words do not lean."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Classification:
    """Type, level and module, each with what spoke for it: ("type", "stated: Ärendekategori: Önskemål")."""

    type: TicketType
    level: ServiceLevel | None
    module: str | None
    evidence: tuple[tuple[str, str], ...] = ()

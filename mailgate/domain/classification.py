"""What a mail is about, as far as can be told from it."""

from dataclasses import dataclass

from mailgate.domain.ticket import ServiceLevel, TicketType


@dataclass(frozen=True, slots=True, kw_only=True)
class Classification:
    """Type, level and module, each with what spoke for it: ("type", "stated: Ärendekategori: Önskemål")."""

    type: TicketType
    level: ServiceLevel | None
    module: str | None
    evidence: tuple[tuple[str, str], ...] = ()

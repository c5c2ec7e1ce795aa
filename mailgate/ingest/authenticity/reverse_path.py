"""May this client send for that reverse-path (SPF, RFC 7208)? pyspf reads the records, over our bounded lookups."""

from collections.abc import Mapping, Sequence
from typing import Any

import spf

from mailgate.domain.mail import Envelope, domain_of
from mailgate.ingest.authenticity.lookups import Lookups
from mailgate.ingest.authenticity.undecided import UndecidedError


def vouching_domain(envelope: Envelope, helo: str, lookups: Lookups) -> str | None:
    """The domain that lets this client send; None where none does.

    Raises ``UndecidedError`` where that cannot be told now.
    """
    sender = envelope.mail_from or ""
    try:
        result, _, _ = _Query(envelope.peer, sender, helo, lookups).check()
    except UndecidedError:
        raise
    except Exception:  # noqa: BLE001  what pyspf raises on what strangers publish has no end
        return None
    if result == "temperror":
        raise UndecidedError
    return (domain_of(sender) or helo.lower()) if result == "pass" else None


class _Query(spf.query):  # type: ignore[misc]
    """pyspf asks the machine's resolver and knows no other: this is the one place where it asks."""

    def __init__(self, peer: str, sender: str, helo: str, lookups: Lookups) -> None:
        super().__init__(i=peer, s=sender, h=helo)
        self._lookups = lookups

    def dns(
        self, name: str, qtype: str, cnames: Mapping[str, str] | None = None, ignore_void: bool = False
    ) -> Sequence[Any]:
        found = [_value(record, qtype) for record in self._lookups.records(str(name).rstrip("."), qtype)]
        if not found and not ignore_void:
            self.void_lookups += 1
            if self.void_lookups > spf.MAX_VOID_LOOKUPS:
                raise spf.PermError("void lookup limit exceeded")
        return found


def _value(record: Any, kind: str) -> Any:
    """A record in pyspf's form."""
    match kind:
        case "A" | "AAAA":
            return record.address
        case "MX":
            return record.preference, record.exchange.to_text(omit_final_dot=True)
        case "PTR":
            return record.target.to_text(omit_final_dot=True)
        case _:
            return record.strings

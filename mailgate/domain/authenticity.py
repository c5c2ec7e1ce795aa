"""Whether a mail is truly from whom its From names: what was found, and on what evidence.

Found at the doors (``ingest.authenticity``), or by what a reply knows (``desk.gather``); what follows from it is for
``classify.entitlement``. Where nobody checked there is no ``Authenticity``, and that is no proof of anything.
"""

from dataclasses import dataclass
from enum import StrEnum


class Proof(StrEnum):
    """``PROVEN``: the From is borne out. ``FORGED``: its domain disowns the mail. ``UNPROVEN``: neither."""

    PROVEN = "proven"
    UNPROVEN = "unproven"
    FORGED = "forged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Authenticity:
    """``evidence``: who found it by what, "dkim=pass kund.example, checked here". Never the mail's own words.

    ``only_for``: the number of the one ticket that the proof is for, as that of a token is; empty for one that is about
    none; None: for all.
    """

    proof: Proof
    evidence: str
    only_for: str | None = None


def is_proven(authenticity: Authenticity | None) -> bool:
    """Whether something that binds may rest on this mail: closing, approving, granting, speaking for the desk.

    What was not checked is not proven. Ask the registered address to confirm, and take its reply.
    """
    return authenticity is not None and authenticity.proof is Proof.PROVEN


def is_proven_for(authenticity: Authenticity | None, number: str) -> bool:
    """Whether something that binds this ticket may rest on this mail."""
    return is_proven(authenticity) and authenticity is not None and authenticity.only_for in (None, number)


def is_forged(authenticity: Authenticity | None) -> bool:
    """Whether this mail is to count for nothing, and nobody is to be answered."""
    return authenticity is not None and authenticity.proof is Proof.FORGED

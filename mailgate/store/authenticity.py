"""Whether a mail is from its author: row ↔ value."""

from mailgate.domain.authenticity import Authenticity, Proof
from mailgate.store.tables import MailRow


def proof_values(authenticity: Authenticity | None) -> dict[str, str]:
    """The columns of a mail's row; none where nobody checked, and what was written before stays."""
    if authenticity is None:
        return {}
    return {"proof": authenticity.proof.value, "proof_evidence": authenticity.evidence}


def proof_of(row: MailRow) -> Authenticity | None:
    """What was found out about a mail's author."""
    if row.proof is None:
        return None
    return Authenticity(proof=Proof(row.proof), evidence=row.proof_evidence or "")

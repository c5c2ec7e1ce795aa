"""What a SuperUser said to something that binds, as columns of the row that it is about. Row ↔ value."""

from typing import Any

from mailgate.domain.customer import SuperUserId
from mailgate.domain.mail import MailId
from mailgate.domain.orders import Answer


def answer_values(answer: Answer, name: str, *, at: str, by: str) -> dict[str, Any]:
    """The columns of an answer; ``at`` and ``by`` name the two that are called otherwise."""
    return {
        at: answer.at,
        by: answer.superuser_id,
        f"{name}_text": answer.text,
        f"{name}_proof": answer.proof,
        f"{name}_mail_id": answer.mail_id,
    }


def answer_of_row(row: Any, name: str, *, at: str, by: str) -> Answer | None:
    """The answer in these columns; None if there is none."""
    said_at, said_by, mail_id = getattr(row, at), getattr(row, by), getattr(row, f"{name}_mail_id")
    if said_at is None or said_by is None:
        return None
    return Answer(
        superuser_id=SuperUserId(said_by),
        at=said_at,
        text=getattr(row, f"{name}_text") or "",
        proof=getattr(row, f"{name}_proof") or "",
        mail_id=MailId(mail_id) if mail_id is not None else None,
    )

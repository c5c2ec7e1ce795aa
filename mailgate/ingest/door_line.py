"""What the SMTP door's process and the daemon say to each other, over one line.

First the daemon says where to listen, and hears how that went. From then on the door asks and the daemon answers, one
message for as many questions as there are: a mail to be kept, or an address that wants to know whether it may write.
Plain values, nothing that runs: the door talks to strangers.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from mailgate.domain.authenticity import Authenticity, Proof
from mailgate.domain.fingerprint import Identity
from mailgate.domain.mail import Accepted, Envelope, MailId, Origin
from mailgate.ingest.frames import read_message, write_message


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A mail that is to be kept."""

    envelope: Envelope
    identity: Identity


@dataclass(frozen=True, slots=True)
class MayWrite:
    """A reverse-path; may it write to us?"""

    reverse_path: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """The daemon could not: the name of the error, for the log."""

    kind: str


Question = Kept | MayWrite
Answer = Accepted | bool | Trouble


def write_questions(sink: BinaryIO, questions: Sequence[Question]) -> None:
    """Two frames for each: what it is, and the mail's content."""
    write_message(sink, [frame for question in questions for frame in _frames(question)])


def read_questions(source: BinaryIO) -> list[Question] | None:
    """None where the line has ended."""
    frames = read_message(source)
    if frames is None:
        return None
    return [_question(json.loads(head), content) for head, content in zip(frames[::2], frames[1::2], strict=True)]


def write_answers(sink: BinaryIO, answers: Sequence[Answer]) -> None:
    """In the order of the questions."""
    write_message(sink, [json.dumps([_said(answer) for answer in answers]).encode()])


def read_answers(source: BinaryIO) -> list[Answer] | None:
    """None where the line has ended."""
    frames = read_message(source)
    return [_answer(said) for said in json.loads(frames[0])] if frames is not None else None


def _frames(question: Question) -> tuple[bytes, bytes]:
    if isinstance(question, MayWrite):
        return json.dumps({"may_write": question.reverse_path}).encode(), b""
    envelope, proof = question.envelope, question.envelope.authenticity
    head = {
        "mail_from": envelope.mail_from, "rcpt_to": envelope.rcpt_to, "peer": envelope.peer,
        "received_at": envelope.received_at.isoformat(),
        "proof": [proof.proof.value, proof.evidence] if proof is not None else None,
        "key": question.identity.dedupe_key, "sha256": question.identity.sha256,
    }  # fmt: skip
    return json.dumps(head).encode(), envelope.content


def _question(head: Mapping[str, Any], content: bytes) -> Question:
    if "may_write" in head:
        return MayWrite(head["may_write"])
    found = head["proof"]
    envelope = Envelope(
        mail_from=head["mail_from"],
        rcpt_to=tuple(head["rcpt_to"]),
        received_at=datetime.fromisoformat(head["received_at"]),
        origin=Origin.SMTP,
        peer=head["peer"],
        content=content,
        authenticity=Authenticity(proof=Proof(found[0]), evidence=found[1]) if found is not None else None,
    )
    return Kept(envelope=envelope, identity=Identity(dedupe_key=head["key"], sha256=head["sha256"]))


def _said(answer: Answer) -> Any:
    if isinstance(answer, Accepted):
        return [answer.mail_id, answer.duplicate]
    return {"trouble": answer.kind} if isinstance(answer, Trouble) else answer


def _answer(said: Any) -> Answer:
    if isinstance(said, list):
        return Accepted(mail_id=MailId(said[0]), duplicate=bool(said[1]))
    return Trouble(str(said["trouble"])) if isinstance(said, dict) else bool(said)

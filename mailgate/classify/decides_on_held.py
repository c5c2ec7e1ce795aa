"""A specialist's mail that is about no ticket, and decides on held mail: ``#release 42``, ``#reject 42`` at its top."""

from mailgate.classify.commands import specialist_instructions
from mailgate.domain.authenticity import is_proven
from mailgate.domain.commands import DECIDE_ON_HELD, Instructions
from mailgate.domain.mail import ParsedMail
from mailgate.domain.verdict import Facts, Instruct, Policy, Reason


def decides_on_held(mail: ParsedMail, facts: Facts, policy: Policy) -> Instruct | None:
    """Only what is proven to be a specialist's: what is released becomes a customer's ticket."""
    specialist = facts.specialist
    if specialist is None or facts.superuser is not None:
        return None
    if not (is_proven(facts.authenticity) or facts.trusted_door):
        return None
    instructions = specialist_instructions(mail.new_text)
    if not _decide(instructions):
        return None
    reason = Reason(rule="decides-on-held", evidence=f"specialist {specialist.specialist_id}")
    return Instruct(reason=reason, by=specialist, instructions=instructions)


def decides(text: str) -> bool:
    """Whether a mail with these words wants to, whoever wrote it."""
    return _decide(specialist_instructions(text))


def _decide(instructions: Instructions) -> bool:
    return any(one.command.name in DECIDE_ON_HELD for one in instructions.asked)

"""``#release`` and ``#reject``: what a specialist decides on held mail, by any mail of theirs.

Such a mail need not be about a ticket; then all that it asks for is done here, or nothing of it, and its author
is told.
"""

import re
from datetime import datetime

from mailgate.desk.case import Case
from mailgate.desk.commands.tell import lines_undone, tell_without_ticket
from mailgate.desk.holds import Refusal, reject, release
from mailgate.desk.tickets import Act, Done, refused_because
from mailgate.domain.a_labels import in_a_labels
from mailgate.domain.answers import UndoneLine
from mailgate.domain.causes import Cause
from mailgate.domain.commands import DECIDE_ON_HELD, Asked, CommandName
from mailgate.domain.customer import Specialist
from mailgate.domain.mail import MailId, canonical_address
from mailgate.domain.verdict import Instruct
from mailgate.store.unit_of_work import UnitOfWork

_CAUSES = {
    Refusal.NOT_HELD: Cause.NOT_HELD,
    Refusal.NO_CUSTOMER: Cause.HELD_OF_NOBODY,
    Refusal.NO_SUPERUSER: Cause.CUSTOMER_WITHOUT_SUPERUSER,
    Refusal.SPECIALISTS: Cause.HELD_OF_SPECIALIST,
}
_NUMBERED = re.compile(r"(?P<mail>\d{1,9})(?:\s+(?:<?mailto:)?[<(\"]?(?P<address>[^\s<>()\"]+@[^\s<>()\"]+).*)?")
_Fault = tuple[Cause, str]


def on_held(act: Act, asked: Asked) -> Done:
    """``#release 42``, ``#release 42 eva@kund.example``, ``#reject 42``, in a mail about a ticket."""
    assert isinstance(act.by, Specialist), "only they decide on held mail"  # noqa: S101
    fault = _carried_out(act.uow, asked, by=act.by, now=act.now)
    return act.ticket if fault is None else refused_because(act, fault[0], about=fault[1])


def decide_on_held(case: Case, by: Specialist, verdict: Instruct) -> None:
    """The same in a mail that is about no ticket."""
    instructions = verdict.instructions
    undone = lines_undone(instructions.unclear, by.language)
    undone += [
        UndoneLine(line=one.line, cause=Cause.NAMES_NO_TICKET)
        for one in instructions.asked
        if one.command.name not in DECIDE_ON_HELD | {CommandName.HELP}
    ]
    if not undone:
        undone = case.uow.try_out(lambda: _faults(case, by, verdict), keep=lambda faults: not faults)
    if not verdict.silent:
        tell_without_ticket(case, by, done=() if undone else instructions.asked, undone=undone)


def _faults(case: Case, by: Specialist, verdict: Instruct) -> list[UndoneLine]:
    for asked in verdict.instructions.asked:
        if asked.command.name is CommandName.HELP:
            continue
        fault = _carried_out(case.uow, asked, by=by, now=case.now)
        if fault is not None:
            return [UndoneLine(line=asked.line, cause=fault[0], about=fault[1])]
    return []


def _carried_out(uow: UnitOfWork, asked: Asked, *, by: Specialist, now: datetime) -> _Fault | None:
    """Done, or why not, and what that is about."""
    said = _NUMBERED.fullmatch(asked.argument.strip())
    if said is None:
        return Cause.NOT_HELD, asked.argument
    mail_id, name = MailId(int(said["mail"])), f"specialist {by.specialist_id}"
    if asked.command.name is CommandName.REJECT:
        refusal = reject(uow, mail_id, by=name, now=now)
        return (_CAUSES[refusal], said["mail"]) if refusal is not None else None
    superuser = None
    if (written := said["address"]) is not None:
        address = canonical_address(in_a_labels(written))
        superuser = uow.customers.superuser(address) if address is not None else None
        if superuser is None:
            return Cause.NO_SUCH_SUPERUSER, written
    outcome = release(uow, mail_id, superuser=superuser, by=name, now=now)
    return (_CAUSES[outcome], said["mail"]) if isinstance(outcome, Refusal) else None

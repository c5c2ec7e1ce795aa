"""A specialist's reply: does all that it asks for or nothing, and tells its author which.

All or nothing, because a mail's lines are written with one another in mind: ``#level 2`` above an answer that says so.
Half of it done would have to be undone, or written anew without what was done already; nothing done is simply sent
again, corrected. A reply without commands is the desk's answer; if that goes out, nobody is told of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mailgate.classify.commands import specialist_instructions
from mailgate.desk.case import Case
from mailgate.desk.commands.files import files_of
from mailgate.desk.commands.handlers import HANDLERS
from mailgate.desk.commands.meanwhile import in_the_way, unseen
from mailgate.desk.commands.tell import lines_undone, tell_specialist, undone_line
from mailgate.desk.move_news import Before
from mailgate.desk.reply import words_for_customer
from mailgate.desk.tickets import Act, Refused, refused_because
from mailgate.domain.answers import UndoneLine
from mailgate.domain.causes import OF_ITSELF, Cause
from mailgate.domain.command_table import command
from mailgate.domain.commands import Asked, Below, CommandName, Instructions
from mailgate.domain.customer import Specialist
from mailgate.domain.ticket import Ticket
from mailgate.store.tickets import TicketEvent

_TELLS_ALL = frozenset({CommandName.ANSWER, CommandName.ASK, CommandName.RESOLVE})
"""Where one of them goes out, its mail tells what else was done: nobody gets two mails of ours for one."""
_TOLD_ALONG = frozenset({CommandName.TAKE, CommandName.TYPE, CommandName.LEVEL, CommandName.CLOSE})
_FIRST = frozenset({CommandName.REOPEN, CommandName.TYPE, CommandName.LEVEL})
"""Without them what follows may not be possible, or not be told by the answer, which comes next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """How it went: the ticket after it, and what was refused, the first of it in the order in which it was tried."""

    ticket: Ticket
    refused: tuple[tuple[Asked, Refused], ...] = ()


def follow(case: Case, ticket: Ticket, specialist: Specialist) -> Ticket:
    """Do what the reply asks for; the ticket as it is then."""
    instructions = specialist_instructions(words_for_customer(case.uow, ticket, case.mail))
    act = Act(uow=case.uow, house=case.house, ticket=ticket, by=specialist, now=case.now)
    orders = in_order(instructions)
    if not orders and not instructions.unclear:
        return _not_done(case, act, instructions, [undone_line("", refused_because(act, Cause.ONLY_QUOTES))])
    files = files_of(case, instructions)
    if files is None:
        return _not_done(case, act, instructions, [undone_line("", refused_because(act, Cause.TOO_LARGE))])
    act = replace(act, files=files)
    since = unseen(case, ticket)
    unclear = lines_undone(instructions.unclear, specialist.language)
    run = case.uow.try_out(lambda: _all_of(act, orders, since), keep=lambda run: not run.refused and not unclear)
    if run.refused or unclear:
        undone = [*unclear, *(undone_line(asked.line, refusal) for asked, refusal in run.refused)]
        undone.sort(key=lambda one: case.mail.new_text.find(one.line))  # as its author reads it
        refusal = run.refused[0][1] if run.refused else None
        return _not_done(case, act, instructions, undone, refusal=refusal)
    if instructions.asked:
        tell_specialist(case, run.ticket, specialist, done=orders)
    return run.ticket


def in_order(instructions: Instructions) -> list[Asked]:
    """What is to be done, the answer that the mail's text is among it."""
    asked = list(instructions.asked)
    if instructions.text:
        asked = [Asked(command=command(CommandName.ANSWER), line="", text=instructions.text), *asked]
    elif not _tells_all(asked):
        return asked
    first = [one for one in asked if one.command.name in _FIRST]
    return [*first, *(one for one in asked if one.command.name not in _FIRST)]


def _tells_all(orders: Sequence[Asked]) -> bool:
    return any(one.command.name in _TELLS_ALL for one in orders)


def _all_of(act: Act, orders: Sequence[Asked], since: Sequence[TicketEvent]) -> _Run:
    together = _tells_all(orders)
    if together:
        closes = any(one.command.name is CommandName.CLOSE for one in orders)
        clocks = act.uow.tickets.clocks(act.ticket.ticket_id)
        act = replace(act, before=Before(ticket=act.ticket, clocks=clocks, closes=closes))
    refused: list[tuple[Asked, Refused]] = []
    for asked in orders:
        act = replace(act, quiet=together and asked.command.name in _TOLD_ALONG)
        done = in_the_way(act, asked, since) or HANDLERS[asked.command.name](act, asked)
        if not isinstance(done, Refused):
            act = replace(act, ticket=done)
        elif not refused or done.cause in OF_ITSELF:
            refused.append((asked, done))
    return _Run(ticket=act.ticket, refused=tuple(refused))


def _not_done(
    case: Case, act: Act, instructions: Instructions, undone: Sequence[UndoneLine], *, refusal: Refused | None = None
) -> Ticket:
    """Nothing of it: kept in the ticket's history, and told to whoever wrote it."""
    why = refusal.why if refusal is not None else ", ".join(f"{one.cause}: {one.line}" for one in undone)
    kind = "not_done" if instructions else "not_sent"
    text = instructions.text or next((one.text for one in instructions.asked if one.command.below is Below.OWN), "")
    detail = {"mail": case.spooled.mail_id, "why": why, "text": text}
    case.uow.tickets.record(act.ticket.ticket_id, at=case.now, kind=kind, actor="mailgate", detail=detail)
    ticket = case.uow.tickets.ticket(act.ticket.ticket_id) or act.ticket
    assert isinstance(act.by, Specialist), "this is their file"  # noqa: S101
    tell_specialist(case, ticket, act.by, undone=undone, text=text, refusal=refusal)
    return ticket

"""Tells a specialist what came of the commands in a mail: to that specialist only, and under that mail."""

from collections.abc import Sequence

from mailgate.desk.case import Case
from mailgate.desk.linked import goes_on_in
from mailgate.desk.tell import reply_thread, to_person
from mailgate.desk.tickets import Refused
from mailgate.domain.answers import CommandsContent, DoneLine, UndoneLine
from mailgate.domain.command_table import SPECIALISTS
from mailgate.domain.commands import Asked, Command, CommandName, Role, Trouble, Unclear
from mailgate.domain.customer import Language, Specialist
from mailgate.domain.moves import Move
from mailgate.domain.ticket import Status, Ticket

_COMMANDS = {one.name.value: one for one in SPECIALISTS}
_SV, _EN, _FI = Language.SWEDISH, Language.ENGLISH, Language.FINNISH
_COUNCILS = {
    Move.COUNCIL_INTERNAL: {_SV: "internt", _EN: "internal", _FI: "sisäinen"},
    Move.COUNCIL_EXTERNAL: {_SV: "externt", _EN: "external", _FI: "ulkoinen"},
}


def tell_specialist(  # noqa: PLR0913 - all of it is said of one mail
    case: Case,
    ticket: Ticket,
    to: Specialist,
    *,
    done: Sequence[Asked] = (),
    undone: Sequence[UndoneLine] = (),
    text: str = "",
    refusal: Refused | None = None,
) -> None:
    """What was done, or why nothing was; and how the ticket stands now, or the one in which it goes on."""
    mine, ticket = ticket, goes_on_in(case.uow, ticket) or ticket
    customer = case.uow.customers.customer(ticket.customer_id)
    holder = case.uow.customers.specialist_by_id(ticket.specialist_id) if ticket.specialist_id is not None else None
    clocks, running = case.uow.tickets.clocks(ticket.ticket_id), ticket.status is Status.OPEN
    wants_help = any(one.command.name is CommandName.HELP for one in done)
    content = CommandsContent(
        number=str(ticket.number),
        subject=ticket.subject,
        customer=customer.name if customer is not None else "",
        done=tuple(DoneLine(command=one.command.name, line=one.line) for one in done),
        undone=tuple(undone),
        legal=written_moves(refusal.legal, to.language) if refusal is not None else (),
        text=text,
        meanwhile=refusal.meanwhile if refusal is not None else "",
        kept=case.attachment_names if text else (),
        listed=tuple(one.name for one in SPECIALISTS) if wants_help or _unknown(undone) else (),
        was=str(mine.number) if mine.ticket_id != ticket.ticket_id else "",
        type=ticket.type,
        level=ticket.level,
        module=ticket.module,
        team=ticket.team,
        specialist=holder.name if holder is not None else "",
        status=ticket.status,
        handling_due=clocks.handling_due if running and clocks.handling_started_at is None else None,
        solution_due=clocks.solution_due if running else None,
    )
    case.say("commands", to_person(to), content, reply_thread(case.mail), ticket)


def tell_without_ticket(
    case: Case, to: Specialist, *, done: Sequence[Asked] = (), undone: Sequence[UndoneLine] = ()
) -> None:
    """The same of a mail that was about no ticket."""
    wants_help = any(one.command.name is CommandName.HELP for one in done)
    content = CommandsContent(
        number="",
        subject=case.subject,
        done=tuple(DoneLine(command=one.command.name, line=one.line) for one in done),
        undone=tuple(undone),
        listed=tuple(one.name for one in SPECIALISTS) if wants_help or _unknown(undone) else (),
    )
    case.say("commands", to_person(to), content, reply_thread(case.mail))


def _unknown(undone: Sequence[UndoneLine]) -> bool:
    """Where nothing is like what was written, all commands are shown."""
    return any(one.cause is Trouble.UNKNOWN and not one.nearest for one in undone)


def undone_line(line: str, refusal: Refused) -> UndoneLine:
    """A command that was understood, and could not be followed."""
    return UndoneLine(
        line=line, cause=refusal.cause, about=refusal.about, choices=refusal.choices, status=refusal.status
    )


def lines_undone(unclear: Sequence[Unclear], language: Language) -> list[UndoneLine]:
    """Lines that were not understood, each with what may have been meant."""
    return [UndoneLine(line=one.line, cause=one.trouble, nearest=written(one.nearest, language)) for one in unclear]


def written_moves(moves: Sequence[Move], language: Language) -> tuple[str, ...]:
    """Moves as one writes them in a mail."""
    return tuple(_written_move(move, language) for move in moves if move.value in _COMMANDS or move in _COUNCILS)


def _written_move(move: Move, language: Language) -> str:
    if move in _COUNCILS:
        return f"{written(_COMMANDS['council'], language)} {_COUNCILS[move][language]}"
    return written(_COMMANDS[move.value], language)


def written(command: Command | None, language: Language) -> str:
    """``#ta``, ``STATUS``; nothing for none."""
    if command is None:
        return ""
    word = command.spellings[language][0]
    return f"#{word}" if command.role is Role.SPECIALIST else word.upper()

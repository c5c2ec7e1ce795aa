"""A SuperUser's commands: each line by itself, and what came of all of them in one answer.

Unlike a specialist's mail this is not all or nothing: STATUS above a line that nobody understands is answered all the
same, for its author need not know what a desk knows. What binds the customer is done on proof only.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from mailgate.classify.stated import level_named, type_named
from mailgate.desk import tickets
from mailgate.desk.case import Case
from mailgate.desk.commands.tell import lines_undone, undone_line
from mailgate.desk.confirm import Asked as Waiting
from mailgate.desk.confirm import bind
from mailgate.desk.naming import module_named, modules_known, ticket_named
from mailgate.desk.overviews import set_overview
from mailgate.desk.tell import reply_thread, to_person
from mailgate.desk.tickets import Act, Done, Refused, refused_because
from mailgate.domain.answers import DoneLine, RequestContent, UndoneLine
from mailgate.domain.causes import Cause
from mailgate.domain.command_table import SUPERUSERS
from mailgate.domain.commands import Asked, CommandName, Instructions
from mailgate.domain.customer import SuperUser
from mailgate.domain.news import TicketLine
from mailgate.domain.pending import BindingAct, Deed
from mailgate.domain.ticket import Status, Ticket, TicketType

LONGEST_STATUS = 50
_TOLD_BY_A_MAIL_OF_ITS_OWN = frozenset({CommandName.CLOSE, CommandName.TYPE, CommandName.LEVEL})
"""Every SuperUser of the ticket hears of these; to say it to its author once more would be too much."""


@dataclass(slots=True, kw_only=True)
class _Answer:
    """What is to be told, as it gathers. ``ticket``: the one that the mail belongs to, as it is by now."""

    ticket: Ticket | None
    done: list[DoneLine] = field(default_factory=list)
    undone: list[UndoneLine] = field(default_factory=list)
    confirm: list[str] = field(default_factory=list)
    status: list[TicketLine] = field(default_factory=list)
    left_out: int = 0
    asked_status: bool = False
    changed: bool = False
    unasked: bool = False
    wants_help: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """The ticket after it, if there is one; whether there is news for the team.

    That is where anything was changed, or is wanted by a mail that may not even be asked whether it means it.
    """

    ticket: Ticket | None
    is_news: bool


def follow_superuser(
    case: Case,
    superuser: SuperUser,
    instructions: Instructions,
    *,
    ticket: Ticket | None = None,
    added: bool = False,
    silent: bool = False,
) -> Followed:
    """Do what the lines ask for, and answer. ``added``: the rest of the mail is in the ticket."""
    answer = _Answer(ticket=ticket)
    once = {(one.command.name, one.argument): one for one in instructions.asked}  # said twice, done once
    for asked in once.values():
        _do(case, superuser, asked, answer)
    answer.undone += lines_undone(instructions.unclear, superuser.language)
    if not silent and _has_to_tell(answer, added=added):
        _tell(case, superuser, answer, added=added)
    return Followed(ticket=answer.ticket, is_news=answer.changed or answer.unasked)


def _do(case: Case, superuser: SuperUser, asked: Asked, answer: _Answer) -> None:
    match asked.command.name:
        case CommandName.HELP:
            answer.wants_help = True
            return
        case CommandName.STATUS:
            _status(case, superuser, asked, answer)
            return
        case CommandName.OVERVIEW_OFF:
            set_overview(case.uow, superuser.address, wanted=False)
        case _:
            _change(case, superuser, asked, answer)
            return
    answer.done.append(DoneLine(command=asked.command.name, line=asked.line))


def _change(case: Case, superuser: SuperUser, asked: Asked, answer: _Answer) -> None:
    """A ticket is to be changed: the one that is named, else the one that the mail belongs to."""
    ticket = _meant(case, superuser, asked, answer)
    if ticket is None:
        cause = Cause.NO_SUCH_TICKET if asked.argument else Cause.NO_TICKET_NAMED
        answer.undone.append(UndoneLine(line=asked.line, cause=cause, about=asked.argument))
        return
    if answer.ticket is None or ticket.ticket_id != answer.ticket.ticket_id:
        ticket = _taken_part_in(case, ticket, superuser)
    act = Act(uow=case.uow, house=case.house, ticket=ticket, by=superuser, now=case.now)
    done = _HANDLERS[asked.command.name](case, act, asked)
    if isinstance(done, Refused):
        answer.undone.append(replace(undone_line(asked.line, done), legal=_instead(asked.command.name, done)))
        return
    if isinstance(done, Waiting):
        answer.confirm.append(asked.line)
        answer.unasked = answer.unasked or done.until is None
        return
    answer.changed = True
    if asked.command.name not in _TOLD_BY_A_MAIL_OF_ITS_OWN:
        answer.done.append(DoneLine(command=asked.command.name, line=asked.line))
    if answer.ticket is not None and done.ticket_id == answer.ticket.ticket_id:
        answer.ticket = done


def _instead(command: CommandName, refusal: Refused) -> tuple[CommandName, ...]:
    """What can be asked for of a ticket that this cannot be done with; nothing where only its value is wrong."""
    legal = {move.value for move in refusal.legal}
    if command.value in legal:
        return ()
    return tuple(one.name for one in SUPERUSERS if one.name is CommandName.STATUS or one.name.value in legal)


def _taken_part_in(case: Case, ticket: Ticket, superuser: SuperUser) -> Ticket:
    """Another ticket than the mail's own: nobody else changes it meanwhile, and this is how it stands.

    Who changes a colleague's ticket hears what comes of it, as the colleague does.
    """
    case.uow.sights.hold_still(ticket.ticket_id)
    if superuser.superuser_id != ticket.superuser_id:
        case.uow.tickets.add_participant(ticket.ticket_id, superuser.superuser_id)
    return case.uow.tickets.ticket(ticket.ticket_id) or ticket


def _meant(case: Case, superuser: SuperUser, asked: Asked, answer: _Answer) -> Ticket | None:
    """The ticket that a command is about; a number opens nobody else's."""
    if asked.command.name not in (CommandName.STATUS, CommandName.CLOSE) or not asked.argument:
        return answer.ticket
    ticket = ticket_named(case.uow, asked.argument, case.house.policy.number_prefix)
    return ticket if ticket is not None and ticket.customer_id == superuser.customer_id else None


def _status(case: Case, superuser: SuperUser, asked: Asked, answer: _Answer) -> None:
    """Of one ticket, or of all of the customer's that are at work, their own first."""
    ticket = _meant(case, superuser, asked, answer)
    if ticket is None and asked.argument:
        answer.undone.append(UndoneLine(line=asked.line, cause=Cause.NO_SUCH_TICKET, about=asked.argument))
        return
    answer.asked_status = True
    if ticket is not None:
        answer.status += case.uow.ticket_lists.lines_of([ticket.ticket_id]).values()
        return
    found = [
        one
        for status in (Status.OPEN, Status.WAITING)
        for one in case.uow.tickets.newest(customer_id=superuser.customer_id, status=status.value, limit=500)
    ]
    own_first = sorted(found, key=lambda one: (one.superuser_id != superuser.superuser_id, -one.ticket_id))
    listed = [one.ticket_id for one in own_first[:LONGEST_STATUS]]
    lines = case.uow.ticket_lists.lines_of(listed)
    answer.status += [lines[ticket_id] for ticket_id in listed]
    answer.left_out = len(own_first[LONGEST_STATUS:])


def _close(case: Case, act: Act, asked: Asked) -> Done | Waiting:
    return _bound(case, act, Deed(kind=BindingAct.CLOSE))


def _set_type(case: Case, act: Act, asked: Asked) -> Done | Waiting:
    kind = type_named(asked.argument)
    if kind is None:
        return refused_because(act, Cause.NO_SUCH_TYPE, about=asked.argument, choices=tuple(TicketType))
    return _bound(case, act, Deed(kind=BindingAct.TYPE, value=kind.value))


def _set_level(case: Case, act: Act, asked: Asked) -> Done | Waiting:
    level = level_named(asked.argument)
    if level is None:
        return refused_because(act, Cause.NO_SUCH_LEVEL, about=asked.argument)
    return _bound(case, act, Deed(kind=BindingAct.LEVEL, value=str(level.value)))


def _set_module(case: Case, act: Act, asked: Asked) -> Done:
    """Binds nobody: it only says what is meant."""
    known = modules_known(act)
    named = module_named(act, asked.argument)
    if named is None:
        return refused_because(act, Cause.NO_SUCH_MODULE, about=asked.argument, choices=known)
    return tickets.set_module(act, named)


def _bound(case: Case, act: Act, deed: Deed) -> Done | Waiting:
    """What binds the customer is done on proof; without it the registered address is asked, by a mail of its own."""
    assert isinstance(act.by, SuperUser), "this is their file"  # noqa: S101
    return bind(case, act.ticket, act.by, deed)


_HANDLERS: Mapping[CommandName, Callable[[Case, Act, Asked], Done | Waiting]] = {
    CommandName.CLOSE: _close,
    CommandName.TYPE: _set_type,
    CommandName.LEVEL: _set_level,
    CommandName.MODULE: _set_module,
}


def _has_to_tell(answer: _Answer, *, added: bool) -> bool:
    """Not where mails of their own tell it all: that it was done, or that it is to be confirmed."""
    return added or answer.asked_status or answer.wants_help or bool(answer.undone or answer.done)


def _tell(case: Case, superuser: SuperUser, answer: _Answer, *, added: bool) -> None:
    ticket = answer.ticket
    listed = tuple(one.name for one in SUPERUSERS) if answer.wants_help else ()
    content = RequestContent(
        number=str(ticket.number) if ticket is not None else "",
        subject=ticket.subject if ticket is not None else "",
        done=tuple(answer.done),
        undone=tuple(answer.undone),
        confirm=tuple(answer.confirm),
        asked_status=answer.asked_status,
        status=tuple(replace(one, customer="") for one in answer.status),
        left_out=answer.left_out,
        added=added,
        listed=listed,
    )
    case.say("request", to_person(superuser), content, reply_thread(case.mail), ticket)

"""The moves that bring a ticket to somebody else's table: those who have it from now on are told.

What other moves there are is for ``tickets``.
"""

from mailgate.desk.team_mail import tell_of_handing_over
from mailgate.desk.tell import team_recipients, to_person
from mailgate.desk.tickets import Act, Done, Refused, make_move, refused, refused_because
from mailgate.domain.causes import Cause
from mailgate.domain.customer import Specialist
from mailgate.domain.moves import Move
from mailgate.domain.ticket import AT_WORK


def give(act: Act, to: Specialist) -> Done:
    """It is theirs from now on, and of their team; they are told."""
    if act.ticket.specialist_id == to.specialist_id and act.ticket.status in AT_WORK:
        return refused_because(act, Cause.TAKEN_ALREADY, about=to.name)
    change = {"specialist_id": to.specialist_id, "team": to.team}
    done = refused(act, Move.GIVE) or make_move(act, Move.GIVE, change, tells=None, also={"to": to.specialist_id})
    if not isinstance(done, Refused):
        tell_of_handing_over(act.uow, act.house, done, [to_person(to)], by=act.by.name, now=act.now)
    return done


def set_team(act: Act, team: str) -> Done:
    """Hand it over to another team; whoever had taken it has it no more."""
    if team == act.ticket.team:
        return refused_because(act, Cause.SAME_TEAM, about=team)
    done = refused(act, Move.TEAM) or make_move(act, Move.TEAM, {"team": team, "specialist_id": None}, tells=None)
    if not isinstance(done, Refused):
        readers = team_recipients(act.uow, act.house, team)
        tell_of_handing_over(act.uow, act.house, done, readers, by=act.by.name, now=act.now)
    return done

"""What clocks bring is told once, too: the daemon dies at every named point of the scheduler's work.

Two desks live through the same mornings with the same tickets; one of them dies each morning, at another point, and is
started again. In the end both must have told the same people the same number of things of each kind.
"""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from judge.clients import send
from judge.oracle import Finding, Marks
from judge.points import CLOCK_PATHS
from judge.told import mail
from judge.verdict import Verdict
from judge.world import SUPERUSERS, World, wait_until
from mailgate.crash_points import CRASH_POINTS

_ZONE = ZoneInfo("Europe/Stockholm")
_PATIENCE = 15.0
_TICKETS = 3


def clock(*, seed: int = 7, bugs: Sequence[str] = ()) -> Verdict:
    """Every point of the scheduler's work, each on a morning of its own."""
    points = [name for name in CRASH_POINTS if name.startswith(CLOCK_PATHS)]
    with World(seed=seed, bugs=bugs) as calm, World(seed=seed, bugs=bugs) as shaken:
        marks = Marks()
        found = [*_lives(calm, [None] * len(points), Marks()), *_lives(shaken, points, marks)]
        wanted, came = _told(calm), _told(shaken)
        found += [
            Finding(promise="what falls due is told once", about=f"{what}: {came[what]} instead of {wanted[what]}")
            for what in wanted.keys() | came.keys()
            if wanted[what] != came[what]
        ]
        copies = Counter(one.message_id for one in shaken.taken())
        for row in shaken.database.outgoing():
            if copies[row.message_id] > 1 + row.doubts or row.doubts != marks.count(row.message_id):
                found.append(Finding(promise="nothing is said twice silently", about=f"{row.kind} {row.message_id}"))
        figures = {"points": len(points), "told": sum(came.values()), "kinds": len({kind for kind, _ in came})}
    if not wanted:
        found.append(Finding(promise="something falls due", about="nothing did"))
    return Verdict(part="clock", seed=seed, findings=found, figures=figures)


def _told(world: World) -> Counter[tuple[str, str]]:
    return Counter((row.kind, row.recipient) for row in world.database.outgoing())


def _lives(world: World, points: Sequence[str | None], marks: Marks) -> Iterator[Finding]:
    """A Monday on which tickets are opened, and the mornings after it."""
    mornings = _mornings(len(points) + 1)
    world.daemon.start(JUDGE_CLOCK_SHIFT=_shift_to(mornings[0]))
    world.daemon.wait_for_greeting()
    for level in range(1, _TICKETS + 1):
        sent = world.told.begin("smtp")
        content = mail(sent, sender=SUPERUSERS[0], filling=f"Ärendekategori: Programfel\r\nServicenivå: {level}")
        send(world.port, sent, content, sender=SUPERUSERS[0])
    world.wait_until_done()
    world.daemon.kill()
    for point, morning in zip(points, mornings[1:], strict=True):
        if point is not None:
            world.daemon.start(**_at(morning), MAILGATE_CRASH=point)
            if not wait_until(world.daemon.is_dead, seconds=_PATIENCE):
                yield Finding(promise="each point is hit", about=point)
            world.daemon.kill()
            marks.look(world.database)
        world.daemon.start(**_at(morning))
        if not wait_until(lambda: _is_quiet(world, morning), seconds=_PATIENCE):  # noqa: B023
            yield Finding(promise="everything comes to an end", about=f"{point}: {world.log_tail()[-600:]}")
        world.daemon.kill()
        marks.look(world.database)


def _at(morning: datetime) -> dict[str, str]:
    return {"JUDGE_CLOCK_SHIFT": _shift_to(morning), "JUDGE_FAST_JOBS": "0.3"}


def _is_quiet(world: World, morning: datetime) -> bool:
    """Both rounds of the day were made, nothing is due that was not told, and nothing waits to be sent."""
    utc = f"{morning.astimezone(ZoneInfo('UTC')):%Y-%m-%d %H:%M:%S}"
    late = world.database.counted(f"SELECT count(*) FROM due WHERE state = 'due' AND due_at <= '{utc}'")  # noqa: S608
    digest = f"SELECT count(*) FROM round WHERE kind = 'digest' AND made_on = '{morning:%Y-%m-%d}'"  # noqa: S608
    return not late and world.database.counted(digest) == 1 and world.is_done()


def _mornings(count: int) -> list[datetime]:
    """Five past nine on a Monday in January, which is no holiday; then a quarter past nine on working days.

    Later, for what falls due some whole hours after the tickets were opened must not do so while a desk is looked at.
    """
    first = datetime(2027, 1, 11, 9, 5, tzinfo=_ZONE)
    later = [first + timedelta(days=day + 2 * (day // 5), minutes=10) for day in range(1, count)]
    return [first, *later]


def _shift_to(moment: datetime) -> str:
    return str(moment.timestamp() - time.clock_gettime(time.CLOCK_REALTIME))

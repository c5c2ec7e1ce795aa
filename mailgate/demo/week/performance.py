"""The performance of the week, and its end: the digest as a specialist finds it, and the books.

Ends with exit code 0 only if everything happened as told; otherwise with 1, and a line that says what did not.
"""

import time
from collections import Counter
from datetime import datetime
from datetime import time as time_of_day
from pathlib import Path
from zoneinfo import ZoneInfo

from mailgate.demo.cast import EMMA, MAJA
from mailgate.demo.endings import program, sigterm_ends_it
from mailgate.demo.expect import UnexpectedError, expect
from mailgate.demo.week.diary import Diary
from mailgate.demo.week.letters import LENA
from mailgate.demo.week.pages import write_pages
from mailgate.demo.week.play import WeekPlay
from mailgate.demo.week.stage import WeekStage
from mailgate.demo.week.story import BEGINS, EasterWeek
from mailgate.demo.witness import Answer
from mailgate.domain.notice_kinds import NoticeKind
from mailgate.domain.ticket import TicketType
from mailgate.domain.wall_clock import moment

_ZONE = ZoneInfo("Europe/Stockholm")


def run_week(*, keep: bool = False, pages: Path | None = None) -> int:
    """Perform the week; the exit code. ``keep``: leave the folder. ``pages``: where HTML pages are to be written."""
    began = time.monotonic()
    begins = moment(datetime.combine(BEGINS, time_of_day(6)), _ZONE)
    with sigterm_ends_it(), WeekStage(begins=begins, keep=keep) as stage:
        diary = Diary(stage.shop.house.hours)
        play = WeekPlay(stage=stage, diary=diary, today=BEGINS)
        try:
            _perform(play)
            written = write_pages(stage, pages or stage.folder / "pages", _pages(play))
        except UnexpectedError as error:
            diary.failed(str(error), log=stage.last_words())
            diary.tell(
                f"The folder is kept: {stage.folder}" if keep else f"{program()} demo --week --keep leaves the folder."
            )
            return 1
        _say_farewell(play, written, kept=keep or pages is not None, seconds=time.monotonic() - began)
    return 0


def _perform(play: WeekPlay) -> None:
    play.diary.title(
        "Mailgate: a week at the service desk",
        "Easter 2024: a short Thursday, holidays, and the clocks put forward between them. Mails come in by SMTP on "
        f"127.0.0.1:{play.stage.port}; each minute of the week the scheduler does what it always does. All mails that "
        "go out are read from the outgoing Maildir: those that are told here, and no others.",
    )
    week = EasterWeek(play)
    days = (week.two_weeks_before, week.monday, week.tuesday, week.wednesday, week.thursday, week.easter)
    for day in (*days, week.tuesday_after):
        day()
    _show_digest(play, week)
    _count(play)


def _show_digest(play: WeekPlay, week: EasterWeek) -> None:
    """Each ticket stands in the list that it belongs to."""
    digest = play.last(NoticeKind.DIGEST, MAJA)
    order = [week.stuck, week.invoices, week.audit, week.groups, week.picking]
    places = [digest.text.find(number) for number in order]
    expect("the digest's tickets, worst first", wanted=sorted(places), found=places)
    expect("tickets that the digest lacks", wanted=0, found=sum(place < 0 for place in places))
    expect("the digest's sums", wanted=True, found="Overdue 1 · Today 1 · New 1 · Waiting 1 · Others 1" in digest.text)
    play.diary.tell("Maja opens her mail before the desk opens at eight, and finds this:")
    play.diary.mail_out(digest.mail, digest.text, what="digest", lines=200)


def _count(play: WeekPlay) -> None:
    """The books: nothing twice, nothing lost, all four types."""
    witness = play.stage.witness
    expect("mails in the Maildir", wanted=len(play.mails), found=witness.posted())
    expect("mails in the outbox", wanted=len(play.mails), found=len(witness.queued()))
    found = {ticket.type for ticket in witness.tickets()}
    expect("types of tickets", wanted=set(TicketType), found=found)
    counted = Counter(answer.kind.replace("_", " ") for _, answer in play.mails)
    sums = ", ".join(f"{count} {kind}" for kind, count in counted.most_common())
    play.diary.title("The end", f"{len(witness.mails())} mails in, {len(witness.tickets())} tickets of all four types.")
    play.diary.became(f"{len(play.mails)} mails out, each at its minute and once: {sums}")


def _pages(play: WeekPlay) -> dict[str, Answer]:
    return {
        "digest": play.last(NoticeKind.DIGEST, MAJA),
        "overview": play.last(NoticeKind.OVERVIEW, EMMA),
        "alarm": play.last(NoticeKind.SLA_ALARM, LENA),
        "status": play.last(NoticeKind.STATUS, EMMA),
    }


def _say_farewell(play: WeekPlay, written: list[Path], *, kept: bool, seconds: float) -> None:
    diary, folder = play.diary, play.stage.folder
    diary.title("Done", f"Three weeks of the desk's time, all of it checked, in {seconds:.0f} seconds.")
    if kept:
        diary.tell("To be opened in a browser:\n" + "\n".join(f"  {path}" for path in written))
    else:
        diary.tell(f"The digest, the overview and the month's report as pages: {program()} demo --week --pages FOLDER")
    if folder.exists() and kept and written[0].is_relative_to(folder):
        diary.tell(f"The folder is kept: cd {folder} && {program(absolute=True)} ticket list")

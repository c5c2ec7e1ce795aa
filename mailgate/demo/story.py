"""The story, scene by scene, and its end: what was sent is counted against what the system has.

Ends with exit code 0 only if every scene happened as told; otherwise with 1, and a line that says what did not.
"""

import time
from collections import Counter
from collections.abc import Sequence

from mailgate.app import now
from mailgate.demo.endings import program, sigterm_ends_it
from mailgate.demo.expect import UnexpectedError, expect
from mailgate.demo.hard_scenes import broken_mail, fetched, foreign_number, killed, out_of_office
from mailgate.demo.mails import Post
from mailgate.demo.play import Opened, Play
from mailgate.demo.scenes import follow_up, overdue, program_error, stranger, wish
from mailgate.demo.screen import Screen
from mailgate.demo.stage import Stage
from mailgate.demo.why_scene import why
from mailgate.domain.verdict import Outcome


def run_demo(*, keep: bool = False) -> int:
    """Perform the story; the exit code. ``keep``: leave the folder, to be looked at."""
    screen, began, moment = Screen(), time.monotonic(), now()
    with sigterm_ends_it(), Stage(begins=moment, keep=keep) as stage:
        try:
            perform(Play(stage=stage, screen=screen, post=Post(moment)))
        except UnexpectedError as error:
            screen.failed(str(error), log=stage.daemon.last_words())
            _say_where(stage, screen, keep=keep)
            return 1
        _say_farewell(stage, screen, keep=keep, seconds=time.monotonic() - began)
    return 0


def perform(play: Play) -> None:
    """All scenes. Raises ``UnexpectedError`` at the first thing that does not happen as told."""
    _begin(play)
    first = program_error(play)
    follow_up(play, first)
    wanted = wish(play)
    released = stranger(play)
    tickets = [first, wanted, released, overdue(play)]
    out_of_office(play, wanted)
    tickets.append(foreign_number(play, first))
    broken_mail(play)
    tickets += [fetched(play, first), killed(play)]
    why(play, released)
    _count(play, tickets)


def _begin(play: Play) -> None:
    register = play.stage.write_files()
    play.screen.title(
        "Mailgate: from mail to ticket",
        "A real daemon runs on this machine for some seconds. Real mails go in by SMTP and IMAP; what comes out is "
        "read from its database and its outgoing Maildir, and checked.\n"
        f"Everything is in {play.stage.folder}, and the commands below run there.",
    )
    play.screen.tell("First the customers, their SuperUsers and the specialists; then the daemon:")
    play.command("register", "import", register.name)
    port = play.stage.start_daemon()
    play.screen.happened(f"mailgate serve listens on 127.0.0.1:{port} (process {play.stage.daemon.pid})")


def _count(play: Play, tickets: Sequence[Opened]) -> None:
    """The books: each mail that was handed in ended in exactly one way, and each answer went out once."""
    stage, screen, witness = play.stage, play.screen, play.stage.witness
    screen.title("The end", "All tickets, as the command line lists them:")
    numbers = [opened.number for opened in tickets]
    expect("the listed tickets", wanted=numbers[::-1], found=play.listed("ticket", "list", key="number"))
    stage.wait_until_sent()
    mails, ended = witness.mails(), Counter(play.endings.values())
    arrivals = sum(mail.arrivals for mail in mails)
    expect("mails that came in", wanted=stage.handed_in, found=arrivals)
    expect("what became of them", wanted=dict(ended), found=witness.sums())
    expect("tickets", wanted=numbers, found=[str(ticket.number) for ticket in witness.tickets()])
    for opened in tickets:
        expect(f"receipts for {opened.number}", wanted=1, found=stage.receipts(opened.mail_id))
    expect("answers in the Maildir", wanted=len(witness.queued()), found=witness.posted())
    expect("exit code of the daemon after SIGTERM", wanted=0, found=stage.daemon.stop())
    screen.happened(
        f"{stage.handed_in} mails in: {_sums(ended)}, {arrivals - len(mails)} copies known as such; none lost",
        f"{witness.posted()} mails out: one receipt for each of {len(tickets)} tickets, nothing said twice",
        "the daemon has finished its work and ended",
    )


def _sums(ended: Counter[Outcome]) -> str:
    words = {Outcome.TICKET: "tickets", Outcome.JOINED: "joined", Outcome.STORED: "stored", Outcome.HELD: "held"}
    return ", ".join(f"{count} {words.get(outcome, outcome.value)}" for outcome, count in ended.items())


def _say_farewell(stage: Stage, screen: Screen, *, keep: bool, seconds: float) -> None:
    screen.title("Done", f"All of this was checked while it happened, in {seconds:.0f} seconds.")
    if keep:
        screen.tell(
            f"The folder is kept: {stage.folder}\n"
            f"Open {stage.maildir} with any mail program that reads Maildirs (mutt -f, for one),\n"
            f"and try there: cd {stage.folder} && {program(absolute=True)} ticket list"
        )
    else:
        screen.tell(f"The folder is removed. To look around in it: {program()} demo --keep")
    screen.tell(f"To run it for yourself: {program()} init, then {program()} serve; README.md has the rest.")


def _say_where(stage: Stage, screen: Screen, *, keep: bool) -> None:
    screen.tell(
        f"The folder is kept: {stage.folder}" if keep else f"{program()} demo --keep leaves the folder to be looked at."
    )

"""The performance of the stories, and its end: the tickets as the command line lists them, and the books.

Ends with exit code 0 only if everything happened as told; otherwise with 1, and a line that says what did not.
"""

import time
from collections.abc import Sequence

from mailgate.app import now
from mailgate.demo.cast import register
from mailgate.demo.endings import program, sigterm_ends_it
from mailgate.demo.expect import UnexpectedError, expect
from mailgate.demo.mails import Post
from mailgate.demo.play import Play
from mailgate.demo.screen import Screen
from mailgate.demo.stage import Stage
from mailgate.demo.whole.people import COUNCIL, SPECIALISTS, TEAMS
from mailgate.demo.whole.stories import order, program_error, question, wish
from mailgate.demo.whole.talk import Talk

_NO_COUNCIL = 'council_external = ""\n'


def run_story(*, keep: bool = False) -> int:
    """Perform the stories; the exit code. ``keep``: leave the folder, to be looked at."""
    screen, began, moment = Screen(), time.monotonic(), now()
    with sigterm_ends_it(), Stage(begins=moment, keep=keep) as stage:
        play = Play(stage=stage, screen=screen, post=Post(moment))
        try:
            _begin(play)
            _count(play, [story(play) for story in (question, program_error, wish, order)])
        except UnexpectedError as error:
            screen.failed(str(error), log=stage.daemon.last_words())
            return 1
        screen.title("Done", f"All of this was checked while it happened, in {time.monotonic() - began:.0f} seconds.")
        where = (
            f"The folder is kept: {stage.folder}" if keep else f"To look around in it: {program()} demo --story --keep"
        )
        screen.tell(where)
    return 0


def _begin(play: Play) -> None:
    stage, screen = play.stage, play.screen
    file = stage.write_files(register(specialists=SPECIALISTS))
    text = stage.config.read_text(encoding="utf-8")
    if text.count(_NO_COUNCIL) != 1:
        raise UnexpectedError(f"the shipped configuration has no line {_NO_COUNCIL.strip()}")
    stage.config.write_text(text.replace(_NO_COUNCIL, f'council_external = "{COUNCIL}"\n') + TEAMS, encoding="utf-8")
    screen.title(
        "Mailgate: four tickets, from the first mail to the last",
        "One of each type. Everything is done by mail, as SuperUsers and specialists do it: by replying. Each mail "
        "that goes in or out is shown; that no other one went out is checked.",
    )
    stage.run("register", "import", file.name)
    port = stage.start_daemon()
    screen.happened(f"mailgate serve listens on 127.0.0.1:{port} (process {stage.daemon.pid})")


def _count(play: Play, talks: Sequence[Talk]) -> None:
    stage, screen = play.stage, play.screen
    screen.title("The end", "The four tickets, as the command line lists them:")
    listed = play.listed("ticket", "list", key="number")
    expect("the listed tickets", wanted=sorted(talk.number for talk in talks), found=sorted(listed))
    stage.wait_until_sent()
    expect("mails out", wanted=sum(talk.told for talk in talks), found=stage.witness.posted())
    expect("exit code of the daemon after SIGTERM", wanted=0, found=stage.daemon.stop())
    screen.happened(
        f"{stage.handed_in} mails in, {stage.witness.posted()} mails out; four tickets of four types, all closed",
    )

"""Named places where a test can make the process die as by SIGKILL, to show that nothing is lost or said twice there.

``MAILGATE_CRASH=settle.before_commit`` kills at the first pass, ``…:3`` at the third. Without it, a pass costs nothing.
"""

import itertools
import os
import signal

CRASH_POINTS = (
    "smtp.before_commit",
    "smtp.after_commit",
    "imap.before_commit",
    "imap.after_commit",
    "imap.after_mark",
    "intake.claimed",
    "intake.parsed",
    "settle.before_commit",
    "settle.after_commit",
    "outbox.claimed",
    "outbox.marked",
    "outbox.dot_sent",
    "outbox.answered",
    "outbox.recorded",
    "due.before_commit",
    "due.after_commit",
    "round.queued",
    "round.made",
)

_name, _, _pass = os.environ.get("MAILGATE_CRASH", "").partition(":")
_passes = itertools.count(1)


def crash_point(name: str) -> None:
    """Die here, if the environment says so. Raises ``ValueError`` for a name that is not in ``CRASH_POINTS``."""
    if not _name:
        return
    if name not in CRASH_POINTS:
        raise ValueError(f"no such crash point: {name}")
    if name == _name and next(_passes) == int(_pass or 1):
        os.kill(os.getpid(), signal.SIGKILL)

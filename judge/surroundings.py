"""The daemon's surroundings, changed by whoever starts it: its clock, how often its regular work comes, its parser.

``JUDGE_CLOCK_SHIFT``: seconds that are added to the real time. ``JUDGE_FAST_JOBS``: seconds between the runs of each
regular job. ``JUDGE_POISON``: mails with this word kill the child that reads them, as a hole in a parser would.
All of it reaches the daemon through what it is given (a clock, a scheduler, a command line), not through its code.
"""

import os
import sys
from datetime import datetime, timedelta
from typing import Any

from apscheduler.schedulers.background import BackgroundScheduler

import mailgate.app
import mailgate.real_clock
from mailgate.ingest.parser_pool import ParserPool

_real_now = mailgate.real_clock.now
_real_add_job = BackgroundScheduler.add_job


def change() -> None:
    """Do what the environment says."""
    if shift := float(os.environ.get("JUDGE_CLOCK_SHIFT", "0")):
        _shift_clock(shift)
    if every := float(os.environ.get("JUDGE_FAST_JOBS", "0")):
        _hurry_jobs(every)
    if "JUDGE_POISON" in os.environ:
        ParserPool.__init__.__kwdefaults__["command"] = (sys.executable, "-m", "judge.poisoned_child")


def _shift_clock(seconds: float) -> None:
    def shifted() -> datetime:
        return _real_now() + timedelta(seconds=seconds)

    mailgate.real_clock.now = mailgate.app.now = shifted
    mailgate.app.Workshop.__init__.__kwdefaults__["clock"] = shifted


def _hurry_jobs(every: float) -> None:
    def fast(self: Any, job: Any, trigger: str, *, id: str, **_interval: int) -> Any:
        return _real_add_job(self, job, trigger, id=id, seconds=every)

    BackgroundScheduler.add_job = fast

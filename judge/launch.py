"""Starts the daemon again and again, fast: ``python -m judge.launch CONFIG [BUG …]``; its input says what to do.

What a start of ``python -m mailgate serve`` costs most is to load the libraries. This process loads them once, and
forks for each start; what runs in the fork is ``mailgate serve``, from its command line on. Planted bugs (``planted``)
are put in before. ``start {"NAME": "VALUE"}`` answers with the process's id, ``wait`` with how it ended. Whatever it
started ends with its input.
"""

import importlib
import json
import os
import signal
import sys

from judge import planted, surroundings
from mailgate import crash_points
from mailgate.cli import run

# What a start would load sooner or later.
importlib.import_module("mailgate.logs")


def main() -> None:
    config, bugs = sys.argv[1], sys.argv[2:]
    for bug in bugs:
        planted.plant(bug)
    process = 0
    for line in sys.stdin:
        word, _, more = line.partition(" ")
        if word == "start":
            process = _start(config, json.loads(more))
            print(process, flush=True)
        elif word.strip() == "wait":
            print(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), flush=True)
            process = 0
    if process:
        os.kill(process, signal.SIGKILL)


def _start(config: str, environment: dict[str, str]) -> int:
    if process := os.fork():
        return process
    code = 70
    try:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(2, 1)  # its output is not our answer
        os.environ.update(environment)
        importlib.reload(crash_points)  # it reads the environment when it is loaded
        surroundings.change()
        code = run(["--config", config, "serve"])
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()

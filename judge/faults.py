"""What can go wrong around the daemon, one fault after another: disk, database, clock, mailbox, relay, poison, SIGTERM.

Each fault is a function that makes a world, breaks something in it, and yields what was broken of our promises. What
tests try already (``TRIED_BY_TESTS``) is not tried again here; ``make judge`` runs those tests, too.
"""

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from judge import faults_daemon, faults_mailbox, faults_relay
from judge.oracle import Finding
from judge.verdict import Verdict

Fault = Callable[[Sequence[str]], Iterator[Finding]]

FAULTS: dict[str, Fault] = {
    fault.__name__: fault
    for fault in (
        faults_daemon.disk_full,
        faults_daemon.others_write_all_the_time,
        faults_daemon.database_locked,
        faults_daemon.clock_forward_and_back,
        faults_daemon.poison,
        faults_daemon.sigterm_under_load,
        faults_daemon.second_daemon,
        faults_mailbox.connection_cut,
        faults_mailbox.other_uidvalidity,
        faults_relay.every_answer,
        faults_relay.lost_answer,
        faults_relay.dead_relay,
    )
}
QUICK = ("others_write_all_the_time", "poison", "other_uidvalidity", "lost_answer")

TRIED_BY_TESTS = {
    "database gone": "tests/journeys/test_whole_daemon.py::test_a_database_that_is_gone_is_not_begun_anew",
    "IMAP server cut after every few bytes": (
        "tests/ingest/test_imap_fetcher.py::test_wherever_the_connection_is_cut_no_partial_mail_gets_in"
    ),
    "IMAP server that never answers": (
        "tests/ingest/test_imap_fetcher.py::test_after_a_server_that_never_answered_mail_comes_again"
    ),
    "IMAP server that never greets": "tests/ingest/test_imap_session.py::test_a_server_that_never_greets_is_given_up",
    "mailbox made anew": (
        "tests/journeys/test_whole_daemon.py::test_a_recreated_mailbox_is_fetched_whole_and_no_mail_makes_a_second_ticket"
    ),
    "silent relay": "tests/notify/test_smtp_transport.py::test_a_silent_server_defers",
    "database in trouble": "tests/test_pipeline.py::test_a_database_that_cannot_be_written_is_no_mails_fault",
    "real relay brings again": (
        "tests/journeys/test_whole_daemon.py::test_what_we_cannot_keep_now_postfix_brings_again_and_it_is_one_ticket"
    ),
}


def faults(*, seed: int = 7, bugs: Sequence[str] = (), names: Sequence[str] = (), with_tests: bool = False) -> Verdict:
    """These faults, or all; ``with_tests``: and those that tests try."""
    found = [
        Finding(promise=finding.promise, about=f"{name}: {finding.about}")
        for name in names or FAULTS
        for finding in FAULTS[name](bugs)
    ]
    if with_tests:
        found += _by_tests()
    tried = [*(names or FAULTS), *(TRIED_BY_TESTS if with_tests else ())]
    return Verdict(part="faults", seed=seed, findings=found, figures={"faults": tried})


def _by_tests() -> list[Finding]:
    command = [sys.executable, "-m", "pytest", "-q", "--no-header", "-p", "no:cacheprovider", *TRIED_BY_TESTS.values()]
    done = subprocess.run(command, cwd=Path(__file__).parents[1], capture_output=True, text=True, check=False)
    return [] if done.returncode == 0 else [Finding(promise="faults that tests try", about=done.stdout[-500:])]

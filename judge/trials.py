"""The judge judged: each planted bug is tried by one named part, which must find it.

A judge that finds nothing proves nothing before it has found what is there. Each trial also says which promise the bug
must be seen to break: a part that fails for another reason has not found it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from judge.faults import faults
from judge.kill import kill
from judge.nth import BROKEN_DISK, nth
from judge.oracle import Finding
from judge.order import order
from judge.planted import BUGS
from judge.points import points
from judge.verdict import Verdict

Part = Callable[[Sequence[str]], Verdict]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """``by``: the part, in its shortest form; ``promise``: one of those that it must find broken."""

    by: str
    part: Part
    promise: str


def _by_order(promise: str) -> Trial:
    return Trial(by="order", part=lambda bugs: order(bugs=bugs, mails=3), promise=promise)


def _by_point(name: str, promise: str) -> Trial:
    return Trial(by=f"points ({name})", part=lambda bugs: points(bugs=bugs, names=[name], passes=[1]), promise=promise)


def _by_fault(name: str, promise: str) -> Trial:
    return Trial(by=f"faults ({name})", part=lambda bugs: faults(bugs=bugs, names=[name]), promise=promise)


def _by_failing_fsync(promise: str) -> Trial:
    sample = [(BROKEN_DISK, 1)]
    return Trial(by="nth (fsync)", part=lambda bugs: nth(bugs=bugs, short=True, sample=sample), promise=promise)


TRIALS = {
    "commits_without_fsync": _by_order("each 250 is covered by an fsync"),
    "says_250_before_the_commit": _by_order("each 250 is covered by an fsync"),
    "flags_before_the_commit": _by_order("each flag is covered by an fsync"),
    "sends_before_the_mark": _by_order("each final dot is covered by an fsync of its mark"),
    "takes_each_copy_for_a_new_mail": _by_point("smtp.after_commit", "a mail is one mail"),
    "moves_the_cursor_before_the_commit": _by_point("imap.before_commit", "no mail is lost"),
    "answers_outside_the_tickets_transaction": _by_point("settle.after_commit", "each mail is answered"),
    "records_before_it_sends": Trial(
        by="kill", part=lambda bugs: kill(bugs=bugs, kills=12, mailbox=False), promise="what is sent was taken"
    ),
    "resends_doubtful_mails_silently": _by_point("outbox.answered", "nothing is said twice silently"),
    "mints_an_id_for_each_try": _by_point("outbox.answered", "what goes out is on record"),
    "leaves_claims_of_the_dead": _by_point("intake.claimed", "everything comes to an end"),
    "refuses_for_good_when_it_is_in_trouble": _by_failing_fsync("no good mail is refused"),
    "swallows_what_goes_wrong_in_a_commit": _by_failing_fsync("no mail is lost"),
    "begins_deferred": _by_fault("others_write_all_the_time", "a turn is waited for"),
    "lets_a_second_daemon_in": _by_fault("second_daemon", "only true doubt is listed"),
    "takes_a_new_folder_for_the_old_one": _by_fault("other_uidvalidity", "no mail is lost"),
    "takes_a_part_for_the_whole": _by_fault("connection_cut", "a mail is whole or is not ours"),
    "gives_up_at_the_first_no": _by_fault("every_answer", "what is put off comes, once"),
    "tries_poison_for_ever": _by_fault("poison", "poison is put aside"),
    "takes_its_time_to_stop": _by_fault("sigterm_under_load", "a stop takes ten seconds at most"),
}
QUICK = ("commits_without_fsync", "resends_doubtful_mails_silently", "answers_outside_the_tickets_transaction")


def judged(*, seed: int = 7, names: Sequence[str] = ()) -> Verdict:
    """Try these bugs, or all that there are."""
    assert TRIALS.keys() == BUGS.keys(), "each bug has its trial"
    found = [finding for name in names or TRIALS for finding in _unfound(name)]
    return Verdict(part="planted", seed=seed, findings=found, figures={"planted": list(names or TRIALS)})


def _unfound(name: str) -> list[Finding]:
    trial = TRIALS[name]
    broken = {finding.promise for finding in trial.part([name]).findings}
    if trial.promise in broken:
        return []
    return [Finding(promise="each planted bug is found", about=f"{name} by {trial.by}; found: {sorted(broken)}")]

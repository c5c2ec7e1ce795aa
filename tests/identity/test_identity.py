"""Every ninth sample in each run of the tests; ``make identity`` sends them all."""

import os

from tests.identity.forged import forged
from tests.identity.honest import honest
from tests.identity.run import wrong

EVERY = 1 if os.environ.get("MAILGATE_LONG_TESTS") else 9


def test_no_forged_sender_is_believed_and_no_honest_one_refused() -> None:
    believed, refused, false, true = wrong(every=EVERY)
    assert believed == []
    assert refused == []
    assert false >= 300 // EVERY
    assert true >= 300 // EVERY


def test_there_are_enough_of_both_and_no_two_are_the_same_mail() -> None:
    for samples in (list(forged()), list(honest())):
        assert len({each.content for each in samples}) == len(samples) >= 300

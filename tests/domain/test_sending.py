import pytest

from mailgate.domain.notice_kinds import WRITTEN_BY_PEOPLE, NoticeKind
from mailgate.domain.sending import DoubtPolicy, SendingState


@pytest.mark.parametrize(
    ("kind", "doubts", "becomes"),
    [
        (NoticeKind.RECEIPT, 1, SendingState.UNCERTAIN),
        (NoticeKind.RECEIPT, 2, SendingState.PARKED),
        (NoticeKind.SLA_ALARM, 1, SendingState.UNCERTAIN),
        (NoticeKind.STATUS, 1, SendingState.PARKED),
        (NoticeKind.DIGEST, 1, SendingState.PARKED),
        (NoticeKind.OVERVIEW, 1, SendingState.PARKED),
        (NoticeKind.REMINDER, 1, SendingState.PARKED),
    ],
)
def test_a_mail_in_doubt_is_sent_again_once_or_waits_for_a_word(
    kind: NoticeKind, doubts: int, becomes: SendingState
) -> None:
    assert DoubtPolicy().state_after(kind, doubts=doubts) is becomes


@pytest.mark.parametrize("kind", sorted(WRITTEN_BY_PEOPLE))
def test_what_a_person_wrote_is_sent_again(kind: NoticeKind) -> None:
    assert DoubtPolicy().state_after(kind, doubts=1) is SendingState.UNCERTAIN


def test_the_operator_may_have_all_of_them_wait() -> None:
    assert DoubtPolicy(resends=0).state_after(NoticeKind.RECEIPT, doubts=1) is SendingState.PARKED

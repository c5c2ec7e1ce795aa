import threading

import pytest

from mailgate.domain.outgoing import QueuedMail
from mailgate.notify import in_hand
from mailgate.notify.in_hand import SLOW_AFTER, InHand
from tests.support.outgoing_mails import a_queued_mail

ANNA, BO, CIA = "anna@kund.example", "bo@kund.example", "cia@annan.example"


def holding(*mails: QueuedMail) -> InHand:
    held = InHand()
    held.add(mails)
    return held


def taken(held: InHand) -> int | None:
    queued = held.take(0)
    return queued.outbox_id if queued is not None else None


def test_mails_are_taken_in_their_order() -> None:
    held = holding(a_queued_mail(1, rcpt_to=ANNA), a_queued_mail(2, rcpt_to=BO))
    assert (held.waiting, held.under_way) == (2, 0)
    assert [taken(held), taken(held), taken(held)] == [1, 2, None]
    assert (held.waiting, held.under_way) == (0, 2)


def test_a_persons_second_mail_waits_for_the_first_and_lets_others_pass() -> None:
    first = a_queued_mail(1, rcpt_to=ANNA)
    held = holding(first, a_queued_mail(2, rcpt_to="Anna@Kund.Example"), a_queued_mail(3, rcpt_to=BO))
    assert [taken(held), taken(held), taken(held)] == [1, 3, None]
    held.end(first)
    assert taken(held) == 2


def test_a_mail_put_back_is_the_first_again() -> None:
    first = a_queued_mail(1, rcpt_to=ANNA)
    held = holding(first, a_queued_mail(2, rcpt_to=ANNA), a_queued_mail(3, rcpt_to=BO))
    assert held.take(0) == first
    held.put_back(first)
    assert [taken(held), taken(held)] == [1, 3]


def test_what_waits_to_a_slow_domain_is_held_up_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(in_hand.time, "monotonic", lambda: clock[0])
    held = holding(a_queued_mail(1, rcpt_to=ANNA), a_queued_mail(2, rcpt_to=BO), a_queued_mail(3, rcpt_to=CIA))
    assert taken(held) == 1
    assert (held.count_slow(), held.take_held_up()) == (0, [])
    clock[0] = SLOW_AFTER
    assert held.count_slow() == 1
    assert [queued.outbox_id for queued in held.take_held_up()] == [2]
    assert [taken(held), taken(held)] == [3, None]


def test_nothing_begins_while_it_is_paused_and_all_goes_on_afterwards() -> None:
    held = holding(a_queued_mail(1))
    held.pause()
    assert taken(held) is None
    got: list[QueuedMail | None] = []
    waiter = threading.Thread(target=lambda: got.append(held.take(30)))
    waiter.start()
    held.resume()
    waiter.join(30)
    assert got == [a_queued_mail(1)]


def test_after_the_end_nothing_begins_and_who_waits_is_told() -> None:
    held = InHand()
    got: list[QueuedMail | None] = []
    waiter = threading.Thread(target=lambda: got.append(held.take(30)))
    waiter.start()
    assert held.close() == []
    waiter.join(30)
    assert got == [None]
    held.add([a_queued_mail(1)])
    assert taken(held) is None
    assert [queued.outbox_id for queued in held.close()] == [1]

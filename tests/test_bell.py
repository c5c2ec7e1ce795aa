"""One ring wakes one."""

import threading
import time

from mailgate.bell import Bell


def test_a_ring_wakes_one_of_those_who_wait() -> None:
    bell, woken = Bell(), []
    threads = [threading.Thread(target=lambda: woken.append(bell.wait(1.0))) for _ in range(3)]
    for thread in threads:
        thread.start()
    time.sleep(0.2)
    bell.ring()
    for thread in threads:
        thread.join(10)
    assert sorted(woken) == [False, False, True]


def test_a_ring_that_nobody_waits_for_is_kept_once() -> None:
    bell = Bell()
    bell.ring()
    bell.ring()
    assert bell.wait(0)
    assert not bell.wait(0)

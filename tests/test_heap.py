import subprocess
import sys

import pytest

from mailgate import heap

BLOCKS = """
import sys, threading
from pathlib import Path
from mailgate.heap import give_back_large_blocks

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 // 2**20

kept = []

def use_much():
    for _ in range(4):
        mail = bytearray(b"x") * 20_000_000
        kept.append(bytes(2000))  # lives on, above the mail
        del mail

if sys.argv[1] == "calm":
    give_back_large_blocks()
before = resident()
threads = [threading.Thread(target=use_much) for _ in range(6)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(resident() - before)
"""


def test_what_large_mails_took_is_given_back() -> None:
    grown = {
        how: subprocess.run([sys.executable, "-c", BLOCKS, how], capture_output=True, text=True, check=True).stdout
        for how in ("calm", "as it is")
    }
    assert int(grown["calm"]) < 10 < int(grown["as it is"])


def test_a_c_library_without_mallopt_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heap.ctypes, "CDLL", lambda _name: object())
    heap.give_back_large_blocks()


_LOOKS = """
import gc, weakref
from mailgate.heap import look_for_garbage_seldom
class Circle: pass
look_for_garbage_seldom()
print(gc.get_freeze_count() > 1000)
one = Circle(); one.itself = one; seen = weakref.ref(one); del one
kept = [[] for _ in range(1000)]  # the first figure of Python's own would have looked by now
print(seen() is not None)
kept += [[] for _ in range(30_000)]
print(seen() is None)
"""


def test_what_was_loaded_stays_and_garbage_in_circles_is_found_in_time() -> None:
    said = subprocess.run([sys.executable, "-c", _LOOKS], capture_output=True, text=True, check=True).stdout
    assert said.split() == ["True", "True", "True"]

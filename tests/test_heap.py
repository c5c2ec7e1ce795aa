"""How a process that works for months treats its memory."""

import subprocess
import sys

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

"""How a process that works for months treats its memory.

A mail of 25 MiB must not make it large for the rest of its life: glibc learns from the first large block that is freed
to keep blocks of that size in its heaps, and it has a heap for each thread: six such mails left 500 MiB behind,
measured. Where there is no glibc, there is nothing to do. And what was loaded at the start is not looked through for
garbage again and again.
"""

import ctypes
import gc

# <malloc.h>
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
_LARGE = 256 * 1024
_HEAPS = 2
# A mail makes some thousands of objects, hardly one of them in a circle. Python's own first figure is 700.
_NEW_OBJECTS = 20_000
_ROUNDS_OF_THE_YOUNG = 20


def give_back_large_blocks() -> None:
    """From now on large blocks are returned to the system when they are freed; best before any thread has begun."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):  # another C library
        return
    mallopt(_M_ARENA_MAX, _HEAPS)
    mallopt(_M_MMAP_THRESHOLD, _LARGE)  # a value that is set is no longer learned
    mallopt(_M_TRIM_THRESHOLD, _LARGE)


def look_for_garbage_seldom() -> None:
    """Where everything is loaded: that stays. What comes from now on is looked through less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, _ROUNDS_OF_THE_YOUNG, _ROUNDS_OF_THE_YOUNG)

"""How long a mailbox in trouble is left alone, so that neither its server nor its account suffers from our zeal."""

import math
import random
import time

from mailgate.ingest.imap_sign_in import SignInError

_FIRST, _LONGEST = 1.0, 300.0
# Accounts are locked after a handful of refused passwords within a quarter of an hour or so.
_FIRST_AFTER_REFUSAL, _LONGEST_AFTER_REFUSAL = 30.0, 900.0
_STEADY_SECONDS = 10.0


class BackOff:
    """Doubles the wait with each trouble in a row; a connection that held, or a mail that came, begins anew."""

    def __init__(self) -> None:
        self._random = random.SystemRandom()
        self._in_a_row = 0
        self._steady_at = math.inf

    def round_completed(self) -> None:
        """All folders were looked through; the connection is to hold for a while yet."""
        self._steady_at = min(self._steady_at, time.monotonic() + _STEADY_SECONDS)

    def mail_came(self) -> None:
        """Something was achieved, whatever happens next."""
        self._in_a_row = 0

    def seconds_after(self, error: Exception) -> float:
        """How long to wait after this trouble, with up to a quarter of jitter."""
        if time.monotonic() >= self._steady_at:
            self._in_a_row = 0
        self._steady_at = math.inf
        refused = isinstance(error, SignInError)
        first, longest = (_FIRST_AFTER_REFUSAL, _LONGEST_AFTER_REFUSAL) if refused else (_FIRST, _LONGEST)
        seconds = min(longest, first * 2.0 ** min(self._in_a_row, 16))
        self._in_a_row += 1
        return seconds * self._random.uniform(1, 1.25)

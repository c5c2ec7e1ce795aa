"""How often something may happen: a token bucket for each key, in bounded memory.

Pure: the time is an argument, in seconds of any clock that does not go back. A bucket holds what one minute allows, so
that many may come at once after a silence.
"""

from collections import OrderedDict
from dataclasses import dataclass

_KEYS = 10_000
_MINUTE = 60.0


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float
    told: bool = False


class Rate:
    """So many a minute for each key; 0: any number.

    Knows the keys that were seen last, 10,000 of them: whom it forgets begins anew, and none of those who come is
    refused for want of room.
    """

    def __init__(self, per_minute: int, *, keys: int = _KEYS) -> None:
        self._per_minute = per_minute
        self._keys = keys
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, key: str, now: float, *, cost: int = 1) -> bool:
        """Whether it may happen now; if so, it is counted. What costs much may happen, too, and is a debt then."""
        if not self._per_minute:
            return True
        bucket = self._refilled(key, now)
        if bucket.tokens < 1:
            return False
        bucket.tokens -= cost
        return True

    def charge(self, key: str, now: float, *, cost: int) -> None:
        """What happened cost more than it seemed."""
        if self._per_minute:
            self._refilled(key, now).tokens -= cost

    def news(self, key: str) -> bool:
        """Whether this refusal is the first since the key had nothing against it: worth a word."""
        bucket = self._buckets.get(key)
        if bucket is None or bucket.told:
            return False
        bucket.told = True
        return True

    def _refilled(self, key: str, now: float) -> _Bucket:
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = _Bucket(tokens=self._per_minute, at=now)
            if len(self._buckets) > self._keys:
                self._buckets.popitem(last=False)
            return bucket
        self._buckets.move_to_end(key)
        bucket.tokens = min(self._per_minute, bucket.tokens + (now - bucket.at) * self._per_minute / _MINUTE)
        bucket.at = now
        bucket.told = bucket.told and bucket.tokens < self._per_minute / 2
        return bucket

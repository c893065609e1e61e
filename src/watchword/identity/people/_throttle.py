"""Token buckets against guessing and flooding: `burst` tries at once, then one each `refill`.

Memory is bounded: past `capacity` keys the one that was used longest ago is forgotten, which gives its owner a full
bucket again. Whoever commands more addresses than that is held by the bucket over all of them, where there is one.
Limits hold within one process; replicas each have their own.
"""

import ipaddress
import threading
from collections import OrderedDict
from datetime import datetime, timedelta

from watchword.identity.people.errors import ThrottledError
from watchword.kernel.clock import Clock
from watchword.kernel.events import Origin

# About 1 MB at most.
_CAPACITY = 8192
_IPV6 = 6


class Throttle:
    def __init__(self, clock: Clock, *, burst: int, refill: timedelta, capacity: int = _CAPACITY) -> None:
        self._clock = clock
        self._burst = float(burst)
        self._refill = refill.total_seconds()
        self._capacity = capacity
        self._buckets: OrderedDict[str, tuple[float, datetime]] = OrderedDict()
        self._lock = threading.Lock()

    def check(self, key: str) -> None:
        """Raise `ThrottledError` where the bucket is empty. Takes nothing."""
        with self._lock:
            self._refuse_if_empty(self._level(key, self._clock.now()))

    def spend(self, key: str) -> None:
        """Take one try, or raise `ThrottledError` where there is none."""
        with self._lock:
            now = self._clock.now()
            level = self._level(key, now)
            self._refuse_if_empty(level)
            self._keep(key, level - 1, now)

    def fail(self, key: str) -> bool:
        """Take one try for a failure that has happened. Return whether that was the last one: worth a record."""
        with self._lock:
            now = self._clock.now()
            before = self._level(key, now)
            after = max(0.0, before - 1)
            self._keep(key, after, now)
            return before >= 1 > after

    def _refuse_if_empty(self, level: float) -> None:
        if level < 1:
            raise ThrottledError(timedelta(seconds=(1 - level) * self._refill))

    def _level(self, key: str, now: datetime) -> float:
        bucket = self._buckets.get(key)
        if bucket is None:
            return self._burst
        level, at = bucket
        # A clock that was set back refills nothing.
        elapsed = max(0.0, (now - at).total_seconds())
        return min(self._burst, level + elapsed / self._refill)

    def _keep(self, key: str, level: float, now: datetime) -> None:
        self._buckets[key] = (level, now)
        self._buckets.move_to_end(key)
        while len(self._buckets) > self._capacity:
            self._buckets.popitem(last=False)


def source(origin: Origin) -> str:
    """Return the key of where a request came from: an IPv4 address, or the /64 that a single IPv6 host usually owns."""
    text = origin.source_ip
    if text is None:
        return ""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return ""
    if address.version == _IPV6:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)

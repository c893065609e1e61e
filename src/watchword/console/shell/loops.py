"""Notices a browser that is sent around in circles, so that it can be stopped with an explanation.

The usual cause is a browser that keeps the cookie of one host and drops that of another. Memory is bounded and of this
process alone: among several replicas a loop may turn a few times more before it is noticed.
"""

import threading
from collections import OrderedDict
from datetime import datetime, timedelta

TURNS = 3
WITHIN = timedelta(seconds=10)
_CAPACITY = 4096


class LoopBreaker:
    def __init__(self) -> None:
        self._turns: OrderedDict[str, tuple[datetime, ...]] = OrderedDict()
        self._lock = threading.Lock()

    def turn(self, key: str, now: datetime) -> bool:
        """Note one redirect. Return whether it is one too many: the third within ten seconds, or a later one."""
        with self._lock:
            recent = tuple(at for at in self._turns.pop(key, ()) if now - at < WITHIN)[-TURNS:]
            self._turns[key] = (*recent, now)
            while len(self._turns) > _CAPACITY:
                self._turns.popitem(last=False)
            return len(recent) >= TURNS

    def forget(self, key: str) -> None:
        with self._lock:
            self._turns.pop(key, None)

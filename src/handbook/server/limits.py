"""How often somebody may ask before they are asked to wait."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

_KEPT = 10_000
"""How many askers are remembered; the one heard of longest ago is forgotten first."""


class Limit:
    """A bucket for each asker: so many at once, then one for every so many seconds."""

    def __init__(
        self,
        burst: int,
        every: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Fill all buckets.

        Args:
            burst: how many requests at once.
            every: seconds after which one more is free again.
            clock: seconds that only ever grow.
        """
        self.burst = burst
        self.every = every
        self._clock = clock
        self._spent: OrderedDict[str, float] = OrderedDict()
        """By asker: the moment at which the whole bucket is full again."""
        self._lock = threading.Lock()

    def wait(self, asker: str) -> int:
        """Return for how many seconds an asker must wait; 0 if they need not."""
        with self._lock:
            return self._wait(asker, self._clock())

    def take(self, asker: str) -> int:
        """Count a request of an asker, unless they must wait; return how long."""
        with self._lock:
            now = self._clock()
            if wait := self._wait(asker, now):
                return wait
            self._spent[asker] = max(self._spent.get(asker, now), now) + self.every
            self._spent.move_to_end(asker)
            if len(self._spent) > _KEPT:
                self._spent.popitem(last=False)
            return 0

    def _wait(self, asker: str, now: float) -> int:
        full = self._spent.get(asker, now)
        over = full - now - (self.burst - 1) * self.every
        return max(1, int(over) + 1) if over > 0 else 0

"""Waits for what another thread or process does, and not for a time."""

from __future__ import annotations

import time
from collections.abc import Callable


def until(tell: Callable[[], bool], seconds: float = 20) -> None:
    """Wait for something, but not for ever."""
    end = time.monotonic() + seconds
    while not tell():
        assert time.monotonic() < end
        time.sleep(0.02)

"""How often hostile input is made up: the same every time in CI, much more on demand."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

DEEPER = int(os.environ.get("HANDBOOK_FUZZ", "1"))
"""`HANDBOOK_FUZZ=100` tries a hundred times as much, and other things each time."""


def tried(times: int) -> settings:
    """Settings of a test that tries so many inputs, or `DEEPER` times as many."""
    return settings(
        max_examples=times * DEEPER, suppress_health_check=list(HealthCheck)
    )

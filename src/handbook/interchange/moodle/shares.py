"""Shares of a mark as Moodle counts them, in GIFT and in its XML."""

from __future__ import annotations

from handbook.model.items import MultipleItem

WHOLE = 100
"""Percent of an answer that is right."""


def penalty(item: MultipleItem) -> str:
    """Return the percentage that a wrong option costs, as Moodle counts.

    Moodle has no “all or nothing” and no “nothing for a wrong one”: taking everything
    away comes nearest to both.
    """
    return (
        percent(WHOLE, len(item.key)) if item.scoring == "net_correct" else str(WHOLE)
    )


def percent(whole: int, parts: int) -> str:
    """Return a share as Moodle's list of grades has it: 33.33333."""
    return f"{whole / parts:.5f}".rstrip("0").rstrip(".")

"""Grades: what a submission brought, item by item, exactly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from handbook.grading.submissions import Submission
from handbook.model.exams import BANDS, Exam

FAILED = "不合格"
"""What stands in place of a band where somebody did not pass."""


@dataclass(frozen=True, slots=True)
class ItemResult:
    """What one item of the paper brought."""

    item: str
    """Its id; stays among trainers."""
    token: str
    credit: Fraction
    correct: bool
    """Whether it is fully right."""
    critical: bool
    counted: bool
    """False for an item on trial."""
    fingerprint: str
    """Moves when the item is regraded differently; see `marks.fingerprint`."""

    def __hash__(self) -> int:
        # Results are looked up by the million, and hashing a fraction takes long.
        return hash(self.token)


@dataclass(frozen=True, slots=True)
class Grade:
    """The outcome of one submission, with all that a record needs to explain it."""

    submission: Submission
    title: str
    items: tuple[ItemResult, ...]
    score: Fraction
    """Sum of the credit of the counted items."""
    possible: int
    """How many items count."""
    passed: bool
    band: str
    missed_critical: tuple[str, ...]
    """Ids of critical items that are not fully right."""
    overtime: bool
    reread: tuple[str, ...]
    """Addresses of the clauses behind what was missed, in the handbook's order."""
    clauses: Mapping[str, str]
    """Address to fingerprint of every clause that the counted items test."""

    @property
    def share(self) -> Fraction:
        """Which part of what was possible was reached."""
        return self.score / self.possible


def band(exam: Exam, share: Fraction) -> str:
    """Return the band of a pass with this share."""
    reached = [n for n in BANDS if n in exam.bands and share >= exam.bands[n]]
    return max(reached, key=lambda n: exam.bands[n]) if reached else BANDS[-1]

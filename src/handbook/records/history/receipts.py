"""What comes of a hand-in, and what a sitting by invitation begins with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from handbook.grading.grade import Grade
from handbook.grading.submissions import Person, Refusal
from handbook.records.history.events import Event

Refusals = tuple[Refusal, ...]
"""Why something was not put on record."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a hand-in that is on record."""

    event: Event
    """The `graded` event; of the first hand-in, if this one is a duplicate."""
    duplicate: bool
    grade: Grade
    """As it was put on record first. A verdict comes from here: answering a second
    hand-in of a sitting by its own marks would let people try out the key."""
    known_name: str
    """The name on record for this number, where the hand-in has another; else empty."""
    before_another: bool = False
    """Whether it says to have been sat before one that was on record already. Times of
    files are as their learners say; so could somebody sit out no cool-down."""

    @property
    def code(self) -> str:
        """What a learner keeps; see `Event.receipt`."""
        return self.event.receipt


@dataclass(frozen=True, slots=True)
class Opening:
    """What a sitting by invitation begins with."""

    sitting: str
    papers: tuple[str, ...]
    """Digests of the exam's forms; form 1 first."""
    first: int
    """Which form a person begins with; counted from 0, different between people."""
    allowed: timedelta
    """The time allowed, with what is forgiven."""
    until: datetime
    """When the invitation runs out."""
    delta: str = ""
    """The day of a delta paper; empty for the whole exam."""

    def form_after(self, sittings: int) -> int:
        """Return the form of somebody who sat so often: never the same twice running."""
        return (self.first + sittings) % len(self.papers) + 1


@dataclass(frozen=True, slots=True)
class Opened:
    """A sitting by invitation that began."""

    event: Event
    """Says when, and by which form."""
    person: Person
    """Whose it is, with the name on record."""
    handed_in: bool

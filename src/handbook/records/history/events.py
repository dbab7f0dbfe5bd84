"""What happened, as it stands in the records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What an event says happened."""

    ASSIGNED = "assigned"
    """A trainer asks for (or allows) the exam; attempts are counted anew from here."""
    STARTED = "started"
    """A sitting by invitation began, by the server's clock."""
    SUBMITTED = "submitted"
    """A hand-in arrived; a `graded` event of the same transaction follows."""
    GRADED = "graded"
    REGRADED = "regraded"
    """The same hand-in marked again; it counts instead of the earlier grade."""
    WAIVED = "waived"
    """A trainer excuses the person from the exam, with a reason."""
    RELEASED = "released"
    """A trainer says that the person needs the exam no more: they left the role."""
    REFUSED = "refused"
    """A hand-in that was not put on record, and why; it has no other effect."""
    VOIDED = "voided"
    """A trainer takes back a sitting or a waiver, or settles a refusal, with a reason."""
    ERASED = "erased"
    """A person was forgotten; their events stay, under a key that nobody has."""


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the records."""

    sequence: int
    kind: Kind
    at: datetime
    """When it was recorded, by the recording machine's clock."""
    person: str
    """A key made by `people.key_for`, or of older records at random; empty where nobody
    knows whose it was. The table `people` says who that is, until they are erased."""
    exam: str
    sitting: str
    """Empty where it speaks of no sitting."""
    digest: str
    payload: Mapping[str, Any] = field(repr=False)
    previous: str = field(repr=False)
    hash: str

    @property
    def receipt(self) -> str:
        """What a learner keeps: number and start of the hash, e.g. `12-3f9a1b22c0de`.

        It pins the chain: rewritten records no longer agree with it.
        """
        return f"{self.sequence}-{self.hash[:12]}"

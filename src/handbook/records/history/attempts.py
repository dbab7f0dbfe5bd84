"""What one person did about one exam, folded from the outlines of events."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from fractions import Fraction
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from handbook.records.history.errors import BrokenEventError
from handbook.records.history.events import Kind
from handbook.records.history.outlines import Outline

UNFINISHED = "未交卷"
"""The band of a sitting that was begun and never handed in."""


_NO_CLAUSES: Mapping[str, str] = MappingProxyType({})


# Tuples: there are hundreds of thousands, and nothing else that cannot be changed is
# made as fast.
class Attempt(NamedTuple):
    """A sitting that was graded and not voided."""

    sequence: int
    """Of its `graded` event."""
    sitting: str
    begun: datetime
    ended: datetime
    passed: bool
    band: str
    score: Fraction
    possible: int
    until: date | None
    """Last day the pass holds, by the rule of its time; None if failed, and for a delta
    paper, which renews a pass and gives none."""
    clauses: Mapping[str, str] = _NO_CLAUSES
    """Address to fingerprint of the clauses that were tested."""
    delta: str = ""
    """The day of a delta paper; empty for the whole exam."""


class Start(NamedTuple):
    """A sitting by invitation of which nothing has been handed in."""

    sequence: int
    sitting: str
    begun: datetime
    deadline: datetime
    """When the time allowed is over, with what is forgiven."""
    delta: str = ""
    """The day of a delta paper; empty for the whole exam."""

    def as_failure(self) -> Attempt:
        """Return it as the failed sitting that it is once its time is over."""
        return Attempt(
            sequence=self.sequence,
            sitting=self.sitting,
            begun=self.begun,
            ended=self.deadline,
            passed=False,
            band=UNFINISHED,
            score=Fraction(0),
            possible=0,
            until=None,
            delta=self.delta,
        )


class History(NamedTuple):
    """One person and one exam."""

    attempts: tuple[Attempt, ...] = ()
    """By when they ended; files may be recorded in another order."""
    assigned: int = 0
    """Sequence of the last `assigned` event; 0 if there is none."""
    released: int = 0
    """Sequence of the last `released` event; 0 if there is none."""
    waiver: int = 0
    """Sequence of the `waived` event that stands; 0 if there is none."""
    starts: tuple[Start, ...] = ()
    """Sittings by invitation without a hand-in, in the order of the records."""
    voided: int = 0
    """Sequence of the event that last took back a sitting; 0 if none was."""

    def settled(self, now: datetime) -> History:
        """Return the history in which starts whose time is over are failures.

        Else a paper could be looked at, laid aside, and looked at again for ever.
        """
        if not self.starts:
            return self
        lapsed = [s.as_failure() for s in self.starts if s.deadline <= now]
        return self._replace(
            attempts=_ordered([*self.attempts, *lapsed]),
            starts=tuple(s for s in self.starts if s.deadline > now),
        )

    @property
    def takes_part(self) -> bool:
        """Whether the exam was assigned to the person, waived or sat, and not released.

        Whoever sat it and had that taken back belongs to it still.
        """
        parts = [a.sequence for a in self.attempts] + [s.sequence for s in self.starts]
        return max(*parts, self.assigned, self.waiver, self.voided) > self.released

    @property
    def pass_held(self) -> Attempt | None:
        """The pass that holds longest."""
        passes = [attempt for attempt in self.attempts if attempt.until]
        return max(passes, key=lambda a: (a.until or date.min, a.ended), default=None)

    def renewals(self, held: Attempt) -> tuple[Attempt, ...]:
        """Return the delta papers passed since a pass; they bring it up to date."""
        return tuple(
            a for a in self.attempts if a.delta and a.passed and a.ended >= held.ended
        )

    @property
    def counted(self) -> tuple[Attempt, ...]:
        """Failed attempts that count against the limit: since a pass or an order."""
        passes = [attempt.ended for attempt in self.attempts if attempt.passed]
        if len(passes) == len(self.attempts):
            return ()
        return tuple(
            attempt
            for attempt in self.attempts
            if not attempt.passed
            and attempt.sequence > self.assigned
            and (not passes or attempt.ended > max(passes))
        )


def fold(outlines: Iterable[Outline]) -> History:
    """Return the history that events of one person and one exam add up to.

    Args:
        outlines: of the events, in their order.

    Raises:
        BrokenEventError: one of the events is not as the program wrote it.
    """
    attempts: dict[str | None, Attempt] = {}
    starts: dict[str | None, Start] = {}
    waivers: list[int] = []
    decided: dict[str, int] = {}
    for one in outlines:
        match one.kind:
            case Kind.GRADED:
                starts.pop(one.sitting, None)
                attempts[one.sitting] = _attempt(one, one.sequence)
            case Kind.STARTED:
                starts[one.sitting] = _start(one)
            case Kind.REGRADED if before := attempts.get(one.sitting):
                # Marked anew, but sat when it was sat.
                attempts[one.sitting] = _attempt(one, before.sequence)
            case Kind.WAIVED:
                waivers.append(one.sequence)
            case Kind.ASSIGNED | Kind.RELEASED:
                decided[one.kind] = one.sequence
            case Kind.VOIDED if one.sitting:
                if attempts.pop(one.sitting, None):
                    decided[one.kind] = one.sequence
                starts.pop(one.sitting, None)
            case Kind.VOIDED if one.voids in waivers:
                waivers.remove(one.voids)
            case _:
                pass  # of a voided sitting, of a refusal; without effect on standing
    ordered = _ordered(attempts.values())
    return History(
        ordered,
        decided.get(Kind.ASSIGNED, 0),
        decided.get(Kind.RELEASED, 0),
        max(waivers, default=0),
        tuple(starts.values()),
        decided.get(Kind.VOIDED, 0),
    )


def histories(outlines: Iterable[Outline]) -> dict[tuple[str, str], History]:
    """Return what everybody did about each exam, by key and exam.

    Args:
        outlines: of events; those of one person and one exam in their order.

    Raises:
        BrokenEventError: one of the events is not as the program wrote it.
    """
    told: dict[tuple[str, str], list[Outline]] = defaultdict(list)
    for one in outlines:
        told[one.person, one.exam].append(one)
    return {sitter: fold(some) for sitter, some in told.items()}


def _ordered(attempts: Iterable[Attempt]) -> tuple[Attempt, ...]:
    return tuple(sorted(attempts, key=lambda a: (a.ended, a.sequence)))


UNREADABLE = (ArithmeticError, TypeError, ValueError)
"""What reading a text raises that the program did not write."""


def _start(one: Outline) -> Start:
    if one.begun is None or one.ended is None:
        raise BrokenEventError(one.sequence)
    try:
        return Start(
            sequence=one.sequence,
            sitting=one.sitting or "",
            begun=datetime.fromisoformat(one.begun),
            deadline=datetime.fromisoformat(one.ended),
            delta=one.delta or "",
        )
    except UNREADABLE as error:
        raise BrokenEventError(one.sequence) from error


def _attempt(one: Outline, sequence: int) -> Attempt:
    if not (one.begun and one.ended and one.score and one.examined):
        raise BrokenEventError(one.sequence)
    try:
        return Attempt(
            sequence=sequence,
            sitting=one.sitting or "",
            begun=datetime.fromisoformat(one.begun),
            ended=datetime.fromisoformat(one.ended),
            passed=bool(one.passed),
            band=one.band or "",
            score=marks(one.score),
            possible=one.possible or 0,
            until=date.fromisoformat(one.until) if one.until else None,
            clauses=one.examined.clauses,
            delta=one.delta or "",
        )
    except UNREADABLE as error:
        raise BrokenEventError(one.sequence) from error


@lru_cache(maxsize=4096)
def marks(text: str) -> Fraction:
    """Return marks as they stand in the records, `1/2`; few are ever told apart."""
    return Fraction(text)

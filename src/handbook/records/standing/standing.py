"""Where one person stands with one exam, from what happened alone."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from handbook.grading.submissions import Person
from handbook.model.exams import Exam
from handbook.records.history.attempts import Attempt, History
from handbook.records.history.limits import free_again, may_sit
from handbook.records.history.times import day
from handbook.records.standing.currency import UNCHANGED, Rules, due, outdated

SOON = 30
"""Days before its end from which a pass is said to run out."""


class State(StrEnum):
    """Where a person stands with an exam."""

    PASSED = "通过"
    EXPIRING = "快到期"
    """A pass that runs out within `SOON` days."""
    WAIVED = "免考"
    OUTDATED = "条款已改"
    """A pass that holds, of an exam that wants another where a clause it tested changed
    in substance."""
    EXPIRED = "已过期"
    FAILED = "未通过"
    """And may sit again at once."""
    COOLING = "冷却中"
    EXHAUSTED = "次数用尽"
    VOIDED = "已作废"
    """A trainer took back what they sat, and there is nothing else."""
    ABSENT = "未参加"

    @property
    def may_work(self) -> bool:
        """Whether this exam keeps nobody from working."""
        return self in {State.PASSED, State.EXPIRING, State.WAIVED}


class Standing(NamedTuple):
    """One person and one exam, at one moment.

    A tuple: there are hundreds of thousands of them, and nothing else that cannot be
    changed is made as fast.
    """

    person: Person
    exam: str
    title: str
    state: State
    band: str
    """Of the pass that holds, else of the last sitting; empty if there was none."""
    score: Fraction | None
    possible: int
    until: date | None
    """Last day on which the pass holds or held."""
    again_at: datetime | None
    """When the cool-down ends, for 冷却中."""
    attempts: int
    """Failed sittings that count against the limit."""
    allowed: int
    """How many sittings the exam allows; 0 for an exam that is no more."""
    last: datetime | None
    """When the last sitting ended."""
    changed: tuple[str, ...] = ()
    """Clauses that the pass tested and that changed in substance since."""
    delta: str = ""
    """The day of the delta paper that would renew the pass; empty where none would."""
    days_left: int | None = None
    """Days from today to the last day of a pass that holds."""
    takes_part: bool = True
    """Whether the exam was assigned, waived or sat, and not taken off the person since."""
    must_resit: bool = False
    """Whether a pass holds that wants another sitting because of what changed."""


def standing_of(
    person: Person,
    exam: Exam,
    history: History,
    now: datetime,
    rules: Rules = UNCHANGED,
) -> Standing:
    """Return where one person stands with one exam."""
    history = history.settled(now)
    today = day(now)
    held = _best_pass(history, rules, today)
    changed = _changed(history, held, rules, today) if held else ()
    failures = history.counted
    left = (held.until - today).days if held and held.until else -1
    state = _state(exam, history, now, left, changed, failures)
    waived, passed = state is State.WAIVED, left >= 0
    if waived or not passed or exam.on_change == "none":
        changed = ()
    delta = due(rules, exam.id, failures, changed)
    last = history.attempts[-1] if history.attempts else None
    shown = held if held and state in _BY_THE_PASS else last
    return Standing(
        person=person,
        exam=exam.id,
        title=exam.title,
        state=state,
        band=shown.band if shown else "",
        score=shown.score if shown and shown.possible else None,
        possible=shown.possible if shown else 0,
        until=held.until if held and not waived else None,
        again_at=free_again(exam, failures) if state is State.COOLING else None,
        attempts=len(failures),
        allowed=exam.attempts,
        last=last.ended if last else None,
        changed=changed,
        delta=delta.name if delta else "",
        days_left=left if passed and not waived else None,
        takes_part=history.takes_part,
        must_resit=bool(changed) and exam.on_change == "recertify",
    )


def absent(person: Person, exam: Exam) -> Standing:
    """Return where somebody stands of whom an exam has no record."""
    return Standing(
        person=person,
        exam=exam.id,
        title=exam.title,
        state=State.ABSENT,
        band="",
        score=None,
        possible=0,
        until=None,
        again_at=None,
        attempts=0,
        allowed=exam.attempts,
        last=None,
        takes_part=False,
    )


def former(
    person: Person, exam: str, title: str, history: History, now: datetime
) -> Standing:
    """Return where somebody stands with an exam that is no more."""
    held = history.pass_held
    last = history.attempts[-1] if history.attempts else None
    state = State.FAILED if last else _without_a_sitting(history)
    if held and held.until:
        state = State.PASSED if day(now) <= held.until else State.EXPIRED
    shown = held or last
    return Standing(
        person=person,
        exam=exam,
        title=title,
        state=state,
        band=shown.band if shown else "",
        score=shown.score if shown and shown.possible else None,
        possible=shown.possible if shown else 0,
        until=held.until if held else None,
        again_at=None,
        attempts=len(history.counted),
        allowed=0,
        last=last.ended if last else None,
    )


_BY_THE_PASS = frozenset({State.PASSED, State.EXPIRING, State.OUTDATED, State.EXPIRED})
"""States that are told with the band and the marks of the pass, not of the last sitting."""


def _best_pass(history: History, rules: Rules, today: date) -> Attempt | None:
    """Return the pass to go by: one that holds and is up to date before all others."""
    passes = [attempt for attempt in history.attempts if attempt.until]
    if len(passes) <= 1:
        return passes[0] if passes else None
    return max(
        passes,
        key=lambda a: (
            (a.until or date.min) >= today and not _changed(history, a, rules, today),
            a.until or date.min,
            a.ended,
        ),
    )


def _changed(
    history: History, held: Attempt, rules: Rules, today: date
) -> tuple[str, ...]:
    return outdated(rules, held, today, history.renewals(held))


def _state(  # noqa: PLR0913, PLR0917 - all that a state hangs on
    exam: Exam,
    history: History,
    now: datetime,
    left: int,
    changed: tuple[str, ...],
    failures: tuple[Attempt, ...],
) -> State:
    if history.waiver:
        return State.WAIVED
    if left >= 0 and not (changed and exam.on_change == "recertify"):
        return State.EXPIRING if left <= SOON else State.PASSED
    if failures and may_sit(exam, history, now):
        used_up = len(failures) >= exam.attempts
        return State.EXHAUSTED if used_up else State.COOLING
    if left >= 0:
        return State.OUTDATED
    if history.pass_held and not failures:
        return State.EXPIRED
    # Failures that no longer count, after a new assignment, are failures all the same.
    return State.FAILED if history.attempts else _without_a_sitting(history)


def _without_a_sitting(history: History) -> State:
    return State.VOIDED if history.voided else State.ABSENT

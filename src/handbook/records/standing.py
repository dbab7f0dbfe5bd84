"""Who stands where: per person and exam, from the events alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import Any, NamedTuple

from handbook.grading.submissions import Person
from handbook.model.exams import Exam
from handbook.papers.confirmations import PREFIX
from handbook.records.currency import UNCHANGED, Rules, due, outdated
from handbook.records.history import (
    Attempt,
    Event,
    History,
    Kind,
    fold,
    free_again,
    may_sit,
)
from handbook.records.times import day

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


def standing(
    exams: Mapping[str, Exam],
    people: Mapping[str, Person],
    events: Iterable[Event],
    now: datetime,
    rules: Rules = UNCHANGED,
) -> Iterator[Standing]:
    """Yield the standing of every person on record in every exam.

    Exams that the handbook has no more are listed for those who sat them. Events of
    people who were erased are left out.

    Args:
        exams: the handbook's, by id.
        people: by the key that events carry.
        events: in their order.
        now: the moment asked about.
        rules: what the handbook says now, to tell which passes are out of date.
    """
    told: dict[tuple[str, str], list[Event]] = defaultdict(list)
    former: dict[str, str] = {}
    for event in events:
        if event.exam.startswith(PREFIX):
            continue  # a change that was confirmed; that is no exam
        graded = event.kind in {Kind.GRADED, Kind.REGRADED}
        if event.exam not in exams and graded and not event.payload.get("delta"):
            former[event.exam] = event.payload["title"]
        told[event.person, event.exam].append(event)
    for key, person in people.items():
        for exam in exams.values():
            mine = told.get((key, exam.id))
            # Nearly nobody sits nearly all exams: what is said of those is soon said.
            yield (
                standing_of(person, exam, fold(mine), now, rules)
                if mine
                else _absent(person, exam)
            )
        for id, title in former.items():  # noqa: A001 - an exam's id
            if (key, id) in told:
                yield _former(person, id, title, fold(told[key, id]), now)


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
    state = _state(exam, history, now, held, changed, failures)
    holds = held if held and held.until and today <= held.until else None
    if state is State.WAIVED or exam.on_change == "none" or not holds:
        holds, changed = None if state is State.WAIVED else holds, ()
    delta = due(rules, exam.id, failures, changed)
    again_at = free_again(exam, failures) if state is State.COOLING else None
    return Standing(
        person=person,
        exam=exam.id,
        title=exam.title,
        state=state,
        again_at=again_at,
        attempts=len(failures),
        allowed=exam.attempts,
        changed=changed,
        delta=delta.name if delta else "",
        takes_part=history.takes_part,
        must_resit=bool(changed) and exam.on_change == "recertify",
        days_left=(holds.until - today).days if holds and holds.until else None,
        **_shown(history, state, held),
    )


def _absent(person: Person, exam: Exam) -> Standing:
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


def _former(
    person: Person, exam: str, title: str, history: History, now: datetime
) -> Standing:
    held = history.pass_held
    state = State.ABSENT
    if held and held.until:
        state = State.PASSED if day(now) <= held.until else State.EXPIRED
    elif history.attempts:
        state = State.FAILED
    return Standing(
        person=person,
        exam=exam,
        title=title,
        state=state,
        again_at=None,
        attempts=len(history.counted),
        allowed=0,
        **_shown(history, state, held),
    )


_HOLDING = frozenset({State.PASSED, State.EXPIRING, State.OUTDATED})


def _best_pass(history: History, rules: Rules, today: date) -> Attempt | None:
    """Return the pass to go by: one that holds and is up to date before all others."""
    return max(
        (attempt for attempt in history.attempts if attempt.until),
        key=lambda a: (
            (a.until or date.min) >= today and not _changed(history, a, rules, today),
            a.until or date.min,
            a.ended,
        ),
        default=None,
    )


def _changed(
    history: History, held: Attempt, rules: Rules, today: date
) -> tuple[str, ...]:
    return outdated(rules, held, today, history.renewals(held))


def _state(  # noqa: PLR0913, PLR0917 - all that a state hangs on
    exam: Exam,
    history: History,
    now: datetime,
    held: Attempt | None,
    changed: tuple[str, ...],
    failures: tuple[Attempt, ...],
) -> State:
    if history.waiver:
        return State.WAIVED
    left = (held.until - day(now)).days if held and held.until else -1
    if left >= 0 and not (changed and exam.on_change == "recertify"):
        return State.EXPIRING if left <= SOON else State.PASSED
    if failures and may_sit(exam, history, now):
        used_up = len(failures) >= exam.attempts
        return State.EXHAUSTED if used_up else State.COOLING
    if left >= 0:
        return State.OUTDATED
    if held and not failures:
        return State.EXPIRED
    # Failures that no longer count, after a new assignment, are failures all the same.
    return State.FAILED if history.attempts else State.ABSENT


def _shown(history: History, state: State, held: Attempt | None) -> dict[str, Any]:
    last = history.attempts[-1] if history.attempts else None
    shown = held if state in _HOLDING | {State.EXPIRED} else last
    return {
        "band": shown.band if shown else "",
        "score": shown.score if shown and shown.possible else None,
        "possible": shown.possible if shown else 0,
        "until": held.until if held and state is not State.WAIVED else None,
        "last": last.ended if last else None,
    }

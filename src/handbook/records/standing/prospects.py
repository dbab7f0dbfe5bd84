"""What lies before somebody who handed in: until when, when again, what else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from handbook.grading.submissions import Person
from handbook.handbook import Handbook
from handbook.model.exams import Exam
from handbook.papers.confirmations import exam_of
from handbook.records.database.queries import Wanted
from handbook.records.database.together import Steps, Work
from handbook.records.database.turns import Turn
from handbook.records.history.attempts import History
from handbook.records.history.limits import free_again
from handbook.records.history.people import fold_number
from handbook.records.history.receipts import Receipt
from handbook.records.standing.currency import Rules
from handbook.records.standing.standing import standing_of


@dataclass(frozen=True, slots=True)
class Sat:
    """A sitting that is over."""

    person: Person
    exam: str
    passed: bool

    @classmethod
    def of(cls, receipt: Receipt) -> Sat:
        """Return what a receipt says of it."""
        submission = receipt.grade.submission
        return cls(submission.person, submission.exam, receipt.grade.passed)


@dataclass(frozen=True, slots=True)
class Prospect:
    """What the records say of an exam after a sitting."""

    until: date | None
    """The last day on which their pass holds or held; None where there is none."""
    certified: bool
    """Whether there is a certificate of it; a pass of another sitting has one as well."""
    left: int
    """How many sittings are left before a trainer must step in."""
    again_at: datetime | None
    """When the next one may begin; None after a pass, and where none is left."""
    remaining: tuple[Exam, ...] | None
    """The exams that the role still wants; None where the exam is of several roles,
    so that it does not say which role somebody has."""


def prospect(
    handbook: Handbook, sat: Sat, now: datetime, rules: Rules
) -> Steps[Prospect]:
    """Go the steps to what lies before somebody after a sitting.

    Args:
        handbook: holds the exams and their roles.
        sat: who sat which exam, and whether they passed.
        now: the moment asked about.
        rules: what `rules_of` says of the handbook.

    Raises:
        KeyError: the exam is no more.
    """
    person, passed = sat.person, sat.passed
    exam = exam_of(handbook, sat.exam)
    if exam is None:
        raise KeyError(sat.exam)
    history = (yield _looking(person, exam)).settled(now)
    left = max(0, exam.attempts - len(history.counted))
    held = standing_of(person, exam, history, now, rules)
    remaining = None
    if passed and (others := others_of(handbook, exam)) is not None:
        lacking = []
        for other in others:
            found = standing_of(
                person, other, (yield _looking(person, other)), now, rules
            )
            lacking += [] if found.state.may_work else [other]
        remaining = tuple(lacking)
    return Prospect(
        until=held.until,
        certified=bool(held.until)
        and held.state.may_work
        and sat.exam in handbook.exams,
        left=left,
        again_at=free_again(exam, history.counted) if left and not passed else None,
        remaining=remaining,
    )


def others_of(handbook: Handbook, exam: Exam) -> Sequence[Exam] | None:
    """Return what a role sits besides its own exam; None for an exam of several roles."""
    if len(exam.roles) != 1 or exam.id not in handbook.exams:
        return None
    (role,) = exam.roles
    return [
        other
        for other in handbook.exams.values()
        if role in other.roles and other.id != exam.id
    ]


def _looking(person: Person, exam: Exam) -> Work[History]:
    wanted = Wanted(fold_number(person.number), exam.id, sitting="")
    return Work(partial(Turn.history, wanted=wanted), wanted)

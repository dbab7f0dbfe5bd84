"""What lies before somebody who has just handed in: until when, when again, what else."""

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
class Prospect:
    """What the records say of an exam after a hand-in."""

    until: date | None
    """The last day on which the pass holds; None where there is none."""
    left: int
    """How many sittings are left before a trainer must step in."""
    again_at: datetime | None
    """When the next one may begin; None after a pass, and where none is left."""
    remaining: tuple[Exam, ...] | None
    """The exams that the role still wants; None where the exam is of several roles,
    so that it does not say which role somebody has."""


def prospect(
    handbook: Handbook, receipt: Receipt, now: datetime, rules: Rules
) -> Steps[Prospect]:
    """Go the steps to what lies before the person of a receipt.

    Args:
        handbook: holds the exams and their roles.
        receipt: of a hand-in that is on record.
        now: the moment asked about.
        rules: what `rules_of` says of the handbook.

    Raises:
        KeyError: the exam is no more.
    """
    grade = receipt.grade
    exam = exam_of(handbook, grade.submission.exam)
    if exam is None:
        raise KeyError(grade.submission.exam)
    person = grade.submission.person
    history = (yield _looking(person, exam)).settled(now)
    left = max(0, exam.attempts - len(history.counted))
    passed = grade.passed
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
        until=standing_of(person, exam, history, now, rules).until if passed else None,
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

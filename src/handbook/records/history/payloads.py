"""What an event says of a graded hand-in, and the grade read back from it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from functools import lru_cache
from types import MappingProxyType
from typing import Any, cast

from handbook.grading.grade import Grade, ItemResult
from handbook.grading.submissions import Person, Submission
from handbook.model.exams import Exam
from handbook.records.history.times import stored

Payload = dict[str, Any]
"""JSON: texts, whole numbers, truth values, lists and mappings; marks are `"1/2"`."""

_USUAL = 16_384
"""Items with an answer to them that are kept as they are written: a class of learners
gives the same few answers, millions of times in a long run."""


def of_submission(submission: Submission) -> Payload:
    """Return what a `submitted` event carries beside its columns."""
    delta = {"delta": submission.delta} if submission.delta else {}
    return delta | {
        "form": submission.form,
        "paper": submission.paper,
        "via": submission.via,
        "started_at": submission.started_at.isoformat(),
        "submitted_at": submission.submitted_at.isoformat(),
    }


def of_grade(grade: Grade, exam: Exam, now: datetime) -> Payload:
    """Return what a `graded` event carries: all that regrading and statistics need."""
    begun, ended = span(grade.submission, now)
    return of_submission(grade.submission) | {
        # When it was, as far as we believe it; limits and validity count from these.
        "begun": stored(begun),
        "ended": stored(ended),
        "title": grade.title,
        **_of_marks(grade),
        "overtime": grade.overtime,
        "clauses": dict(grade.clauses),
        "rule": {
            "pass_mark": str(exam.pass_mark),
            "attempts": exam.attempts,
            "cooldown": str(exam.cooldown),
            "valid_for": str(exam.valid_for),
        },
    }


def span(submission: Submission, now: datetime) -> tuple[datetime, datetime]:
    """Return when a sitting began and ended, as far as we believe it.

    A hand-in to the server ends when it arrives. The times of a file are vouched for
    by the trainer who hands it in, but none lies in the future.
    """
    arrived = submission.via in {"server", "invitation"}
    ended = now if arrived else min(submission.submitted_at, now)
    return min(submission.started_at, ended), ended


def of_regrade(
    before: Mapping[str, Any], grade: Grade, about: Mapping[str, Any]
) -> Payload:
    """Return what a `regraded` event carries: as a `graded` one, and why.

    Times, answers and the rule stay those of the day on which the exam was sat.

    Args:
        before: what the sitting's newest event carries.
        grade: the same sitting, marked anew.
        about: policy, items, reason, by whom, and the sequence of the event before.
    """
    return dict(before) | _of_marks(grade) | {"regrade": dict(about)}


def grade_from(
    payload: Mapping[str, Any], *, exam: str, sitting: str, digest: str, person: Person
) -> Grade:
    """Return the grade as it was put on record."""
    items = payload["items"]
    return Grade(
        submission=Submission(
            exam=exam,
            form=payload["form"],
            paper=payload["paper"],
            sitting=sitting,
            person=person,
            started_at=datetime.fromisoformat(payload["started_at"]),
            submitted_at=datetime.fromisoformat(payload["submitted_at"]),
            answers=MappingProxyType(
                {i["token"]: _frozen(i["answer"]) for i in items if "answer" in i}
            ),
            via=payload["via"],
            digest=digest,
            delta=payload.get("delta", ""),
        ),
        title=payload["title"],
        items=tuple(
            ItemResult(
                item=item["id"],
                token=item["token"],
                credit=Fraction(item["credit"]),
                correct=item["correct"],
                critical=item["critical"],
                counted=item["counted"],
                fingerprint=item["fingerprint"],
            )
            for item in items
        ),
        score=Fraction(payload["score"]),
        possible=payload["possible"],
        passed=payload["passed"],
        band=payload["band"],
        missed_critical=tuple(payload["missed_critical"]),
        overtime=payload["overtime"],
        reread=tuple(payload["reread"]),
        clauses=MappingProxyType(dict(payload["clauses"])),
    )


def _of_marks(grade: Grade) -> Payload:
    answered = grade.submission.answers.get
    return {
        "items": [
            _of_item(item, answered(item.token, _LEFT_OUT)) for item in grade.items
        ],
        "score": str(grade.score),
        "possible": grade.possible,
        "share": str(grade.share),
        "band": grade.band,
        "passed": grade.passed,
        "missed_critical": list(grade.missed_critical),
        "reread": list(grade.reread),
    }


def _of_item(item: ItemResult, answer: object) -> Mapping[str, Any]:
    """Return what is written of an item; nobody may change it."""
    try:
        return _of_usual_item(item, answer)
    except TypeError:  # a mapping has no hash
        return _of_usual_item.__wrapped__(item, answer)


@lru_cache(maxsize=_USUAL)
def _of_usual_item(item: ItemResult, answer: object) -> Mapping[str, Any]:
    result: Payload = {
        "id": item.item,
        "token": item.token,
        "fingerprint": item.fingerprint,
        "credit": str(item.credit),
        "correct": item.correct,
        "critical": item.critical,
        "counted": item.counted,
    }
    if answer is not _LEFT_OUT:
        # An item left out has no answer at all, which is not an empty answer.
        result["answer"] = _plain(answer)
    return result


_LEFT_OUT = object()


def _frozen(answer: object) -> object:
    """Return an answer as the reader of answer files makes it."""
    if isinstance(answer, dict):
        return MappingProxyType(answer)
    return tuple(answer) if isinstance(answer, list) else answer


def _plain(answer: object) -> object:
    if isinstance(answer, Mapping):
        return {str(key): _plain(value) for key, value in answer.items()}
    if isinstance(answer, list | tuple):
        return [_plain(value) for value in cast("list[object]", answer)]
    return answer

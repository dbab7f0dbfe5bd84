"""Verdicts: what a learner and a trainer are told of a grade. Neither sees a key."""

from __future__ import annotations

from handbook.grading.grade import Grade, ItemResult
from handbook.handbook import Handbook
from handbook.model.exams import Exam
from handbook.model.shares import decimal, percent, percent_short_of
from handbook.papers import deltas
from handbook.papers.confirmations import exam_of


def learner_verdict(handbook: Handbook, grade: Grade) -> dict[str, object]:
    """Return the outcome as JSON values for whoever sat the exam.

    Nothing in it tells which item was wrong or which option was right.
    """
    return {
        "exam": grade.submission.exam,
        "title": grade.title,
        "passed": grade.passed,
        "band": grade.band,
        "score": f"{decimal(grade.score)}/{grade.possible}",
        "percent": _share(handbook, grade),
        "critical_missed": len(grade.missed_critical),
        "overtime": grade.overtime,
        "reread": _reread(handbook, grade),
    }


def trainer_verdict(handbook: Handbook, grade: Grade) -> dict[str, object]:
    """Return the outcome as JSON values for a trainer: wrong items by id and line."""
    submission = grade.submission
    taken = submission.taken
    return learner_verdict(handbook, grade) | {
        "delta": submission.delta,
        "form": submission.form,
        "paper": submission.paper,
        "sitting": submission.sitting,
        "person": {"id": submission.person.number, "name": submission.person.name},
        "via": submission.via,
        "digest": submission.digest,
        "started_at": submission.started_at.isoformat(),
        "submitted_at": submission.submitted_at.isoformat(),
        "minutes": int(taken.total_seconds() // 60) if taken else None,
        "pass_mark": percent(_exam(handbook, grade).pass_mark),
        "reasons": list(_reasons(handbook, grade)),
        "wrong": [_wrong(handbook, r) for r in grade.items if not r.correct],
    }


def trainer_text(handbook: Handbook, grade: Grade) -> str:
    """Return the outcome as Chinese lines for a trainer's terminal."""
    submission = grade.submission
    person = submission.person
    taken = submission.taken
    time = f"用时 {int(taken.total_seconds() // 60)} 分钟" if taken else "用时不详"
    limit = _limit(handbook, grade)
    outcome = f"通过，{grade.band}" if grade.passed else "未通过"
    lines = [
        f"{person.number} {person.name}：{grade.title}（第 {submission.form} 份试卷）"
        f" {outcome}",
        f"  得分 {decimal(grade.score)}/{grade.possible}（{_share(handbook, grade)}），"
        f"{time}，限时 {limit}。",
    ]
    lines += [f"  原因：{reason}。" for reason in _reasons(handbook, grade)]
    wrong = [r for r in grade.items if not r.correct and r.counted]
    if wrong:
        lines.append(f"  失分的题（{len(wrong)}）：")
        lines += [f"    {_line(handbook, result)}" for result in wrong]
    trial = [r for r in grade.items if not r.correct and not r.counted]
    if trial:
        lines.append(f"  试测题，不计分，没有答对（{len(trial)}）：")
        lines += [f"    {_line(handbook, result)}" for result in trial]
    if grade.reread:
        lines.append("  请重读：")
        lines += [
            f"    {handbook.clauses[address].title}（{address}）"
            for address in grade.reread
        ]
    return "\n".join(lines)


def _share(handbook: Handbook, grade: Grade) -> str:
    return percent_short_of(grade.share, _exam(handbook, grade).pass_mark)


def _reasons(handbook: Handbook, grade: Grade) -> tuple[str, ...]:
    """Say why someone did not pass; empty for a pass."""
    exam = _exam(handbook, grade)
    reasons = []
    if grade.share < exam.pass_mark:
        reasons.append(
            f"得分率 {_share(handbook, grade)}，低于合格线 {percent(exam.pass_mark)}"
        )
    if grade.missed_critical:
        reasons.append(f"关键题没有全对（{len(grade.missed_critical)} 题）")
    if grade.overtime:
        reasons.append(f"超过限时 {_limit(handbook, grade)}")
    return tuple(reasons)


def _exam(handbook: Handbook, grade: Grade) -> Exam:
    exam = exam_of(handbook, grade.submission.exam)
    if exam is None:
        raise KeyError(grade.submission.exam)
    return exam


def _limit(handbook: Handbook, grade: Grade) -> str:
    """Return the time that the paper of a sitting allowed, in words."""
    exam = _exam(handbook, grade)
    if not grade.submission.delta:
        return str(exam.time_limit)
    return f"{deltas.seconds(exam, len(grade.items)) // 60}分钟"


def _reread(handbook: Handbook, grade: Grade) -> list[dict[str, str]]:
    found = []
    for address in grade.reread:
        clause = handbook.clauses[address]
        page = handbook.pages[clause.page]
        found.append(
            {
                "address": address,
                "title": clause.title,
                "page": page.front.title,
                "url": f"{page.url}#{clause.id}",
            }
        )
    return found


def _wrong(handbook: Handbook, result: ItemResult) -> dict[str, object]:
    return {
        "item": result.item,
        "place": _place(handbook, result),
        "credit": str(result.credit),
        "critical": result.critical,
        "counted": result.counted,
    }


def _line(handbook: Handbook, result: ItemResult) -> str:
    notes = ["关键题"] if result.critical else []
    if result.credit:
        notes.append(f"得 {result.credit}")
    note = f"（{'，'.join(notes)}）" if notes else ""
    return f"{_place(handbook, result)} {result.item}{note}"


def _place(handbook: Handbook, result: ItemResult) -> str:
    place = handbook.places.get(("item", result.item))
    return f"{place.path}:{place.line}" if place else ""

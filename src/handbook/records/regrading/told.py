"""A regrade as trainers and programs read it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from handbook.grading.grade import Grade, ItemResult
from handbook.handbook import Handbook
from handbook.harmless import visible
from handbook.model.shares import score_text
from handbook.records.history.events import Event
from handbook.records.history.receipts import Refusals
from handbook.records.regrading.plans import Change, Plan, named, place_of

FORMAT = "handbook-regrade/1"
"""Names the shape of `as_document`."""


def as_text(handbook: Handbook, planned: Plan) -> str:
    """Return a plan as a trainer reads it; safe to print."""
    about = "、".join(named(handbook, item) for item in planned.items) or "没有题"
    lines = [f"{planned.title}（{planned.exam}），{planned.policy.wording}：{about}"]
    for change in planned.changes:
        person = change.was.submission.person
        who = f"{person.number} {person.name}".strip()
        lines.append(
            f"  {who}（回执 {change.before.receipt}）：{_outcome(change.was)} → "
            f"{_outcome(change.becomes)}{_FLIPS[change.flip]}"
        )
        lines += [
            f"    {before.item}：{_said(before)} → {_said(after)}"
            for before, after in change.items
        ]
    flips = Counter(change.flip for change in planned.changes)
    lines.append(
        f"共 {planned.sittings} 次考试：成绩改变 {len(planned.changes)} 次，"
        f"其中未通过改为通过 {flips['up']} 次，通过改为未通过 {flips['down']} 次。"
    )
    if planned.confirmed:
        lines.append(
            f"另有 {len(planned.confirmed)} 次按新答案核对过，成绩不变，也登记一条。"
        )
    if planned.rewritten and planned.policy.needs_key:
        lines.append(
            f"请核对：其中 {planned.rewritten} 次用的不是现在的试卷，"
            "题面可能改过。题面改过的题，请改用 full-credit 或 drop-item。"
        )
    return visible("\n".join(lines))


def as_document(
    handbook: Handbook,
    planned: Plan,
    recorded: Iterable[Event],
    refusals: Refusals,
) -> dict[str, Any]:
    """Return a regrade for programs, in this stable shape.

    {"format": "handbook-regrade/1",
     "exam", "policy", "items": [{"item", "place"}],
     "sittings", "rewritten",
     "confirmed": how many were marked anew without a change,
     "changes": [
       {"person": {"id", "name"}, "sitting", "receipt": of the grade so far,
        "flip": "up" | "down" | "",
        "before" and "after": {"passed", "band", "score", "possible"},
        "items": [{"item", "before", "after": credit, "counted"}]}],
     "recorded": receipts, empty in a dry run,
     "problems": [{"code", "message", "remedy"}]}
    """
    return {
        "format": FORMAT,
        "exam": planned.exam,
        "policy": planned.policy.value,
        "items": [{"item": i, "place": place_of(handbook, i)} for i in planned.items],
        "sittings": planned.sittings,
        "rewritten": planned.rewritten,
        "confirmed": len(planned.confirmed),
        "changes": [_as_data(change) for change in planned.changes],
        "recorded": [event.receipt for event in recorded],
        "problems": [
            {"code": r.code, "message": r.message, "remedy": r.remedy} for r in refusals
        ],
    }


_FLIPS = {"": "", "up": "，改为通过", "down": "，改为未通过"}


def _outcome(grade: Grade) -> str:
    verdict = f"通过，{grade.band}" if grade.passed else "未通过"
    return f"{score_text(grade.score, grade.possible)} {verdict}"


def _said(result: ItemResult) -> str:
    return f"{result.credit} 分" if result.counted else "不计分"


def _as_data(change: Change) -> dict[str, Any]:
    person = change.was.submission.person
    return {
        "person": {"id": person.number, "name": person.name},
        "sitting": change.before.sitting,
        "receipt": change.before.receipt,
        "flip": change.flip,
        "before": _graded(change.was),
        "after": _graded(change.becomes),
        "items": [
            {
                "item": before.item,
                "before": str(before.credit),
                "after": str(after.credit),
                "counted": after.counted,
            }
            for before, after in change.items
        ],
    }


def _graded(grade: Grade) -> dict[str, Any]:
    return {
        "passed": grade.passed,
        "band": grade.band,
        "score": str(grade.score),
        "possible": grade.possible,
    }

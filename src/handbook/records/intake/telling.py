"""What became of hand-ins, in words for a trainer and in a stable shape for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePath
from typing import Any

from handbook.grading.submissions import Person, clean
from handbook.grading.verdict import trainer_text, trainer_verdict
from handbook.handbook import Handbook
from handbook.harmless import visible
from handbook.records.history.attempts import fold
from handbook.records.history.outlines import outline_of
from handbook.records.history.people import other_name
from handbook.records.history.receipts import Receipt
from handbook.records.history.times import stored, written
from handbook.records.intake.hand_ins import Outcome
from handbook.records.sheets import Sheet

FORMAT = "handbook-grades/1"
"""Names the shape of `as_document`; it changes when the shape does."""


def answer_files(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Return the files named, and the `.json` files in the folders named, each once."""
    found: dict[Path, Path] = {}
    for path in paths:
        for file in sorted(path.rglob("*.json")) if path.is_dir() else [path]:
            found.setdefault(file.resolve(), file)
    return tuple(found.values())


def as_text(handbook: Handbook, outcome: Outcome) -> str:
    """Return one outcome as a trainer reads it; safe to print."""
    lines = [f"■ {clean(outcome.name, 200)}"]
    if receipt := outcome.receipt:
        lines.append(trainer_text(handbook, receipt.grade))
        if ahead := _ahead(handbook, receipt):
            lines.append(f"  {ahead}")
        if receipt.duplicate and outcome.rehearsed:
            lines.append("试运行，没有登记。和前面的一份是同一次考试，只会登记一次。")
        elif receipt.duplicate:
            lines.append(f"这份答卷以前交过，不重复登记。回执：{receipt.code}")
        elif outcome.rehearsed:
            lines.append("试运行，没有登记。")
        else:
            lines.append(f"已登记。回执：{receipt.code}")
        if receipt.before_another and not outcome.rehearsed:
            lines.append(
                "请核对：这份答卷写的时间，早于他已经登记的另一次。"
                f"时间不对，就用 records.py void {receipt.code} 作废。"
            )
        if receipt.known_name:
            said = receipt.grade.submission.person
            known = Person(said.number, receipt.known_name)
            lines.append(other_name(known, said.name, "这份答卷上"))
    else:
        lines.append("没有登记：")
    for refusal in outcome.refusals:
        place = refusal.place.removeprefix(
            clean(PurePath(outcome.name).name, 80)
        ).strip()
        where = f"{place}：" if place else ""
        lines += [
            f"  {refusal.code} {where}{refusal.message}",
            f"    改法：{refusal.remedy}",
        ]
    return visible("\n".join(lines)) + "\n"


def _ahead(handbook: Handbook, receipt: Receipt) -> str:
    """Say until when a pass holds, or when a failure may be made good."""
    exam = handbook.exams.get(receipt.grade.submission.exam)
    (attempt,) = fold([outline_of(receipt.event)]).attempts
    if exam and attempt.until:
        return f"有效期至 {attempt.until.isoformat()}。"
    if attempt.passed or exam is None:
        return ""
    free = written(exam.cooldown.after(attempt.ended))
    return f"次数没有用完的，{free} 以后可以重考（最多 {exam.attempts} 次）。"


def last_line(outcomes: Sequence[Outcome], *, rehearsed: bool) -> str:
    """Return the line that ends a run."""
    counts = count(outcomes)
    return (
        f"共 {counts['files']} 份：{'可登记' if rehearsed else '登记'} "
        f"{counts['recorded']}（其中通过 {counts['passed']}），"
        f"重复 {counts['duplicate']}，没有登记 {counts['refused']}。"
    )


def count(outcomes: Sequence[Outcome]) -> dict[str, int]:
    """Count outcomes by what became of them."""
    counts = Counter(outcome.status for outcome in outcomes)
    new = [o.receipt for o in outcomes if o.receipt and not o.receipt.duplicate]
    return {
        "files": len(outcomes),
        "recorded": counts["recorded"],
        "passed": sum(receipt.grade.passed for receipt in new),
        "duplicate": counts["duplicate"],
        "refused": counts["refused"],
    }


def unrecorded(outcomes: Iterable[Outcome]) -> Sheet:
    """Return what was not recorded, a line per fault."""
    rows = []
    for outcome in outcomes:
        name = PurePath(outcome.name).name
        for refusal in outcome.refusals:
            place = refusal.place.removeprefix(clean(name, 80)).strip()
            rows.append((name, place, refusal.code, refusal.message, refusal.remedy))
    return Sheet(
        "没有登记的答卷", ("答卷", "位置", "代码", "问题", "改法"), tuple(rows)
    )


def as_document(
    handbook: Handbook, outcomes: Sequence[Outcome], *, rehearsed: bool, error: str
) -> dict[str, Any]:
    """Return a run for programs, in this stable shape.

        {"format": "handbook-grades/1",
         "dry_run": false,
         "results": [
           {"file": "answers/wang.json",
            "status": "recorded" | "duplicate" | "refused",
            "receipt": "12-3f9a1b22c0de" | null,
            "recorded_at": "2026-11-23T01:26:03+00:00" | null,
            "known_name": the name on record, where the file has another; else "",
            "before_another": whether it says to be earlier than one on record,
            "verdict": `grading.verdict.trainer_verdict` | null,
            "problems": [{"code", "place", "message", "remedy"}]}],
         "summary": {"files", "recorded", "passed", "duplicate", "refused"},
         "error": why the records could not be written, or ""}

    In a dry run the receipt of what is not on record yet is null.
    """
    return {
        "format": FORMAT,
        "dry_run": rehearsed,
        "results": [_as_data(handbook, outcome) for outcome in outcomes],
        "summary": count(outcomes),
        "error": error,
    }


def _as_data(handbook: Handbook, outcome: Outcome) -> dict[str, Any]:
    receipt = outcome.receipt
    recorded = None if outcome.rehearsed else receipt
    return {
        "file": outcome.name,
        "status": outcome.status,
        "receipt": recorded.code if recorded else None,
        "recorded_at": stored(recorded.event.at) if recorded else None,
        "known_name": receipt.known_name if receipt else "",
        "before_another": bool(receipt and receipt.before_another),
        "verdict": trainer_verdict(handbook, receipt.grade) if receipt else None,
        "problems": [
            {
                "code": refusal.code,
                "place": refusal.place,
                "message": refusal.message,
                "remedy": refusal.remedy,
            }
            for refusal in outcome.refusals
        ],
    }

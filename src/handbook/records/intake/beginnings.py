"""Hand-ins of sittings that the server began: its record says whose, of what, since when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from handbook.grading.submissions import Refusal, Submission
from handbook.records.database.store import Store
from handbook.records.history.events import Event
from handbook.records.history.people import fold_number
from handbook.records.history.times import written


def swapped(
    submission: Submission, begun: Event, number: str, remedy: str
) -> Refusal | None:
    """Say in what a hand-in is not that of the sitting that began; None if in nothing.

    Args:
        submission: what was handed in.
        begun: the `started` event.
        number: staff number of whose sitting it is; empty if nobody's any more.
        remedy: what whoever reads it is to do.
    """
    about = [
        (fold_number(submission.person.number), number, "工号"),
        (submission.exam, begun.exam, "考试"),
        (submission.delta, begun.payload.get("delta", ""), "补考的范围"),
        (submission.sitting, begun.sitting, "考次"),
        (submission.paper, begun.payload["paper"], "试卷"),
        (submission.form, begun.payload["form"], "卷号"),
    ]
    wrong = [what for said, right, what in about if said != right]
    if not wrong:
        return None
    return Refusal(
        "A697",
        "",
        f"这份答卷和邀请对不上：{'、'.join(wrong)}不同，没有登记。",
        remedy,
    )


def by_the_record(
    store: Store, submissions: Sequence[Submission]
) -> Iterator[Submission | Refusal]:
    """Yield hand-ins as they count: of a sitting that the server began, begun then.

    What a file says of its beginning can be edited; what the server noted cannot.

    Args:
        store: says which sittings began; asked once for all.
        submissions: what was read.

    Raises:
        StoreError: the records cannot be read.
    """
    starts = store.starts({one.sitting for one in submissions})
    for one in submissions:
        start = starts.get(one.sitting)
        yield _timed(one, *start) if start else one


def _timed(submission: Submission, begun: Event, number: str) -> Submission | Refusal:
    if fault := swapped(
        submission,
        begun,
        number,
        "请学员交他自己那次考试保存的原文件；交不出的，请重新发一份邀请。",
    ):
        return fault
    started = datetime.fromisoformat(begun.payload["begun"])
    if submission.submitted_at < started:
        return Refusal(
            "A607",
            "/submitted_at",
            f"这次考试是凭邀请在 {written(started)} 开始的，"
            f"答卷上的交卷时间 {written(submission.submitted_at)} 却比这还早，没有登记。",
            "请校准考试那台电脑的时钟，再重新发一份邀请，请学员重考。",
        )
    return replace(submission, started_at=started)

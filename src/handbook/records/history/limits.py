"""May somebody sit an exam (again)? Attempts, cool-down, invitations, delta papers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from handbook.grading.submissions import Refusal
from handbook.model.exams import Exam
from handbook.papers.deltas import TRIES
from handbook.records.history.attempts import Attempt, History
from handbook.records.history.times import day, written

REFUSALS: Mapping[str, str] = MappingProxyType(
    {
        "A691": "还没到可以重考的时间",
        "A692": "考试次数已经用完",
        "A693": "这次考试的编号已经用过",
        "A694": "没有有效的邀请",
        "A695": "邀请已经过期",
        "A696": "邀请已经用过",
        "A697": "邀请和答卷对不上",
        "A698": "还有一次考试没有交卷",
        "A699": "不能只补考改动部分",
    }
)
"""Why a hand-in that is in order still does not go on record."""


def may_sit(
    exam: Exam,
    history: History,
    begun: datetime,
    ended: datetime | None = None,
    delta: str = "",
) -> Refusal | None:
    """Decide whether a sitting counts; None means yes.

    Whoever passed may sit again at any time; only failures since the last pass, or
    since a trainer assigned the exam anew, stand in the way. A sitting must begin at
    least the cool-down after each of them ended. One that lies wholly before a recorded
    failure (files recorded out of order) needs the same distance on that side, so that
    several tabs opened at once do not make several attempts.

    Delta papers and the whole exam share attempts and cool-down: they ask the same items.

    Args:
        exam: the rule of today.
        history: what is on record.
        begun: when the sitting began.
        ended: when it ended; the same moment if left out.
        delta: the day of a delta paper; empty for the whole exam.
    """
    if delta and (refusal := _no_delta(exam, history, begun)):
        return refusal
    failures = history.counted
    if len(failures) >= exam.attempts:
        return Refusal(
            "A692",
            "",
            f"“{exam.title}”最多考 {exam.attempts} 次，次数已经用完，这次没有登记。",
            "请联系培训师。补课以后，培训师可以重新安排这门考试。",
        )
    for failure in failures:
        free = exam.cooldown.after(failure.ended)
        if begun >= free or exam.cooldown.after(ended or begun) <= failure.begun:
            continue
        return Refusal(
            "A691",
            "",
            f"上一次“{exam.title}”（{written(failure.ended)} 交卷）没有通过，"
            f"要等满{exam.cooldown}才能再考，这次没有登记。",
            f"请在 {written(free)} 以后重新开始考试。",
        )
    return None


def _no_delta(exam: Exam, history: History, begun: datetime) -> Refusal | None:
    """Say why a delta paper will not do."""
    if not any(
        a.until and a.ended <= begun and a.until >= day(begun) for a in history.attempts
    ):
        return Refusal(
            "A699",
            "",
            f"“{exam.title}”没有还在有效期内的成绩，不能只补考改动部分，这次没有登记。",
            "请考整门考试。",
        )
    if sum(bool(failure.delta) for failure in history.counted) >= TRIES:
        return Refusal(
            "A699",
            "",
            f"“{exam.title}”的改动部分补考 {TRIES} 次没有通过，不能再只补考改动"
            "部分，这次没有登记。",
            "请重读改过的条款，然后考整门考试。",
        )
    return None


def may_start(
    exam: Exam, history: History, now: datetime, delta: str = ""
) -> Refusal | None:
    """Decide whether a sitting by invitation may begin; None means yes.

    Args:
        exam: the rule of today.
        history: what is on record.
        now: by the server's clock.
        delta: the day of a delta paper; empty for the whole exam.
    """
    settled = history.settled(now)
    for start in settled.starts:
        if start.sequence > history.assigned:
            return Refusal(
                "A698",
                "",
                f"“{exam.title}”还有一次考试没有交卷（{written(start.begun)} 开始），"
                "不能再开始一次。",
                "请用那一次的邀请链接回到考试，答完交卷。",
            )
    # A clock that was set back stands before sittings that came before this one; it
    # must not make this one their forerunner, which would need no cool-down.
    latest = max([now, *(a.ended for a in settled.attempts)])
    return may_sit(exam, settled, latest, delta=delta)


def free_again(exam: Exam, failures: Sequence[Attempt]) -> datetime | None:
    """Return when the cool-down after the given failures is over."""
    return max((exam.cooldown.after(f.ended) for f in failures), default=None)

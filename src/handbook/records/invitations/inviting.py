"""What a trainer should know of somebody before sending them an invitation."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from handbook.grading.submissions import Refusal
from handbook.handbook import Handbook
from handbook.model.exams import Exam
from handbook.papers.confirmations import exam_of
from handbook.records.database.dossiers import Dossier
from handbook.records.history.attempts import History
from handbook.records.history.limits import free_again, may_start
from handbook.records.history.people import other_name
from handbook.records.history.times import day, written
from handbook.records.invitations.tokens import Invitation
from handbook.records.standing.currency import rules_of
from handbook.records.standing.standing import Standing, standing_of


def notices(  # noqa: PLR0913 - what is known of an invitation
    handbook: Handbook,
    invitation: Invitation,
    dossier: Dossier | None,
    name: str,
    now: datetime,
    *,
    where: str = " --name 写",
) -> Iterator[str]:
    """Yield what may be wrong with an invitation, or keep it from being used yet.

    None of it keeps a trainer from sending it: a cool-down ends, and attempts can be
    assigned anew. The server decides when the sitting begins.

    Args:
        handbook: holds the exams.
        invitation: as it was made.
        dossier: what is on record of the person and the exam; None for a newcomer.
        name: the name that the trainer wrote; empty where none was.
        now: the moment asked about.
        where: on what the trainer wrote the name.
    """
    exam = exam_of(handbook, invitation.exam)
    if exam is None:
        return
    if dossier and (doubt := other_name(dossier.person, name, where)):
        yield doubt + "邀请里写的是登记的姓名。"
    history = dossier.history if dossier else History()
    rules = rules_of(handbook)
    stands = standing_of(invitation.person, exam, history, now, rules)
    if invitation.delta and not stands.delta:
        yield _no_delta(stands, now)
        return
    delta = stands.delta if invitation.delta else ""
    if refusal := may_start(exam, history, now, delta):
        yield _hindrance(refusal, invitation, exam, history.settled(now))


def _no_delta(stands: Standing, now: datetime) -> str:
    number = stands.person.number
    if stands.changed or stands.until is None or stands.until < day(now):
        return (
            f"注意：{number} 现在不能只补考改动部分。请去掉 --delta，让他考整门考试。"
        )
    return f"注意：{number} 的成绩仍然有效，没有要补考的改动，不用再考。"


def _hindrance(
    refusal: Refusal, invitation: Invitation, exam: Exam, history: History
) -> str:
    number = invitation.person.number
    failures = history.counted
    free = free_again(exam, failures)
    match refusal.code:
        case "A698":
            began = written(max(start.begun for start in history.starts))
            return (
                f"注意：{number} 还有一次考试没有交卷（{began} 开始），"
                "交卷或到时以前，不能再开始一次。"
            )
        case "A692":
            return (
                f"注意：{number} 的考试次数已经用完（{len(failures)} 次），现在开始不了。"
                "补课以后请重新安排，这份邀请就能用：\n"
                f"python scripts/records.py assign --person {number} --exam {exam.id} "
                "--reason 已补课 --by 您的工号"
            )
        case "A691" if free:
            told = f"注意：{number} 上一次没有通过，{written(free)} 以后才能开始考。"
            if free > invitation.until:
                told += "那时这份邀请已经过期，请把 --until 写晚一些，重新发一份。"
            return told
    return f"注意：{refusal.message}"

"""A sitting by invitation, from start to hand-in, by the clock of the server."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from handbook.grading.answer_files import read_answers
from handbook.grading.grader import exam_for, forms_of
from handbook.grading.marking_sheets import GRACE
from handbook.grading.submissions import Person, Refusal, Submission
from handbook.handbook import Handbook
from handbook.model.exams import Exam
from handbook.papers.deltas import named
from handbook.records.database.dossiers import dossier_of
from handbook.records.database.queries import Wanted
from handbook.records.database.store import Store
from handbook.records.database.together import Steps, Work, run
from handbook.records.database.turns import Turn
from handbook.records.history.events import Event
from handbook.records.history.people import fold_number
from handbook.records.history.receipts import Opened, Opening, Receipt, Refusals
from handbook.records.history.refusing import refused
from handbook.records.history.times import day
from handbook.records.intake.beginnings import swapped
from handbook.records.intake.hand_ins import Outcome, handing_in, told_today
from handbook.records.invitations.tokens import Invitation, expired
from handbook.records.standing.currency import rules_of
from handbook.records.standing.standing import standing_of


@dataclass(frozen=True, slots=True)
class Sitting:
    """A sitting that runs: what its page must know."""

    sitting: str
    person: Person
    exam: str
    delta: str
    """The day of a delta paper; empty for the whole exam."""
    form: int
    paper: str
    """Its digest; the page has that paper or was built from another handbook."""
    seconds: int
    """Time allowed."""
    spent: int
    """Seconds of it that are gone."""


@dataclass(frozen=True, slots=True)
class Over:
    """A sitting that began and can no longer be sat: what its page may tell of it."""

    refusal: Refusal
    person: Person
    exam: str
    delta: str
    """The day of a delta paper; empty for the whole exam."""
    receipt: Receipt | None
    """With the grade that counts today; None if nothing that counts was handed in."""


def start(
    handbook: Handbook, store: Store, invitation: Invitation, now: datetime
) -> Sitting | Over | Refusals:
    """Begin the sitting an invitation is good for, or go on with it.

    The clock runs from the first time; a page that was reloaded, or lost the answer on
    its way, gets the same sitting again.

    Raises:
        StoreError: it could not be put on record.
    """
    return run(store, starting(handbook, invitation, now))


def starting(
    handbook: Handbook, invitation: Invitation, now: datetime
) -> Steps[Sitting | Over | Refusals]:
    """Go the steps of `start`."""
    exam = exam_for(handbook, invitation.exam)
    if exam is None:
        return (_no_exam(),)
    wanted = Wanted(fold_number(invitation.person.number), exam.id, invitation.sitting)

    def begin(turn: Turn) -> Opened | Refusals:
        return turn.opened(wanted, invitation.person) or _begin(
            handbook, turn, invitation, exam, now
        )

    there: Opened | Refusals = yield Work(begin, wanted)
    if isinstance(there, tuple):
        return there
    if over := (yield from _over(handbook, exam, wanted, there, now)):
        return over
    begun = there.event.payload
    form, delta = begun["form"], begun.get("delta", "")
    spent = now - datetime.fromisoformat(begun["begun"])
    return Sitting(
        sitting=invitation.sitting,
        person=there.person,
        exam=exam.id,
        delta=delta,
        form=form,
        paper=begun["paper"],
        seconds=forms_of(handbook, exam, delta)[min(form, exam.forms) - 1].seconds,
        spent=max(0, int(spent.total_seconds())),
    )


def looking(
    handbook: Handbook, invitation: Invitation, now: datetime
) -> Steps[Over | None]:
    """Go the steps to what came of an invitation's sitting; None if it is not over.

    Nothing begins by looking.
    """
    exam = exam_for(handbook, invitation.exam)
    if exam is None:
        return None
    wanted = Wanted(fold_number(invitation.person.number), exam.id, invitation.sitting)
    there = yield Work(lambda turn: turn.opened(wanted, invitation.person), wanted)
    if there is None:
        return None
    return (yield from _over(handbook, exam, wanted, there, now))


def _over(
    handbook: Handbook, exam: Exam, wanted: Wanted, there: Opened, now: datetime
) -> Steps[Over | None]:
    """Say of a sitting that began why it is over and what came of it; None if it runs."""
    begun, receipt = there.event.payload, None
    delta = begun.get("delta", "")
    if there.handed_in:
        receipt = yield Work(partial(_receipt, wanted=wanted), wanted)
        why = "已经交过卷" if receipt else "交过的卷后来不作数了"
    elif datetime.fromisoformat(begun["deadline"]) <= now:
        why = "考试时间已经过了，没有交卷"
    elif delta and not named(handbook, exam, delta):
        why = "手册更新以后，这份补考试卷换过了"
    else:
        return None
    told = told_today(handbook, receipt) if receipt else None
    return Over(_used(why), there.person, exam.id, delta, told)


def _receipt(turn: Turn, wanted: Wanted) -> Receipt | None:
    found = dossier_of(turn.connection, wanted.number, wanted.exam)
    return found.receipt_of(wanted.sitting) if found else None


def _begin(
    handbook: Handbook, turn: Turn, invitation: Invitation, exam: Exam, now: datetime
) -> Opened | Refusals:
    """Put the beginning on record, if the sitting may begin."""
    if refusal := expired(invitation, now):
        return (refusal,)
    delta = ""
    if invitation.delta:
        chosen = _delta(handbook, turn, invitation, exam, now)
        if isinstance(chosen, Refusal):
            return (chosen,)
        delta = chosen
    papers = forms_of(handbook, exam, delta)
    opening = Opening(
        sitting=invitation.sitting,
        papers=tuple(paper.digest for paper in papers),
        first=_lot(invitation),
        allowed=timedelta(seconds=max(p.seconds for p in papers) + GRACE),
        until=invitation.until,
        delta=delta,
    )
    return turn.start(invitation.person, exam, opening, now)


def hand_in_invited(
    handbook: Handbook,
    store: Store,
    invitation: Invitation,
    raw: bytes,
    now: datetime,
) -> Outcome:
    """Read, grade and record a hand-in by invitation.

    Its times are the server's, whatever the page says; so is the person. An invitation
    that ran out meanwhile is good enough: its sitting began in time.

    Raises:
        StoreError: it could not be recorded, for no fault of its own.
    """
    return run(store, handing_in_invited(handbook, invitation, raw, now))


def handing_in_invited(
    handbook: Handbook, invitation: Invitation, raw: bytes, now: datetime
) -> Steps[Outcome]:
    """Go the steps of `hand_in_invited`."""
    read = read_answers(raw, name="", via="invitation")
    if not isinstance(read, Submission):
        return Outcome("", None, read)
    begun = yield _beginning(invitation.person, invitation.exam, invitation.sitting)
    if begun is None:
        return Outcome("", None, (_unbegun(),))
    if fault := swapped(
        read,
        begun,
        invitation.person.number,
        "请用发给您本人的链接打开考试页，自己答完再交。",
    ):
        # Under who was invited: a made-up person must not get into the records.
        theirs = replace(read, person=invitation.person)
        noted = refused("", (fault,), theirs)
        yield Work(lambda turn: turn.refuse(noted, now), Wanted.of(theirs))
        return Outcome("", None, (fault,))
    started = datetime.fromisoformat(begun.payload["begun"])
    # A clock set back meanwhile must not make an end before the beginning.
    timed = replace(read, started_at=started, submitted_at=max(now, started))
    return (yield from handing_in(handbook, timed, now))


def handing_in_uninvited(
    handbook: Handbook, raw: bytes, now: datetime
) -> Steps[Outcome]:
    """Go the steps of a hand-in that comes without an invitation.

    It is refused if its sitting began with one: else whoever ran out of time would hand
    in without, with times of their own making.
    """
    read = read_answers(raw, name="", via="server")
    if not isinstance(read, Submission):
        return Outcome("", None, read)
    if (yield _beginning(read.person, read.exam, read.sitting)):
        return Outcome("", None, (_bare(),))
    return (yield from handing_in(handbook, read, now))


def _beginning(person: Person, exam: str, sitting: str) -> Work[Event | None]:
    wanted = Wanted(fold_number(person.number), exam, sitting)
    return Work(lambda turn: turn.begun(wanted), wanted)


def _delta(
    handbook: Handbook, turn: Turn, invitation: Invitation, exam: Exam, now: datetime
) -> str | Refusal:
    """Return the day of the delta paper that suits a person now, or why none does."""
    wanted = Wanted(fold_number(invitation.person.number), exam.id, invitation.sitting)
    history = turn.history(wanted)
    found = standing_of(invitation.person, exam, history, now, rules_of(handbook))
    if found.delta:
        return found.delta
    if found.changed or found.until is None or found.until < day(now):
        return Refusal(
            "A699",
            "",
            f"“{exam.title}”不能只补考改动部分，考试没有开始。",
            "请向培训师要一个考整门考试的链接。",
        )
    return Refusal(
        "A699",
        "",
        f"您的“{exam.title}”成绩仍然有效，没有要补考的改动，考试没有开始。",
        "不用再考。",
    )


def _lot(invitation: Invitation) -> int:
    text = f"{invitation.person.number}\n{invitation.exam}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4])


def _used(why: str) -> Refusal:
    return Refusal(
        "A696",
        "",
        f"这份邀请已经用过：{why}。",
        "一份邀请只能考一次。要再考，请向培训师要一个新的链接。",
    )


def _unbegun() -> Refusal:
    return Refusal(
        "A697",
        "",
        "这份邀请的考试还没有开始，交来的答卷没有登记。",
        "请用链接打开考试页，点“开始考试”，答完再交。",
    )


def _bare() -> Refusal:
    return Refusal(
        "A694",
        "",
        "这次考试是凭邀请开始的，交来时没有带邀请，没有登记。",
        "请用培训师发给您的考试链接回到考试页交卷。",
    )


def _no_exam() -> Refusal:
    return Refusal(
        "A611",
        "",
        "手册里没有这份邀请写的考试，它可能改过编号。",
        "请向培训师要一个新的链接。",
    )

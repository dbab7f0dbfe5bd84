"""What one person did about one exam, folded from events; and may they sit again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from handbook.grading.submissions import Refusal, Submission
from handbook.model.durations import Duration
from handbook.model.exams import Exam
from handbook.papers.deltas import TRIES
from handbook.records.errors import BrokenEventError
from handbook.records.times import CHINA, day, written

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


UNFINISHED = "未交卷"
"""The band of a sitting that was begun and never handed in."""


class Kind(StrEnum):
    """What an event says happened."""

    ASSIGNED = "assigned"
    """A trainer asks for (or allows) the exam; attempts are counted anew from here."""
    STARTED = "started"
    """A sitting by invitation began, by the server's clock."""
    SUBMITTED = "submitted"
    """A hand-in arrived; a `graded` event of the same transaction follows."""
    GRADED = "graded"
    REGRADED = "regraded"
    """The same hand-in marked again; it counts instead of the earlier grade."""
    WAIVED = "waived"
    """A trainer excuses the person from the exam, with a reason."""
    RELEASED = "released"
    """A trainer says that the person needs the exam no more: they left the role."""
    REFUSED = "refused"
    """A hand-in that was not put on record, and why; it has no other effect."""
    VOIDED = "voided"
    """A trainer takes back a sitting or a waiver, or settles a refusal, with a reason."""
    ERASED = "erased"
    """A person was forgotten; their events stay, under a key that nobody has."""


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the records."""

    sequence: int
    kind: Kind
    at: datetime
    """When it was recorded, by the recording machine's clock."""
    person: str
    """A random key; `people` says who that is."""
    exam: str
    sitting: str
    """Empty where it speaks of no sitting."""
    digest: str
    payload: Mapping[str, Any] = field(repr=False)
    previous: str = field(repr=False)
    hash: str

    @property
    def receipt(self) -> str:
        """What a learner keeps: number and start of the hash, e.g. `12-3f9a1b22c0de`.

        It pins the chain: rewritten records no longer agree with it.
        """
        return f"{self.sequence}-{self.hash[:12]}"


@dataclass(frozen=True, slots=True)
class Attempt:
    """A sitting that was graded and not voided."""

    sequence: int
    """Of its `graded` event."""
    sitting: str
    begun: datetime
    ended: datetime
    passed: bool
    band: str
    score: Fraction
    possible: int
    until: date | None
    """Last day the pass holds, by the rule of its time; None if failed, and for a delta
    paper, which renews a pass and gives none."""
    clauses: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Address to fingerprint of the clauses that were tested."""
    delta: str = ""
    """The day of a delta paper; empty for the whole exam."""


@dataclass(frozen=True, slots=True)
class Start:
    """A sitting by invitation of which nothing has been handed in."""

    sequence: int
    sitting: str
    begun: datetime
    deadline: datetime
    """When the time allowed is over, with what is forgiven."""
    delta: str = ""
    """The day of a delta paper; empty for the whole exam."""

    def as_failure(self) -> Attempt:
        """Return it as the failed sitting that it is once its time is over."""
        return Attempt(
            sequence=self.sequence,
            sitting=self.sitting,
            begun=self.begun,
            ended=self.deadline,
            passed=False,
            band=UNFINISHED,
            score=Fraction(0),
            possible=0,
            until=None,
            delta=self.delta,
        )


@dataclass(frozen=True, slots=True)
class History:
    """One person and one exam."""

    attempts: tuple[Attempt, ...] = ()
    """By when they ended; files may be recorded in another order."""
    assigned: int = 0
    """Sequence of the last `assigned` event; 0 if there is none."""
    released: int = 0
    """Sequence of the last `released` event; 0 if there is none."""
    waiver: Event | None = None
    starts: tuple[Start, ...] = ()
    """Sittings by invitation without a hand-in, in the order of the records."""

    def settled(self, now: datetime) -> History:
        """Return the history in which starts whose time is over are failures.

        Else a paper could be looked at, laid aside, and looked at again for ever.
        """
        if not self.starts:
            return self
        lapsed = [s.as_failure() for s in self.starts if s.deadline <= now]
        return replace(
            self,
            attempts=_ordered([*self.attempts, *lapsed]),
            starts=tuple(s for s in self.starts if s.deadline > now),
        )

    @property
    def takes_part(self) -> bool:
        """Whether the exam was assigned to the person, waived or sat, and not released."""
        parts = [a.sequence for a in self.attempts] + [s.sequence for s in self.starts]
        parts += [self.assigned, self.waiver.sequence if self.waiver else 0]
        return max(parts) > self.released

    @property
    def pass_held(self) -> Attempt | None:
        """The pass that holds longest."""
        passes = [attempt for attempt in self.attempts if attempt.until]
        return max(passes, key=lambda a: (a.until or date.min, a.ended), default=None)

    def renewals(self, held: Attempt) -> tuple[Attempt, ...]:
        """Return the delta papers passed since a pass; they bring it up to date."""
        return tuple(
            a for a in self.attempts if a.delta and a.passed and a.ended >= held.ended
        )

    @property
    def counted(self) -> tuple[Attempt, ...]:
        """Failed attempts that count against the limit: since a pass or an order."""
        passes = [attempt.ended for attempt in self.attempts if attempt.passed]
        return tuple(
            attempt
            for attempt in self.attempts
            if not attempt.passed
            and attempt.sequence > self.assigned
            and (not passes or attempt.ended > max(passes))
        )


def fold(events: Iterable[Event]) -> History:
    """Return the history that events of one person and one exam add up to."""
    attempts: dict[str, Attempt] = {}
    starts: dict[str, Start] = {}
    assigned = released = 0
    waiver: Event | None = None
    for event in events:
        match event.kind:
            case Kind.STARTED:
                starts[event.sitting] = _start(event)
            case Kind.GRADED:
                starts.pop(event.sitting, None)
                attempts[event.sitting] = _attempt(event)
            case Kind.REGRADED if before := attempts.get(event.sitting):
                # Marked anew, but sat when it was sat.
                attempts[event.sitting] = replace(
                    _attempt(event), sequence=before.sequence
                )
            case Kind.ASSIGNED:
                assigned = event.sequence
            case Kind.WAIVED:
                waiver = event
            case Kind.RELEASED:
                released = event.sequence
            case Kind.VOIDED if event.sitting:
                attempts.pop(event.sitting, None)
                starts.pop(event.sitting, None)
            case Kind.VOIDED if event.payload.get("what") != Kind.REFUSED:
                waiver = None
            case _:
                pass  # of a voided sitting; a grade follows; without effect on standing
    ordered = _ordered(attempts.values())
    return History(ordered, assigned, released, waiver, tuple(starts.values()))


def _ordered(attempts: Iterable[Attempt]) -> tuple[Attempt, ...]:
    return tuple(sorted(attempts, key=lambda a: (a.ended, a.sequence)))


def span(submission: Submission, now: datetime) -> tuple[datetime, datetime]:
    """Return when a sitting began and ended, as far as we believe it.

    A hand-in to the server ends when it arrives. The times of a file are vouched for
    by the trainer who hands it in, but none lies in the future.
    """
    arrived = submission.via in {"server", "invitation"}
    ended = now if arrived else min(submission.submitted_at, now)
    return min(submission.started_at, ended), ended


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
            "请联系培训师。辅导之后，培训师可以重新安排这门考试。",
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


def _start(event: Event) -> Start:
    try:
        return Start(
            sequence=event.sequence,
            sitting=event.sitting,
            begun=datetime.fromisoformat(event.payload["begun"]),
            deadline=datetime.fromisoformat(event.payload["deadline"]),
            delta=event.payload.get("delta", ""),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BrokenEventError(event.sequence) from error


def _attempt(event: Event) -> Attempt:
    payload = event.payload
    try:
        ended = datetime.fromisoformat(payload["ended"])
        passed = payload["passed"]
        delta = payload.get("delta", "")
        valid_for = Duration.parse(payload["rule"]["valid_for"])
        return Attempt(
            sequence=event.sequence,
            sitting=event.sitting,
            begun=datetime.fromisoformat(payload["begun"]),
            ended=ended,
            passed=passed,
            band=payload["band"],
            score=Fraction(payload["score"]),
            possible=payload["possible"],
            until=day(valid_for.after(ended.astimezone(CHINA)))
            if passed and not delta
            else None,
            clauses=payload["clauses"],
            delta=delta,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BrokenEventError(event.sequence) from error

"""Regrading what is on record: who flips and why, planned first, then appended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from fractions import Fraction

from handbook.grading.grade import Grade, ItemResult
from handbook.grading.marks import fingerprint
from handbook.grading.regrade import Policy, remark, unresolved
from handbook.grading.submissions import Refusal
from handbook.handbook import Handbook
from handbook.papers import draw
from handbook.problems import guess
from handbook.records.care.decisions import Note
from handbook.records.database.store import Store
from handbook.records.history import payloads
from handbook.records.history.events import Event
from handbook.records.history.receipts import Refusals
from handbook.records.history.sittings import GONE, Sitting, sittings


@dataclass(frozen=True, slots=True)
class Change:
    """One sitting whose grade a regrade changes."""

    before: Event
    was: Grade
    becomes: Grade

    @property
    def items(self) -> tuple[tuple[ItemResult, ItemResult], ...]:
        """The results that change, before and after."""
        pairs = zip(self.was.items, self.becomes.items, strict=True)
        return tuple((a, b) for a, b in pairs if _worth(a) != _worth(b))

    @property
    def differs(self) -> bool:
        """Whether the grade says something else; a moved fingerprint alone does not."""
        return self.was.passed != self.becomes.passed or bool(self.items)

    @property
    def flip(self) -> str:
        """`up` to a pass, `down` from one, or empty."""
        if self.was.passed == self.becomes.passed:
            return ""
        return "up" if self.becomes.passed else "down"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a regrade would do; nothing is on record yet."""

    exam: str
    title: str
    policy: Policy
    items: tuple[str, ...]
    sittings: int
    """How many were looked at."""
    rewritten: int
    """Of those that change: whose paper is not today's, so that wording may differ."""
    changes: tuple[Change, ...]
    confirmed: tuple[Change, ...]
    """Marked by today's key without a change. They go on record too: else statistics
    would know today's key only from those whose marks it changed."""
    last: int
    """Sequence of the exam's last event; another one since, and the plan is stale."""

    @property
    def lowered(self) -> tuple[Change, ...]:
        """Who would lose a pass."""
        return tuple(change for change in self.changes if change.flip == "down")


def plan(
    handbook: Handbook, store: Store, exam_id: str, item: str | None, policy: Policy
) -> Plan | Refusals:
    """Find out who flips and why, or why it may not be done.

    Args:
        handbook: holds today's keys.
        store: the records; only read.
        exam_id: an exam of the handbook.
        item: the item it is about; None for every item whose key moved.
        policy: what to do about it.
    """
    events = list(store.events(exam_id))
    told = sittings(events, store.people())
    items = _items(handbook, told, item)
    if refusal := _impossible(handbook, told, items, item, policy):
        return (refusal,)
    marked = [
        Change(
            one.newest,
            one.grade,
            remark(
                handbook,
                one.grade,
                first=one.first,
                policy=policy,
                items=items,
                pass_mark=_pass_mark(one.newest),
            ),
        )
        for one in told
    ]
    changes = tuple(change for change in marked if change.differs)
    same_paper = _TodaysPapers(handbook)
    if any(not change.becomes.possible for change in changes):
        return (
            Refusal(
                "A633",
                "",
                "去掉这道题以后，有的试卷一道计分的题也不剩",
                "请改用 full-credit，或作废这些考试。",
            ),
        )
    return Plan(
        exam=exam_id,
        title=handbook.exams[exam_id].title,
        policy=policy,
        items=items,
        sittings=len(told),
        rewritten=sum(not same_paper.has(change.was) for change in changes),
        changes=changes,
        confirmed=tuple(
            change
            for change in marked
            if not change.differs
            and change.was.items != change.becomes.items
            and same_paper.has(change.was)
        ),
        last=events[-1].sequence if events else 0,
    )


def refused(planned: Plan, *, lower: bool) -> Refusals:
    """Say why a plan may not be carried out as it is; empty if it may."""
    return (_lowers(planned),) if planned.lowered and not lower else ()


def carry_out(
    store: Store, planned: Plan, note: Note, *, lower: bool
) -> tuple[Event, ...]:
    """Append a `regraded` event for each sitting marked anew; nothing is overwritten.

    Args:
        store: the records.
        planned: what was shown to the trainer.
        note: why, by whom and when.
        lower: whether passes may become failures.

    Raises:
        ValueError: passes would be lost and may not; `refused` says so beforehand.
        StoreError: nothing was recorded.
    """
    if refusals := refused(planned, lower=lower):
        raise ValueError(str(refusals[0]))
    about = {
        "policy": planned.policy.value,
        "items": list(planned.items),
        "reason": note.reason,
        "by": note.by,
    }
    return store.regrade(
        planned.exam,
        planned.last,
        [
            (
                change.before,
                payloads.of_regrade(
                    change.before.payload,
                    change.becomes,
                    about | {"of": change.before.sequence},
                ),
            )
            for change in (*planned.changes, *planned.confirmed)
        ],
        note.now,
    )


_NAMED = 10
"""People that a refusal names at most."""


def _lowers(planned: Plan) -> Refusal:
    everyone = list(
        dict.fromkeys(
            change.was.submission.person.number or GONE.name
            for change in planned.lowered
        )
    )
    who = "、".join(everyone[:_NAMED])
    if len(everyone) > _NAMED:
        who += f" 等 {len(everyone)} 人"
    return Refusal(
        "A632",
        "",
        f"这样重判，{len(planned.lowered)} 次通过会变成未通过（{who}），没有登记",
        "请改用 accept-both 或 full-credit；确实要改成未通过，加上 --lower。",
    )


def _pass_mark(event: Event) -> Fraction:
    return Fraction(event.payload["rule"]["pass_mark"])


def _items(
    handbook: Handbook, told: Iterable[Sitting], item: str | None
) -> tuple[str, ...]:
    """Return what a regrade is about: the item asked for, or all whose key moved."""
    stored: dict[str, set[str]] = {}
    for one in told:
        for result in one.grade.items:
            stored.setdefault(result.item, set()).add(result.fingerprint)
    if item is not None:
        return (item,) if item in stored else ()
    return tuple(
        name
        for name, prints in stored.items()
        if name in handbook.items and prints != {fingerprint(handbook.items[name])}
    )


def _impossible(
    handbook: Handbook,
    told: Collection[Sitting],
    items: tuple[str, ...],
    item: str | None,
    policy: Policy,
) -> Refusal | None:
    if item is None and not policy.needs_key:
        return Refusal(
            "A633",
            "",
            f"{policy.value} 要写明是哪一道题",
            "在考试编号后面写题目的编号。",
        )
    if item is not None and not items:
        known = {result.item for one in told for result in one.grade.items}
        return Refusal(
            "A633",
            "",
            f"这门考试的记录里没有编号为 {item} 的题",
            guess(item, known) or "请核对题目的编号。",
        )
    if not policy.needs_key:
        return None
    if gone := [name for name in items if name not in handbook.items]:
        return Refusal(
            "A633",
            "",
            f"题库里没有 {'、'.join(gone)}，不知道新答案",
            "请改用 full-credit 或 drop-item。",
        )
    changed = Counter(
        name for one in told for name in unresolved(handbook, one.grade, items)
    )
    if changed:
        listed = "、".join(
            f"{named(handbook, name)}（{count} 份答卷）"
            for name, count in changed.items()
        )
        return Refusal(
            "A631",
            "",
            f"选项的文字改过，旧答卷选的已经不是现在的选项：{listed}",
            "请改用 full-credit 或 drop-item，或者只写要重判的那一道题。",
        )
    return None


def _worth(result: ItemResult) -> tuple[Fraction, bool, bool]:
    return result.credit, result.correct, result.counted


class _TodaysPapers:
    """Tells whether a sitting's paper reads today as it read then, word for word."""

    def __init__(self, handbook: Handbook) -> None:
        self._handbook = handbook
        self._digests: dict[tuple[str, int, str], str] = {}

    def has(self, grade: Grade) -> bool:
        """Whether the paper of a sitting is the one that would be drawn today."""
        submission = grade.submission
        at = (submission.exam, submission.form, submission.delta)
        if at not in self._digests:
            try:
                self._digests[at] = draw(self._handbook, *at).digest
            except (KeyError, ValueError):
                self._digests[at] = ""  # its form is drawn no more
        return submission.paper == self._digests[at]


def named(handbook: Handbook, item: str) -> str:
    """Return an item and where it stands, if it still does."""
    place = place_of(handbook, item)
    return f"{item}（{place}）" if place else item


def place_of(handbook: Handbook, item: str) -> str:
    """Return file and line of an item; empty if it is no more."""
    place = handbook.places.get(("item", item))
    return f"{place.path}:{place.line}" if place else ""

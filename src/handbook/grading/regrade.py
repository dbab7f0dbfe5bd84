"""Regrading: what a sitting is worth after a key turned out to be wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType

from handbook.grading.grade import FAILED, Grade, ItemResult, band
from handbook.grading.marks import FULL, NONE, fingerprint, marking_of
from handbook.handbook import Handbook

REFUSALS: Mapping[str, str] = MappingProxyType(
    {
        "A631": "选项换过，旧答卷不能按新答案重判",
        "A632": "重判会把通过改成未通过",
        "A633": "没有可以重判的题",
    }
)
"""Why a regrade is not carried out."""


class Policy(StrEnum):
    """What to do about an item whose key was wrong."""

    ACCEPT_BOTH = "accept-both"
    """What was right by the old key stays right; what is right by today's becomes it."""
    NEW_KEY = "new-key"
    """Only today's key counts."""
    FULL_CREDIT = "full-credit"
    """Everyone who had the item gets it."""
    DROP_ITEM = "drop-item"
    """The item counts for nobody, as if it had been on trial."""

    @property
    def needs_key(self) -> bool:
        """Whether stored answers are marked by today's key."""
        return self in {Policy.ACCEPT_BOTH, Policy.NEW_KEY}

    @property
    def wording(self) -> str:
        """How a trainer calls it."""
        return _TITLES[self]


_TITLES = {
    Policy.ACCEPT_BOTH: "新旧答案都算对",
    Policy.NEW_KEY: "只按新答案",
    Policy.FULL_CREDIT: "全部给分",
    Policy.DROP_ITEM: "这道题不算",
}


def unresolved(handbook: Handbook, grade: Grade, items: Iterable[str]) -> set[str]:
    """Return which items' stored answers name options that are no more.

    An option's token hangs on its words: an answer that names an unknown token was
    given to another question than today's, and today's key says nothing about it.
    """
    answers = grade.submission.answers
    wanted = set(items)
    return {
        result.item
        for result in grade.items
        if result.item in wanted
        and result.token in answers
        and marking_of(handbook.items[result.item]).fault(answers[result.token])
    }


def remark(  # noqa: PLR0913 - one grade, and the parts of a decision
    handbook: Handbook,
    grade: Grade,
    *,
    first: Grade,
    policy: Policy,
    items: Iterable[str],
    pass_mark: Fraction,
) -> Grade:
    """Return a grade as a policy has it; all that the policy is not about stays.

    Args:
        handbook: holds today's keys.
        grade: the newest of the sitting.
        first: the one given when it was handed in, by the key of that day.
        policy: what to do.
        items: which items it is about.
        pass_mark: as it was when the exam was sat.
    """
    wanted = set(items)
    given = {result.item: result for result in first.items}
    results = tuple(
        _marked(handbook, grade, result, given.get(result.item, result), policy)
        if result.item in wanted
        else result
        for result in grade.items
    )
    return _summed(handbook, replace(grade, items=results), pass_mark)


def _marked(
    handbook: Handbook,
    grade: Grade,
    result: ItemResult,
    first: ItemResult,
    policy: Policy,
) -> ItemResult:
    if policy is Policy.DROP_ITEM:
        return replace(result, counted=False)
    if policy is Policy.FULL_CREDIT:
        return replace(result, credit=FULL, correct=True)
    item = handbook.items[result.item]
    answer = grade.submission.answers.get(result.token)
    credit = NONE if answer is None else marking_of(item).credit(answer)
    if policy is Policy.ACCEPT_BOTH:
        credit = max(credit, first.credit)
    return replace(
        result, credit=credit, correct=credit == FULL, fingerprint=fingerprint(item)
    )


def _summed(handbook: Handbook, grade: Grade, pass_mark: Fraction) -> Grade:
    counted = [result for result in grade.items if result.counted]
    score = sum((result.credit for result in counted), NONE)
    possible = len(counted)
    share = score / possible if possible else NONE
    missed = tuple(r.item for r in counted if r.critical and not r.correct)
    passed = share >= pass_mark and not missed and not grade.overtime
    exam = handbook.exams[grade.submission.exam]
    return replace(
        grade,
        score=score,
        possible=possible,
        passed=passed,
        band=band(exam, share) if passed else FAILED,
        missed_critical=missed,
        reread=_reread(handbook, grade, counted),
    )


def _reread(
    handbook: Handbook, grade: Grade, counted: Iterable[ItemResult]
) -> tuple[str, ...]:
    """Return the clauses behind what was missed; of items that are no more, the old."""
    missed = [result.item for result in counted if not result.correct]
    behind = {
        address
        for item in missed
        if item in handbook.items
        for address in handbook.items[item].source
    }
    if any(item not in handbook.items for item in missed):
        behind |= set(grade.reread)
    order = {address: place for place, address in enumerate(handbook.clauses)}
    known = behind & grade.clauses.keys()
    return tuple(sorted(known, key=lambda a: (order.get(a, len(order)), a)))

"""Marking sheets: a paper with all that marking it needs, prepared once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from handbook.grading.grade import FAILED, Grade, ItemResult, band
from handbook.grading.marks import FULL, NONE, Marking, fingerprint, marking_of
from handbook.grading.submissions import Refusal, Submission, clean
from handbook.handbook import Handbook
from handbook.model.exams import Exam
from handbook.papers import Paper, deltas, drawn_items, item_token

GRACE = 60
"""Seconds over time that are forgiven: clocks and slow machines are nobody's fault."""

_REMEMBERED = 64
"""Answers to one item whose marks are kept; a class of learners gives the same few."""

_ORIGINAL = "请学员重新交考试页面保存的原文件。"


@dataclass(frozen=True, slots=True)
class _Line:
    """How one item of a paper is marked; its two usual results are ready-made."""

    marking: Marking
    right: ItemResult
    wrong: ItemResult
    sources: tuple[str, ...]
    seen: dict[object, tuple[str, ItemResult]] = field(default_factory=dict, repr=False)
    """What `judge` returned before; marking depends on nothing but the answer."""

    def judge(self, answer: object) -> tuple[str, ItemResult]:
        """Return what is malformed about an answer, and what it brings."""
        if answer is None:
            return "", self.wrong
        try:
            return self.seen[answer]
        except KeyError:
            judged = self._judge(answer)
            if len(self.seen) < _REMEMBERED:
                self.seen[answer] = judged
            return judged
        except TypeError:  # a mapping or a list has no hash
            return self._judge(answer)

    def _judge(self, answer: object) -> tuple[str, ItemResult]:
        if fault := self.marking.fault(answer):
            return fault, self.wrong
        credit = self.marking.credit(answer)
        if credit == FULL:
            return "", self.right
        if credit == NONE:
            return "", self.wrong
        return "", replace(self.wrong, credit=credit)


@dataclass(frozen=True, slots=True)
class MarkingSheet:
    """A paper with all that marking it needs, prepared once."""

    exam: Exam
    paper: Paper
    lines: Mapping[str, _Line]
    """By item token, in the paper's order."""
    clauses: Mapping[str, str]
    """Clauses tested, in the handbook's order, with their fingerprints."""
    possible: int
    """How many items count."""

    def mark(self, submission: Submission) -> Grade | tuple[Refusal, ...]:
        """Grade a submission, or say what about its answers cannot be graded."""
        found: list[Refusal] = []
        judged: dict[str, ItemResult] = {}
        for token, answer in submission.answers.items():
            line = self.lines.get(token)
            if line is None:
                message = "答卷里有一道题不在这份试卷上"
                found.append(Refusal("A615", _place(token), message, _ORIGINAL))
                continue
            fault, judged[token] = line.judge(answer)
            if fault:
                found.append(Refusal("A616", _place(token), fault, _ORIGINAL))
        return tuple(found) if found else self._grade(submission, judged)

    def _grade(self, submission: Submission, judged: Mapping[str, ItemResult]) -> Grade:
        results = []
        full = 0
        partial = NONE
        missed: set[str] = set()
        missed_critical = []
        for token, line in self.lines.items():
            result = judged.get(token, line.wrong)
            results.append(result)
            if not result.counted:
                continue
            if result.correct:
                full += 1
                continue
            missed.update(line.sources)
            if result is not line.wrong:
                partial += result.credit
            if result.critical:
                missed_critical.append(result.item)
        score = full + partial
        taken = submission.submitted_at - submission.started_at
        overtime = taken.total_seconds() > self.paper.seconds + GRACE
        share = score / self.possible
        passed = share >= self.exam.pass_mark and not missed_critical and not overtime
        return Grade(
            submission=submission,
            title=self.paper.title,
            items=tuple(results),
            score=score,
            possible=self.possible,
            passed=passed,
            band=band(self.exam, share) if passed else FAILED,
            missed_critical=tuple(missed_critical),
            overtime=overtime,
            reread=tuple(a for a in self.clauses if a in missed),
            clauses=self.clauses,
        )


def prepare(handbook: Handbook, exam: Exam, paper: Paper) -> MarkingSheet:
    """Prepare the marking of a paper.

    Raises:
        KeyError: an item cites a clause that does not exist.
    """
    lines: dict[str, _Line] = {}
    tested: set[str] = set()
    for item in drawn_items(handbook, paper):
        token = item_token(item.id)
        counted = item.status == "active"
        mark = fingerprint(item)
        right, wrong = (
            ItemResult(
                item.id, token, credit, credit == FULL, item.critical, counted, mark
            )
            for credit in (FULL, NONE)
        )
        lines[token] = _Line(marking_of(item), right, wrong, item.source)
        if counted:
            tested.update(item.source)
    changed = deltas.named(handbook, exam, paper.delta) if paper.delta else None
    if changed:
        # What its items cite besides was asked in passing; that renews nothing.
        tested &= set(changed.clauses)
    for address in tested:
        # A change may be of phrases or of a whole page; these have no fingerprint.
        if not any(
            address in known
            for known in (handbook.clauses, handbook.phrases, handbook.pages)
        ):
            raise KeyError(address)
    clauses = {a: c.fingerprint for a, c in handbook.clauses.items() if a in tested}
    return MarkingSheet(
        exam=exam,
        paper=paper,
        lines=MappingProxyType(lines),
        clauses=MappingProxyType(clauses),
        possible=sum(line.right.counted for line in lines.values()),
    )


def _place(token: str) -> str:
    return f"/answers/{clean(token, 40)}"

"""Grades: a submission marked against the handbook, item by item, exactly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from types import MappingProxyType

from handbook import deltas
from handbook.confirmations import exam_of
from handbook.grading.marks import FULL, NONE, Marking, fingerprint, marking_of
from handbook.grading.submissions import Refusal, Submission, clean
from handbook.handbook import Handbook
from handbook.model.exams import Exam
from handbook.papers import Paper, draw, drawn_items, item_token
from handbook.problems import guess

GRACE = 60
"""Seconds over time that are forgiven: clocks and slow machines are nobody's fault."""

FAILED = "不合格"
_BANDS = ("优秀", "良好", "合格")


@dataclass(frozen=True, slots=True)
class ItemResult:
    """What one item of the paper brought."""

    item: str
    """Its id; stays among trainers."""
    token: str
    credit: Fraction
    correct: bool
    """Whether it is fully right."""
    critical: bool
    counted: bool
    """False for an item on trial."""
    fingerprint: str
    """Moves when the item is regraded differently; see `marks.fingerprint`."""


@dataclass(frozen=True, slots=True)
class Grade:
    """The outcome of one submission, with all that a record needs to explain it."""

    submission: Submission
    title: str
    items: tuple[ItemResult, ...]
    score: Fraction
    """Sum of the credit of the counted items."""
    possible: int
    """How many items count."""
    passed: bool
    band: str
    missed_critical: tuple[str, ...]
    """Ids of critical items that are not fully right."""
    overtime: bool
    reread: tuple[str, ...]
    """Addresses of the clauses behind what was missed, in the handbook's order."""
    clauses: Mapping[str, str]
    """Address to fingerprint of every clause that the counted items test."""

    @property
    def share(self) -> Fraction:
        """Which part of what was possible was reached."""
        return self.score / self.possible


def grade(handbook: Handbook, submission: Submission) -> Grade | tuple[Refusal, ...]:
    """Grade a submission, or say why it cannot be graded.

    What the marking of a paper needs is prepared once and kept for as long as the
    same handbook value is passed in.
    """
    return _grader(handbook).grade(submission)


def exam_for(handbook: Handbook, id: str) -> Exam | None:  # noqa: A002 - an exam's id
    """Return an exam that can be sat, an author's or that of a change; None if neither."""
    return _grader(handbook).exam(id)


def forms_of(handbook: Handbook, exam: Exam, delta: str = "") -> tuple[Paper, ...]:
    """Return the forms of an exam or of a delta paper, form 1 first.

    They are drawn once and kept, like what `grade` needs.

    Raises:
        ValueError: they cannot be drawn.
    """
    return _grader(handbook).papers(exam, delta)


class Grader:
    """Grades submissions against one handbook; prepares each paper once."""

    def __init__(self, handbook: Handbook) -> None:
        self.handbook = handbook
        self._sheets: dict[tuple[str, int, str], _Sheet] = {}
        self._exams: dict[str, Exam] = {}
        self._papers: dict[tuple[str, str], tuple[Paper, ...]] = {}

    def grade(self, submission: Submission) -> Grade | tuple[Refusal, ...]:
        """Grade a submission, or say why it cannot be graded."""
        sheet = self._sheet_for(submission)
        if isinstance(sheet, Refusal):
            return (sheet,)
        if submission.paper != sheet.paper.digest:
            return (self._another_paper(submission, sheet.exam),)
        return sheet.mark(submission)

    def _sheet_for(self, submission: Submission) -> _Sheet | Refusal:
        exam = self.exam(submission.exam)
        if exam is None:
            return Refusal(
                "A611",
                "/exam",
                f"手册里没有编号为 {clean(submission.exam, 40)} 的考试",
                guess(submission.exam, self.handbook.exams)
                or "请确认答卷出自这份手册；考试改过编号的，请学员重新参加考试。",
            )
        if not 1 <= submission.form <= exam.forms:
            return Refusal(
                "A614",
                "/form",
                f"“{exam.title}”只有 {exam.forms} 份试卷，没有第 {submission.form} 份",
                "请学员打开最新的考试页面，重新作答。",
            )
        if submission.delta and not deltas.named(self.handbook, exam, submission.delta):
            return self._another_paper(submission, exam)
        try:
            return self._sheet(exam, submission.form, submission.delta)
        except (KeyError, ValueError):
            return Refusal(
                "A612",
                "/exam",
                f"现在的手册有错，组不出“{exam.title}”的试卷，无法评分",
                "答卷先留着；运行 python scripts/check.py，改好题库和考试再评分。",
            )

    def _sheet(self, exam: Exam, form: int, delta: str) -> _Sheet:
        at = (exam.id, form, delta)
        if at not in self._sheets:
            paper = self.papers(exam, delta)[form - 1]
            self._sheets[at] = _prepare(self.handbook, exam, paper)
        return self._sheets[at]

    def exam(self, id: str) -> Exam | None:  # noqa: A002 - an exam's id
        """Return an exam that can be sat, an author's or that of a change."""
        if id in self.handbook.exams:
            return self.handbook.exams[id]
        # What changes ask is worked out from all pages; once is enough. Of names that
        # strangers make up, none is kept.
        found = self._exams.get(id) or exam_of(self.handbook, id)
        if found:
            self._exams[id] = found
        return found

    def papers(self, exam: Exam, delta: str = "") -> tuple[Paper, ...]:
        """Return the forms of an exam or of a delta paper, form 1 first.

        Raises:
            ValueError: they cannot be drawn.
        """
        if (exam.id, delta) not in self._papers:
            forms = range(1, exam.forms + 1)
            self._papers[exam.id, delta] = tuple(
                draw(self.handbook, exam.id, form, delta) for form in forms
            )
        return self._papers[exam.id, delta]

    def _another_paper(self, submission: Submission, exam: Exam) -> Refusal:
        try:
            papers = self.papers(exam, submission.delta)
        except ValueError:
            papers = ()  # a day that has no paper any more
        for form, paper in enumerate(papers, 1):
            if paper.digest == submission.paper:
                return Refusal(
                    "A614",
                    "/form",
                    f"答卷写的是第 {submission.form} 份试卷，做的却是第 {form} 份",
                    "请学员重新交考试页面保存的原文件，不要改动卷号。",
                )
        return Refusal(
            "A613",
            "/paper",
            f"“{exam.title}”的试卷发出以后，手册的题目改过，这份答卷对不上现在的试卷",
            "请学员打开最新的考试页面，重新作答；要给旧卷评分，"
            "先用 git 换回发卷时的手册版本，再运行 scripts/grade.py。",
        )


_kept: list[Grader] = []
"""The grader of the handbook seen last. A handbook value never changes."""


def _grader(handbook: Handbook) -> Grader:
    for grader in _kept:
        if grader.handbook is handbook:
            return grader
    grader = Grader(handbook)
    _kept[:] = [grader]
    return grader


_REMEMBERED = 64
"""Answers to one item whose marks are kept; a class of learners gives the same few."""


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
class _Sheet:
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
                found.append(
                    Refusal(
                        "A615",
                        _place(token),
                        "答卷里有一道题不在这份试卷上",
                        "请学员重新交考试页面保存的原文件。",
                    )
                )
                continue
            fault, judged[token] = line.judge(answer)
            if fault:
                remedy = "请学员重新交考试页面保存的原文件。"
                found.append(Refusal("A616", _place(token), fault, remedy))
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


def _place(token: str) -> str:
    return f"/answers/{clean(token, 40)}"


def band(exam: Exam, share: Fraction) -> str:
    """Return the band of a pass with this share."""
    reached = [n for n in _BANDS if n in exam.bands and share >= exam.bands[n]]
    return max(reached, key=lambda n: exam.bands[n]) if reached else _BANDS[-1]


def _prepare(handbook: Handbook, exam: Exam, paper: Paper) -> _Sheet:
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
    return _Sheet(
        exam=exam,
        paper=paper,
        lines=MappingProxyType(lines),
        clauses=MappingProxyType(clauses),
        possible=sum(line.right.counted for line in lines.values()),
    )

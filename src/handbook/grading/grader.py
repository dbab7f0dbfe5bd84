"""The grader: finds the paper of a submission, or says why there is none, and marks."""

from __future__ import annotations

from handbook.grading.grade import Grade
from handbook.grading.marking_sheets import MarkingSheet, prepare
from handbook.grading.submissions import Refusal, Submission, clean
from handbook.handbook import Handbook
from handbook.model.exams import Exam
from handbook.papers import Paper, deltas, draw
from handbook.papers.confirmations import exam_of
from handbook.problems import guess


def grade(handbook: Handbook, submission: Submission) -> Grade | tuple[Refusal, ...]:
    """Grade a submission, or say why it cannot be graded.

    What the marking of a paper needs is prepared once and kept for as long as the
    same handbook value is passed in.
    """
    return _grader(handbook).grade(submission)


def exam_for(handbook: Handbook, name: str) -> Exam | None:
    """Return an exam that can be sat, an author's or that of a change; None if neither."""
    return _grader(handbook).exam(name)


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
        self._sheets: dict[tuple[str, int, str], MarkingSheet] = {}
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

    def _sheet_for(self, submission: Submission) -> MarkingSheet | Refusal:
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

    def _sheet(self, exam: Exam, form: int, delta: str) -> MarkingSheet:
        at = (exam.id, form, delta)
        if at not in self._sheets:
            paper = self.papers(exam, delta)[form - 1]
            self._sheets[at] = prepare(self.handbook, exam, paper)
        return self._sheets[at]

    def exam(self, name: str) -> Exam | None:
        """Return an exam that can be sat, an author's or that of a change."""
        if name in self.handbook.exams:
            return self.handbook.exams[name]
        # What changes ask is worked out from all pages; once is enough. Of names that
        # strangers make up, none is kept.
        found = self._exams.get(name) or exam_of(self.handbook, name)
        if found:
            self._exams[name] = found
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

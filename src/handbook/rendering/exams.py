"""HTML of exams and of changes to be confirmed: their papers, inert, without any key."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from handbook import papers
from handbook.handbook import Handbook
from handbook.model.exams import Exam
from handbook.model.shares import percent
from handbook.model.zone import ZONE
from handbook.papers import Paper
from handbook.papers.confirmations import Confirmation, confirmations
from handbook.papers.deltas import TRIES, Delta, deltas
from handbook.recent import Entry, wordings
from handbook.rendering.changes import wording_html
from handbook.rendering.engine import render
from handbook.rendering.quizzes import Show, Source, sources


@dataclass(frozen=True, slots=True)
class _Changed:
    """A delta paper as an exam's page offers it."""

    delta: Delta
    paper: Paper
    """Its first form."""
    clauses: list[Source]

    @property
    def size(self) -> str:
        """How long it is."""
        return f"{len(self.paper.items)} 题，{self.paper.seconds // 60} 分钟"

    @property
    def whom(self) -> str:
        """Whom it suits: who passed before it changed, and not before the change before."""
        until = f"{self.delta.day} 当天或以前通过的人"
        after = self.delta.after
        return f"{after} 以后、{until}" if after else until


def exam_html(handbook: Handbook, exam_id: str) -> str:
    """Return the exam's start screen and all its forms, inert, without any key.

    Raises:
        KeyError: there is no such exam.
        ValueError: the banks cannot fill it.
    """
    exam = handbook.exams[exam_id]
    drawn = papers.papers_of(handbook, exam_id)
    shown = len(drawn[0].items)
    trial = shown - exam.size
    bands = sorted(exam.bands.items(), key=lambda band: -band[1])
    facts = {
        "时间": f"{exam.time_limit}，到时自动交卷",
        "题数": f"{shown} 题" + (f"，其中 {trial} 题试用，不计分" if trial else ""),
        "合格": f"得分达到 {percent(exam.pass_mark)}，并且关键题全部答对",
        "等级": "，".join(f"{name} {percent(share)} 起" for name, share in bands),
        "机会": _chances(exam),
        "有效期": f"通过后 {exam.valid_for}",
        "适用岗位": "、".join(handbook.roles[role].title for role in exam.roles),
    }
    return render(
        "quiz_exam.html",
        exam=exam,
        papers=drawn,
        seconds=drawn[0].seconds,
        tries=TRIES,
        changes=[
            _Changed(
                one,
                next(paper for paper in drawn if paper.delta == one.name),
                sources(handbook, one.clauses),
            )
            for one in deltas(handbook, exam)
        ],
        facts={name: text for name, text in facts.items() if text},
        besides=_besides(handbook, exam),
        zone=ZONE,
        show=Show(f"exam-{exam_id}"),
    )


def confirm_html(handbook: Handbook) -> str:
    """Return every change to be confirmed: what it was, for whom, and its papers."""
    return render(
        "quiz_confirm.html",
        changes=[
            _to_confirm(handbook, one) for one in confirmations(handbook).values()
        ],
        zone=ZONE,
    )


@dataclass(frozen=True, slots=True)
class _ToConfirm:
    """A change as the page of confirmations shows it."""

    confirmation: Confirmation
    papers: tuple[Paper, ...]
    roles: str
    clauses: list[Source]
    page: Source
    chances: str
    wording: Markup
    """Old and new wording, where the entry has the old one."""

    @property
    def show(self) -> Show:
        """What the template asks about an item it shows."""
        return Show(self.confirmation.exam.id)


def _to_confirm(handbook: Handbook, one: Confirmation) -> _ToConfirm:
    page, exam = one.page, one.exam
    titles = {heading.id: heading.title for heading in page.headings}
    return _ToConfirm(
        confirmation=one,
        papers=papers.papers_of(handbook, exam.id),
        roles="、".join(
            handbook.roles[r].title for r in exam.roles if r in handbook.roles
        )
        if page.front.roles
        else "所有岗位",
        clauses=[
            Source(
                f"{page.path}#{name}",
                titles.get(name, name),
                page.front.title,
                f"../{page.url}#{name}",
            )
            for name in one.change.clauses
        ],
        page=Source(page.path, page.front.title, page.front.title, f"../{page.url}"),
        chances=_chances(exam),
        wording=Markup(wording_html(wordings(handbook, Entry(one.change, page)))),  # noqa: S704 - escaped there
    )


def _chances(exam: Exam) -> str:
    return f"共 {exam.attempts} 次；没有通过的，{exam.cooldown}后可以重考"


def _besides(handbook: Handbook, exam: Exam) -> str:
    """Say which exams its roles sit besides; whether they are passed no page knows."""
    if len(exam.roles) > 1:
        return "本岗位的上岗考试"
    others = (
        f"{other.title}{'' if other.needed_for_work else '（上岗以后考）'}"
        for other in handbook.exams.values()
        if exam.roles[0] in other.roles and other.id != exam.id
    )
    return "、".join(others)

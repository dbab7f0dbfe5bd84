"""All that a change touches, from one state of the handbook to another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from handbook.handbook import Handbook
from handbook.review.basics import (
    BankChange,
    CompanyChange,
    RoleChange,
    bank_changes,
    company_changes,
    role_changes,
)
from handbook.review.comparing import How
from handbook.review.quizzes import ExamChange, ItemChange, exam_changes, item_changes
from handbook.review.texts import (
    ClauseChange,
    FigureChange,
    PageChange,
    PhraseChange,
    clause_changes,
    figure_changes,
    page_changes,
    phrase_changes,
)
from handbook.review.touched import (
    ToConfirm,
    TouchedExam,
    TouchedItem,
    resting_phrases,
    to_confirm,
    touched_exams,
    touched_items,
)


@dataclass(frozen=True, slots=True)
class Owner:
    """A role to ask, and the pages that it answers for."""

    role: str
    title: str
    pages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Impact:
    """All that a change touches."""

    pages: tuple[PageChange, ...]
    figures: tuple[FigureChange, ...]
    clauses: tuple[ClauseChange, ...]
    phrases: tuple[PhraseChange, ...]
    resting: tuple[tuple[str, str], ...]
    """Address and title of unchanged phrases that rest on a moved clause."""
    items: tuple[TouchedItem, ...]
    exams: tuple[TouchedExam, ...]
    owners: tuple[Owner, ...]
    confirm: tuple[ToConfirm, ...] = ()
    """What people will have to confirm and had not before."""
    item_changes: tuple[ItemChange, ...] = ()
    """Items that themselves changed."""
    exam_changes: tuple[ExamChange, ...] = ()
    """Exams whose rules changed."""
    company_changes: tuple[CompanyChange, ...] = ()
    role_changes: tuple[RoleChange, ...] = ()
    bank_changes: tuple[BankChange, ...] = ()
    """Banks that are called otherwise, came or went."""

    @property
    def untold(self) -> tuple[str, ...]:
        """Addresses of moved clauses of which no new entry tells."""
        return tuple(
            one.address
            for one in self.clauses
            if one.how is How.CHANGED and not one.told
        )

    @property
    def nothing(self) -> bool:
        """Whether neither a reader nor anybody who sits an exam would notice."""
        return not (
            self.pages
            or self.figures
            or self.items
            or self.exams
            or self.item_changes
            or self.exam_changes
            or self.company_changes
            or self.role_changes
            or self.bank_changes
        )


def impact(before: Handbook, after: Handbook) -> Impact:
    """Return what a change from one state to another touches."""
    clauses = tuple(clause_changes(before, after))
    figures = tuple(figure_changes(before, after))
    moved = {one.address for one in clauses if one.how is not How.ADDED}
    shifted = {one.id for one in figures if one.how is not How.ADDED}
    phrases = tuple(phrase_changes(before, after))
    resting = tuple(resting_phrases(after, moved, {one.address for one in phrases}))
    items = tuple(touched_items(before, after, moved, shifted))
    meaning = {
        one.address
        for one in clauses
        if one.how is How.CHANGED and one.told != "editorial"
    }
    exams = tuple(touched_exams(before, after, {one.id for one in items}, meaning))
    pages = tuple(page_changes(before, after))
    edited = tuple(item_changes(before, after))
    ruled = tuple(exam_changes(before, after))
    posts = tuple(role_changes(before, after))
    named = tuple(bank_changes(before, after))
    concerned = dict.fromkeys(
        [
            *(one.path for one in pages),
            *(address.partition("#")[0] for address, _title in resting),
            *(f"practice/{one.topic}.md" for one in items),
            *(f"practice/{one.topic}.md" for one in edited),
            *(f"exams/{one.id}.md" for one in exams),
            *(f"exams/{one.id}.md" for one in ruled),
            *(f"paths/{one.id}.md" for one in posts),
            *(f"practice/{one.topic}.md" for one in named),
        ]
    )
    return Impact(
        pages=pages,
        figures=figures,
        clauses=clauses,
        phrases=phrases,
        resting=resting,
        items=items,
        exams=exams,
        owners=tuple(_owners(before, after, concerned)),
        confirm=tuple(to_confirm(before, after)),
        item_changes=edited,
        exam_changes=ruled,
        company_changes=tuple(company_changes(before, after)),
        role_changes=posts,
        bank_changes=named,
    )


def _owners(before: Handbook, after: Handbook, paths: Iterable[str]) -> Iterator[Owner]:
    owned: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        page = after.pages.get(path) or before.pages.get(path)
        if page:
            owned[page.front.owner].append(path)
    for name, pages in owned.items():
        role = after.roles.get(name) or before.roles.get(name)
        yield Owner(name, role.title if role else name, tuple(pages))

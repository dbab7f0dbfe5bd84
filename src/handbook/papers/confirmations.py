"""Confirmations: a change that people must have read, as a very short paper on it.

A `changes` entry with `confirm: true` asks everyone of its page's roles to say that they
read it, and one or two exam items about it. That is a sitting like any other, of an exam
that nobody writes: it follows from the entry, with an id of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

from handbook.handbook import Handbook
from handbook.model.durations import Duration
from handbook.model.exams import Exam
from handbook.model.items import Item, Option, SingleItem
from handbook.model.pages import Change, Page
from handbook.papers.drawing import keyed_hash, least_used

PREFIX = "change-"
"""How the ids of these exams begin; authors' exams have other ids."""

PAGE = "exams/confirm.md"
"""Where they are sat."""

LASTING = Duration(12, "个月")
"""How long before the newest such change others are still asked about."""

ITEMS = 2
"""Exam items of a paper at most, beside the statement."""

FORMS = 2


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A change that must be confirmed."""

    exam: Exam
    """Its id, title, roles and rules, as if somebody had written it."""
    page: Page
    change: Change
    sources: tuple[str, ...]
    """Addresses of the clauses and phrases that changed; of the page if none is named."""


def confirmations(handbook: Handbook) -> Mapping[str, Confirmation]:
    """Return what must be confirmed, by id, the newest change first."""
    found = [
        _confirmation(handbook, page, change)
        for page in handbook.pages.values()
        for change in page.front.changes
        if change.confirm
    ]
    found.sort(key=lambda one: (-one.change.date.toordinal(), one.page.path))
    since = LASTING.before(found[0].change.date) if found else date.min
    return {one.exam.id: one for one in found if one.change.date >= since}


def exam_of(handbook: Handbook, name: str) -> Exam | None:
    """Return an exam that can be sat: an author's, or that of a change; None if neither."""
    if name in handbook.exams or not name.startswith(PREFIX):
        return handbook.exams.get(name)
    found = confirmations(handbook).get(name)
    return found.exam if found else None


def sittable(handbook: Handbook) -> Mapping[str, Exam]:
    """Return every exam that can be sat, by id: the authors', then those of changes."""
    changes = confirmations(handbook)
    return {**handbook.exams, **{name: one.exam for name, one in changes.items()}}


def confirmation_paper(handbook: Handbook, name: str, form: int) -> list[Item]:
    """Draw a form: the statement, then items about the change.

    Each changed clause is asked about before any is asked about twice. Where no exam item
    asks, the statement stands alone; a practice item would be no proof, its key ships.

    Raises:
        ValueError: no such change must be confirmed.
    """
    found = confirmations(handbook).get(name)
    if found is None:
        raise ValueError(f"no change {name} must be confirmed")
    items = list(_about(handbook, found.sources))
    used: dict[str, tuple[int, ...]] = {}
    paper: list[Item] = []
    for number in range(1, form + 1):
        pick = partial(
            least_used, used=used, overlap=Counter[int](), seed=(name, number)
        )
        paper = []
        for source in (*found.sources, None):
            fitting = [i for i in items if source is None or source in i.source]
            rest = [i for i in fitting if i not in paper]
            wanted = ITEMS - len(paper)
            paper += pick(rest, min(wanted, 1) if source else wanted)
        for item in paper:
            used[item.id] = (*used.get(item.id, ()), number)
    return [_statement(found), *paper]


def _confirmation(handbook: Handbook, page: Page, change: Change) -> Confirmation:
    names = sorted(change.clauses)
    # The words of the summary may be mended; day and clauses say which change it is.
    name = PREFIX + keyed_hash("change", page.path, str(change.date), names)[:12]
    sources = tuple(f"{page.path}#{clause}" for clause in change.clauses)
    items = sum(1 for _ in _about(handbook, sources))
    exam = Exam.model_validate(
        {
            "id": name,
            "title": f"确认改动：{change.summary}",
            "roles": page.front.roles or tuple(handbook.roles) or (page.front.owner,),
            "blueprint": {"topics": {"confirm": 1 + min(items, ITEMS)}},
            "pass_mark": "100%",
            "bands": {"合格": "100%"},
            "time_limit": Duration(10, "分钟"),
            "attempts": 3,
            "cooldown": Duration(1, "小时"),
            "valid_for": Duration(99, "年"),
            "on_change": "none",
            "forms": FORMS,
        }
    )
    return Confirmation(exam, page, change, sources or (page.path,))


def _about(handbook: Handbook, sources: Iterable[str]) -> Iterable[Item]:
    """Yield the exam items that ask about something; those that count."""
    wanted = set(sources)
    for item in handbook.items.values():
        if item.use == "exam" and item.status == "active" and wanted & set(item.source):
            yield item


def _statement(found: Confirmation) -> Item:
    """Return what everyone states: that they read it. It has no secret."""
    return SingleItem(
        id=f"read-{found.exam.id}",
        type="single",
        stem=f"{found.change.summary}。这条改动您读过了吗？",
        options=(
            Option(id="yes", text="读过了，以后照新的做"),
            Option(id="no", text="还没有读", rationale="请先读改动，再来确认。"),
        ),
        key=("yes",),
        rationale="读过才能照新的做。",
        source=found.sources,
        critical=True,
        use="exam",
    )

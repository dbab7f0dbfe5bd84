"""Which pages to check next, and whom to ask: ordered by use and by risk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from handbook.finder.usage import Used
from handbook.freshness import Span, State, reviews, state_of
from handbook.handbook import Handbook
from handbook.model.pages import Page
from handbook.records.sheets import Sheet

LATE = frozenset({State.OVERDUE, State.NEVER})
"""States in which a page is checked before any that still holds."""


@dataclass(frozen=True, slots=True)
class Review:
    """A page's check, and how much hangs on the next one."""

    path: str
    title: str
    owner: str
    """A role's id."""
    state: State
    checked: Span | None
    evident: bool
    """Whether the last check says who and against what."""
    by: str
    against: str
    copies: int
    """How often phrases were copied that stand on the page or rest on its clauses."""
    critical: int
    """Critical items in use that cite it."""
    promised: int
    """Figures promised to customers that it sets."""
    basis: int
    """Laws and standards behind its clauses."""

    @property
    def risk(self) -> int:
        """What goes wrong with it: failed exams, broken promises, broken law."""
        return self.critical + self.promised + self.basis

    @property
    def weight(self) -> int:
        """Return `(1 + copies) x (1 + risk)`: neither alone brings a page to the top."""
        return (1 + self.copies) * (1 + self.risk)


def queue(
    handbook: Handbook,
    today: date,
    used: Iterable[Used] = (),
    *,
    owner: str = "",
    everything: bool = False,
) -> tuple[Review, ...]:
    """Return the pages to be checked, the most urgent first.

    First what was never checked or has run out, then what is due soon; within both the
    heaviest first, then what ran out first.

    Args:
        handbook: what to look at.
        today: the day of the question.
        used: copies of phrases, merged from what agents exported.
        owner: only pages that this role answers for.
        everything: pages whose check holds, too, behind the others.
    """
    copies = _copies(handbook, used)
    found = []
    for page, checked in reviews(handbook):
        state = state_of(checked, today)
        if (owner and page.front.owner != owner) or (
            state is State.VALID and not everything
        ):
            continue
        found.append(_review(handbook, page, checked, state, copies[page.path]))
    return tuple(sorted(found, key=_urgency))


def _urgency(review: Review) -> tuple[int, int, date, str]:
    turn = 0 if review.state in LATE else 1 + (review.state is State.VALID)
    until = review.checked.until if review.checked else date.min
    return turn, -review.weight, until, review.path


def _review(
    handbook: Handbook, page: Page, checked: Span | None, state: State, copies: int
) -> Review:
    last = page.front.reviewed
    return Review(
        path=page.path,
        title=page.front.title,
        owner=page.front.owner,
        state=state,
        checked=checked,
        evident=bool(last and last.evident),
        by=last.by if last else "",
        against=last.against if last else "",
        copies=copies,
        critical=sum(
            item.critical
            and item.status == "active"
            and any(_page_of(address) == page.path for address in item.source)
            for item in handbook.items.values()
        ),
        promised=sum(
            figure.promised and _page_of(figure.clause) == page.path
            for figure in handbook.figures.values()
        ),
        basis=len(page.front.basis),
    )


def _copies(handbook: Handbook, used: Iterable[Used]) -> Mapping[str, int]:
    """Count copies for the page of each phrase and for the pages it rests on."""
    counts: Counter[str] = Counter()
    for one in used:
        phrase = handbook.phrases.get(one.address)
        if phrase:
            pages = {phrase.page, *map(_page_of, phrase.basis)}
            counts.update(dict.fromkeys(pages, one.count))
    return counts


def _page_of(address: str) -> str:
    return address.partition("#")[0]


COLUMNS = (
    "状态", "页面", "标题", "负责人", "上次核验", "有效到", "谁核验", "对照了什么",
    "轻重", "复制次数", "必须答对的题", "对客户的承诺", "法律依据",
)  # fmt: skip


def as_sheet(handbook: Handbook, reviews: Iterable[Review]) -> Sheet:
    """Return the queue as a list for people."""
    rows = tuple(
        (
            one.state.value,
            one.path,
            one.title,
            title_of(handbook, one.owner),
            one.checked.on.isoformat() if one.checked else "",
            one.checked.until.isoformat() if one.checked else "",
            one.by,
            one.against or ("只有日期" if one.checked else ""),
            *map(str, (one.weight, one.copies, one.critical, one.promised, one.basis)),
        )
        for one in reviews
    )
    return Sheet("待核验的页面", COLUMNS, rows)


def as_table(handbook: Handbook, reviews: Iterable[Review]) -> Sheet:
    """Return the queue for a terminal: what tells which page to take first."""
    sheet = as_sheet(handbook, reviews)
    shown = ("状态", "页面", "负责人", "上次核验", "有效到", "对照了什么", "轻重")
    places = [sheet.columns.index(name) for name in shown]
    rows = tuple(tuple(row[place] for place in places) for row in sheet.rows)
    return Sheet(sheet.title, shown, rows)


def title_of(handbook: Handbook, role: str) -> str:
    """Return a role's title; its id where nobody knows it."""
    known = handbook.roles.get(role)
    return known.title if known else role


def as_data(review: Review) -> dict[str, Any]:
    """Return a review for programs."""
    checked = review.checked
    return {
        "path": review.path,
        "title": review.title,
        "owner": review.owner,
        "state": review.state.value,
        "on": checked.on.isoformat() if checked else None,
        "until": checked.until.isoformat() if checked else None,
        "by": review.by,
        "against": review.against,
        "evident": review.evident,
        "weight": review.weight,
        "copies": review.copies,
        "critical": review.critical,
        "promised": review.promised,
        "basis": review.basis,
    }


def by_owner(
    handbook: Handbook, reviews: Iterable[Review]
) -> Mapping[str, tuple[Review, ...]]:
    """Return the queue by the owner's title, in the order of the most urgent page."""
    found: dict[str, list[Review]] = {}
    for one in reviews:
        found.setdefault(title_of(handbook, one.owner), []).append(one)
    return {title: tuple(mine) for title, mine in found.items()}

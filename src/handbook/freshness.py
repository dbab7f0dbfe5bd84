"""How long a check of a page holds: the one place that computes it.

The browser compares the same three days with its own date at reading time
(`web/finder/freshness.js`), because pages are static and days pass after the build.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from handbook.handbook import Handbook
from handbook.model.durations import Duration
from handbook.model.pages import Page
from handbook.problems import Problem

NOTICE = timedelta(days=30)
"""How long before its end a check is said to run out; for short spans a quarter."""

INDEX = "index.md"
"""A section's own page lists others and states nothing."""


class State(StrEnum):
    """What a reader must know of a page's last check."""

    VALID = "有效"
    DUE = "将到期"
    OVERDUE = "已过期"
    NEVER = "从未核验"


class Span(NamedTuple):
    """The three days that matter of a check."""

    on: date
    """The check."""
    due: date
    """From this day on the next one is due soon."""
    until: date
    """The last day on which it holds."""


def span(on: date, every: Duration) -> Span:
    """Return how long a check of that day holds."""
    until = every.after(on)
    return Span(on, until - min(NOTICE, (until - on) // 4), until)


def state_of(checked: Span | None, today: date) -> State:
    """Return what a check is worth today."""
    if checked is None:
        return State.NEVER
    if today > checked.until:
        return State.OVERDUE
    return State.DUE if today >= checked.due else State.VALID


def needs_review(page: Page) -> bool:
    """Whether somebody must vouch for a page."""
    return page.front.kind.states_rules and page.path.rsplit("/", 1)[-1] != INDEX


def span_of(page: Page) -> Span | None:
    """Return how long a page's check holds; `None` where there was none."""
    review = page.front.reviewed
    return span(review.on, page.front.review_every) if review else None


def reviews(handbook: Handbook) -> Iterator[tuple[Page, Span | None]]:
    """Yield the pages with a check to tell of, or with one missing."""
    for page in handbook.pages.values():
        if page.front.reviewed or needs_review(page):
            yield page, span_of(page)


def late(handbook: Handbook, today: date) -> Iterator[Problem]:
    """Yield advice for each page whose check has run out, or that never had one."""
    for page, checked in reviews(handbook):
        state = state_of(checked, today)
        if checked and state is State.OVERDUE:
            said = f"“{page.front.title}”的核验 {checked.until} 到期"
        elif state is State.NEVER:
            said = f"“{page.front.title}”从未核验"
        else:
            continue
        role = handbook.roles.get(page.front.owner)
        yield Problem(
            handbook.places["page", page.path],
            "P217",
            said,
            f"请负责人（{role.title if role else page.front.owner}）对照依据核对一遍，"
            "在 reviewed 里写哪天、谁、对照了什么。",
        )


def told(page: Page, checked: Span | None) -> list[str]:
    """Return a check as the browser reads it.

    Nothing where there was none; else the three days as 2026-11-20, then who checked and
    against what, if it says so.
    """
    review = page.front.reviewed
    if checked is None or review is None:
        return []
    days = [day.isoformat() for day in checked]
    return [*days, review.by, review.against] if review.evident else days

"""What each of the trainers' pages shows: sheets, plots, and what may be chosen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from handbook.handbook import Handbook
from handbook.records.care.decisions import verify_text
from handbook.records.database.store import Store
from handbook.records.lists import outlook as lists
from handbook.records.lists.outlook import outlook
from handbook.records.standing.currency import Rules
from handbook.server.views.people import confirmed, ending, roles, standings
from handbook.server.views.statistics import statistics
from handbook.server.views.view import View

PAGES: Mapping[str, str] = {
    "roles": lists.TITLES["roles"],
    "standing": "考试情况",
    "reminders": lists.TITLES["reminders"],
    "unconfirmed": lists.TITLES["unconfirmed"],
    "exceptions": lists.TITLES["exceptions"],
    "statistics": "题目统计",
}
"""The pages by the last part of their address."""

GUIDES: Mapping[str, str] = {
    "roles": "guide/standing",
    "standing": "guide/standing",
    "reminders": "guide/reminders",
    "unconfirmed": "guide/changed-clauses",
    "exceptions": "guide/reminders",
    "statistics": "guide/statistics",
}
"""Which page of the trainers' guide explains a page."""


def view(  # noqa: PLR0913 - which page, of what, when, for whom
    name: str,
    asked: Mapping[str, str],
    *,
    handbook: Handbook,
    store: Store,
    now: datetime,
    rules: Rules,
    whole: bool,
) -> View:
    """Return a page.

    Args:
        name: one of `PAGES`.
        asked: what its form or its address chooses.
        handbook: exams, roles, items.
        store: the records.
        now: the moment asked about.
        rules: what `rules_of` says of the handbook.
        whole: whether more than the first sheet is wanted.
    """
    if name == "statistics":
        return statistics(handbook, store, asked)
    seen = outlook(handbook, store, now, rules)
    if name == "standing":
        return standings(seen, asked)
    if name == "roles":
        return roles(seen, asked)
    sheet = seen.sheet(name)
    told = lists.last_line(name, sheet)
    match name:
        case "reminders":
            return View([sheet], plots=[ending(seen)], told=told)
        case "unconfirmed":
            return View([sheet], plots=confirmed(seen), told=told)
    sound, lines = verify_text(store, None) if whole else (True, ())
    return View(
        [sheet],
        faults=() if sound else lines,
        sound=lines if sound else (),
        told=told,
    )

"""Delta papers: the part of an exam whose rules changed, by the day from which.

A pass says that somebody knows the rules as they were. When some of them change in
substance, a delta paper asks about these alone. Pages are static and know no person, so
a delta paper hangs on a day and not on somebody's pass: it asks about everything that
changed from that day on. Whoever passed earlier than it sits it; standing says which.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from handbook.handbook import Handbook
from handbook.model.exams import Exam
from handbook.model.items import Item
from handbook.papers.drawing import least_used, ranked, supply

ITEMS = 2
"""Items about each changed clause, where the banks have so many; critical ones are
always asked."""

DAYS = 6
"""Papers of an exam at most, so that its page stays small."""

TRIES = 2
"""How often a delta paper may be failed before the whole exam must be sat: it has few
items, and what is asked often enough can be guessed."""

SHORTEST = 5
"""Minutes of the shortest paper."""


@dataclass(frozen=True, slots=True)
class Delta:
    """What changed of an exam from a day on, as far as its items ask about it."""

    exam: str
    day: date
    """Its first day; names the paper."""
    after: date | None
    """The change before it: whoever passed after this day needs no older paper. None
    for the oldest, which suits everyone whose pass holds."""
    clauses: tuple[str, ...]
    """Addresses, in the handbook's order."""

    @property
    def name(self) -> str:
        """The day as answer files and records write it: `2026-11-20`."""
        return self.day.isoformat()


def material_changes(handbook: Handbook) -> Mapping[str, tuple[date, ...]]:
    """Return, by address, the days on which a page says that a meaning moved."""
    found: dict[str, list[date]] = defaultdict(list)
    for path, page in handbook.pages.items():
        for change in page.front.changes:
            if change.kind == "material":
                for clause in change.clauses:
                    found[f"{path}#{clause}"].append(change.date)
    return {address: tuple(days) for address, days in found.items()}


def deltas(handbook: Handbook, exam: Exam) -> tuple[Delta, ...]:
    """Return the delta papers there are of an exam, the newest first.

    None for an exam that asks nobody to sit again. A pass holds for `valid_for`, so what
    changed longer than that before the newest change asks nobody any more. Where there
    are more days than `DAYS`, the newest and the oldest stay: an older paper asks about
    all that a newer one does.
    """
    if exam.on_change != "recertify":
        return ()
    changes = material_changes(handbook)
    asked = {a for item in pool(handbook, exam) for a in item.source}
    told = {a: changes[a] for a in handbook.clauses if a in changes and a in asked}
    days = sorted({day for some in told.values() for day in some})
    if not days:
        return ()
    since = exam.valid_for.before(days[-1])
    days = [day for day in days if day >= since]
    kept = [days[0], *days[1:][-(DAYS - 1) :]]
    return tuple(
        Delta(
            exam=exam.id,
            day=day,
            after=days[number - 1] if number else None,
            clauses=tuple(a for a, some in told.items() if max(some) >= day),
        )
        for number, day in reversed(list(enumerate(days)))
        if day in kept
    )


def named(handbook: Handbook, exam: Exam, name: str) -> Delta | None:
    """Return the delta of a day, as answer files write it; None if there is none."""
    return next((one for one in deltas(handbook, exam) if one.name == name), None)


def fitting(known: Iterable[Delta], clauses: Iterable[str]) -> Delta | None:
    """Return the shortest paper about all of some clauses; None if none is.

    Args:
        known: the delta papers of the exam, the newest first.
        clauses: addresses of what somebody must be asked about.
    """
    wanted = set(clauses)
    return next((one for one in known if wanted <= set(one.clauses)), None)


def pool(handbook: Handbook, exam: Exam) -> list[Item]:
    """Return the items that the exam may ask and that count."""
    return [i for t in sorted(exam.blueprint.topics) for i in supply(handbook, t)]


def delta_paper(handbook: Handbook, exam: Exam, delta: Delta, form: int) -> list[Item]:
    """Draw a form of a delta paper: of each clause all critical items and some others.

    Parallel forms share as little as the banks allow.
    """
    about = set(delta.clauses)
    items = [i for i in pool(handbook, exam) if about & set(i.source)]
    used: dict[str, tuple[int, ...]] = {}
    paper: list[Item] = []
    for number in range(1, form + 1):
        seed = (exam.id, delta.name, number)
        overlap = Counter[int]()
        paper = [item for item in items if item.critical]
        for clause in delta.clauses:
            asked = sum(clause in item.source for item in paper)
            rest = [i for i in items if clause in i.source and i not in paper]
            paper += least_used(rest, ITEMS - asked, used, overlap, seed)
        for item in paper:
            used[item.id] = (*used.get(item.id, ()), number)
    return ranked(paper, exam.id, delta.name, form)


def seconds(exam: Exam, items: int) -> int:
    """Return the time allowed for so many items: the exam's pace, in whole minutes."""
    minutes = -(-exam.time_limit.seconds * items // (exam.size * 60))
    return 60 * max(SHORTEST, minutes)

"""One mistake, one report: what cites a thing that is gone is told in one breath.

A heading that lost its id makes everything that cites it complain, and so does a page
that was renamed. The author made one mistake, and finds it by one report.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from difflib import SequenceMatcher

from handbook.handbook import Handbook
from handbook.problems import Place, Problem

NEAR = 0.9
"""How alike a name must be to an id of the page to be a misspelling of it."""

NAMED = 8
"""Places that a report names one by one; of more it gives the number."""


def folded(problems: Iterable[Problem], handbook: Handbook) -> Iterator[Problem]:
    """Yield problems with those of one cause joined into one."""
    citing: dict[str, list[Problem]] = defaultdict(list)
    nameless: dict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        if problem.missing:
            citing[_gone(problem.missing, handbook)].append(problem)
        elif problem.code == "P202":
            nameless[problem.place.path.removeprefix("content/")].append(problem)
        else:
            yield problem
    for page, headings in nameless.items():
        lost = _lost(page, len(headings), citing, handbook)
        yield _nameless(headings[0], {name: citing.pop(name) for name in lost})
        yield from headings[1:]
    for renamed in _renamed(citing, handbook):
        del citing[renamed]
    for same in citing.values():
        yield _joined(sorted(same, key=lambda problem: problem.place))


_HOMES = {
    "role": "paths",
    "bank": "practice",
    "exam": "exams",
    "form": "forms",
    "flow": "flows",
}
"""Kinds of things that have a page each, and where."""


def _renamed(citing: dict[str, list[Problem]], handbook: Handbook) -> list[str]:
    """Return pages that are only missing because a thing got another id.

    Its old page still asks for the old id, and that is told.
    """
    found = []
    for kind, folder in _HOMES.items():
        old = [
            name
            for name in citing
            if name.startswith(f"{kind}:")
            and f"{folder}/{name.partition(':')[2]}.md" in handbook.pages
        ]
        new = [
            name
            for name, same in citing.items()
            if name.startswith(f"{folder}/") and {one.code for one in same} == {"P208"}
        ]
        found += new[: len(old)]
    return found


def _gone(address: str, handbook: Handbook) -> str:
    """Return what is not there: the page, where it is the whole page."""
    page = address.partition("#")[0]
    return address if page in handbook.pages else page


def _lost(
    page: str, headings: int, citing: dict[str, list[Problem]], handbook: Handbook
) -> list[str]:
    """Return the addresses that most likely belonged to headings without an id.

    An id that is nearly another one of the page is a slip of whoever cites it.
    """
    ids = [heading.id for heading in handbook.pages[page].headings if heading.id]

    def likeness(address: str) -> float:
        name = address.partition("#")[2]
        return max((SequenceMatcher(None, name, i).ratio() for i in ids), default=0)

    dangling = sorted(
        (likeness(address), address)
        for address in citing
        if address.startswith(f"{page}#")
    )
    return sorted(address for like, address in dangling[:headings] if like < NEAR)


def _nameless(problem: Problem, lost: dict[str, list[Problem]]) -> Problem:
    if not lost:
        return problem
    told = "；".join(
        f"{_places(one.place for one in same)}还指向“{address.partition('#')[2]}”"
        for address, same in lost.items()
    )
    remedy = problem.remedy
    if len(lost) == 1:
        name = next(iter(lost)).partition("#")[2]
        remedy = f"是这个标题的，在标题末尾加回 {{#{name}}}，那些地方就不用改。"
    return replace(problem, message=f"{problem.message}；{told}", remedy=remedy)


def _joined(same: list[Problem]) -> Problem:
    first, *others = same
    places = sorted({one.place for one in others} - {first.place})
    if not places:
        return first
    if first.code != "P208":
        page, hash_, name = first.missing.partition("#")
        _kind, colon, thing = first.missing.partition(":")
        if colon:
            what = f"编号改过的，在数据文件里改回“{thing}”"
        elif hash_:
            what = f"{page} 里有标题改过编号的，改回“{name}”"
        else:
            what = f"{page} 改过名的，改回去"
        remedy = f"{what}，这几处就都不用改；否则几处一起改。"
    else:
        remedy = first.remedy
    message = f"{first.message}；{_places(places)}也指向它"
    return replace(first, message=message, remedy=remedy)


def _places(places: Iterable[Place]) -> str:
    listed = sorted(set(places))
    named = "、".join(map(str, listed[:NAMED]))
    if len(listed) == 1:
        return named
    return f"{named} {'等' if len(listed) > NAMED else '共'} {len(listed)} 处"

"""Whether readers come to a page, and whether clauses come to learners."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from difflib import get_close_matches

from handbook.handbook import Handbook
from handbook.model.pages import Clause, Kind, Page
from handbook.problems import Problem
from handbook.reading.links import resolve
from handbook.reading.written import Written

_SHOWN = {
    Kind.EXAM: "exams",
    Kind.PRACTICE: "practice",
    Kind.FORM: "forms",
    Kind.PATH: "paths",
    Kind.FLOW: "flows",
}
"""Kinds whose pages are listed because their data is."""


def pages_can_be_reached(handbook: Handbook, written: Written) -> Iterator[Problem]:
    """A page that no row, path or link leads to is found by nobody who needs it.

    The sidebar lists every page; whoever does not know that there is one does not look
    there. Pages of things (an exam, a form …) and of systems are led to by their data.
    """
    if written.unread:
        return  # what leads where is not known
    reached = {page for page in handbook.pages if page.rsplit("/", 1)[-1] == "index.md"}
    for kind, folder in _SHOWN.items():
        reached |= {
            path
            for path, page in handbook.pages.items()
            if page.front.kind is kind and path.startswith(f"{folder}/")
        }
    for role in handbook.roles.values():
        for stage in role.path:
            reached |= {target.partition("#")[0] for target in stage.read}
    for path, page in handbook.pages.items():
        reached |= {
            found[0]
            for link in page.links
            if (found := resolve(path, link.target)) and found[0] != path
        }
        reached |= {
            argument.partition("#")[0]
            for call in page.calls
            for argument in call.arguments
            if call.name in {"clause", "phrase"} and not argument.startswith(path)
        }
        if any(name in handbook.systems for name in page.front.system):
            reached.add(path)
    reached |= _meant(reached, handbook.pages)
    for path, page in handbook.pages.items():
        if path not in reached:
            yield Problem(
                written.at("page", path, "title"),
                "P213",
                f"没有任何链接、路径或制度通到“{page.front.title}”",
                "从相关的页面链接过来，或在文件头的 system 里写上它属于哪个制度；"
                "不再用的页面就删掉。",
            )


def titles_differ(handbook: Handbook, written: Written) -> Iterator[Problem]:
    """Two pages of a kind with one name cannot be told apart in a list."""
    first: dict[tuple[Kind, str], Page] = {}
    for path, page in handbook.pages.items():
        before = first.setdefault((page.front.kind, page.front.title), page)
        if before is not page:
            yield Problem(
                written.at("page", path, "title"),
                "P215",
                f"“{page.front.title}”和 {before.path} 同名",
                "换一个能分清的标题；内容一样的，合成一页。",
            )


def clauses_are_examined(handbook: Handbook, written: Written) -> Iterator[Problem]:
    """A rule that no item tests is a rule that nobody is known to know.

    An item on a heading counts for the clauses below it, and theirs for it.
    """
    if any(kind in {"bank", "item"} for kind, _ in written.unread):
        return  # what is asked is not known
    examined = {address for item in handbook.items.values() for address in item.source}
    dangling = {name.partition("#")[0] for name in examined - set(handbook.clauses)}
    unclear = dangling | _meant(dangling, handbook.pages)
    asked = {
        name for name, system in handbook.systems.items() if "items" in system.needs
    }
    for page in handbook.pages.values():
        for clause, family in _families(page.clauses):
            if page.path in unclear or not asked & set(clause.systems):
                continue
            if not examined & family:
                yield Problem(
                    clause.place,
                    "Q408",
                    f"“{clause.title}”没有一道题考到",
                    f"在题库里写一道题，source 写 [{clause.address}]；不用考的写豁免和理由。",
                )


def _meant(named: set[str], known: Collection[str]) -> set[str]:
    """Return what misspelt names most likely mean: they are reported by themselves."""
    return {
        near
        for name in named - set(known)
        for near in get_close_matches(name, list(known), n=1)
    }


def _families(clauses: tuple[Clause, ...]) -> Iterator[tuple[Clause, set[str]]]:
    """Yield each clause with the addresses of itself, those above and those below."""
    above: list[Clause] = []
    families: dict[str, set[str]] = {}
    for clause in clauses:
        above = [one for one in above if one.level < clause.level]
        families[clause.address] = {clause.address, *(one.address for one in above)}
        for one in above:
            families[one.address].add(clause.address)
        above.append(clause)
    for clause in clauses:
        yield clause, families[clause.address]

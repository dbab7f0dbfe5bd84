"""Coverage: whether each row of the 制度目录 has all that makes it work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from handbook.handbook import Handbook

NEEDS: Mapping[str, str] = {
    "page": "条款",
    "figures": "数值",
    "phrases": "话术",
    "forms": "表单",
    "items": "题目",
    "path": "路径",
}
"""What a system can need, with its Chinese title; see `System.needs`."""


@dataclass(frozen=True, slots=True)
class Covered:
    """One system and how much of each need the handbook holds."""

    system: str
    title: str
    counts: Mapping[str, int]
    """Need to number: clauses, figures, phrases, forms, items, roles."""
    missing: tuple[str, ...]
    """Needs of the row with a count of nought."""


def coverage(handbook: Handbook) -> tuple[Covered, ...]:
    """Count by what points to a system's clauses; nothing is listed by hand.

    A figure and a form belong to the clause they name, a phrase to those it rests on,
    an item to those it tests, a role to a system if its path reads the page.
    """
    systems = {name: clause.systems for name, clause in handbook.clauses.items()}
    counts = {name: dict.fromkeys(NEEDS, 0) for name in handbook.systems}

    def count(need: str, addresses: tuple[str, ...]) -> None:
        for name in {s for address in addresses for s in systems.get(address, ())}:
            counts[name][need] += 1

    for address in handbook.clauses:
        count("page", (address,))
    for figure in handbook.figures.values():
        count("figures", (figure.clause,))
    for phrase in handbook.phrases.values():
        count("phrases", phrase.basis)
    for form in handbook.forms.values():
        count("forms", (form.clause,))
    for item in handbook.items.values():
        if item.status == "active":
            count("items", item.source)
    clauses_of = {
        path: tuple(clause.address for clause in page.clauses)
        for path, page in handbook.pages.items()
    }
    for role in handbook.roles.values():
        read = [address for stage in role.path for address in stage.read]
        count("path", tuple(a for r in read for a in clauses_of.get(r, (r,))))
    return tuple(
        Covered(
            system=name,
            title=system.title,
            counts=counts[name],
            missing=tuple(need for need in system.needs if not counts[name][need]),
        )
        for name, system in handbook.systems.items()
    )

"""Whether what a pass tested is still what the handbook says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from handbook.handbook import Handbook
from handbook.records.history import Attempt
from handbook.records.times import day


@dataclass(frozen=True, slots=True)
class Rules:
    """The clauses of today, and when each changed in substance."""

    fingerprints: Mapping[str, str] = field(default_factory=dict)
    """By address."""
    material: Mapping[str, tuple[date, ...]] = field(default_factory=dict)
    """By address: the days on which a page's `changes` says that its meaning moved."""


UNCHANGED = Rules()
"""Rules that never changed."""


def rules_of(handbook: Handbook) -> Rules:
    """Return the rules that a handbook holds now."""
    material: dict[str, list[date]] = defaultdict(list)
    for path, page in handbook.pages.items():
        for change in page.front.changes:
            if change.kind == "material":
                for clause in change.clauses:
                    material[f"{path}#{clause}"].append(change.date)
    return Rules(
        {address: clause.fingerprint for address, clause in handbook.clauses.items()},
        {address: tuple(days) for address, days in material.items()},
    )


def outdated(rules: Rules, attempt: Attempt, today: date) -> tuple[str, ...]:
    """Return the clauses a sitting tested that have since changed in substance."""
    return changed_since(rules, attempt.clauses, day(attempt.ended), today)


def changed_since(
    rules: Rules, tested: Mapping[str, str], sat: date, today: date
) -> tuple[str, ...]:
    """Return which of the tested clauses changed in substance since a day.

    Both must say so: the words are no longer those that were tested, and the page
    tells of a material change since. New words alone may be a correction; and an entry
    of the day of the sitting may tell of the very words that were tested.

    Args:
        rules: what the handbook says now.
        tested: address to fingerprint of the clauses that were tested.
        sat: the day of the sitting.
        today: changes of a later day do not count yet.
    """
    return tuple(
        address
        for address, days in rules.material.items()
        if address in tested
        and tested[address] != rules.fingerprints.get(address)
        and any(sat <= changed <= today for changed in days)
    )

"""Whether what a pass tested is still what the handbook says, and what would renew it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from handbook.handbook import Handbook
from handbook.papers.deltas import TRIES, Delta, deltas, fitting, material_changes
from handbook.records.history.attempts import Attempt
from handbook.records.history.times import day

Tested = tuple[date, Mapping[str, str]]
"""The day of a sitting, and address to fingerprint of the clauses that it tested."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The clauses of today, and when each changed in substance."""

    fingerprints: Mapping[str, str] = field(default_factory=dict)
    """By address."""
    material: Mapping[str, tuple[date, ...]] = field(default_factory=dict)
    """By address: the days on which a page's `changes` says that its meaning moved."""
    deltas: Mapping[str, tuple[Delta, ...]] = field(default_factory=dict)
    """By exam: its delta papers, the newest first."""


UNCHANGED = Rules()
"""Rules that never changed."""


def rules_of(handbook: Handbook) -> Rules:
    """Return the rules that a handbook holds now."""
    return Rules(
        {address: clause.fingerprint for address, clause in handbook.clauses.items()},
        material_changes(handbook),
        {name: deltas(handbook, exam) for name, exam in handbook.exams.items()},
    )


def outdated(
    rules: Rules, attempt: Attempt, today: date, renewals: Iterable[Attempt] = ()
) -> tuple[str, ...]:
    """Return the clauses a sitting tested that have since changed in substance.

    Args:
        rules: what the handbook says now.
        attempt: the sitting.
        today: changes of a later day do not count yet.
        renewals: delta papers passed after it, in their order; a clause counts as tested
            when it was tested last.
    """
    if not rules.material:
        return ()
    tested = [(day(one.ended), one.clauses) for one in (attempt, *renewals)]
    return changed_since(rules, tested, today)


def changed_since(
    rules: Rules, tested: Iterable[Tested], today: date
) -> tuple[str, ...]:
    """Return which of the tested clauses changed in substance since they were.

    Both must say so: the words are no longer those that were tested, and the page
    tells of a material change since. New words alone may be a correction; and an entry
    of the day of the sitting may tell of the very words that were tested.

    Args:
        rules: what the handbook says now.
        tested: a pass, and what renewed it since, in their order.
        today: changes of a later day do not count yet.
    """
    if not rules.material:
        return ()
    sittings = list(tested)[::-1]
    found = []
    for address, days in rules.material.items():
        # Few clauses change and many were tested: ask only about those that did.
        last = next((one for one in sittings if address in one[1]), None)
        if (
            last
            and last[1][address] != rules.fingerprints.get(address)
            and any(last[0] <= changed <= today for changed in days)
        ):
            found.append(address)
    return tuple(found)


def due(
    rules: Rules, exam: str, failures: Iterable[Attempt], changed: Collection[str]
) -> Delta | None:
    """Return the delta paper that would bring a pass up to date.

    None where the whole exam must be sat: no item asks about a changed clause any more,
    or delta papers were failed too often.

    Args:
        rules: what the handbook says now.
        exam: which exam.
        failures: of one person, those that count.
        changed: what `outdated` says of their pass.
    """
    if not changed or sum(bool(failure.delta) for failure in failures) >= TRIES:
        return None
    return fitting(rules.deltas.get(exam, ()), changed)

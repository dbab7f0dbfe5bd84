"""Which items a paper holds: a choice by keyed hash, the same wherever it is made."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from handbook.canonical import canonical
from handbook.handbook import Handbook
from handbook.model.exams import Exam
from handbook.model.items import Item

MAX_PILOTS = 2
"""How many items on trial a paper shows beside those that count."""

Seed = tuple[str | int, ...]
"""What the choice hangs on: the exam, the day of a delta paper, the form."""


def keyed_hash(*parts: object) -> str:
    """Return SHA-256 over the canonical JSON of the parts, in hex."""
    return hashlib.sha256(canonical(parts).encode()).hexdigest()


def ranked(items: Iterable[Item], *seed: str | int) -> list[Item]:
    """Return items in an order that hangs on the seed and their ids alone."""
    return sorted(items, key=lambda item: keyed_hash("rank", *seed, item.id))


def supply(handbook: Handbook, topic: str, status: str = "active") -> list[Item]:
    """Return the exam items of a topic that have a status, in the author's order."""
    bank = handbook.banks.get(topic)
    items = bank.items if bank else ()
    return [i for i in items if i.use == "exam" and i.status == status]


def shortfall(handbook: Handbook, exam: Exam) -> str:
    """Say which topics cannot fill the blueprint; the check reports them as E501."""
    short = [
        f"{topic}: {needed} wanted, {len(items)} usable, {critical} critical"
        for topic, needed in exam.blueprint.topics.items()
        for items in [supply(handbook, topic)]
        for critical in [sum(item.critical for item in items)]
        if len(items) < needed
        or (exam.blueprint.critical == "all" and critical > needed)
    ]
    return "; ".join(short)


def whole_paper(handbook: Handbook, exam: Exam, form: int) -> list[Item]:
    """Draw the forms one after another up to the one asked for; return that one."""
    topics = sorted(exam.blueprint.topics.items())
    active = {topic: supply(handbook, topic) for topic, _ in topics}
    pilots = [item for topic, _ in topics for item in supply(handbook, topic, "pilot")]
    whole = exam.blueprint.critical == "all"
    used: dict[str, tuple[int, ...]] = {}
    paper: list[Item] = []
    for number in range(1, form + 1):
        seed = (exam.id, number)
        overlap = Counter[int]()
        paper = []
        for topic, needed in topics:
            always = [item for item in active[topic] if whole and item.critical]
            rest = [item for item in active[topic] if not (whole and item.critical)]
            paper += always
            paper += least_used(rest, needed - len(always), used, overlap, seed)
        paper += least_used(pilots, MAX_PILOTS, used, overlap, seed)
        for item in paper:
            used[item.id] = (*used.get(item.id, ()), number)
    return ranked(paper, exam.id, form)


def least_used(
    items: Sequence[Item],
    needed: int,
    used: Mapping[str, tuple[int, ...]],
    overlap: Counter[int],
    seed: Seed,
) -> list[Item]:
    """Choose items that few forms hold, and that share least with any one form.

    Items that stood in the same forms are alike but for their hash, so the choice is
    between a few groups rather than all items. `overlap` counts, for each form drawn
    before, what this one shares with it; it is carried on.
    """
    groups: dict[tuple[int, ...], list[Item]] = {}
    for item in reversed(ranked(items, *seed)):
        groups.setdefault(used.get(item.id, ()), []).append(item)
    chosen: list[Item] = []
    while len(chosen) < needed and groups:
        forms = min(
            groups,
            key=lambda f: (
                len(f),
                max((overlap[n] for n in f), default=0),
                sum(overlap[n] for n in f),
                f,
            ),
        )
        chosen.append(groups[forms].pop())
        if not groups[forms]:
            del groups[forms]
        overlap.update(forms)
    return chosen

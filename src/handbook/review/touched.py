"""What hangs on the words that changed: phrases, items, exams, what is to be confirmed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from handbook.handbook import Handbook
from handbook.model.exams import Exam
from handbook.model.items import Item
from handbook.papers import deltas, draw
from handbook.papers.confirmations import confirmations
from handbook.papers.drawing import supply


@dataclass(frozen=True, slots=True)
class TouchedItem:
    """An item that needs a look: it cites a moved clause or calls a moved figure."""

    id: str
    topic: str
    place: str
    stem: str
    """Empty for items of exams: a summary may be read by those who sit them."""
    clauses: tuple[str, ...]
    figures: tuple[str, ...]
    edited: bool
    """Whether the item itself reads otherwise than before."""


@dataclass(frozen=True, slots=True)
class DeltaPaper:
    """What people who passed before the change would sit."""

    day: str
    items: int
    minutes: int


@dataclass(frozen=True, slots=True)
class TouchedExam:
    """An exam that may ask what changed."""

    id: str
    title: str
    on_change: str
    items: tuple[str, ...]
    """Ids of its touched items."""
    delta: tuple[str, ...]
    """Ids of the active items on what changed in substance: whoever passed before the
    change is asked these."""
    paper: DeltaPaper | None
    """The delta paper for them; None where nobody must sit one, or no entry tells yet."""
    unasked: tuple[str, ...]
    """Addresses of what changed in substance, was asked before, and is asked no more:
    whoever was tested on it must sit the whole exam."""


@dataclass(frozen=True, slots=True)
class ToConfirm:
    """A change that people will be asked to confirm."""

    summary: str
    roles: tuple[str, ...]
    """Titles of those who are asked."""
    items: int
    """How many exam items they answer."""


def resting_phrases(
    after: Handbook, moved: set[str], changed: set[str]
) -> Iterator[tuple[str, str]]:
    """Yield address and title of unchanged phrases that rest on a moved clause.

    Args:
        after: the newer state.
        moved: addresses of clauses.
        changed: addresses of phrases that are told of already.
    """
    for address, phrase in after.phrases.items():
        if address not in changed and moved & set(phrase.basis):
            yield address, phrase.title


def touched_items(
    before: Handbook, after: Handbook, moved: set[str], shifted: set[str]
) -> Iterator[TouchedItem]:
    """Yield the items that cite a moved clause or call a moved figure.

    Args:
        before: the older state.
        after: the newer state.
        moved: addresses of clauses that changed or went.
        shifted: ids of figures that changed or went.
    """
    for bank in after.banks.values():
        for item in bank.items:
            cited = tuple(address for address in item.source if address in moved)
            called = tuple(sorted(after.item_figures.get(item.id, set()) & shifted))
            if (cited or called) and item.status != "retired":
                yield TouchedItem(
                    id=item.id,
                    topic=bank.topic,
                    place=str(after.places.get(("item", item.id), bank.place)),
                    stem="" if item.use == "exam" else item.stem,
                    clauses=cited,
                    figures=called,
                    edited=before.items.get(item.id) != item,
                )


def touched_exams(
    before: Handbook, after: Handbook, touched: set[str], meaning: set[str]
) -> Iterator[TouchedExam]:
    """Yield the exams that may ask what changed.

    Args:
        before: the older state.
        after: the newer state.
        touched: ids of items.
        meaning: addresses of clauses that changed in substance.
    """
    for exam in after.exams.values():
        active = deltas.pool(after, exam)
        trial = [i for t in exam.blueprint.topics for i in supply(after, t, "pilot")]
        asked = tuple(item.id for item in (*active, *trial) if item.id in touched)
        old = before.exams.get(exam.id)
        was = _sources(deltas.pool(before, old)) if old else set()
        unasked = tuple(sorted((meaning & was) - _sources(active)))
        if asked or unasked:
            yield TouchedExam(
                id=exam.id,
                title=exam.title,
                on_change=exam.on_change,
                items=asked,
                delta=tuple(item.id for item in active if meaning & set(item.source)),
                paper=_paper(after, exam, meaning),
                unasked=unasked if exam.on_change == "recertify" else (),
            )


def to_confirm(before: Handbook, after: Handbook) -> Iterator[ToConfirm]:
    """Yield what people will have to confirm and had not before."""
    known = confirmations(before)
    for name, one in confirmations(after).items():
        if name not in known:
            items = draw(after, name, 1).items
            yield ToConfirm(
                one.change.summary,
                tuple(
                    after.roles[role].title
                    for role in one.exam.roles
                    if role in after.roles
                ),
                len(items) - 1,
            )


def _sources(items: Iterable[Item]) -> set[str]:
    return {address for item in items for address in item.source}


def _paper(after: Handbook, exam: Exam, meaning: set[str]) -> DeltaPaper | None:
    """Return the newest delta paper, if the change is what it asks about."""
    newest = next(iter(deltas.deltas(after, exam)), None)
    if newest is None or not meaning & set(newest.clauses):
        return None
    try:
        paper = draw(after, exam.id, 1, newest.name)
    except ValueError:
        return None  # the check says why the exam cannot be drawn
    return DeltaPaper(newest.name, len(paper.items), paper.seconds // 60)

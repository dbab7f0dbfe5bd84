"""What differs between two states of a handbook, and what hangs on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from handbook import deltas
from handbook.confirmations import confirmations
from handbook.drawing import supply
from handbook.handbook import Handbook
from handbook.model.data import Figure
from handbook.model.exams import Exam
from handbook.model.items import Item
from handbook.model.pages import Change, Clause, Page, Phrase
from handbook.papers import draw
from handbook.review.comparing import How, happened, paired
from handbook.review.quizzes import ExamChange, ItemChange, exam_changes, item_changes


@dataclass(frozen=True, slots=True)
class PageChange:
    """A page that reads otherwise than before."""

    path: str
    title: str
    how: How
    url: str
    """Address in the built site, relative to its root; empty for one that is gone."""


@dataclass(frozen=True, slots=True)
class ClauseChange:
    """A clause whose fingerprint moved, or that came or went."""

    address: str
    title: str
    how: How
    before: str
    after: str
    told: str
    """What a new entry under `changes` says of it: material, editorial or nothing."""


@dataclass(frozen=True, slots=True)
class PhraseChange:
    """A phrase that reads otherwise than before."""

    address: str
    title: str
    how: How
    parts: tuple[tuple[str, str, str], ...]
    """What changed of it: title of the part, wording before and after."""


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A figure with another value or wording."""

    id: str
    name: str
    how: How
    before: str
    after: str
    value_moved: bool
    """Whether more than the way to say it changed."""


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


@dataclass(frozen=True, slots=True)
class Owner:
    """A role to ask, and the pages that it answers for."""

    role: str
    title: str
    pages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Impact:
    """All that a change touches."""

    pages: tuple[PageChange, ...]
    figures: tuple[FigureChange, ...]
    clauses: tuple[ClauseChange, ...]
    phrases: tuple[PhraseChange, ...]
    resting: tuple[tuple[str, str], ...]
    """Address and title of unchanged phrases that rest on a moved clause."""
    items: tuple[TouchedItem, ...]
    exams: tuple[TouchedExam, ...]
    owners: tuple[Owner, ...]
    confirm: tuple[ToConfirm, ...] = ()
    """What people will have to confirm and had not before."""
    item_changes: tuple[ItemChange, ...] = ()
    """Items that themselves changed."""
    exam_changes: tuple[ExamChange, ...] = ()
    """Exams whose rules changed."""

    @property
    def untold(self) -> tuple[str, ...]:
        """Addresses of moved clauses of which no new entry tells."""
        return tuple(
            one.address
            for one in self.clauses
            if one.how is How.CHANGED and not one.told
        )

    @property
    def nothing(self) -> bool:
        """Whether neither a reader nor anybody who sits an exam would notice."""
        return not (
            self.pages
            or self.figures
            or self.items
            or self.exams
            or self.item_changes
            or self.exam_changes
        )


def impact(before: Handbook, after: Handbook) -> Impact:
    """Return what a change from one state to another touches."""
    clauses = tuple(_clauses(before, after))
    figures = tuple(_figures(before, after))
    moved = {one.address for one in clauses if one.how is not How.ADDED}
    shifted = {one.id for one in figures if one.how is not How.ADDED}
    phrases = tuple(_phrases(before, after))
    resting = tuple(_resting(after, moved, {one.address for one in phrases}))
    items = tuple(_items(before, after, moved, shifted))
    meaning = {
        one.address
        for one in clauses
        if one.how is How.CHANGED and one.told != "editorial"
    }
    exams = tuple(_exams(before, after, {one.id for one in items}, meaning))
    pages = tuple(_pages(before, after))
    edited = tuple(item_changes(before, after))
    ruled = tuple(exam_changes(before, after))
    concerned = dict.fromkeys(
        [
            *(one.path for one in pages),
            *(address.partition("#")[0] for address, _title in resting),
            *(f"practice/{one.topic}.md" for one in items),
            *(f"practice/{one.topic}.md" for one in edited),
            *(f"exams/{one.id}.md" for one in exams),
            *(f"exams/{one.id}.md" for one in ruled),
        ]
    )
    return Impact(
        pages=pages,
        figures=figures,
        clauses=clauses,
        phrases=phrases,
        resting=resting,
        items=items,
        exams=exams,
        owners=tuple(_owners(before, after, concerned)),
        confirm=tuple(_to_confirm(before, after)),
        item_changes=edited,
        exam_changes=ruled,
    )


def new_entries(before: Handbook, after: Handbook, path: str) -> tuple[Change, ...]:
    """Return the entries under `changes` that a page did not have before.

    An entry to which somebody only adds the old wording, or that it must be confirmed,
    is not a new one.
    """
    old = before.pages[path].front.changes if path in before.pages else ()
    known = [_bare(entry) for entry in old]
    return tuple(e for e in after.pages[path].front.changes if _bare(e) not in known)


def _bare(entry: Change) -> Change:
    return entry.model_copy(update={"before": {}, "confirm": False})


def value_moved(before: Figure, after: Figure) -> bool:
    """Whether a figure is another one, not only worded in another way."""
    return (before.value, before.unit) != (after.value, after.unit)


def _pages(before: Handbook, after: Handbook) -> Iterator[PageChange]:
    for path, old, new in paired(before.pages, after.pages):
        page = new or old
        if page and (old is None or new is None or _shown(old) != _shown(new)):
            url = new.url if new else ""
            yield PageChange(path, page.front.title, happened(old, new), url)


def _shown(page: Page) -> tuple[object, ...]:
    """Return all of a page that a reader sees, and no line numbers."""
    return (
        page.front,
        page.text,
        [(one.level, one.title, one.id) for one in page.headings],
        [one.target for one in page.links],
        [(one.name, one.arguments) for one in page.calls],
    )


def _figures(before: Handbook, after: Handbook) -> Iterator[FigureChange]:
    for name, old, new in paired(before.figures, after.figures):
        figure = new or old
        were, are = _worded(old), _worded(new)
        if figure and were != are:
            moved = old is None or new is None or value_moved(old, new)
            yield FigureChange(name, figure.name, happened(old, new), were, are, moved)


def _worded(figure: Figure | None) -> str:
    return f"{figure.wording}（{figure.value}{figure.unit}）" if figure else ""


def _clauses(before: Handbook, after: Handbook) -> Iterator[ClauseChange]:
    told: dict[str, str] = {}
    for path in after.pages:
        for entry in new_entries(before, after, path):
            for name in entry.clauses:
                if told.get(f"{path}#{name}") != "material":
                    told[f"{path}#{name}"] = entry.kind
    for address, old, new in paired(before.clauses, after.clauses):
        clause = new or old
        if clause is None or (old and new and old.fingerprint == new.fingerprint):
            continue
        retitled = not (old and new) or old.title != new.title
        yield ClauseChange(
            address=address,
            title=clause.title,
            how=happened(old, new),
            before=_wording(old, titled=retitled),
            after=_wording(new, titled=retitled),
            told=told.get(address, ""),
        )


def _wording(clause: Clause | None, *, titled: bool) -> str:
    if clause is None:
        return ""
    return f"{clause.title}\n{clause.text}" if titled else clause.text


def _phrases(before: Handbook, after: Handbook) -> Iterator[PhraseChange]:
    for address, old, new in paired(before.phrases, after.phrases):
        phrase = new or old
        were, are = _parts(old), _parts(new)
        parts = tuple(
            (title, were.get(title, ""), are.get(title, ""))
            for title in dict.fromkeys([*were, *are])
            if were.get(title, "") != are.get(title, "")
        )
        if phrase and parts:
            yield PhraseChange(address, phrase.title, happened(old, new), parts)


def _parts(phrase: Phrase | None) -> dict[str, str]:
    if phrase is None:
        return {}
    return {
        "说法": phrase.words,
        "标题": phrase.title,
        "适用": phrase.when,
        "不要说": "\n".join(phrase.never),
        "换个说法": "\n".join(phrase.variants),
        "接着": phrase.next_text,
    }


def _resting(
    after: Handbook, moved: set[str], changed: set[str]
) -> Iterator[tuple[str, str]]:
    for address, phrase in after.phrases.items():
        if address not in changed and moved & set(phrase.basis):
            yield address, phrase.title


def _items(
    before: Handbook, after: Handbook, moved: set[str], shifted: set[str]
) -> Iterator[TouchedItem]:
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


def _exams(
    before: Handbook, after: Handbook, touched: set[str], meaning: set[str]
) -> Iterator[TouchedExam]:
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


def _to_confirm(before: Handbook, after: Handbook) -> Iterator[ToConfirm]:
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


def _owners(before: Handbook, after: Handbook, paths: Iterable[str]) -> Iterator[Owner]:
    owned: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        page = after.pages.get(path) or before.pages.get(path)
        if page:
            owned[page.front.owner].append(path)
    for name, pages in owned.items():
        role = after.roles.get(name) or before.roles.get(name)
        yield Owner(name, role.title if role else name, tuple(pages))

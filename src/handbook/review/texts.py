"""What differs between two states of what people read: pages, clauses, phrases, figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from handbook.handbook import Handbook
from handbook.model.data import Figure
from handbook.model.pages import Change, Clause, Page, Phrase
from handbook.review.comparing import How, happened, paired


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


def page_changes(before: Handbook, after: Handbook) -> Iterator[PageChange]:
    """Yield the pages that read otherwise, with those that came or went."""
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


def figure_changes(before: Handbook, after: Handbook) -> Iterator[FigureChange]:
    """Yield the figures with another value or wording."""
    for name, old, new in paired(before.figures, after.figures):
        figure = new or old
        were, are = _worded(old), _worded(new)
        if figure and were != are:
            yield FigureChange(name, figure.name, happened(old, new), were, are)


def _worded(figure: Figure | None) -> str:
    return f"{figure.wording}（{figure.value}{figure.unit}）" if figure else ""


def clause_changes(before: Handbook, after: Handbook) -> Iterator[ClauseChange]:
    """Yield the clauses whose fingerprint moved, and what new entries tell of them."""
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


def phrase_changes(before: Handbook, after: Handbook) -> Iterator[PhraseChange]:
    """Yield the phrases of which a part reads otherwise."""
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
        "渠道": "、".join(phrase.channels),
        "不要说": "\n".join(phrase.never),
        "换个说法": "\n".join(phrase.variants),
        "接着": phrase.next_text,
    }


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

"""最近更新: the newest `changes` of all pages, with how they read before."""

from __future__ import annotations

import hashlib
from itertools import takewhile
from typing import NamedTuple

from handbook.handbook import Handbook
from handbook.model.pages import Change, Page
from handbook.wordings import changed

CHANGE_KINDS = {"material": "内容变更", "editorial": "文字修订"}
"""What readers see of `Change.kind`."""

LIMIT = 50
"""How many of them a feed, a page or the finder tells."""


class Entry(NamedTuple):
    """One change and the page that tells of it."""

    change: Change
    page: Page

    @property
    def id(self) -> str:
        """A name that stays while a change says the same, so that it is read once."""
        change, page = self
        parts = [page.path, str(change.date), change.kind, *change.clauses]
        text = "\n".join([*parts, change.summary])
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    @property
    def mark(self) -> str:
        """The same, as short as a browser needs to keep it."""
        return self.id[:10]

    @property
    def addresses(self) -> tuple[str, ...]:
        """Addresses of what it is about; the page's path where it names nothing."""
        named = tuple(f"{self.page.path}#{name}" for name in self.change.clauses)
        return named or (self.page.path,)


class Wording(NamedTuple):
    """How a clause or phrase read before a change, and after it: what differs of it."""

    id: str
    title: str
    before: str
    after: str


def newest(handbook: Handbook, limit: int) -> tuple[Entry, ...]:
    """Return the newest changes of all pages, newest first, then by page."""
    entries = (
        Entry(change, page)
        for page in handbook.pages.values()
        for change in page.front.changes
    )
    ordered = sorted(
        entries, key=lambda entry: (-entry.change.date.toordinal(), entry.page.path)
    )
    return tuple(ordered[:limit])


def of_page(page: Page) -> tuple[Entry, ...]:
    """Return a page's changes, newest first; of one day, in the author's order."""
    changes = sorted(page.front.changes, key=lambda one: -one.date.toordinal())
    return tuple(Entry(change, page) for change in changes)


def wordings(handbook: Handbook, entry: Entry) -> tuple[Wording, ...]:
    """Return old and new wording of what a change is about, where it tells the old one.

    The new one is what the next change of the same thing calls old, or what it says now.
    """
    change, page = entry
    later = list(takewhile(lambda one: one.change is not change, of_page(page)))
    found = []
    for name in change.clauses:
        old = change.before.get(name)
        new = next(
            (
                one.change.before[name]
                for one in reversed(later)
                if name in one.change.before
            ),
            _now(handbook, f"{page.path}#{name}"),
        )
        if old and new is not None:
            titles = {heading.id: heading.title for heading in page.headings}
            before, after = changed(old, new)
            if before or after:
                found.append(Wording(name, titles.get(name, name), before, after))
    return tuple(found)


def _now(handbook: Handbook, address: str) -> str | None:
    if address in handbook.clauses:
        return handbook.clauses[address].text
    phrase = handbook.phrases.get(address)
    return phrase.words if phrase else None

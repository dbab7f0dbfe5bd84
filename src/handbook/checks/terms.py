"""One word for one thing: words that the glossary sets aside are not used."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from handbook.handbook import Handbook
from handbook.model.terms import Term
from handbook.problems import Place, Problem
from handbook.reading.prose import MASK, OF_OTHERS, ProseLine
from handbook.reading.written import Written
from handbook.reading.yaml_files import Mapping, Scalar

_NAMED = re.compile(r"不(?:要|得|能)?[说写用讲叫][^“”。；]*(?:“[^”]*”、?)+")
"""Words that are named, not used."""

_HEAD = ("title", "description")


def words_are_the_agreed_ones(
    handbook: Handbook, written: Written
) -> Iterator[Problem]:
    """A page or an item says 来访人 where the glossary does, and never 访客."""
    instead = {word: term for term in handbook.terms.values() for word in term.avoid}
    if not instead:
        return
    # 访客卡 is a thing with a name of its own, and 照顾客户 has no 顾客 in it: a known
    # word shields what it overlaps.
    known = {word for term in handbook.terms.values() for word in term.words}
    known |= {form.title for form in handbook.forms.values()}
    shields, set_aside = _one_of(known), _one_of(set(instead))
    for text, place in _said(handbook, written, instead):
        shielded = [found.span() for found in shields.finditer(text)]
        for found in set_aside.finditer(text):
            start, end = found.span()
            if all(end <= left or right <= start for left, right in shielded):
                at = replace(place, column=place.column + start)
                yield _problem(found[0], instead[found[0]], at)


def _one_of(words: set[str]) -> re.Pattern[str]:
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return re.compile("|".join(map(re.escape, longest_first)))


def _problem(word: str, term: Term, place: Place) -> Problem:
    return Problem(
        place,
        "T901",
        f"这里写了“{word}”，手册里统一说“{term.short or term.term}”",
        f"改成“{term.short or term.term}”；这里说的是另一回事的，换一个说法，"
        "或改 content/_data/terms.yml。",
    )


def _said(
    handbook: Handbook, written: Written, words: Collection[str]
) -> Iterator[tuple[str, Place]]:
    """Yield the lines of what has any of some words, each with its place."""
    for page in handbook.pages.values():
        front = page.front
        if any(call.name == "glossary" for call in page.calls):
            continue
        if any(w in page.text or w in front.title + front.description for w in words):
            yield from _head(page.path, written)
            yield from _used(f"content/{page.path}", written.prose(page.path))
    for path, lines in written.quiz_prose().items():
        if any(word in written.sources[path] for word in words):
            yield from _used(path, lines)


def _head(path: str, written: Written) -> Iterator[tuple[str, Place]]:
    """Yield what the head of a page says."""
    front = written.trees["page", path]
    for field in _HEAD:
        node = front.entries.get(field) if isinstance(front, Mapping) else None
        if isinstance(node, Scalar):
            yield node.text, node.place


def _used(path: str, lines: Iterable[ProseLine]) -> Iterator[tuple[str, Place]]:
    """Yield lines in which words are used, those that are only named masked out."""
    for line in lines:
        if line.role not in OF_OTHERS:
            text = _NAMED.sub(lambda found: MASK * len(found[0]), line.text)
            yield text, Place(path, line.number)

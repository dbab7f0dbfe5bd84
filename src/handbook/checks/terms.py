"""One word for one thing: words that the glossary sets aside are not used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from handbook.handbook import Handbook
from handbook.model.terms import Term
from handbook.problems import Place, Problem
from handbook.reading.prose import MASK, OF_OTHERS
from handbook.reading.written import Written
from handbook.reading.yaml_files import Mapping, Scalar

_NAMED = re.compile(r"不(?:要|得|能)?[说写用讲叫][^“”。；]*(?:“[^”]*”、?)+")
"""Words that are named, not used."""

_HEAD = ("title", "description")


def words_are_the_agreed_ones(
    handbook: Handbook, written: Written
) -> Iterator[Problem]:
    """A page says 来访人 where the glossary does, and never 访客."""
    instead = {word: term for term in handbook.terms.values() for word in term.avoid}
    if not instead:
        return
    # 访客卡 is a thing with a name of its own, and 照顾客户 has no 顾客 in it: a known
    # word shields what it overlaps.
    known = {word for term in handbook.terms.values() for word in term.words}
    known |= {form.title for form in handbook.forms.values()}
    shields, set_aside = _one_of(known), _one_of(set(instead))
    for page in handbook.pages.values():
        if any(call.name == "glossary" for call in page.calls):
            continue
        front = page.front
        if any(w in page.text or w in front.title + front.description for w in instead):
            for text, place in _texts(page.path, written):
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


def _texts(path: str, written: Written) -> Iterator[tuple[str, Place]]:
    """Yield the lines that a page says, each with the place of its first character."""
    front = written.trees["page", path]
    for field in _HEAD:
        node = front.entries.get(field) if isinstance(front, Mapping) else None
        if isinstance(node, Scalar):
            yield node.text, node.place
    for line in written.prose(path):
        if line.role not in OF_OTHERS:
            text = _NAMED.sub(lambda found: MASK * len(found[0]), line.text)
            yield text, Place(f"content/{path}", line.number)

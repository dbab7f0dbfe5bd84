"""Nothing that only says what to write there reaches a reader."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handbook.handbook import Handbook
from handbook.model.placeholders import Heading, Placeholder
from handbook.problems import Place, Problem
from handbook.reading.prose import HEADING
from handbook.reading.written import Written
from handbook.reading.yaml_files import scalars

_TEXTS = frozenset(Placeholder)
_HEADINGS = frozenset(Heading)
_ANY = re.compile("|".join(map(re.escape, (*Placeholder, *Heading))))
_MARKERS = "#>: "
"""What may stand before a text in a page's line."""


def placeholders_are_replaced(
    handbook: Handbook, written: Written
) -> Iterator[Problem]:
    """What a new page, phrase, item or form came with is put in one's own words.

    Only what stands alone is meant: 错误选项要写为什么不对 in a sentence is a sentence.
    """
    begun = {path for path, text in written.sources.items() if _ANY.search(text)}
    if not begun:
        return
    for tree in written.trees.values():
        if tree.place.path in begun:
            for scalar in scalars(tree):
                if scalar.text in _TEXTS:
                    yield _problem(scalar.place, scalar.text)
    for path in handbook.pages:
        if f"content/{path}" in begun:
            yield from _in_page(path, written)


def _in_page(path: str, written: Written) -> Iterator[Problem]:
    for line in written.prose(path):
        text = line.written.lstrip(_MARKERS)
        column = len(line.written) - len(text) + 1
        place = Place(f"content/{path}", line.number, column)
        text = text.rstrip()
        if line.role == HEADING and text in _HEADINGS:
            words, _, name = text.partition(" ")
            yield _problem(place, words, f"换成自己的标题，{name} 换成自己的编号。")
        elif text in _TEXTS:
            yield _problem(place, text)


def _problem(place: Place, text: str, remedy: str = "") -> Problem:
    return Problem(
        place,
        "P218",
        f"“{text}”还没有换成自己的话",
        remedy or "照它说的写，把这几个字换掉。",
    )

"""Figures that exist as data, typed by hand, and keys that say another number.

Only where a figure is at home is a number taken for it: in the clause that sets it, in
phrases that rest on this clause, in items that cite it. “三天” elsewhere is any three
days.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from handbook.handbook import Handbook
from handbook.model.data import Figure
from handbook.model.items import (
    GAP,
    BlankItem,
    Item,
    MultipleItem,
    SingleItem,
    TrueFalseItem,
)
from handbook.model.numerals import NUMERAL, number_of
from handbook.problems import Place, Problem
from handbook.reading.prose import BODY, TO_CUSTOMERS, mask
from handbook.reading.written import Written
from handbook.reading.yaml_files import Location, Scalar, Sequence
from handbook.reading.yaml_files import Mapping as Tree

_AFFIXES = re.compile(r"^(?:每天|不超过|最迟|最多|至少)|(?:以内|之内|内|前|以前)$")
"""What a wording may have around its number and unit."""

_NUMBER = re.compile(NUMERAL)
_RANGE = r"\s*(?:到|至|[—~～-]+)\s*"
_NOT_BEFORE = r"(?<![\d.:零一二两三四五六七八九十百半第上前另再多几])"
_COUNTED = frozenset({"次", "人", "个", "种", "层", "套", "级", "份", "项", "件"})
"""Units of which one is everyday speech: 一次, 一个."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How a figure is said, with room for other numbers."""

    figure: Figure
    numbers: tuple[float, ...]
    pattern: re.Pattern[str]
    """Its groups are the numbers, in digits or in Chinese."""
    words: str
    """The longest of what is said besides numbers, in every text that says it."""

    def found(self, text: str) -> Iterator[tuple[re.Match[str], tuple[float, ...]]]:
        """Yield each place where a text says such a thing, with its numbers."""
        if self.words not in text:
            return
        for found in self.pattern.finditer(text):
            yield found, tuple(number_of(group) for group in found.groups())


def figures_are_called(handbook: Handbook, written: Written) -> Iterator[Problem]:
    """A figure typed by hand stays behind when the figure moves."""
    shapes = _shapes(handbook)
    for path, at_home in _homes(handbook, shapes).items():
        for line in written.prose(path):
            if line.role != BODY and line.role not in TO_CUSTOMERS:
                continue
            for shape in at_home.get(line.section, ()):
                for found, numbers in shape.found(line.text):
                    if numbers == shape.numbers:
                        column = found.start() + 1
                        place = Place(f"content/{path}", line.number, column)
                        yield _typed(shape, found[0], place)
    for item in handbook.items.values():
        near = _of(item.source, shapes)
        for location in _asserted(item) if near else ():
            yield from _typed_in_item(item, near, location, written)


def _homes(
    handbook: Handbook, shapes: Mapping[str, list[Shape]]
) -> dict[str, dict[str, list[Shape]]]:
    """Return the figures that sections may speak of, by page and id of the section.

    A clause speaks of those it sets, a phrase of those of the clauses it rests on.
    """
    homes: dict[str, dict[str, list[Shape]]] = defaultdict(dict)
    for address, found in shapes.items():
        page, _, name = address.partition("#")
        if address in handbook.clauses:
            homes[page][name] = found
    for phrase in handbook.phrases.values():
        if found := _of(phrase.basis, shapes):
            homes[phrase.page][phrase.id] = found
    return homes


def _typed_in_item(
    item: Item, near: list[Shape], location: Location, written: Written
) -> Iterator[Problem]:
    scalar = _scalar(written, item, location)
    if scalar is None or not _NUMBER.search(scalar.text):
        return
    source = written.sources.get(scalar.path, "")
    text = mask(source[scalar.start : scalar.end])
    for shape in near:
        for found, numbers in shape.found(text):
            if numbers == shape.numbers:
                yield _typed(shape, found[0], scalar.place)
                break


def keys_agree_with_figures(handbook: Handbook, written: Written) -> Iterator[Problem]:
    """A key says the number of the clause it cites, and so moves when that moves."""
    shapes = _shapes(handbook)
    for item in handbook.items.values():
        near = _of(item.source, shapes)
        keyed = [(text, where) for text, where in _keyed(item) if _NUMBER.search(text)]
        if not near or not keyed:
            continue
        for shape in near:
            for text, location in keyed:
                for found, numbers in shape.found(text):
                    if (
                        numbers != shape.numbers
                        and not _everyday(shape, numbers)
                        and numbers not in _others(shape, near, item, handbook)
                    ):
                        yield Problem(
                            written.at("item", item.id, *location),
                            "Q407",
                            f"答案写“{found[0]}”，{shape.figure.name}却是"
                            f"“{shape.figure.wording}”",
                            "先看条款，再改答案；答案里写 "
                            f'{{{{ fig("{shape.figure.id}") }}}}，以后数值变了会跟着变。',
                        )
                        break


def _others(
    shape: Shape, near: list[Shape], item: Item, handbook: Handbook
) -> set[tuple[float, ...]]:
    """Return numbers of that kind that the rules say besides: figures or not."""
    said = {other.numbers for other in near if other.pattern == shape.pattern}
    for address in item.source:
        if address in handbook.clauses:
            found = shape.found(handbook.clauses[address].text)
            said |= {numbers for _, numbers in found}
    return said


def _everyday(shape: Shape, numbers: tuple[float, ...]) -> bool:
    return numbers == (1.0,) and shape.figure.unit.split("/")[0] in _COUNTED


def _typed(shape: Shape, shown: str, place: Place) -> Problem:
    figure = shape.figure
    return Problem(
        place,
        "M307",
        f"这里手写了“{shown.strip()}”，它是数值“{figure.name}”",
        f'写成 {{{{ fig("{figure.id}") }}}}，数值变了，这里会跟着变。',
    )


def _shapes(handbook: Handbook) -> Mapping[str, list[Shape]]:
    """Return the shapes of the figures that each clause sets."""
    by_clause: dict[str, list[Shape]] = defaultdict(list)
    for figure in handbook.figures.values():
        shape = _shape(figure)
        if shape:
            by_clause[figure.clause].append(shape)
    return by_clause


@lru_cache(maxsize=4096)
def _shape(figure: Figure) -> Shape | None:
    """Return how a figure is said; nothing where no number is said, as in 当天."""
    core = _AFFIXES.sub("", figure.wording)
    numbers = [found[0] for found in _NUMBER.finditer(core)]
    rest = _NUMBER.split(core)
    if not numbers or not any(part.strip() for part in rest):
        return None
    # A part such as 到 between two numbers is a range however it is written.
    parts = [re.escape(rest[0]).replace(r"\ ", r"\s*")]
    for number, part in enumerate(rest[1:], 1):
        between = part.strip() in {"到", "至", "—", "-"} and number < len(numbers)
        spaced = _RANGE if between else r"\s*" + re.escape(part)
        parts.append(f"({NUMERAL})" + spaced)
    pattern = ("" if rest[0] else _NOT_BEFORE) + "".join(parts)
    said = tuple(number_of(number) for number in numbers)
    words = max((part.strip() for part in rest), key=len)
    return Shape(figure, said, re.compile(pattern), "" if " " in words else words)


def _of(addresses: Iterable[str], shapes: Mapping[str, list[Shape]]) -> list[Shape]:
    return [shape for address in addresses for shape in shapes.get(address, ())]


def _asserted(item: Item) -> Iterator[Location]:
    """Yield where an item says what is so; distractors and stories are not that.

    A blank's key lists every accepted wording, and so cannot call its figure.
    """
    yield ("rationale",)
    if isinstance(item, SingleItem | MultipleItem):
        for number, option in enumerate(item.options):
            if option.id in item.key:
                yield ("options", number, "text")
    if isinstance(item, TrueFalseItem) and item.key == "对":
        yield ("stem",)


def _keyed(item: Item) -> Iterator[tuple[str, Location]]:
    """Yield what a learner asserts who answers right, and where it is written."""
    if isinstance(item, SingleItem | MultipleItem):
        for number, option in enumerate(item.options):
            if option.id in item.key:
                yield option.text, ("options", number, "text")
    elif isinstance(item, TrueFalseItem) and item.key == "对":
        yield item.stem, ("stem",)
    elif isinstance(item, BlankItem):
        parts = item.stem.split(GAP)
        for gap, wordings in enumerate(item.key[: len(parts) - 1]):
            for number, wording in enumerate(wordings):
                after = parts[gap + 1][:6]
                yield wording + after, ("key", gap, number)


def _scalar(written: Written, item: Item, location: Location) -> Scalar | None:
    node = written.trees["item", item.id]
    for step in location:
        if isinstance(node, Tree) and isinstance(step, str) and step in node.entries:
            node = node.entries[step]
        elif isinstance(node, Sequence) and isinstance(step, int):
            node = node.items[step]
        else:
            return None
    return node if isinstance(node, Scalar) else None

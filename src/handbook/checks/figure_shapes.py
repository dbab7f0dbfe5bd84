"""How a figure is said, so that it is known again when somebody types it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from handbook.handbook import Handbook
from handbook.model.data import Figure
from handbook.model.numerals import NUMERAL, number_of

_HALF = f"(?:{NUMERAL}|半)"
_NUMBER = re.compile(_HALF)
_RANGE = r"\s*(?:到|至|[—~～-]+)\s*"
_NOT_BEFORE = (
    r"(?<![\d.:零一二两三四五六七八九十百半第上前另再多几哪这那])(?!(?<=每)半)"
)
_AFFIXES = re.compile(r"^(?:每天|不超过|最迟|最多|至少)|(?:以内|之内|内|前|以前)$")
"""What a wording may have around its number and unit."""

_COUNTED = frozenset({"次", "人", "个", "种", "层", "套", "级", "份", "项", "件"})
"""Units of which one is everyday speech: 一次, 一个."""

_ANY_FIGURE = frozenset(
    (
        "时限",
        "时间",
        "次数",
        "周期",
        "上限",
        "期限",
        "间隔",
        "频次",
        "处理",
        "准备",
        "检查",
    )
)
"""Pairs of characters that many names of figures have, and that so tell nothing."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How a figure is said, with room for other numbers."""

    figure: Figure
    numbers: tuple[float, ...]
    """Empty for what is said without one, as 当天."""
    pattern: re.Pattern[str]
    """Its groups are the numbers, in digits or in Chinese."""
    words: str
    """The longest of what is said besides numbers; every text that says it has it."""
    topics: frozenset[str]
    """Pairs of characters of the figure's name that tell what it is about."""

    def found(self, text: str) -> Iterator[tuple[re.Match[str], tuple[float, ...]]]:
        """Yield each place where a text says such a thing, with its numbers."""
        if self.words not in text:
            return
        for found in self.pattern.finditer(text):
            yield found, tuple(_value(group) for group in found.groups())

    def said(self, text: str) -> re.Match[str] | None:
        """Return where a text first says this very figure."""
        return next(
            (f for f, numbers in self.found(text) if numbers == self.numbers), None
        )

    def is_everyday(self, numbers: tuple[float, ...]) -> bool:
        """Whether such a thing is said of anything: 一次, 一个."""
        return numbers == (1.0,) and self.figure.unit.split("/")[0] in _COUNTED


def _value(text: str) -> float:
    return 0.5 if text == "半" else number_of(text)


def has_number(text: str) -> bool:
    """Whether a text says any number."""
    return _NUMBER.search(text) is not None


def shapes_by_clause(handbook: Handbook) -> Mapping[str, list[Shape]]:
    """Return the shapes of the figures that each clause sets."""
    by_clause: dict[str, list[Shape]] = defaultdict(list)
    for figure in handbook.figures.values():
        by_clause[figure.clause].append(shape_of(figure))
    return by_clause


def shapes_of(
    addresses: Iterable[str], shapes: Mapping[str, list[Shape]]
) -> list[Shape]:
    """Return the shapes of the figures that some clauses set."""
    return [shape for address in addresses for shape in shapes.get(address, ())]


@lru_cache(maxsize=4096)
def shape_of(figure: Figure) -> Shape:
    """Return how a figure is said."""
    core = _AFFIXES.sub("", figure.wording)
    numbers = [found[0] for found in _NUMBER.finditer(core)]
    rest = _NUMBER.split(core)
    topics = frozenset(
        figure.name[at : at + 2] for at in range(len(figure.name) - 1)
    ).difference(_ANY_FIGURE)
    if not numbers or not any(part.strip() for part in rest):
        pattern = re.compile(re.escape(figure.wording))
        return Shape(figure, (), pattern, figure.wording, topics)
    # A part such as 到 between two numbers is a range however it is written.
    parts = [_spaced(rest[0])]
    for number, part in enumerate(rest[1:], 1):
        between = part.strip() in {"到", "至", "—", "-"} and number < len(numbers)
        parts.append(f"({_HALF})" + (_RANGE if between else r"\s*" + _spaced(part)))
    words = max((part.strip() for part in rest), key=len)
    return Shape(
        figure,
        tuple(_value(number) for number in numbers),
        re.compile(("" if rest[0] else _NOT_BEFORE) + "".join(parts)),
        "" if " " in words else words,
        topics,
    )


def _spaced(part: str) -> str:
    return re.escape(part).replace(r"\ ", r"\s*")

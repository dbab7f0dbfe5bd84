"""Item-writing faults: what lets a learner guess the key without knowing the rule.

The rules are those of the item-writing literature (Haladyna, Downing and Rodriguez,
2002): no all-of-the-above, keys no longer than distractors, no clue in the stem, no two
items alike. The order of options is no fault here: papers and practice shuffle them.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from math import ceil

from handbook.handbook import Bank, Handbook
from handbook.model.items import Item, MultipleItem, SingleItem
from handbook.model.pages import fold
from handbook.problems import Problem
from handbook.reading.written import Written

ALL_OF_THE_ABOVE = re.compile(
    r"(以上|上述)(各项|选项|说法)?(都|均|全)|都不(对|是)$|全(对|错)$"
)

UNLIKELY = 0.05
"""A bank whose keys are the longest option this rarely by chance has a habit."""

ALIKE = 0.7
"""Share of common letter pairs at which two stems ask the same."""

SHARED = ALIKE / (1 + ALIKE)
"""The same, as a share of the pairs of both stems counted one by one."""

SHORTEST_CLUE = 4
"""Characters of a key that, found in the stem, give it away."""


def no_all_of_the_above(handbook: Handbook, written: Written) -> Iterator[Problem]:
    """“以上都对” tests whether two options are seen to be right, not the rule."""
    for item in _choosing(handbook.items.values()):
        for number, option in enumerate(item.options):
            if ALL_OF_THE_ABOVE.search(option.text):
                yield Problem(
                    written.at("item", item.id, "options", number),
                    "Q451",
                    f"选项“{option.text}”让人不懂也能猜",
                    "换成一个具体的选项；要考几项都对，用多选题 multiple。",
                )


def stems_keep_the_key(handbook: Handbook, written: Written) -> Iterator[Problem]:
    """A stem that holds the words of its key, and of no other option, gives it away."""
    for item in _choosing(handbook.items.values()):
        stem = fold(item.stem)
        told = [option for option in item.options if _tells(stem, fold(option.text))]
        if len(told) == 1 and told[0].id in item.key and isinstance(item, SingleItem):
            yield Problem(
                written.at("item", item.id, "stem"),
                "Q452",
                f"题干里已经有答案的原话“{told[0].text}”",
                "改写题干，或让错误选项也用上这些字。",
            )


def stems_differ(handbook: Handbook, written: Written) -> Iterator[Problem]:
    """Two items that ask the same count one piece of knowledge twice.

    Sets as alike as that share one of their few rarest pairs, so only items with such a
    pair in common are compared (prefix filtering: Chaudhuri, Ganti and Kaushik, 2006).
    """
    for bank in handbook.banks.values():
        words = {item.id: _pairs(_asked(item)) for item in bank.items}
        rarity = Counter(pair for pairs in words.values() for pair in pairs)
        rarest = sorted(rarity, key=lambda pair: (rarity[pair], pair))
        rank = {pair: number for number, pair in enumerate(rarest)}
        names = list(words)
        holding: dict[int, list[int]] = defaultdict(list)
        asked: list[int] = []  # pairs as bits of a number
        sizes: list[int] = []
        for place, pairs in enumerate(words.values()):
            ranks = sorted(map(rank.__getitem__, pairs))
            bits, size = _bits(ranks), len(ranks)
            prefix = ranks[: size - ceil(ALIKE * size) + 1]
            rivals = set().union(*(holding[number] for number in prefix))
            alike = [
                one
                for one in rivals
                if (bits & asked[one]).bit_count() >= SHARED * (size + sizes[one])
            ]
            if alike:
                yield Problem(
                    written.at("item", names[place], "stem"),
                    "Q453",
                    f"这道题和“{names[min(alike)]}”问的几乎一样",
                    "留一道，或换一个情景、换一个角度来问。",
                )
            asked.append(bits)
            sizes.append(size)
            for number in prefix:
                holding[number].append(place)


def keys_are_not_the_longest(handbook: Handbook, written: Written) -> Iterator[Problem]:
    """In a bank, the key is the longest option no more often than chance has it."""
    for bank in handbook.banks.values():
        judged = list(_lengths(bank))
        longest = sum(hit for hit, _ in judged)
        if longest and _tail([share for _, share in judged], longest) < UNLIKELY:
            expected = sum(share for _, share in judged)
            yield Problem(
                written.at("bank", bank.topic),
                "Q454",
                f"“{bank.title}”的 {len(judged)} 道单选题里，"
                f"有 {longest} 道答案是最长的选项，随便写大约 {expected:.0f} 道",
                "把几道题的错误选项写得和答案一样具体，或把答案写短。",
            )


def _choosing(items: Iterable[Item]) -> Iterator[SingleItem | MultipleItem]:
    return (item for item in items if isinstance(item, SingleItem | MultipleItem))


def _tells(stem: str, option: str) -> bool:
    return len(option) >= SHORTEST_CLUE and option in stem


def _asked(item: Item) -> str:
    """Return all that a learner reads of an item, order of options apart."""
    options = getattr(item, "options", ())
    return fold(item.stem + "".join(sorted(option.text for option in options)))


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}


def _bits(numbers: Iterable[int]) -> int:
    """Return a number with these bits set."""
    whole = bytearray()
    for number in numbers:
        byte = number >> 3
        if byte >= len(whole):
            whole.extend(bytes(byte + 1 - len(whole)))
        whole[byte] |= 1 << (number & 7)
    return int.from_bytes(whole, "little")


def _lengths(bank: Bank) -> Iterator[tuple[bool, float]]:
    """Yield, per single-choice item: is the key the one longest; the chance of it."""
    for item in bank.items:
        if isinstance(item, SingleItem):
            sizes = {option.id: len(fold(option.text)) for option in item.options}
            key = sizes.get(item.key[0], 0)
            unique = all(
                key > size for name, size in sizes.items() if name != item.key[0]
            )
            yield unique, 1 / len(item.options)


def _tail(shares: list[float], least: int) -> float:
    """Return the chance of at least so many hits among independent trials."""
    chances = [1.0]
    for share in shares:
        missed = [chance * (1 - share) for chance in [*chances, 0.0]]
        hit = [0.0, *(chance * share for chance in chances)]
        chances = [a + b for a, b in zip(missed, hit, strict=True)]
    return sum(chances[least:])

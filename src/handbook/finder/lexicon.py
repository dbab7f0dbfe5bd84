"""Which strings of the handbook are words, and how much they matter for ranking."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

HAN_RUN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
LIMIT = 1_500
"""Words kept; more would weigh more than they help."""
TITLE, KEYWORD = 6, 8
"""How many occurrences in running text one in a title or a keyword is worth."""
FILLERS = frozenset(
    "的了是在我您你他她它们这那和与或也都就很吗呢吧啊呀把被让给对向从到个会能要可以为因所但而且并如若请"
)
"""Characters that rarely begin or end a word worth finding."""


_COMMON = (
    "自己 什么 怎么 怎样 没有 不想 不在 不能 一下 一次 一步 一遍 一个 一件 下来 过来 起来 "
    "这个 那个 这样 那样 这里 那里 可以 需要 我们 你们 他们 别人 东西 现在 已经 还有 还没 "
    "时候 什么时候 因为 所以 如果 以后 以前 之前 之后 直接 马上 一定"
)
COMMON = frozenset(_COMMON.split())
"""Words of any sentence: nobody looks for a phrase by them."""


@dataclass(frozen=True, slots=True)
class Sources:
    """The texts of one part of the handbook, by how much a word in them matters."""

    titles: Sequence[str]
    keywords: Sequence[str]
    texts: Sequence[str]


def count_grams(sources: Sources) -> dict[str, int]:
    """Return how often each string of two to four characters occurs, weighted."""
    counts: Counter[str] = Counter()
    _add(counts, sources.texts, 1)
    _add(counts, sources.titles, TITLE)
    _add(counts, sources.keywords, KEYWORD)
    return counts


def _add(counts: Counter[str], texts: Iterable[str], weight: int) -> None:
    found: Counter[str] = Counter()
    for text in texts:
        for run in HAN_RUN.findall(text):
            found.update(run)
            found.update(map("".join, pairwise(run)))
            found.update(map("".join, zip(run, run[1:], run[2:], strict=False)))
            found.update(
                map("".join, zip(run, run[1:], run[2:], run[3:], strict=False))
            )
    for gram, count in found.items():
        counts[gram] += weight * count


def weigh(
    counts: Mapping[str, int], known: Iterable[str], limit: int = LIMIT
) -> list[tuple[str, int]]:
    """Return words with weights from 1 to 9, most important first.

    A string is taken for a word when an author wrote it as a keyword or a synonym
    (`known`), or when its characters keep together: two characters that meet far more
    often than chance would have them meet, and longer strings that are nearly as
    frequent as what they are made of.

    Args:
        counts: what `count_grams` returned, summed over the handbook.
        known: words that people named.
        limit: how many to return at most.
    """
    total = sum(count for gram, count in counts.items() if len(gram) == 1) or 1
    words: dict[str, float] = {}
    for gram, count in counts.items():
        if len(gram) == 1 or count < 3:  # noqa: PLR2004 twice in text is chance
            continue
        if gram[0] in FILLERS or gram[-1] in FILLERS:
            continue
        if len(gram) == 2:  # noqa: PLR2004 pairs by mutual information
            chance = counts[gram[0]] * counts[gram[1]] / total
            bond = math.log2(count / chance)
        else:
            part = min(counts[gram[:-1]], counts[gram[1:]])
            bond = 4.0 if count >= 0.8 * part and count >= TITLE else 0.0
        if bond > 2.0:  # noqa: PLR2004 four times as often as chance
            words[gram] = math.log2(1 + count) * min(1.0, bond / 4)
    for fragment in _fragments(words, counts):
        del words[fragment]
    for word in known:
        if word in counts or len(word) > 4:  # noqa: PLR2004 longer ones are uncounted
            words[word] = max(
                words.get(word, 0), math.log2(2 + counts.get(word, TITLE))
            )
    most = max(words.values(), default=1.0)
    best = sorted(words.items(), key=lambda entry: (-entry[1], entry[0]))[:limit]
    return [(word, max(1, min(9, round(9 * weight / most)))) for word, weight in best]


def _fragments(words: Iterable[str], counts: Mapping[str, int]) -> set[str]:
    """Return strings that hardly occur but inside one longer word: 诉专 in 投诉专员."""
    fragments = set()
    for word in words:
        for start in range(len(word)):
            for end in range(start + 2, len(word) + 1):
                part = word[start:end]
                if part != word and counts[part] <= 1.25 * counts[word]:
                    fragments.add(part)
    return fragments.intersection(words)

"""Which strings of the handbook are words, and how much people look for them."""

from __future__ import annotations

import heapq
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import rjieba

HAN_WORD = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]{1,4}")
LONGEST = 4
"""Characters of the longest word that the browser knows."""
KEPT = 2_000
"""Words that one part of a large handbook hands on."""

TELLING = frozenset("nvailjbs")
"""First letters of the parts of speech that people look for: things, deeds, qualities."""
UNTOLD = 0.55
"""What a word of another part of speech weighs beside them: 自己, 可以, 一下."""

COLUMNS = 5
Counts = Mapping[str, Sequence[int]]
"""Word → in how many titles of phrases, other headings, whole keywords, longer keywords;
how often in running text."""


@dataclass(frozen=True, slots=True)
class Sources:
    """The texts of one part of the handbook, by what a word in them tells."""

    titles: list[str]
    """What phrases are called: a word here is what people look for."""
    headings: list[str]
    """What clauses and pages are called; half as telling."""
    keywords: list[str]
    texts: list[str]


def count_words(sources: Sources) -> dict[str, list[int]]:
    """Return where each word of a part of the handbook occurs, and how often.

    Words are what a dictionary knows, with the words inside longer ones (工作 in
    工作日), and what authors wrote as keywords.
    """
    titles = _words_of_each(sources.titles)
    headings = _words_of_each(sources.headings)
    texts = Counter(_words("\n".join(sources.texts)))
    keywords: Counter[str] = Counter(
        word for word in sources.keywords if HAN_WORD.fullmatch(word)
    )
    parts = _words_of_each(sources.keywords)
    counts = {
        word: [
            titles[word],
            headings[word],
            keywords[word],
            parts[word] - keywords[word],
            texts[word],
        ]
        for word in {*titles, *headings, *keywords, *parts, *texts}
    }
    rank = sorted(counts, key=lambda word: (-weight_of(counts[word]), word))
    return {word: counts[word] for word in rank[:KEPT]}


def _words(text: str) -> Iterable[str]:
    return filter(HAN_WORD.fullmatch, rjieba.cut_for_search(text))


def _words_of_each(texts: Iterable[str]) -> Counter[str]:
    """Count every word of a text once, however often it stands there."""
    return Counter(chain.from_iterable({*_words(text)} for text in texts))


def weigh(counts: Counts, known: Iterable[str], limit: int) -> list[tuple[str, float]]:
    """Return words with weights above 0 and up to 1, the heaviest first.

    Args:
        counts: what `count_words` returned, added up over the handbook.
        known: words that people named.
        limit: how many to return at most.
    """
    named = {word for word in known if HAN_WORD.fullmatch(word)}
    nothing = (0,) * COLUMNS
    rough = {word: weight_of(counts.get(word, nothing)) for word in {*counts, *named}}
    # A word that tells nothing only falls; so a third more than are wanted are enough.
    best = heapq.nlargest(limit + limit // 3, rough.items(), key=_rank)
    weights = [
        (word, weight if word in named or is_telling(word) else weight * UNTOLD)
        for word, weight in best
    ]
    weights = sorted(weights, key=_rank, reverse=True)[:limit]
    # One word that stands everywhere must not make all others look light.
    most = weights[min(4, len(weights) - 1)][1] if weights else 1.0
    return [(word, min(1.0, weight / most)) for word, weight in weights]


def _rank(entry: tuple[str, float]) -> tuple[float, str]:
    return entry[1], entry[0]


def is_telling(word: str) -> bool:
    """Whether a word says what somebody is looking for, by its part of speech."""
    parts = rjieba.tag(word)
    return len(parts) == 1 and parts[0][1][0] in TELLING


def weight_of(count: Sequence[int]) -> float:
    """Return how much a word matters that was counted so.

    A word weighs by how many titles and keywords name it, and the less the more it is
    strewn over running text: what stands in many titles is what people look for, what
    stands in every sentence is not.
    """
    titles, headings, keywords, parts, texts = count
    # Keywords are what people say.
    named = 0.6 * titles + 0.3 * headings + 1.5 * keywords + 0.6 * parts
    focus = (named + 1) / (named + 1 + texts / 10)
    return math.log2(1.5 + 2 * named + texts / 16) * (0.4 + 0.6 * focus)

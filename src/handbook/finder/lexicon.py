"""Which strings of the handbook are words, and how much people look for them."""

from __future__ import annotations

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
INSIDE = 0.4
"""What a part of a keyword counts, beside a whole one."""

TELLING = frozenset("nvailjbs")
"""First letters of the parts of speech that people look for: things, deeds, qualities."""
UNTOLD = 0.55
"""What a word of another part of speech weighs beside them: 自己, 可以, 一下."""

Counts = Mapping[str, Sequence[float]]
"""Word → in how many titles, in how many keywords, how often in running text."""


@dataclass(frozen=True, slots=True)
class Sources:
    """The texts of one part of the handbook, by what a word in them tells."""

    titles: list[str]
    """What phrases are called: a word here is what people look for."""
    headings: list[str]
    """What clauses and pages are called; half as telling."""
    keywords: list[str]
    texts: list[str]


def count_words(sources: Sources) -> dict[str, list[float]]:
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
            titles[word] + headings[word] / 2,
            keywords[word] + INSIDE * (parts[word] - keywords[word]),
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


def add_up(parts: Iterable[Counts]) -> dict[str, list[float]]:
    """Return the counts of several parts together."""
    whole: dict[str, list[float]] = {}
    for part in parts:
        for word, (titles, keywords, texts) in part.items():
            known = whole.get(word)
            if known is None:
                whole[word] = [titles, keywords, texts]
            else:
                known[0] += titles
                known[1] += keywords
                known[2] += texts
    return whole


def weigh(counts: Counts, known: Iterable[str], limit: int) -> list[tuple[str, float]]:
    """Return words with weights above 0 and up to 1, the heaviest first.

    Args:
        counts: what `count_words` returned, added up over the handbook.
        known: words that people named.
        limit: how many to return at most.
    """
    named = {word for word in known if HAN_WORD.fullmatch(word)}
    weights = {
        word: weight_of(counts.get(word, (0, 0, 0)))
        * (1 if word in named or is_telling(word) else UNTOLD)
        for word in {*counts, *named}
    }
    best = sorted(weights.items(), key=lambda entry: (-entry[1], entry[0]))[:limit]
    # One word that stands everywhere must not make all others look light.
    most = best[min(4, len(best) - 1)][1] if best else 1.0
    return [(word, min(1.0, weight / most)) for word, weight in best]


def is_telling(word: str) -> bool:
    """Whether a word says what somebody is looking for, by its part of speech."""
    parts = rjieba.tag(word)
    return len(parts) == 1 and parts[0][1][0] in TELLING


def weight_of(count: Sequence[float]) -> float:
    """Return how much a word matters that stands in so many titles, keywords, texts.

    A word weighs by how many titles and keywords name it, and the less the more it is
    strewn over running text: what stands in many titles is what people look for, what
    stands in every sentence is not.
    """
    titles, keywords, texts = count
    named = 0.6 * titles + 1.5 * keywords  # keywords are what people say
    focus = (named + 1) / (named + 1 + texts / 10)
    return math.log2(1.5 + 2 * named + texts / 16) * (0.4 + 0.6 * focus)

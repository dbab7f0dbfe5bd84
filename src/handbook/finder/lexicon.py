"""Which strings of the handbook are words, and how much people look for them."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

HAN_RUN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
KEPT = 1_000
"""Words that one part of a large handbook hands on."""
LONGEST = 4
"""Characters of the longest string that is counted."""
NAMED = 6
"""How many occurrences in running text one in a title or a keyword is worth."""
INSIDE = 0.4
"""What a part of a keyword counts, beside a whole one."""
FILLERS = frozenset(
    "的了是在我您你他她它们这那和与或也都就很吗呢吧啊呀把被让给对向从到个会能要可以为因所但而且并如若请"
)
"""Characters that rarely stand in a word worth finding."""

Counts = Mapping[str, Sequence[float]]
"""String → in how many titles, in how many keywords, how often in running text."""


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

    A string is taken for a word when an author wrote it as a keyword, or when its
    characters keep together: wherever it is cut, its two halves meet far more often
    than chance would have them meet.
    """
    titles: Counter[str] = Counter(_grams_of_each(sources.titles))
    headings: Counter[str] = Counter(_grams_of_each(sources.headings))
    texts: Counter[str] = Counter()
    for text in sources.texts:
        for run in HAN_RUN.findall(text):
            _count_run(texts, run)
    whole = set(sources.keywords)
    keywords: dict[str, float] = {}
    for keyword, count in Counter(sources.keywords).items():
        keywords[keyword] = keywords.get(keyword, 0) + count
        for gram in _grams_of_each([keyword]):
            if gram != keyword:
                keywords[gram] = keywords.get(gram, 0) + INSIDE * count
    counts: dict[str, list[float]] = {}
    for gram in sorted({*titles, *headings, *keywords, *texts}):
        named = titles[gram] + headings[gram] / 2
        where = [named, keywords.get(gram, 0), texts[gram]]
        if len(gram) == 1 or gram in whole or _worth(where) > 2:  # noqa: PLR2004 chance
            counts[gram] = where
    words = _words_in(counts) | (whole & counts.keys())
    rank = sorted(words, key=lambda word: (-_worth(counts[word]), word))
    return {word: counts[word] for word in rank[:KEPT]}


def _words_in(counts: Counts) -> set[str]:
    worth = {gram: _worth(count) for gram, count in counts.items()}
    total = sum(value for gram, value in worth.items() if len(gram) == 1) or 1
    words: set[str] = set()
    for gram, value in worth.items():
        if len(gram) == 1 or len(gram) > LONGEST or not FILLERS.isdisjoint(gram):
            continue
        if len(gram) > 2 and value <= 2 * NAMED:  # noqa: PLR2004 pairs are words more often
            continue
        chance = max(
            worth.get(gram[:at], 1) * worth.get(gram[at:], 1) / total
            for at in range(1, len(gram))
        )
        if value > 4 * chance:
            words.add(gram)
    return words - _fragments(words, worth)


def _count_run(counts: Counter[str], run: str) -> None:
    counts.update(run)
    counts.update(map("".join, pairwise(run)))
    counts.update(map("".join, zip(run, run[1:], run[2:], strict=False)))
    counts.update(map("".join, zip(run, run[1:], run[2:], run[3:], strict=False)))


def _grams_of_each(texts: Iterable[str]) -> Iterator[str]:
    """Yield every string of a text once, however often it stands there."""
    for text in texts:
        found: Counter[str] = Counter()
        for run in HAN_RUN.findall(text):
            _count_run(found, run)
        yield from found


def _worth(count: Sequence[float]) -> float:
    titles, keywords, texts = count
    return NAMED * (titles + keywords) + texts


def add_up(parts: Iterable[Counts]) -> dict[str, list[float]]:
    """Return the counts of several parts together."""
    whole: dict[str, list[float]] = {}
    for part in parts:
        for gram, (titles, keywords, texts) in part.items():
            known = whole.get(gram)
            if known is None:
                whole[gram] = [titles, keywords, texts]
            else:
                known[0] += titles
                known[1] += keywords
                known[2] += texts
    return whole


def weigh(counts: Counts, known: Iterable[str], limit: int) -> list[tuple[str, float]]:
    """Return words with weights above 0 and up to 1, the heaviest first.

    A word weighs by how many titles and keywords name it, and the less the more it is
    strewn over running text: what stands in many titles is what people look for, what
    stands in every sentence is not.

    Args:
        counts: what `count_words` returned, added up over the handbook.
        known: words that people named.
        limit: how many to return at most.
    """
    worth = {word: _worth(count) for word, count in counts.items()}
    words = {word for word, value in worth.items() if value > 2}  # noqa: PLR2004 chance
    words -= _fragments(words, worth)
    words.update(word for word in known if len(word) <= LONGEST or word in counts)
    weights = {word: weight_of(counts.get(word, (0, 0, 0))) for word in words}
    best = sorted(weights.items(), key=lambda entry: (-entry[1], entry[0]))[:limit]
    # One word that stands everywhere must not make all others look light.
    most = best[min(4, len(best) - 1)][1] if best else 1.0
    return [(word, min(1.0, weight / most)) for word, weight in best]


def weight_of(count: Sequence[float]) -> float:
    """Return how much a word matters that stands in so many titles, keywords, texts."""
    titles, keywords, texts = count
    named = 0.6 * titles + 1.5 * keywords  # keywords are what people say
    focus = (named + 1) / (named + 1 + texts / 10)
    return math.log2(1.5 + 2 * named + texts / 16) * (0.4 + 0.6 * focus)


def _fragments(words: Iterable[str], worth: Mapping[str, float]) -> set[str]:
    """Return strings that hardly occur but inside one longer word: 诉专 in 投诉专员."""
    fragments = set()
    for word in words:
        for start in range(len(word)):
            for end in range(start + 2, len(word) + 1):
                part = word[start:end]
                if part != word and worth.get(part, 0) <= 1.25 * worth[word]:
                    fragments.add(part)
    return fragments.intersection(words)

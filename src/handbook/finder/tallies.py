"""What the handbook's words and characters are, counted again only where it changed.

The entries are dealt out in parts, a page always into the same one. Beside the counts of
each part the sum of all is kept; an edit takes away what its part had and adds what it
has now. All counts are whole numbers, so that the sum is the same by whichever way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any
from zlib import crc32

from handbook.finder import lexicon
from handbook.finder.kept import digest_of, keep, recall

FORMAT = "9"
"""Moves when the same content is counted differently."""

PART, MOST_PARTS = 8_000, 64
"""Characters of running text that are counted together; the number of such parts."""

TEXTS = ("title", "text", "when", "page", "nextText")
LISTS = ("keywords", "scene", "never", "variants")
"""Fields of an entry that are shown, as one text and as several."""

Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Tallies:
    """What stands in the entries of a handbook."""

    characters: set[str]
    counts: dict[str, list[int]]
    """What `lexicon.count_words` returns, for all entries together."""
    size: int
    """Characters of all texts."""


def tally(entries: Sequence[Entry], cache_dir: Path | None) -> Tallies:
    """Count the words and characters of entries.

    Args:
        entries: with `id`, `kind`, `title` and `text`; the other fields as needed.
        cache_dir: where counts are kept between builds; `None` keeps nothing.
    """
    size = sum(len(entry.get("text", "")) for entry in entries)
    parts = _parts(entries, size)
    keys = [digest_of(FORMAT, _all_of(part)) for part in parts]
    known = recall(cache_dir, "tallies.json", FORMAT)
    if known and len(known["keys"]) == len(keys):
        tallies = _edited(parts, keys, known, size, cache_dir)
        if tallies:
            return tallies
    made = [
        _part(part, n, key, cache_dir)
        for n, (part, key) in enumerate(zip(parts, keys, strict=True))
    ]
    counts: dict[str, list[int]] = {}
    for _, words in made:
        _add(counts, words, 1)
    return _keep(keys, [characters for characters, _ in made], counts, size, cache_dir)


def _edited(
    parts: Sequence[Sequence[Entry]],
    keys: Sequence[str],
    known: dict[str, Any],
    size: int,
    cache_dir: Path | None,
) -> Tallies | None:
    """Return the tallies of what is mostly known; `None` where too little is."""
    before: list[str] = known["keys"]
    moved = [n for n, key in enumerate(keys) if key != before[n]]
    if len(moved) * 4 > len(keys) + 4:
        return None
    old = [recall(cache_dir, f"words-{n}.json", before[n]) for n in moved]
    if None in old:
        return None
    numbers = zip(
        *(map(int, column.split()) for column in known["numbers"]), strict=True
    )
    counts = dict(zip(known["words"].split(), map(list, numbers), strict=True))
    characters: list[str] = known["characters"]
    for n, (_, words) in zip(moved, old, strict=True):
        _add(counts, words, -1)
        characters[n], now = _part(parts[n], n, keys[n], cache_dir)
        _add(counts, now, 1)
    if not moved:
        return Tallies(set().union(*characters), counts, size)
    return _keep(keys, characters, counts, size, cache_dir)


def _keep(
    keys: Sequence[str],
    characters: Sequence[str],
    counts: dict[str, list[int]],
    size: int,
    cache_dir: Path | None,
) -> Tallies:
    counts = {word: numbers for word, numbers in counts.items() if any(numbers)}
    columns = zip(*counts.values(), strict=True) if counts else [()] * lexicon.COLUMNS
    keep(
        cache_dir,
        "tallies.json",
        FORMAT,
        {
            "keys": keys,
            "characters": characters,
            "words": " ".join(counts),
            "numbers": [" ".join(map(str, column)) for column in columns],
        },
    )
    return Tallies(set().union(*characters), counts, size)


def _add(
    counts: dict[str, list[int]], words: Mapping[str, Sequence[int]], sign: int
) -> None:
    for word, numbers in words.items():
        known = counts.get(word)
        if known is None:
            counts[word] = [sign * number for number in numbers]
        else:
            for column, number in enumerate(numbers):
                known[column] += sign * number


def _part(
    entries: Sequence[Entry], number: int, key: str, cache_dir: Path | None
) -> tuple[str, dict[str, list[int]]]:
    """Return the characters and the counted words of a part."""
    made = recall(cache_dir, f"words-{number}.json", key)
    if made is None:
        made = (
            "".join(sorted(set().union(*map(_texts_of, entries), ()))),
            lexicon.count_words(_sources(entries)),
        )
        keep(cache_dir, f"words-{number}.json", key, made)
    characters, words = made
    return characters, words


def _parts(entries: Sequence[Entry], size: int) -> list[list[Entry]]:
    """Deal the entries out by their pages, so that an edit touches one part only."""
    number = 1
    while number < MOST_PARTS and number * PART < size:
        number *= 2
    parts: list[list[Entry]] = [[] for _ in range(number)]
    for entry in entries:
        page = entry["id"].partition("#")[0]
        parts[crc32(page.encode("utf-8", "surrogatepass")) % number].append(entry)
    return parts


def _texts_of(entry: Entry) -> str:
    texts = [entry.get(name, "") for name in TEXTS]
    return "".join(chain(texts, *(entry.get(name, ()) for name in LISTS)))


def _all_of(entries: Iterable[Entry]) -> str:
    """Return all that is counted of some entries, in one text."""
    found: list[str] = []
    for entry in entries:
        get = entry.get
        found += (
            entry["kind"], entry["title"], get("text", ""),
            get("when", ""), get("page", ""), get("nextText", ""),
        )  # fmt: skip
        for name in LISTS:
            if name in entry:
                found.append(name)
                found += entry[name]
    return "\0".join(found)


def _sources(entries: Iterable[Entry]) -> lexicon.Sources:
    sources = lexicon.Sources([], [], [], [])
    for entry in entries:
        phrase = entry["kind"] == "phrase"
        (sources.titles if phrase else sources.headings).append(entry["title"])
        sources.keywords.extend(entry.get("keywords", ()))
        sources.texts.append(entry.get("text", ""))
    return sources

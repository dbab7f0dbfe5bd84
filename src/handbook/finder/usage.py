"""What agents looked for in vain and what they copied, from the files they hand in.

The files name nobody: words, counts and addresses of phrases. They are merged before
anything is counted, so that no line of the report belongs to one file.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, ValidationError

from handbook.handbook import Handbook
from handbook.model.pages import Phrase
from handbook.problems.files import reason

FORMAT = "handbook-finder-usage/1"
"""What `web/finder/misses.js` writes."""

LONGEST = 40
"""Longer is a sentence, perhaps a customer's, and no word to look for."""

_NUMBER = re.compile(r"\d{5,}")
_HAN = re.compile(r"[\u3400-\u9fff]+")

_Count = Annotated[int, Field(ge=1, le=1_000_000)]


class UsageFileError(ValueError):
    """A file is no export of the finder; the message says so in Chinese."""


class _Query(BaseModel):
    text: str
    count: _Count
    then: dict[str, _Count] = {}


class _Copied(BaseModel):
    id: str
    count: _Count


class Export(BaseModel):
    """One file: what a browser kept until its user exported it."""

    format: Literal["handbook-finder-usage/1"]
    queries: list[_Query]
    copied: list[_Copied]


@dataclass(frozen=True, slots=True)
class Word:
    """A query that was kept because it found nothing useful."""

    text: str
    count: int
    known: bool
    """Whether a phrase contains it by now: then the gap is closed."""


@dataclass(frozen=True, slots=True)
class Used:
    """A phrase and how often it was copied."""

    address: str
    title: str
    count: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A word that may belong under 关键词 of a phrase."""

    word: str
    address: str
    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """What all files say together."""

    files: int
    words: tuple[Word, ...]
    """The most frequent first."""
    used: tuple[Used, ...]
    suggestions: tuple[Suggestion, ...]
    unanswered: tuple[str, ...]
    """Words for which no phrase comes near: perhaps one must be written."""
    dropped: int
    """Queries left out because they may hold a customer's data."""

    def as_data(self) -> dict[str, Any]:
        """Return it as plain values, for JSON."""
        return asdict(self)


def read(path: Path) -> Export:
    """Read one exported file.

    Raises:
        UsageFileError: it cannot be read, or is something else.
    """
    try:
        return Export.model_validate_json(path.read_bytes())
    except OSError as failure:
        raise UsageFileError(f"{path.name}：打不开（{reason(failure)}）。") from None
    except ValidationError:
        raise UsageFileError(
            f"{path.name}：不是查找框导出的文件，或者不完整。"
            "请在查找框里点“记下的词”，再点“导出成文件”，把新文件交来。"
        ) from None


def files_of(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield files, and of folders the JSON files in them."""
    for path in paths:
        yield from sorted(path.glob("*.json")) if path.is_dir() else [path]


def merge(exports: Iterable[Export], handbook: Handbook) -> Report:
    """Return one report of all files; equal files count once."""
    different = {export.model_dump_json(): export for export in exports}.values()
    phrases = {
        phrase.address: phrase
        for page in handbook.pages.values()
        for phrase in page.phrases
    }
    words: Counter[str] = Counter()
    used: Counter[str] = Counter()
    after: dict[str, Counter[str]] = {}
    dropped = 0
    for export in different:
        for query in export.queries:
            text = _folded(query.text)
            if not _may_be_kept(text):
                dropped += 1
                continue
            words[text] += query.count
            after.setdefault(text, Counter()).update(query.then)
        for copied in export.copied:
            used[copied.id] += copied.count
    index = _Index(phrases)
    known = {word: index.contains(word) for word in words}
    suggestions: list[Suggestion] = []
    unanswered: list[str] = []
    ranked = sorted(words, key=lambda word: (-words[word], word))
    for word in ranked:
        if known[word]:
            continue
        found = list(_suggest(word, after[word], phrases, index))
        suggestions += found
        if not found:
            unanswered.append(word)
    return Report(
        files=len(different),
        words=tuple(Word(word, words[word], known[word]) for word in ranked),
        used=tuple(
            Used(address, phrases[address].title, used[address])
            for address in sorted(used, key=lambda one: (-used[one], one))
            if address in phrases
        ),
        suggestions=tuple(suggestions),
        unanswered=tuple(unanswered),
        dropped=dropped,
    )


def _suggest(
    word: str,
    after: Mapping[str, int],
    phrases: Mapping[str, Phrase],
    index: _Index,
) -> Iterator[Suggestion]:
    """Yield where a word may belong: what was copied next says more than its letters."""
    copied = [(count, one) for one, count in after.items() if one in phrases]
    if copied:
        count, address = min(copied, key=lambda pair: (-pair[0], pair[1]))
        reason = f"没找到以后，{count} 次用了这一句"
        yield Suggestion(word, address, phrases[address].title, reason)
    elif near := index.nearest(word):
        yield Suggestion(word, near, phrases[near].title, "字面最接近")


class _Index:
    """The texts of all phrases, for asking which comes nearest to a word."""

    def __init__(self, phrases: Mapping[str, Phrase]) -> None:
        self._texts = {
            address: _folded("\n".join([p.title, *p.keywords, p.when, p.words]))
            for address, p in phrases.items()
        }
        self._pairs = {address: _pairs(text) for address, text in self._texts.items()}
        self._spread = Counter(pair for pairs in self._pairs.values() for pair in pairs)

    def contains(self, word: str) -> bool:
        """Whether some phrase has the word as it stands."""
        return any(word in text for text in self._texts.values())

    def nearest(self, word: str) -> str | None:
        """Return the phrase that shares the rarest pairs of characters with a word."""
        wanted = _pairs(word)
        if not wanted:
            return None

        def weight(address: str) -> float:
            shared = wanted & self._pairs[address]
            every = len(self._texts)
            return sum(math.log(1 + every / self._spread[pair]) for pair in shared)

        best = max(self._texts, key=weight, default=None)
        return best if best is not None and weight(best) > 0 else None


def _pairs(text: str) -> set[str]:
    """Return every two Han characters that stand together."""
    return {
        run[start : start + 2]
        for run in _HAN.findall(text)
        for start in range(len(run) - 1)
    }


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()


def _may_be_kept(text: str) -> bool:
    """Whether a query is a word to look for: the browser asks the same before."""
    return (
        0 < len(text) <= LONGEST
        and "@" not in text
        and not _NUMBER.search(text)
        and not any(unicodedata.category(c).startswith("C") for c in text)
    )

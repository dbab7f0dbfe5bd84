"""The finder's data: every phrase, clause and page with what the browser must know."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zlib import crc32

from handbook import freshness
from handbook.finder import lexicon, readings
from handbook.finder.kept import digest_of, kept
from handbook.handbook import Handbook
from handbook.model.pages import Clause, Kind, Page, Phrase
from handbook.recent import LIMIT, newest, wordings

FORMAT = 1
"""Moves when the browser must read the data differently."""

TABLES = "8"
"""Moves when the tables are made differently from the same content."""

WEIGHTS = 20
"""How many weights a word may have."""

WORDS, A_WORD, MOST_WORDS = 900, 110, 9_000
"""Words of the smallest lexicon; characters for one word more; words of the largest."""

PART, MOST_PARTS = 8_000, 64
"""Characters of running text that are counted together; the number of such parts."""

CACHE = Path(".cache/finder")
"""Where tables are kept between builds, relative to the handbook's root."""

Entry = dict[str, Any]
"""What the finder shows of one thing; JSON, empty fields left out."""


def finder_script(handbook: Handbook, cache_dir: Path | None = None) -> str:
    """Return a classic script that sets `globalThis.handbookFinder`.

    Args:
        handbook: what to index.
        cache_dir: where tables are kept between builds; `None` is `.cache/finder`
            below the handbook's root.
    """
    data = index_data(
        list(entries(handbook)), handbook.synonyms, cache_dir or handbook.root / CACHE
    )
    data["reviews"] = reviews(handbook)
    data["changes"] = changes(handbook)
    return f"globalThis.handbookFinder = {script_json(data)};\n"


def reviews(handbook: Handbook) -> dict[str, list[str]]:
    """Return by page what is told of its check; nothing is told of exams."""
    return {
        page.path: freshness.told(page, checked)
        for page, checked in freshness.reviews(handbook)
        if page.front.kind != Kind.EXAM
    }


def changes(handbook: Handbook) -> dict[str, list[str]]:
    """Return by address the newest change of it: mark, day, summary, then wordings.

    Of the newest changes only; old and new wording where the change tells the old one.
    """
    found: dict[str, list[str]] = {}
    for entry in newest(handbook, LIMIT):
        if entry.page.front.kind == Kind.EXAM:
            continue
        told = {one.id: one for one in wordings(handbook, entry)}
        for address in entry.addresses:
            one = told.get(address.partition("#")[2])
            line = [entry.mark, entry.change.date.isoformat(), entry.change.summary]
            found.setdefault(address, line + ([one.before, one.after] if one else []))
    return found


def script_json(value: object) -> str:
    """Return JSON that is safe inside any script, inline or not."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return (
        text.replace("<", "\\u003c")
        .replace("\u2028", "\\u2028")
        .replace("\u2029", "\\u2029")
    )


def entries(handbook: Handbook) -> Iterator[Entry]:
    """Yield what can be found: phrases first, then clauses, then pages."""
    shown = [page for page in handbook.pages.values() if page.front.kind != Kind.EXAM]
    for page in shown:
        for phrase in page.phrases:
            yield _lean(_phrase_entry(page, phrase))
    for page in shown:
        for clause in page.clauses:
            yield _lean(_clause_entry(page, clause))
    for page in handbook.pages.values():
        yield _lean(_page_entry(page))


def _phrase_entry(page: Page, phrase: Phrase) -> Entry:
    return {
        "id": phrase.address,
        "kind": "phrase",
        "url": f"{page.url}#{phrase.id}",
        "title": phrase.title,
        "page": page.front.title,
        "scene": list(phrase.scene),
        "channels": [str(channel) for channel in phrase.channels],
        "text": phrase.words,
        "when": phrase.when,
        "never": list(phrase.never),
        "keywords": list(phrase.keywords),
        "nextText": phrase.next_text,
        "next": list(phrase.next),
        "basis": list(phrase.basis),
        "variants": list(phrase.variants),
    }


def _clause_entry(page: Page, clause: Clause) -> Entry:
    return {
        "id": clause.address,
        "kind": "clause",
        "url": f"{page.url}#{clause.id}",
        "title": clause.title,
        "page": page.front.title,
        "text": clause.text,
    }


def _page_entry(page: Page) -> Entry:
    entry: Entry = {
        "id": page.path,
        "kind": "page",
        "url": page.url,
        "title": page.front.title,
    }
    if page.front.kind in {Kind.EXAM, Kind.GUIDE}:
        # Nothing of an exam's page but its name may be searched; and an agent with a
        # customer on the line is not looking for how trainers write phrases.
        return entry
    own_text = page.text
    if page.clauses or page.phrases:  # these are entries of their own
        own_text = own_text.partition(f"\n{page.headings[0].title}\n")[0]
    parts = [page.front.description, own_text]
    return entry | {
        "keywords": list(page.front.tags),
        "text": "\n".join(filter(None, parts)),
    }


def _lean(entry: Entry) -> Entry:
    return {name: value for name, value in entry.items() if value}


def index_data(
    entries: Sequence[Entry],
    synonyms: Iterable[Sequence[str]],
    cache_dir: Path | None,
) -> dict[str, Any]:
    """Return the whole index: entries and the tables made from them.

    Args:
        entries: with `id`, `kind`, `title` and `text`; the other fields as needed.
        synonyms: groups of words used for one another.
        cache_dir: where tables are kept between builds; `None` keeps nothing.
    """
    groups = [list(group) for group in synonyms]
    named = {word for group in groups for word in group}
    written = {c for c in _characters(entries, named) if readings.is_han(c)}
    tables = kept(
        cache_dir,
        "characters.json",
        digest_of(TABLES, version("pypinyin"), version("zhconv"), *sorted(written)),
        lambda: [
            readings.syllable_table(written, readings.read_all(cache_dir)),
            readings.traditional_pairs(written),
        ],
    )
    data: dict[str, Any] = {
        "format": FORMAT,
        "entries": entries,
        "syllables": tables[0],
        "traditional": tables[1],
        "synonyms": groups,
        "lexicon": _lexicon_lines(_words(entries, named, cache_dir)),
    }
    digest = hashlib.sha256(json.dumps(data, ensure_ascii=False).encode())
    return {"version": digest.hexdigest()[:16]} | data


def _characters(entries: Iterable[Entry], words: Iterable[str]) -> set[str]:
    found = set("".join(words))
    for entry in entries:
        for name in ("title", "text", "when", "page", "nextText"):
            found.update(entry.get(name, ""))
        for name in ("keywords", "scene", "never", "variants"):
            for text in entry.get(name, ()):
                found.update(text)
    return found


def _words(
    entries: Sequence[Entry], named: set[str], cache_dir: Path | None
) -> list[tuple[str, float]]:
    """Weigh the words of all entries; only what changed is counted again."""
    parts = _parts(entries)
    counts = [_counts_of(part, number, cache_dir) for number, part in enumerate(parts)]
    known = named | {word for entry in entries for word in entry.get("keywords", ())}
    size = sum(len(entry["title"]) + len(entry.get("text", "")) for entry in entries)
    limit = min(MOST_WORDS, WORDS + size // A_WORD)
    return lexicon.weigh(lexicon.add_up(counts), known, limit)


def _parts(entries: Sequence[Entry]) -> list[list[Entry]]:
    """Deal the entries out by their pages, so that an edit touches one part only."""
    size = sum(len(entry.get("text", "")) for entry in entries)
    number = 1
    while number < MOST_PARTS and number * PART < size:
        number *= 2
    parts: list[list[Entry]] = [[] for _ in range(number)]
    for entry in entries:
        page = str(entry["id"]).partition("#")[0]
        parts[crc32(page.encode("utf-8", "surrogatepass")) % number].append(entry)
    return parts


def _counts_of(
    entries: Iterable[Entry], number: int, cache_dir: Path | None
) -> lexicon.Counts:
    sources = lexicon.Sources([], [], [], [])
    for entry in entries:
        phrase = entry["kind"] == "phrase"
        (sources.titles if phrase else sources.headings).append(entry["title"])
        sources.keywords.extend(entry.get("keywords", ()))
        sources.texts.append(entry.get("text", ""))
    key = digest_of(
        TABLES,
        "\n".join(sources.titles),
        "\n".join(sources.headings),
        "\n".join(sources.keywords),
        "\n".join(sources.texts),
    )
    counts: lexicon.Counts = kept(
        cache_dir, f"words-{number}.json", key, lambda: lexicon.count_words(sources)
    )
    return counts


def _lexicon_lines(words: Iterable[tuple[str, float]]) -> list[str]:
    """Return the words joined by blanks, one line per weight, heaviest first."""
    lines: list[list[str]] = [[] for _ in range(WEIGHTS)]
    for word, weight in words:
        lines[min(WEIGHTS - 1, int((1 - weight) * WEIGHTS))].append(word)
    return [" ".join(sorted(line)) for line in lines]

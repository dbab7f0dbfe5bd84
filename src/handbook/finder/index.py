"""The finder's data: every phrase, clause and page with what the browser must know."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from handbook.finder import lexicon, readings
from handbook.finder.kept import kept
from handbook.handbook import Handbook
from handbook.model.pages import Clause, Kind, Page, Phrase

FORMAT = 1
"""Moves when the browser must read the data differently."""

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
    return f"globalThis.handbookFinder = {script_json(data)};\n"


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
    if page.front.kind == Kind.EXAM:
        return entry  # nothing of an exam's page but its name may be searched
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
    characters = {c for entry in entries for c in _all_text(entry)}
    characters |= {c for group in groups for word in group for c in word}
    written = {c for c in characters if readings.is_han(c)}
    known = {word for group in groups for word in group}
    known |= {word for entry in entries for word in entry.get("keywords", ())}
    data: dict[str, Any] = {
        "format": FORMAT,
        "entries": entries,
        "syllables": readings.syllable_table(
            written | set(readings.everyday_characters()), readings.read_all(cache_dir)
        ),
        "traditional": readings.traditional_pairs(written),
        "synonyms": groups,
        "lexicon": _lexicon_lines(_words(entries, known, cache_dir)),
    }
    digest = hashlib.sha256(json.dumps(data, ensure_ascii=False).encode())
    return {"version": digest.hexdigest()[:16]} | data


def _all_text(entry: Mapping[str, Any]) -> Iterator[str]:
    for name in ("title", "text", "when", "page", "nextText"):
        yield from entry.get(name, "")
    for name in ("keywords", "scene", "never", "variants"):
        for text in entry.get(name, ()):
            yield from text


def _words(
    entries: Sequence[Entry], known: Iterable[str], cache_dir: Path | None
) -> list[tuple[str, int]]:
    sources = lexicon.Sources(
        titles=[entry["title"] for entry in entries],
        keywords=[word for entry in entries for word in entry.get("keywords", ())],
        texts=[entry.get("text", "") for entry in entries],
    )
    named = sorted(known)
    content = [sources.titles, sources.keywords, sources.texts, named]
    digest = hashlib.sha256(json.dumps(content).encode()).hexdigest()[:24]
    words: list[tuple[str, int]] = kept(
        cache_dir,
        f"lexicon-3-{digest}.json",
        lambda: lexicon.weigh(lexicon.count_grams(sources), named),
    )
    return words


def _lexicon_lines(words: Iterable[tuple[str, int]]) -> list[str]:
    """Return the words joined by blanks, one line per weight, heaviest (9) first."""
    lines: dict[int, list[str]] = {weight: [] for weight in range(9, 0, -1)}
    for word, weight in words:
        lines[weight].append(word)
    return [" ".join(sorted(line)) for line in lines.values()]

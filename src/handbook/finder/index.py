"""The finder's data: every phrase, clause and page with what the browser must know."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from handbook import freshness
from handbook.finder import lexicon, readings
from handbook.finder.kept import digest_of, kept
from handbook.finder.tallies import tally
from handbook.handbook import Handbook
from handbook.model.pages import Clause, Kind, Page, Phrase
from handbook.recent import LIMIT, newest, wordings

FORMAT = 1
"""Moves when the browser must read the data differently."""

TABLES = "10"
"""Moves when the tables are made differently from the same content."""

WEIGHTS = 20
"""How many weights a word may have."""

WORDS, A_WORD, MOST_WORDS = 700, 110, 9_000
"""Words of the smallest lexicon; characters for one word more; words of the largest."""

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
    text = script_json(data)
    mark = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f'globalThis.handbookFinder = {{"version":"{mark}",{text[1:]};\n'


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
    if page.front.kind is Kind.EXAM:
        return entry  # nothing of an exam's page but its name may be searched
    if page.front.kind is Kind.GUIDE:
        # An agent with a customer on the line is not looking for how trainers write
        # phrases; a trainer finds a guide by its name and by what its author tagged.
        return entry | {"keywords": list(page.front.tags)}
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
    tallies = tally(entries, cache_dir)
    written = {c for c in tallies.characters.union(*named) if readings.is_han(c)}
    tables = kept(
        cache_dir,
        "characters.json",
        digest_of(TABLES, version("pypinyin"), version("zhconv"), *sorted(written)),
        lambda: [
            readings.syllable_table(written, readings.read_all(cache_dir)),
            readings.traditional_pairs(written),
        ],
    )
    known = named.union(*(e["keywords"] for e in entries if "keywords" in e))
    limit = min(MOST_WORDS, WORDS + tallies.size // A_WORD)
    return {
        "format": FORMAT,
        "entries": entries,
        "syllables": tables[0],
        "traditional": tables[1],
        "synonyms": groups,
        "lexicon": _lexicon_lines(lexicon.weigh(tallies.counts, known, limit)),
    }


def _lexicon_lines(words: Iterable[tuple[str, float]]) -> list[str]:
    """Return the words joined by blanks, one line per weight, heaviest first."""
    lines: list[list[str]] = [[] for _ in range(WEIGHTS)]
    for word, weight in words:
        lines[min(WEIGHTS - 1, int((1 - weight) * WEIGHTS))].append(word)
    return [" ".join(sorted(line)) for line in lines]

"""The glossary: words of the trade in the order of a dictionary, and for the browser."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby

from pypinyin import Style, lazy_pinyin

from handbook.finder.index import script_json
from handbook.handbook import Handbook
from handbook.model.terms import Term


def by_letter(terms: Mapping[str, Term]) -> Iterator[tuple[str, list[Term]]]:
    """Yield the terms by the letter under which a dictionary has them; digits first."""
    ordered = sorted(terms.values(), key=_reading)
    for letter, group in groupby(ordered, key=lambda term: _reading(term)[0][:1]):
        yield letter.upper() if letter.isalpha() else "0—9", list(group)


def _reading(term: Term) -> tuple[str, ...]:
    name = term.short or term.term
    if term.reading:
        return (*term.reading.lower().split(), name)
    return (*(s.lower() for s in lazy_pinyin(name, style=Style.NORMAL)), name)


def terms_script(handbook: Handbook) -> str:
    """Return a classic script that sets `globalThis.handbookTerms`.

    `others` are names that hold a term and are something else: a page that says 投诉专员
    has not yet said 投诉.
    """
    terms = [
        {"id": term.id, "words": list(term.words), "says": term.definition}
        for term in handbook.terms.values()
    ]
    words = {word for term in handbook.terms.values() for word in term.words}
    others = [
        title
        for title in dict.fromkeys(
            [
                *(role.title for role in handbook.roles.values()),
                *(form.title for form in handbook.forms.values()),
            ]
        )
        if title not in words and any(word in title for word in words)
    ]
    return f"globalThis.handbookTerms = {script_json({'terms': terms, 'others': others})};\n"

"""The pages of `content/`, with their clauses and phrases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from handbook.loading.files import page_paths
from handbook.loading.gathered import Gathered
from handbook.loading.page_files import PageFile, figures_called, open_page
from handbook.loading.phrases import phrases_of
from handbook.model.pages import Call, Clause, Heading, Kind, Link, Page, Phrase
from handbook.problems import Place, Problem
from handbook.reading.sources import Lines
from handbook.reading.templates import find_calls


def read_pages(gathered: Gathered) -> None:
    """Read every page: files first, then all phrases, then the pages with clauses."""
    files = list(_open_pages(gathered))
    gathered.clause_titles = {
        f"{one.path}#{section.id}": section.words
        for one in files
        if one.front.kind.has_clauses
        for section in one.file.sections
        if section.id
    }
    kinds = {one.path: one.front.kind for one in files}
    for one in files:
        if one.front.kind is Kind.SCRIPT:
            for phrase in phrases_of(gathered, one, kinds):
                gathered.phrases.setdefault(phrase.address, phrase)
    own = defaultdict(list)
    for phrase in gathered.phrases.values():
        own[phrase.page].append(phrase)
    for one in files:
        gathered.pages[one.path] = _page(gathered, one, tuple(own[one.path]))


def _open_pages(gathered: Gathered) -> Iterator[PageFile]:
    for path in page_paths(gathered.root):
        read = open_page(gathered, path)
        if read:
            yield read
        else:
            gathered.written.unread.add(("page", path))


def _page(gathered: Gathered, one: PageFile, phrases: tuple[Phrase, ...]) -> Page:
    path, file, front = one.path, one.file, one.front
    lines = Lines(file.body, f"content/{path}", first_line=file.body_line)
    found, faults = find_calls(file.body)
    gathered.problems += [
        Problem(lines.place(fault.at), "M304", fault.message, fault.remedy)
        for fault in faults
    ]
    texts = [gathered.plain(section.text()) for section in file.sections]
    known = tuple(name for name in front.system if name in gathered.systems)
    clauses = tuple(_clauses(one, known, texts)) if front.kind.has_clauses else ()
    for clause in clauses:
        gathered.clauses.setdefault(clause.address, clause)
    return Page(
        path=path,
        front=front,
        headings=tuple(
            Heading(section.level, section.words, section.id, section.place)
            for section in file.sections
            if section.level
        ),
        clauses=clauses,
        phrases=phrases,
        calls=tuple(
            Call(call.name, call.arguments, lines.place(call.at)) for call in found
        ),
        links=tuple(Link(link.target, link.place) for link in file.links),
        text="\n".join(
            part
            for section, text in zip(file.sections, texts, strict=True)
            for part in (section.words, text)
            if part
        ),
        place=Place(f"content/{path}"),
    )


def _clauses(
    one: PageFile, known: tuple[str, ...], texts: list[str]
) -> Iterator[Clause]:
    """Yield the sections with an id.

    On a page of several systems a heading says which one it belongs to, for itself and
    all headings below it.

    Args:
        one: a page of a kind that has clauses.
        known: the page's systems that exist.
        texts: the plain words of its sections, in order.
    """
    above: list[tuple[int, tuple[str, ...]]] = []
    for section, text in zip(one.file.sections, texts, strict=True):
        above = [(level, names) for level, names in above if level < section.level]
        named = tuple(name for name in section.classes if name in known)
        inherited = above[-1][1] if above else ()
        systems = known if len(known) <= 1 else named or inherited
        above.append((section.level, systems))
        if section.id:
            yield Clause(
                page=one.path,
                id=section.id,
                title=section.words,
                level=section.level,
                text=text,
                figures=figures_called(section.text()),
                systems=systems,
                place=section.place,
            )

"""`load(root)`: a whole handbook from its files, with every problem there is.

What is read first is what later files rest on: `data` (company, figures, lists), then
`pages` with their `phrases`, then `quizzes`. `data_files` and `page_files` open single
files; all that is read and found wrong goes into one `Gathered`.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, lru_cache, partial
from pathlib import Path

from handbook.checks import advise, check
from handbook.checks.echoes import folded
from handbook.checks.exemptions import covering, exempted
from handbook.handbook import Handbook
from handbook.loading.absent import note_absent
from handbook.loading.data import read_data
from handbook.loading.files import FileState, state
from handbook.loading.gathered import Gathered
from handbook.loading.pages import read_pages
from handbook.loading.quizzes import read_quizzes
from handbook.problems import Problem, blocking, in_order
from handbook.reading.written import Written


def load(root: Path) -> Handbook:
    """Load and check a handbook; an author's mistake is a problem, never an error.

    Memoised by what is on disk (paths, sizes, times), because some hosts run the
    macros module again for every page.
    """
    root = root.resolve()
    return _load(root, tuple(state(root)))


@lru_cache(maxsize=4)
def _load(root: Path, _state: tuple[FileState, ...]) -> Handbook:
    with _no_garbage_collection():
        gathered = Gathered(root)
        read_data(gathered)
        read_pages(gathered)
        read_quizzes(gathered)
        note_absent(gathered)
        return _judged(gathered.handbook(), gathered)


def _judged(book: Handbook, gathered: Gathered) -> Handbook:
    """Return a handbook that knows what blocks it, and how to find all the rest."""
    written = gathered.written
    found = list(folded([*gathered.problems, *check(book, written)], book))
    return replace(
        book,
        blocking=in_order(
            one for one in blocking(found) if not covering(one, written.exemptions)
        ),
        judge=cache(partial(_judge, book, written, found)),
    )


def _judge(
    book: Handbook, written: Written, found: list[Problem]
) -> tuple[Problem, ...]:
    """Return every problem: what was found on loading, and what is only advised."""
    with _no_garbage_collection():
        told = [*found, *advise(book, written)]
        return in_order(exempted(told, written.exemptions))


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Loading makes a million small values and no cycles; walking them doubles it."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()

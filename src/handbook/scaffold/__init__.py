"""New pages, phrases, items, exams and forms; the check only says what is left to write.

Each function returns the files as they shall be, and what is left to do; nothing is
written here. What a trainer has said stands in them, the rest says what to write there.
"""

from __future__ import annotations

from collections.abc import Iterable

from handbook.problems import Problem
from handbook.scaffold.forms import form
from handbook.scaffold.made import Made, ScaffoldError
from handbook.scaffold.pages import page, phrase
from handbook.scaffold.quizzes import TYPES, exam, item

__all__ = [
    "TYPES",
    "Made",
    "ScaffoldError",
    "exam",
    "form",
    "item",
    "page",
    "phrase",
    "still_to_write",
]


def still_to_write(problems: Iterable[Problem]) -> tuple[list[Problem], list[Problem]]:
    """Return which problems only say what is left to write, and the others."""
    parts: tuple[list[Problem], list[Problem]] = ([], [])
    for problem in problems:
        parts[problem.code != "P218"].append(problem)
    return parts

"""The whole handbook: everything in `content/` and `quizzes/`, loaded and cross-checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from handbook.model.data import Figure, Form, Role, System
from handbook.model.events import Event
from handbook.model.exams import Exam
from handbook.model.flows import Flow
from handbook.model.items import Item
from handbook.model.pages import Clause, Page, Phrase
from handbook.model.terms import Term
from handbook.problems import Place, Problem
from handbook.reading.exemptions import Exemption


@dataclass(frozen=True, slots=True)
class Bank:
    """A topic's items, in the author's order."""

    topic: str
    title: str
    items: tuple[Item, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Handbook:
    """All that could be read, and what is wrong with it. Macros are filled in."""

    root: Path
    company: Mapping[str, str]
    figures: Mapping[str, Figure]
    """By id."""
    roles: Mapping[str, Role]
    """By id."""
    forms: Mapping[str, Form]
    """By id."""
    systems: Mapping[str, System]
    """By id."""
    synonyms: tuple[tuple[str, ...], ...]
    pages: Mapping[str, Page]
    """By path relative to `content/`."""
    clauses: Mapping[str, Clause]
    """By address."""
    phrases: Mapping[str, Phrase]
    """By address."""
    banks: Mapping[str, Bank]
    """By topic."""
    items: Mapping[str, Item]
    """By id, of all banks."""
    exams: Mapping[str, Exam]
    """By id."""
    places: Mapping[tuple[str, str], Place]
    """Where a thing is written: `("item", id)`, `("figure", id)`, `("exam", id)` …"""
    item_figures: Mapping[str, frozenset[str]]
    """Figures that an item calls, by item id."""
    flows: Mapping[str, Flow] = field(default_factory=dict)
    """By id."""
    events: Mapping[str, Event] = field(default_factory=dict)
    """What recurs, by id."""
    terms: Mapping[str, Term] = field(default_factory=dict)
    """Words of the trade, by id."""
    exemptions: tuple[Exemption, ...] = field(default=(), repr=False)
    """Where an author sets a check aside, with a reason."""
    blocking: tuple[Problem, ...] = field(default=(), repr=False)
    """What stops a build; known as soon as the handbook is loaded."""
    judge: Callable[[], tuple[Problem, ...]] = field(
        default=tuple, repr=False, compare=False
    )
    """Finds every problem. Reminders and advice take as long as reading, and only who
    checks or builds wants them."""

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Every problem there is, by place; looked for once, when first asked."""
        return self.judge()

    @property
    def bank_titles(self) -> dict[str, str]:
        """Titles of the banks, by topic."""
        return {topic: bank.title for topic, bank in self.banks.items()}

    @property
    def sound(self) -> bool:
        """Whether nothing stops a build."""
        return not self.blocking

    def topics(self) -> dict[str, str]:
        """Return the topic of the bank that holds each item, by the item's id."""
        return {i.id: topic for topic, bank in self.banks.items() for i in bank.items}

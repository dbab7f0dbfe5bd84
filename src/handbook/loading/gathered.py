"""What one run of loading has read so far, and what was wrong with it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from handbook.checks.references import IN_DATA
from handbook.handbook import Bank, Handbook
from handbook.model.data import Figure, Form, Role, System
from handbook.model.events import Event
from handbook.model.exams import Exam
from handbook.model.flows import Flow
from handbook.model.items import Item
from handbook.model.pages import Clause, Page, Phrase
from handbook.model.terms import Term
from handbook.problems import Place, Problem
from handbook.reading.plain import plain
from handbook.reading.templates import FoundCall, fill
from handbook.reading.written import Written
from handbook.reading.yaml_files import Node


@dataclass(slots=True)
class Gathered:
    """The things read, each by its id, path or address; filled from the ground up.

    Texts are filled in with what is there already, so figures come before pages,
    phrases before the clauses that quote them, and all of these before items.
    """

    root: Path
    problems: list[Problem] = field(default_factory=list)
    written: Written = field(default_factory=Written)
    company: dict[str, str] = field(default_factory=dict)
    figures: dict[str, Figure] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)
    forms: dict[str, Form] = field(default_factory=dict)
    systems: dict[str, System] = field(default_factory=dict)
    flows: dict[str, Flow] = field(default_factory=dict)
    events: dict[str, Event] = field(default_factory=dict)
    terms: dict[str, Term] = field(default_factory=dict)
    synonyms: list[tuple[str, ...]] = field(default_factory=list)
    pages: dict[str, Page] = field(default_factory=dict)
    clauses: dict[str, Clause] = field(default_factory=dict)
    clause_titles: dict[str, str] = field(default_factory=dict)
    """By address; known before the clauses are, which may link to one another."""
    phrases: dict[str, Phrase] = field(default_factory=dict)
    banks: dict[str, Bank] = field(default_factory=dict)
    items: dict[str, Item] = field(default_factory=dict)
    exams: dict[str, Exam] = field(default_factory=dict)
    item_figures: dict[str, frozenset[str]] = field(default_factory=dict)
    unfilled: set[Place] = field(default_factory=set)
    """Scalars that call a figure we could not read; its own problem is enough."""

    def keep(
        self, kind: str, name: str, value: object, node: Node, into: dict[str, Any]
    ) -> bool:
        """Keep a value under its id, unless that is taken: the first one wins."""
        if name in into:
            first = self.written.trees[kind, name].place
            self.written.repeated.append((kind, name, node.place, first))
            return False
        into[name] = value
        self.written.trees[kind, name] = node
        return True

    def tell(self, kind: str, name: str, problems: Collection[Problem]) -> None:
        """Keep what kept a thing from being read, and remember that it stands there."""
        self.problems += problems
        self.note_unread(kind, name, problems)

    def note_unread(self, kind: str, name: str, problems: Collection[Problem]) -> None:
        """Remember a thing that has problems as one that stands there all the same."""
        if problems:
            self.written.unread.add((kind, name))

    def value(self, call: FoundCall) -> str:
        """Return what a call reads as in plain text; unknown names are checked later."""
        argument = call.arguments[0] if call.arguments else ""
        if call.name == "fig" and argument in self.figures:
            return self.figures[argument].wording
        if call.name == "company":
            return self.company.get(argument, "")
        if call.name == "clause":
            return self.clause_titles.get(argument, "")
        if call.name == "say" and argument in self.phrases:
            return self.phrases[argument].words
        return f"[{argument}]" if call.name in IN_DATA else ""

    def plain(self, markdown: str) -> str:
        """Return the words of a fragment, calls filled in, without markup."""
        return plain(fill(markdown, self.value))

    def handbook(self) -> Handbook:
        """Return all that was read; not yet checked."""
        return Handbook(
            root=self.root,
            company=self.company,
            figures=self.figures,
            roles=self.roles,
            forms=self.forms,
            systems=self.systems,
            synonyms=tuple(self.synonyms),
            pages=self.pages,
            clauses=self.clauses,
            phrases=self.phrases,
            banks=self.banks,
            items=self.items,
            exams=self.exams,
            places=self.written.places(),
            item_figures=self.item_figures,
            flows=self.flows,
            events=self.events,
            terms=self.terms,
            exemptions=tuple(self.written.exemptions),
        )

"""Where each loaded thing is written, down to its fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from handbook.model.pages import Call
from handbook.problems import Place
from handbook.reading.exemptions import Exemption
from handbook.reading.markdown_files import MarkdownFile
from handbook.reading.prose import ProseLine, prose
from handbook.reading.quiz_prose import quiz_prose
from handbook.reading.yaml_files import Location, Node, place_of

_QUIZZES = frozenset({"bank", "item", "exam"})


@dataclass(slots=True)
class Written:
    """The trees behind the typed values; checks ask it for places."""

    trees: dict[tuple[str, str], Node] = field(default_factory=dict)
    """By kind and id, e.g. `("item", "same-day")`, `("page", "policies/x.md")`."""
    calls: list[Call] = field(default_factory=list)
    """Macro calls in data files."""
    repeated: list[tuple[str, str, Place, Place]] = field(default_factory=list)
    """Kind, id, place and first place of everything whose id was taken already."""

    pages: dict[str, MarkdownFile] = field(default_factory=dict)
    """Every page as it is written, by path relative to `content/`."""
    scripts: set[str] = field(default_factory=set)
    """Pages whose block quotes are words for customers."""
    sources: dict[str, str] = field(default_factory=dict)
    """Every file that could be read, by path relative to the handbook's root."""
    exemptions: list[Exemption] = field(default_factory=list)
    unread: set[tuple[str, str]] = field(default_factory=set)
    """Kind and id (or `*`) of what stands there but could not be read.

    A mistake is reported once: nobody is told that a page they can see is missing."""
    _prose: dict[str, tuple[ProseLine, ...]] = field(default_factory=dict)
    _quiz_prose: dict[str, list[ProseLine]] = field(default_factory=dict)

    def prose(self, path: str) -> tuple[ProseLine, ...]:
        """Return the lines of a page that speak to a reader; read once for all checks."""
        if path not in self._prose:
            script = path in self.scripts
            self._prose[path] = prose(self.pages[path], script=script)
        return self._prose[path]

    def lines(self) -> Iterator[tuple[str, Sequence[ProseLine]]]:
        """Yield each file that speaks to readers, with its lines: pages, banks, exams."""
        for page in self.pages:
            yield f"content/{page}", self.prose(page)
        yield from self.quiz_prose().items()

    def quiz_prose(self) -> Mapping[str, Sequence[ProseLine]]:
        """Return by file what banks and exams say to learners; read once."""
        if not self._quiz_prose:
            for (kind, _), tree in self.trees.items():
                if kind in _QUIZZES:
                    lines = self._quiz_prose.setdefault(tree.path, [])
                    lines += quiz_prose(self.sources[tree.path], tree)
        return self._quiz_prose

    def stands(self, kind: str, name: str) -> bool:
        """Whether a thing that is not loaded stands in the files all the same."""
        if (kind, name) in self.unread:
            return True
        page, hash_, _ = name.partition("#")
        if hash_ or kind in {"clause", "phrase"}:
            kind, name = "page", page
        return (kind, name) in self.unread or (kind, "*") in self.unread

    def at(
        self, kind: str, name: str, *location: str | int, key: bool = False
    ) -> Place:
        """Return where a field of a thing stands; the nearest place there is."""
        path: Location = location
        return place_of(self.trees[kind, name], path, key=key)

    def places(self) -> dict[tuple[str, str], Place]:
        """Return where everything begins."""
        return {name: tree.place for name, tree in self.trees.items()}

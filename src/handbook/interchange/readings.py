"""What a file of another tool shows: questions, and all that could not be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from handbook.reading.yaml_files import Data

Fields = Mapping[str, Data]
"""An item by the fields that a bank writes, with values as YAML has them: texts, lists,
mappings. What stands at its default is absent."""

NOTHING: Fields = MappingProxyType({})


class InterchangeError(Exception):
    """A whole file cannot be read or written; what is wrong and the cure, in Chinese."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(f"{message}。{remedy}")
        self.message = message
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a trainer must know of one question, or of the file."""

    where: str
    """As the trainer finds it: 第 12 行, an item's id, a file in a package."""
    message: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.where}：{self.message}{self.remedy and '。改法：' + self.remedy}"


@dataclass(slots=True)
class Reading:
    """One question as its file shows it."""

    where: str
    fields: dict[str, Data]
    name: str = ""
    """What the file calls it; ids are proposed from it."""
    note: str = ""
    """What we wrote beside it on export; see `notes`."""
    doubts: list[str] = field(default_factory=list)
    """What was guessed or left out of it, in Chinese."""
    trouble: UnreadableError | None = None
    """Why its answers cannot be read; its note may know them all the same."""


@dataclass(slots=True)
class Readout:
    """All of a file."""

    questions: list[Reading] = field(default_factory=list)
    unread: list[Notice] = field(default_factory=list)
    """Questions that could not be read at all."""
    topic: str = ""
    title: str = ""

    def add(self, reading: Reading) -> None:
        """Add a question; one in trouble only where its note may know more."""
        if reading.trouble and not reading.note:
            self.unread.append(reading.trouble.at(reading.where))
        else:
            self.questions.append(reading)


class UnreadableError(Exception):
    """One question cannot be read; why and the cure, in Chinese."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def at(self, where: str) -> Notice:
        """Return it as a notice with its place."""
        return Notice(where, self.message, self.remedy)

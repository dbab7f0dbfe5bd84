"""What a writer of a format is given: questions in the words that people see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from handbook.model.items import Item


@dataclass(frozen=True, slots=True)
class Question:
    """An item as it is shown, with the note that goes beside it."""

    item: Item
    note: str = ""


@dataclass(frozen=True, slots=True)
class ShownBank:
    """A bank as it is shown."""

    topic: str
    title: str
    questions: tuple[Question, ...]

    @property
    def confidential(self) -> bool:
        """Whether keys in it must not leave the department."""
        return any(one.item.use == "exam" for one in self.questions)


CONFIDENTIAL = "机密：内有考试题和答案，只给培训师，用完删除，不要放到网站上。"
"""Stands in every file with exam items, where the format has a place for it."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A written file."""

    content: bytes
    left_out: Mapping[str, str]
    """Items that the format has no question for, by id, with the reason in Chinese."""

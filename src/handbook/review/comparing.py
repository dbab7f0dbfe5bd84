"""Pairing what was with what is, by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import TypeVar

Thing = TypeVar("Thing")


class How(StrEnum):
    """What happened to something."""

    ADDED = "新增"
    CHANGED = "改动"
    REMOVED = "删除"


def paired(
    before: Mapping[str, Thing], after: Mapping[str, Thing]
) -> Iterator[tuple[str, Thing | None, Thing | None]]:
    """Yield every name with what it was and what it is, in the order of now."""
    for name in [*after, *(name for name in before if name not in after)]:
        yield name, before.get(name), after.get(name)


def happened(old: object | None, new: object | None) -> How:
    """Return what happened to something that was, or is, there."""
    if old is None:
        return How.ADDED
    return How.REMOVED if new is None else How.CHANGED

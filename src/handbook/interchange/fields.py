"""Items as the fields that a bank writes, and a bank as its author wrote it."""

from __future__ import annotations

from dataclasses import dataclass

from handbook.handbook import Handbook
from handbook.interchange.readings import InterchangeError
from handbook.model.items import BankFile, Item
from handbook.model.titles import ITEM_FIELDS
from handbook.reading.shapes import read_shape
from handbook.reading.sources import read_source
from handbook.reading.yaml_files import Data, read_yaml

ORDER = tuple(ITEM_FIELDS)
"""In which an item writes its fields."""

ANSWERS = ("type", "prompts", "options", "key", "scoring")
"""Fields that only make sense together."""


@dataclass(frozen=True, slots=True)
class Pair:
    """An item in both its shapes."""

    written: Item
    """With its macro calls."""
    shown: Item
    """With the words that they stand for."""


@dataclass(frozen=True, slots=True)
class WrittenBank:
    """A bank with every item as it is written and as it is shown."""

    topic: str
    title: str
    pairs: tuple[Pair, ...]


def fields_of(item: Item) -> dict[str, Data]:
    """Return an item's fields; what stands at its default is left out."""
    dumped = item.model_dump(mode="json", exclude_defaults=True)
    return {name: _data(dumped[name]) for name in sorted(dumped, key=_place)}


def written_bank(handbook: Handbook, topic: str) -> WrittenBank:
    """Return a bank of a handbook in both shapes.

    Raises:
        InterchangeError: there is no such bank, or it cannot be read.
    """
    bank = handbook.banks.get(topic)
    if bank is None:
        known = "、".join(handbook.banks)
        raise InterchangeError(f"没有编号为 {topic} 的题库", f"现有：{known}。")
    source, problems = read_source(handbook.root, bank.place.path)
    node, more = read_yaml(source, bank.place.path)
    file, shape = read_shape(BankFile, node) if node is not None else (None, [])
    if file is None or problems or more:
        count = len([*problems, *more, *shape]) or 1
        raise InterchangeError(
            f"题库 {bank.place.path} 有 {count} 个问题要先改好",
            "运行 python scripts/check.py 查看。",
        )
    shown = {item.id: item for item in bank.items}
    pairs = [Pair(item, shown[item.id]) for item in file.items if item.id in shown]
    return WrittenBank(bank.topic, bank.title, tuple(pairs))


def _place(name: str) -> int:
    return ORDER.index(name) if name in ORDER else len(ORDER)


def _data(value: object) -> Data:
    """Return a JSON value as a bank writes it: every scalar is a text."""
    if isinstance(value, dict):
        return {str(name): _data(one) for name, one in value.items() if one != ""}
    if isinstance(value, list):
        return [_data(one) for one in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)

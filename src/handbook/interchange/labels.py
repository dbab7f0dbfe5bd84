"""What few formats have a field for, as words of a tag: 难度：2, 依据：policies/x.md#y."""

from __future__ import annotations

from collections.abc import Iterable

from handbook.interchange.readings import Fields
from handbook.model.items import ItemFields
from handbook.model.titles import ITEM_FIELDS
from handbook.reading.yaml_files import Data

WORDS = {
    "use": {"exam": "考试", "practice": "练习"},
    "status": {"draft": "草稿", "pilot": "试用", "active": "在用", "retired": "停用"},
    "difficulty": {"1": "易", "2": "中", "3": "难"},
    "critical": {"true": "是", "false": "否"},
    "scoring": {
        "all_or_nothing": "全对才得分",
        "subset": "少选得部分分",
        "net_correct": "对的减去错的",
    },
}
"""Values of fields as a trainer calls them."""

_OTHERS = {
    "容易": "易",
    "简单": "易",
    "中等": "中",
    "一般": "中",
    "困难": "难",
    "较难": "难",
    "√": "是",
    "\N{MULTIPLICATION SIGN}": "否",
}
"""Words of other tools for ours."""

_LABELLED = ("difficulty", "critical", "use", "status", "scoring")
_COLON = "："


def labels(fields: Fields) -> list[str]:
    """Return the tags that carry what a question of another tool has no field for."""
    told = [
        ITEM_FIELDS[name] + _COLON + WORDS[name][str(fields[name])]
        for name in _LABELLED
        if name in fields
    ]
    told += [
        ITEM_FIELDS["source"] + _COLON + one for one in _texts(fields.get("source"))
    ]
    return told + _texts(fields.get("tags"))


def unlabelled(words: Iterable[str]) -> dict[str, Data]:
    """Return the fields that tags carry; tags of others stay tags."""
    found: dict[str, Data] = {}
    source: list[Data] = []
    tags: list[Data] = []
    for word in map(str.strip, words):  # tools pad what they write
        name, colon, value = word.replace(":", _COLON, 1).partition(_COLON)
        field = next((f for f, title in ITEM_FIELDS.items() if title == name), "")
        meant = value_of(field, value) if field in _LABELLED else ""
        if colon and meant:
            found[field] = meant
        elif colon and field == "source" and "#" in value:
            source.append(value.strip())
        elif word:
            tags.append(word)
    found = {n: v for n, v in found.items() if v != default_of(n)}
    return (
        found
        | ({"source": source} if source else {})
        | ({"tags": tags} if tags else {})
    )


def value_of(field: str, word: str) -> str:
    """Return the value of a field by the word or the value written; empty if none."""
    word = _OTHERS.get(word.strip(), word.strip())
    return next(
        (value for value, said in WORDS[field].items() if word in {value, said}), ""
    )


def default_of(field: str) -> str:
    """Return a labelled field's value where nothing is written."""
    if field == "scoring":
        return "all_or_nothing"
    default = ItemFields.model_fields[field].default
    return str(default).lower()


def _texts(value: Data | None) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []

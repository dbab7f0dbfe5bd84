"""Practice packs: items that may ship with their keys and explanations."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from handbook.grading.marks import Key, key_of
from handbook.handbook import Handbook
from handbook.model.items import (
    Item,
    MatchItem,
    MultipleItem,
    OrderItem,
    SingleItem,
)
from handbook.papers import PaperOption, option_token, shown


@dataclass(frozen=True, slots=True)
class PracticeItem:
    """An item as practice shows it, with all that explains it."""

    token: str
    type: str
    stem: str
    options: tuple[PaperOption, ...]
    prompts: tuple[PaperOption, ...]
    gaps: int
    scoring: str
    key: Key
    """single, multiple: tokens; true_false: `"true"` or `"false"`; blank: for each
    gap the accepted wordings; order: tokens in order; match: prompt to option."""
    rationales: Mapping[str, str]
    """By token, of the options (and prompts) that have one."""
    rationale: str
    """Why the key is right."""
    sources: tuple[str, ...]
    """Addresses of the clauses it tests."""

    def plain(self) -> dict[str, object]:
        """Return it as JSON values, in the shape the browser's grader reads."""
        return {
            "token": self.token,
            "type": self.type,
            "stem": self.stem,
            "options": [{"token": o.token, "text": o.text} for o in self.options],
            "prompts": [{"token": p.token, "text": p.text} for p in self.prompts],
            "gaps": self.gaps,
            "scoring": self.scoring,
            "key": _plain_key(self.key),
            "rationales": dict(self.rationales),
            "rationale": self.rationale,
            "sources": list(self.sources),
        }

    @property
    def version(self) -> str:
        """Twelve hex digits that move when its words or its key do.

        What a learner remembers of other words says nothing of these.
        """
        told = {
            name: self.plain()[name] for name in ("stem", "options", "prompts", "key")
        }
        text = json.dumps(told, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class PracticePack:
    """All practice items of a topic."""

    topic: str
    title: str
    items: tuple[PracticeItem, ...]


def pack(handbook: Handbook, topic: str) -> PracticePack:
    """Return the practice items of a topic that are in use, in the author's order.

    Raises:
        KeyError: there is no such bank.
    """
    bank = handbook.banks[topic]
    return PracticePack(
        topic,
        bank.title,
        tuple(
            practice_item(item)
            for item in bank.items
            if item.use == "practice" and item.status in {"active", "pilot"}
        ),
    )


def packs(handbook: Handbook) -> Iterator[PracticePack]:
    """Yield the practice items of every topic that has some, in the order of banks."""
    for topic in handbook.banks:
        found = pack(handbook, topic)
        if found.items:
            yield found


def practice_item(item: Item) -> PracticeItem:
    """Make an item ready to ship.

    Raises:
        ValueError: it is an exam item, whose key never leaves the repository.
    """
    if item.use != "practice":
        raise ValueError(f"{item.id} is no practice item")
    visible = shown(item, "practice")
    key = key_of(item)
    options = visible.options
    if isinstance(item, OrderItem) and tuple(o.token for o in options) == key:
        options = options[1:] + options[:1]  # never shown already solved
    return PracticeItem(
        token=visible.token,
        type=visible.type,
        stem=visible.stem,
        options=options,
        prompts=visible.prompts,
        gaps=visible.gaps,
        scoring=visible.scoring,
        key=key,
        rationales=MappingProxyType(_rationales(item)),
        rationale=item.rationale,
        sources=item.source,
    )


def _rationales(item: Item) -> dict[str, str]:
    if not isinstance(item, SingleItem | MultipleItem | OrderItem | MatchItem):
        return {}
    written = list(item.options)
    if isinstance(item, MatchItem):
        written += item.prompts
    return {option_token(item.id, o.text): o.rationale for o in written if o.rationale}


def _plain_key(key: Key) -> object:
    if isinstance(key, str):
        return key
    if isinstance(key, Mapping):
        return dict(key)
    return [part if isinstance(part, str) else list(part) for part in key]

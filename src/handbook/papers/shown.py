"""Items as a learner sees them: words in a hashed order, no id, no key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from handbook.model.items import (
    BlankItem,
    Item,
    MatchItem,
    MultipleItem,
    Option,
    OrderItem,
    SingleItem,
)
from handbook.papers.drawing import keyed_hash

_TOKEN = 12
"""Hex digits of a token: enough for a bank, short enough to read aloud."""


@dataclass(frozen=True, slots=True)
class PaperOption:
    """A choice, a step, a prompt or its counterpart, as the learner sees it."""

    token: str
    text: str


@dataclass(frozen=True, slots=True)
class PaperItem:
    """An item as the learner sees it: no id, no key, no author's order."""

    token: str
    type: str
    stem: str
    options: tuple[PaperOption, ...]
    """Empty for true_false and blank."""
    prompts: tuple[PaperOption, ...]
    """Only for match."""
    gaps: int
    """How many texts a blank item wants; 0 for all other types."""
    scoring: str = "all_or_nothing"
    """The rule of partial credit, so that a page can tell it to the learner."""


def item_token(item_id: str) -> str:
    """Return the name an item has outside the repository."""
    return keyed_hash("item", item_id)[:_TOKEN]


def option_token(item_id: str, text: str) -> str:
    """Return the name an option has outside the repository.

    It hangs on the option's words and not on its id or position: no author's order
    shows, and an option whose words changed is another option.
    """
    return keyed_hash("option", item_id, text)[:_TOKEN]


def shown(item: Item, *seed: str | int) -> PaperItem:
    """Strip an item of everything a learner must not see.

    Options stand in an order that hangs on the seed and their words alone.
    """
    return PaperItem(
        token=item_token(item.id),
        type=item.type,
        stem=item.stem,
        options=_shuffled(item.id, _options(item), *seed),
        prompts=_shuffled(
            item.id, item.prompts if isinstance(item, MatchItem) else (), *seed
        ),
        gaps=item.gaps if isinstance(item, BlankItem) else 0,
        scoring=scoring(item),
    )


def scoring(item: Item) -> str:
    """Return the rule of partial credit; types without a choice have one rule."""
    if isinstance(item, MultipleItem | BlankItem | MatchItem):
        return item.scoring
    return "all_or_nothing"


def _options(item: Item) -> Sequence[Option]:
    if isinstance(item, SingleItem | MultipleItem | OrderItem | MatchItem):
        return item.options
    return ()


def _shuffled(
    item_id: str, options: Iterable[Option], *seed: str | int
) -> tuple[PaperOption, ...]:
    visible = [PaperOption(option_token(item_id, o.text), o.text) for o in options]
    return tuple(sorted(visible, key=lambda o: keyed_hash("place", *seed, o.token)))

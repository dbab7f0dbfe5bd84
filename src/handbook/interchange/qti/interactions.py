"""What an item file asks: the stem, and where the learner answers."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from handbook.interchange.markup import legal, put
from handbook.interchange.qti.versions import PROMPT, RESPONSE
from handbook.model.items import (
    GAP,
    BlankItem,
    Item,
    MatchItem,
    MultipleItem,
    OrderItem,
    SingleItem,
    TrueFalseItem,
)


def ask(body: ET.Element, item: Item) -> None:
    """Append the stem of an item and its interactions."""
    match item:
        case BlankItem():
            _gaps(body, item)
        case SingleItem() | MultipleItem() | TrueFalseItem():
            _stem(body, item.stem)
            one = not isinstance(item, MultipleItem)
            found = put(
                body,
                "choiceInteraction",
                responseIdentifier=RESPONSE,
                shuffle="false" if isinstance(item, TrueFalseItem) else "true",
                maxChoices="1" if one else "0",
            )
            for name, text in _choices(item):
                inline(put(found, "simpleChoice", identifier=name), text)
        case OrderItem():
            _stem(body, item.stem)
            found = put(
                body,
                "orderInteraction",
                responseIdentifier=RESPONSE,
                shuffle="true",
            )
            for option in item.options:
                inline(put(found, "simpleChoice", identifier=option.id), option.text)
        case MatchItem():
            _stem(body, item.stem)
            _matching(body, item)


def _choices(
    item: SingleItem | MultipleItem | TrueFalseItem,
) -> list[tuple[str, str]]:
    if isinstance(item, TrueFalseItem):
        return [("true", "对"), ("false", "错")]
    return [(option.id, option.text) for option in item.options]


def _matching(body: ET.Element, item: MatchItem) -> None:
    found = put(
        body,
        "matchInteraction",
        responseIdentifier=RESPONSE,
        shuffle="true",
        maxAssociations=str(len(item.prompts)),
    )
    lefts = put(found, "simpleMatchSet")
    for prompt in item.prompts:
        choice = put(
            lefts,
            "simpleAssociableChoice",
            identifier=PROMPT + prompt.id,
            matchMax="1",
        )
        inline(choice, prompt.text)
    rights = put(found, "simpleMatchSet")
    for option in item.options:
        choice = put(
            rights,
            "simpleAssociableChoice",
            identifier=option.id,
            matchMax=str(len(item.prompts)),
        )
        inline(choice, option.text)


def _gaps(body: ET.Element, item: BlankItem) -> None:
    paragraph = put(body, "p")
    parts = item.stem.split(GAP)
    inline(paragraph, parts[0])
    for number, part in enumerate(parts[1:], 1):
        field = put(
            paragraph,
            "textEntryInteraction",
            responseIdentifier=f"{RESPONSE}{min(number, len(item.key))}",
            expectedLength="20",
        )
        inline(paragraph, part, field)


def _stem(body: ET.Element, text: str) -> None:
    inline(put(body, "p"), text)


def inline(parent: ET.Element, text: str, behind: ET.Element | None = None) -> None:
    """Append a text with its line breaks, behind a child or at the beginning."""
    first, *more = legal(text).split("\n")
    if behind is None:
        parent.text = first
    else:
        behind.tail = first
    for line in more:
        put(parent, "br").tail = line

"""What an item file declares: the right answer, its marks, and the outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from handbook.interchange.markup import legal, put
from handbook.interchange.qti.versions import FEEDBACK, PROMPT, RESPONSE, SOLUTION
from handbook.model.items import (
    BlankItem,
    Item,
    MatchItem,
    MultipleItem,
    OrderItem,
    SingleItem,
    TrueFalseItem,
)


def declare(root: ET.Element, item: Item) -> None:
    """Append the declarations of an item."""
    match item:
        case BlankItem():
            _declare_gaps(root, item)
        case MatchItem():
            _declare_pairs(root, item)
        case TrueFalseItem():
            _response(
                root, "single", "identifier", ["true" if item.key == "对" else "false"]
            )
        case SingleItem():
            _response(root, "single", "identifier", item.key)
        case OrderItem():
            _response(root, "ordered", "identifier", item.key)
        case MultipleItem():
            found = _response(root, "multiple", "identifier", item.key)
            if item.scoring != "all_or_nothing":
                _mapping(found, item)
    score = _outcome(root, "SCORE", "single", "float")
    put(put(score, "defaultValue"), "value", "0")
    _outcome(root, FEEDBACK, "multiple", "identifier")
    _outcome(root, SOLUTION, "single", "identifier")


def _declare_pairs(root: ET.Element, item: MatchItem) -> None:
    pairs = [f"{PROMPT}{prompt} {option}" for prompt, option in item.key.items()]
    found = _response(root, "multiple", "directedPair", pairs)
    if item.scoring == "net_correct":
        mapping = put(found, "mapping", lowerBound="0", defaultValue="-1")
        for pair in pairs:
            put(mapping, "mapEntry", mapKey=pair, mappedValue="1")


def _declare_gaps(root: ET.Element, item: BlankItem) -> None:
    for number, wordings in enumerate(item.key, 1):
        name = f"{RESPONSE}{number}"
        found = _response(root, "single", "string", wordings[:1], name)
        mapping = put(found, "mapping", defaultValue="0")
        for wording in wordings:
            put(
                mapping,
                "mapEntry",
                mapKey=legal(wording),
                mappedValue="1",
                caseSensitive="false",
            )


def _outcome(root: ET.Element, name: str, cardinality: str, base: str) -> ET.Element:
    return put(
        root,
        "outcomeDeclaration",
        identifier=name,
        cardinality=cardinality,
        baseType=base,
    )


def _response(
    root: ET.Element,
    cardinality: str,
    base: str,
    values: Sequence[str],
    name: str = RESPONSE,
) -> ET.Element:
    found = put(
        root,
        "responseDeclaration",
        identifier=name,
        cardinality=cardinality,
        baseType=base,
    )
    correct = put(found, "correctResponse")
    for value in values:
        put(correct, "value", value)
    return found


def _mapping(found: ET.Element, item: MultipleItem) -> None:
    """Map options to marks; a wrong one takes one away, or all of them."""
    right = len(item.key)
    cost = "-1" if item.scoring == "net_correct" else f"-{right}"
    mapping = put(found, "mapping", lowerBound="0", defaultValue=cost)
    for name in item.key:
        put(mapping, "mapEntry", mapKey=name, mappedValue="1")

"""How an item file turns an answer into marks, and into what is told afterwards."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from handbook.interchange.markup import put
from handbook.interchange.qti.versions import FEEDBACK, RESPONSE, SOLUTION
from handbook.model.items import BlankItem, Item


def process(root: ET.Element, item: Item, *, explains: bool) -> None:
    """Append the response processing of an item.

    Args:
        root: the item.
        item: says how it is scored.
        explains: whether any of its options has feedback of its own.
    """
    found = put(root, "responseProcessing")
    if isinstance(item, BlankItem):
        _score_gaps(found, item)
    elif getattr(item, "scoring", "all_or_nothing") == "all_or_nothing":
        _score_all_or_nothing(found)
    else:
        divided = put(_set(found, "SCORE"), "divide")
        put(divided, "mapResponse", identifier=RESPONSE)
        put(divided, "baseValue", str(len(item.key)), baseType="float")
    if explains:
        chosen = put(_set(found, FEEDBACK), "multiple")
        put(chosen, "variable", identifier=RESPONSE)
    put(_set(found, SOLUTION), "baseValue", SOLUTION, baseType="identifier")


def _set(parent: ET.Element, outcome: str) -> ET.Element:
    return put(parent, "setOutcomeValue", identifier=outcome)


def _full_marks(parent: ET.Element) -> None:
    put(_set(parent, "SCORE"), "baseValue", "1", baseType="float")


def _score_all_or_nothing(found: ET.Element) -> None:
    condition = put(put(found, "responseCondition"), "responseIf")
    matched = put(condition, "match")
    put(matched, "variable", identifier=RESPONSE)
    put(matched, "correct", identifier=RESPONSE)
    _full_marks(condition)


def _score_gaps(found: ET.Element, item: BlankItem) -> None:
    if item.scoring == "net_correct":
        _right_gaps(put(_set(found, "SCORE"), "divide"), item)
        return
    condition = put(put(found, "responseCondition"), "responseIf")
    _right_gaps(put(condition, "gte"), item)
    _full_marks(condition)


def _right_gaps(parent: ET.Element, item: BlankItem) -> None:
    """Put how many gaps are right beside how many there are."""
    added = put(parent, "sum")
    for number in range(1, len(item.key) + 1):
        put(added, "mapResponse", identifier=f"{RESPONSE}{number}")
    put(parent, "baseValue", str(len(item.key)), baseType="float")

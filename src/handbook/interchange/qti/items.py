"""One item as a QTI file: declarations, body, processing, feedback."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from handbook.interchange.markup import put
from handbook.interchange.qti.declarations import declare
from handbook.interchange.qti.interactions import ask, inline
from handbook.interchange.qti.processing import process
from handbook.interchange.qti.versions import FEEDBACK, SOLUTION, Version
from handbook.interchange.shown import Question
from handbook.model.items import Item, MultipleItem, Option, SingleItem


def item_element(question: Question, version: Version) -> ET.Element:
    """Return the root of an item's file."""
    item = question.item
    root = ET.Element(
        "assessmentItem",
        {
            "xmlns": version.namespace,
            "identifier": item.id,
            "title": item.id,
            "xml:lang": "zh-CN",
            "adaptive": "false",
            "timeDependent": "false",
            "toolName": "service-handbook",
            "toolVersion": version.number,
        },
    )
    if question.note:
        root.append(ET.Comment(f" {question.note} "))
    explained = _explained(item)
    declare(root, item)
    ask(put(root, "itemBody"), item)
    process(root, item, explains=bool(explained))
    for option in explained:
        _feedback(root, FEEDBACK, option.id, option.rationale)
    _feedback(root, SOLUTION, SOLUTION, item.rationale)
    return root


def _feedback(root: ET.Element, outcome: str, name: str, text: str) -> None:
    found = put(
        root,
        "modalFeedback",
        outcomeIdentifier=outcome,
        identifier=name,
        showHide="show",
    )
    inline(put(found, "p"), text)


def _explained(item: Item) -> list[Option]:
    if isinstance(item, SingleItem | MultipleItem):
        return [option for option in item.options if option.rationale]
    return []

"""QTI 2.1 and 2.2: a content package with a manifest and one file for each item.

After the IMS Question and Test Interoperability Assessment, Section and Item information
model 2.1 (2012) and 2.2 (2015) and IMS Content Packaging 1.1.4. Labels are keywords of
the LOM metadata in the manifest; our note is a comment in the item.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from handbook.interchange.fields import fields_of
from handbook.interchange.labels import labels
from handbook.interchange.markup import document, legal, put
from handbook.interchange.shown import CONFIDENTIAL, Packed, Question, ShownBank
from handbook.model.items import (
    GAP,
    BlankItem,
    Item,
    MatchItem,
    MultipleItem,
    Option,
    OrderItem,
    SingleItem,
    TrueFalseItem,
)
from handbook.timeless import stamped

PROMPT = "P_"
"""Before ids of prompts: in an item file options and prompts share one set of ids."""
MANIFEST = "imsmanifest.xml"
_SOLUTION = "SOLUTION"


@dataclass(frozen=True, slots=True)
class Version:
    """What differs between the two."""

    number: str
    short: str

    @property
    def namespace(self) -> str:
        """Of an item file."""
        return f"http://www.imsglobal.org/xsd/imsqti_{self.short}"

    @property
    def template(self) -> str:
        """Of response processing, without the template's name."""
        return f"http://www.imsglobal.org/question/qti_{self.short}/rptemplates"

    @property
    def resource(self) -> str:
        """Type of an item in a manifest."""
        return f"imsqti_item_xml{self.short}"


QTI_21 = Version("2.1", "v2p1")
QTI_22 = Version("2.2", "v2p2")


def write_qti_21(bank: ShownBank) -> Packed:
    """Return a bank as a QTI 2.1 package."""
    return _package(bank, QTI_21)


def write_qti_22(bank: ShownBank) -> Packed:
    """Return a bank as a QTI 2.2 package."""
    return _package(bank, QTI_22)


def _package(bank: ShownBank, version: Version) -> Packed:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        files = {MANIFEST: document(_manifest(bank, version))}
        for question in bank.questions:
            files[_file(question.item)] = document(_item(question, version))
        for name, content in files.items():
            packed.writestr(stamped(name), content)
    return Packed(out.getvalue(), {})


def _file(item: Item) -> str:
    return f"items/{item.id}.xml"


# The manifest


def _manifest(bank: ShownBank, version: Version) -> ET.Element:
    root = ET.Element(
        "manifest",
        {
            "xmlns": "http://www.imsglobal.org/xsd/imscp_v1p1",
            "xmlns:lom": "http://ltsc.ieee.org/xsd/LOM",
            "identifier": f"MANIFEST-{bank.topic}",
        },
    )
    if bank.confidential:
        root.append(ET.Comment(f" {CONFIDENTIAL} "))
    about = put(root, "metadata")
    put(about, "schema", f"QTIv{version.number} Package")
    put(about, "schemaversion", "1.0.0")
    general = put(put(about, "lom:lom"), "lom:general")
    identifier = put(general, "lom:identifier")
    put(identifier, "lom:catalog", "service-handbook")
    put(identifier, "lom:entry", bank.topic)
    _said(general, "lom:title", bank.title)
    put(root, "organizations")
    resources = put(root, "resources")
    for question in bank.questions:
        item = question.item
        resource = put(
            resources,
            "resource",
            identifier=f"RES-{item.id}",
            type=version.resource,
            href=_file(item),
        )
        told = put(put(put(resource, "metadata"), "lom:lom"), "lom:general")
        _said(told, "lom:title", item.id)
        for label in labels(fields_of(item)):
            _said(told, "lom:keyword", label)
        put(resource, "file", href=_file(item))
    return root


def _said(parent: ET.Element, tag: str, text: str) -> None:
    put(put(parent, tag), "lom:string", text, language="zh-CN")


# An item


def _item(question: Question, version: Version) -> ET.Element:
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
        },
    )
    if question.note:
        root.append(ET.Comment(f" {question.note} "))
    _declare(root, item)
    body = put(root, "itemBody")
    _interaction(body, item)
    _processing(root, item, version)
    for option in _explained(item):
        _feedback(root, "FEEDBACK", option.id, option.rationale)
    _feedback(root, _SOLUTION, _SOLUTION, item.rationale)
    return root


def _declare(root: ET.Element, item: Item) -> None:
    match item:
        case BlankItem():
            _declare_gaps(root, item)
        case MatchItem():
            _declare_pairs(root, item)
        case TrueFalseItem():
            _response(root, "single", "identifier", [_truth(item)])
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
    _outcome(root, "FEEDBACK", "multiple", "identifier")
    _outcome(root, _SOLUTION, "single", "identifier")


def _declare_pairs(root: ET.Element, item: MatchItem) -> None:
    pairs = [f"{PROMPT}{prompt} {option}" for prompt, option in item.key.items()]
    found = _response(root, "multiple", "directedPair", pairs)
    if item.scoring == "net_correct":
        mapping = put(found, "mapping", lowerBound="0", defaultValue="-1")
        for pair in pairs:
            put(mapping, "mapEntry", mapKey=pair, mappedValue="1")


def _declare_gaps(root: ET.Element, item: BlankItem) -> None:
    for number, wordings in enumerate(item.key, 1):
        name = f"RESPONSE{number}"
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
    values: tuple[str, ...] | list[str],
    name: str = "RESPONSE",
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


def _interaction(body: ET.Element, item: Item) -> None:
    match item:
        case BlankItem():
            _gaps(body, item)
        case SingleItem() | MultipleItem() | TrueFalseItem():
            _stem(body, item.stem)
            one = not isinstance(item, MultipleItem)
            found = put(
                body,
                "choiceInteraction",
                responseIdentifier="RESPONSE",
                shuffle="false" if isinstance(item, TrueFalseItem) else "true",
                maxChoices="1" if one else "0",
            )
            for name, text in _choices(item):
                _inline(put(found, "simpleChoice", identifier=name), text)
        case OrderItem():
            _stem(body, item.stem)
            found = put(
                body,
                "orderInteraction",
                responseIdentifier="RESPONSE",
                shuffle="true",
            )
            for option in item.options:
                _inline(put(found, "simpleChoice", identifier=option.id), option.text)
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
        responseIdentifier="RESPONSE",
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
        _inline(choice, prompt.text)
    rights = put(found, "simpleMatchSet")
    for option in item.options:
        choice = put(
            rights,
            "simpleAssociableChoice",
            identifier=option.id,
            matchMax=str(len(item.prompts)),
        )
        _inline(choice, option.text)


def _gaps(body: ET.Element, item: BlankItem) -> None:
    paragraph = put(body, "p")
    parts = item.stem.split(GAP)
    _inline(paragraph, parts[0])
    for number, part in enumerate(parts[1:], 1):
        field = put(
            paragraph,
            "textEntryInteraction",
            responseIdentifier=f"RESPONSE{min(number, len(item.key))}",
            expectedLength="20",
        )
        _inline(paragraph, part, field)


def _stem(body: ET.Element, text: str) -> None:
    _inline(put(body, "p"), text)


def _inline(parent: ET.Element, text: str, behind: ET.Element | None = None) -> None:
    """Append a text with its line breaks, behind a child or at the beginning."""
    first, *more = legal(text).split("\n")
    if behind is None:
        parent.text = first
    else:
        behind.tail = first
    for line in more:
        put(parent, "br").tail = line


def _processing(root: ET.Element, item: Item, version: Version) -> None:
    found = put(root, "responseProcessing")
    if isinstance(item, BlankItem):
        _gap_score(found, item)
    elif getattr(item, "scoring", "all_or_nothing") == "all_or_nothing":
        _right_or_not(found)
    else:
        outcome = put(found, "setOutcomeValue", identifier="SCORE")
        divided = put(outcome, "divide")
        put(divided, "mapResponse", identifier="RESPONSE")
        put(divided, "baseValue", str(len(item.key)), baseType="float")
    if isinstance(item, SingleItem | MultipleItem) and _explained(item):
        outcome = put(found, "setOutcomeValue", identifier="FEEDBACK")
        variable = put(put(outcome, "multiple"), "variable", identifier="RESPONSE")
        variable.tail = None
    outcome = put(found, "setOutcomeValue", identifier=_SOLUTION)
    put(outcome, "baseValue", _SOLUTION, baseType="identifier")
    root.set("toolName", "service-handbook")
    root.set("toolVersion", version.number)


def _right_or_not(found: ET.Element) -> None:
    condition = put(put(found, "responseCondition"), "responseIf")
    matched = put(condition, "match")
    put(matched, "variable", identifier="RESPONSE")
    put(matched, "correct", identifier="RESPONSE")
    outcome = put(condition, "setOutcomeValue", identifier="SCORE")
    put(outcome, "baseValue", "1", baseType="float")


def _gap_score(found: ET.Element, item: BlankItem) -> None:
    count = str(len(item.key))
    if item.scoring == "net_correct":
        outcome = put(found, "setOutcomeValue", identifier="SCORE")
        divided = put(outcome, "divide")
        _sum(divided, item)
        put(divided, "baseValue", count, baseType="float")
        return
    condition = put(put(found, "responseCondition"), "responseIf")
    compared = put(condition, "gte")
    _sum(compared, item)
    put(compared, "baseValue", count, baseType="float")
    outcome = put(condition, "setOutcomeValue", identifier="SCORE")
    put(outcome, "baseValue", "1", baseType="float")


def _sum(parent: ET.Element, item: BlankItem) -> None:
    added = put(parent, "sum")
    for number in range(1, len(item.key) + 1):
        put(added, "mapResponse", identifier=f"RESPONSE{number}")


def _feedback(root: ET.Element, outcome: str, name: str, text: str) -> None:
    found = put(
        root,
        "modalFeedback",
        outcomeIdentifier=outcome,
        identifier=name,
        showHide="show",
    )
    _inline(put(found, "p"), text)


def _explained(item: Item) -> list[Option]:
    if isinstance(item, SingleItem | MultipleItem):
        return [option for option in item.options if option.rationale]
    return []


def _truth(item: TrueFalseItem) -> str:
    return "true" if item.key == "对" else "false"

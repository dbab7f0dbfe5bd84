"""Moodle XML: one `quiz` with a category and its questions.

The elements are those of Moodle's own export (question/format/xml): ids stand in
`idnumber`, what has no field of its own in `tags`, our note in a comment.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from handbook.interchange.fields import fields_of
from handbook.interchange.labels import labels
from handbook.interchange.markup import document, legal, put
from handbook.interchange.moodle.shares import WHOLE, penalty, percent
from handbook.interchange.shown import CONFIDENTIAL, Packed, Question, ShownBank
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

INLINE_GAP = "_" * 5
"""Where Moodle puts the field of a short answer; it wants one more than we do."""


def write_moodle(bank: ShownBank) -> Packed:
    """Return a bank as Moodle XML."""
    root = ET.Element("quiz")
    if bank.confidential:
        root.append(ET.Comment(f" {CONFIDENTIAL} "))
    category = put(root, "question", type="category")
    path = bank.title.replace("/", "//")
    _text(category, "category", f"$course$/top/{path}", style="")
    put(category, "idnumber", bank.topic)
    for question in bank.questions:
        _question(root, question)
    return Packed(document(root), {})


def _question(root: ET.Element, question: Question) -> None:
    item = question.item
    kind = _kind(item)
    made = put(root, "question", type=kind)
    if question.note:
        made.append(ET.Comment(f" {question.note} "))
    _text(made, "name", item.id, style="")
    _text(made, "questiontext", _stem(question))
    _text(made, "generalfeedback", item.rationale)
    if kind != "cloze":
        put(made, "defaultgrade", "1.0000000")
    put(made, "penalty", "0.0000000")
    put(made, "hidden", "1" if item.status == "retired" else "0")
    put(made, "idnumber", item.id)
    _answers(made, item)
    tags = put(made, "tags")
    for label in labels(fields_of(item)):
        put(put(tags, "tag"), "text", label)


def _kind(item: Item) -> str:
    if isinstance(item, BlankItem):
        return "cloze" if item.gaps > 1 else "shortanswer"
    return {
        "single": "multichoice",
        "multiple": "multichoice",
        "true_false": "truefalse",
        "order": "ordering",
        "match": "matching",
    }[item.type]


def _answers(made: ET.Element, item: Item) -> None:
    match item:
        case SingleItem() | MultipleItem():
            _choices(made, item)
        case TrueFalseItem():
            for word in ("true", "false"):
                right = (word == "true") == (item.key == "对")
                _answer(made, word, "100" if right else "0", style="moodle_auto_format")
        case BlankItem() if item.gaps <= 1:
            put(made, "usecase", "0")
            for wording in item.key[0]:
                _answer(made, wording.replace("*", "\\*"), "100")
        case OrderItem():
            _order(made, item)
        case MatchItem():
            _match(made, item)


def _stem(question: Question) -> str:
    item = question.item
    if not isinstance(item, BlankItem):
        return item.stem
    if item.gaps <= 1:
        return item.stem.replace(GAP, INLINE_GAP)
    parts = item.stem.split(GAP)
    fields = [_cloze(key) for key in item.key] + [GAP] * len(parts)
    return "".join(
        part + (fields[n] if n < len(parts) - 1 else "") for n, part in enumerate(parts)
    )


def _cloze(wordings: tuple[str, ...]) -> str:
    """Return a gap as Moodle's embedded answers have it: `{1:SHORTANSWER:=a~=b}`."""
    told = (re.sub(r'([\\}#~/"*])', r"\\\1", one) for one in wordings)
    return "{1:SHORTANSWER:" + "~".join(f"={one}" for one in told) + "}"


def _choices(made: ET.Element, item: SingleItem | MultipleItem) -> None:
    put(made, "single", "true" if isinstance(item, SingleItem) else "false")
    put(made, "shuffleanswers", "true")
    put(made, "answernumbering", "abc")
    share = percent(WHOLE, len(item.key))
    for option in item.options:
        cost = f"-{penalty(item)}" if isinstance(item, MultipleItem) else "0"
        fraction = share if option.id in item.key else cost
        _answer(made, option.text, fraction, why=option.rationale)


def _order(made: ET.Element, item: OrderItem) -> None:
    put(made, "layouttype", "VERTICAL")
    put(made, "selecttype", "ALL")
    put(made, "selectcount", "0")
    put(made, "gradingtype", "ALL_OR_NOTHING")
    text = {option.id: option.text for option in item.options}
    for number, name in enumerate(item.key, 1):
        _answer(made, text.get(name, name), str(number))


def _match(made: ET.Element, item: MatchItem) -> None:
    put(made, "shuffleanswers", "true")
    text = {option.id: option.text for option in item.options}
    pairs = [(p.text, text.get(item.key.get(p.id, ""), "")) for p in item.prompts]
    used = set(item.key.values())
    pairs += [("", option.text) for option in item.options if option.id not in used]
    for left, right in pairs:
        asked = put(made, "subquestion", format="plain_text")
        put(asked, "text", left)
        put(put(asked, "answer"), "text", right)


def _answer(
    made: ET.Element,
    text: str,
    fraction: str,
    *,
    why: str = "",
    style: str = "plain_text",
) -> None:
    answer = put(made, "answer", fraction=fraction, format=style)
    put(answer, "text", text)
    _text(answer, "feedback", why)


def _text(parent: ET.Element, tag: str, text: str, style: str = "plain_text") -> None:
    found = put(parent, tag, **({"format": style} if style else {}))
    put(found, "text").text = legal(text)

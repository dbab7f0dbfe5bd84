"""Practice items as an Anki deck, by genanki; the same item is always the same note."""

from __future__ import annotations

import hashlib
import html
import os
import tempfile
from pathlib import Path

import genanki

from handbook.interchange.fields import fields_of
from handbook.interchange.labels import labels
from handbook.interchange.shown import Packed, Question, ShownBank
from handbook.model.items import (
    BlankItem,
    Item,
    MatchItem,
    MultipleItem,
    Option,
    OrderItem,
    SingleItem,
    TrueFalseItem,
)
from handbook.model.titles import ITEM_TYPES
from handbook.timeless import timeless

_MADE = 946_684_800.0
"""Seconds: of every deck, so that the same bank gives the same cards."""

_CSS = """
.card { font: 20px/1.6 "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; text-align: left; max-width: 40em; margin: auto; padding: 1em; }
.kind { color: #777; font-size: 0.75em; }
.right { color: #1a7f37; font-weight: bold; }
.why { color: #555; font-size: 0.9em; }
.nightMode .why, .nightMode .kind { color: #aaa; }
.nightMode .right { color: #57c97a; }
"""

_MODEL = genanki.Model(
    1_746_289_011,  # drawn once; it names this kind of note for ever
    "服务手册 练习题",
    fields=[{"name": name} for name in ("编号", "正面", "背面", "解析", "依据")],
    templates=[
        {
            "name": "练习题",
            "qfmt": "{{正面}}",
            "afmt": '{{正面}}<hr id="answer">{{背面}}'
            '<p class="why">{{解析}}</p><p class="kind">{{依据}}</p>',
        }
    ],
    css=_CSS,
)


def write_anki(bank: ShownBank) -> Packed:
    """Return the practice items of a bank as a deck; exam items are left out."""
    digest = hashlib.sha256(f"handbook deck {bank.topic}".encode()).digest()
    deck = genanki.Deck(1 << 30 | int.from_bytes(digest[:4]) >> 2, bank.title)
    left_out = {}
    for question in bank.questions:
        item = question.item
        if item.use == "exam":
            left_out[item.id] = "考试题不进 Anki：答案不出仓库"
        elif item.status in {"draft", "retired"}:
            left_out[item.id] = "草稿和停用的题不进 Anki"
        else:
            deck.add_note(_note(question))
    return Packed(_file(deck), left_out)


def _file(deck: genanki.Deck) -> bytes:
    handle, name = tempfile.mkstemp(suffix=".apkg")
    os.close(handle)
    path = Path(name)
    try:
        genanki.Package(deck).write_to_file(str(path), timestamp=_MADE)
        return timeless(path.read_bytes())
    finally:
        path.unlink()


def _note(question: Question) -> genanki.Note:
    item = question.item
    shown = _choices(item)
    front = (
        f'<p class="kind">{ITEM_TYPES[item.type]}</p><p>{_html(item.stem)}</p>{shown}'
    )
    return genanki.Note(
        model=_MODEL,
        fields=[
            item.id,
            front,
            f'<div class="right">{_answer(item)}</div>{_reasons(item)}',
            _html(item.rationale),
            _html("、".join(item.source)),
        ],
        guid=genanki.guid_for("service-handbook", item.id),
        tags=["_".join(label.split()) for label in labels(fields_of(item))],
    )


def _choices(item: Item) -> str:
    if isinstance(item, SingleItem | MultipleItem | OrderItem):
        return _list(item.options)
    if isinstance(item, MatchItem):
        return _list(item.prompts) + _list(item.options)
    return ""


def _list(options: tuple[Option, ...]) -> str:
    return f"<ul>{''.join(f'<li>{_html(one.text)}</li>' for one in options)}</ul>"


def _answer(item: Item) -> str:
    match item:
        case TrueFalseItem():
            return item.key
        case BlankItem():
            return "<br>".join(_html(" / ".join(gap)) for gap in item.key)
        case OrderItem():
            text = {option.id: option.text for option in item.options}
            return f"<ol>{''.join(f'<li>{_html(text[o])}</li>' for o in item.key)}</ol>"
        case MatchItem():
            text = {option.id: option.text for option in item.options}
            return "<br>".join(
                f"{_html(p.text)} → {_html(text[item.key[p.id]])}" for p in item.prompts
            )
        case SingleItem() | MultipleItem():
            right = [option for option in item.options if option.id in item.key]
            return "<br>".join(_html(option.text) for option in right)


def _reasons(item: Item) -> str:
    options = item.options if isinstance(item, SingleItem | MultipleItem) else ()
    told = [
        f"<li>{_html(one.text)}：{_html(one.rationale)}</li>"
        for one in options
        if one.rationale
    ]
    return f'<ul class="why">{"".join(told)}</ul>' if told else ""


def _html(text: str) -> str:
    """Return a text for a card: braces would call a field of it."""
    safe = html.escape(text).replace("\n", "<br>")
    return safe.replace("{{", "{<!-- -->{").replace("}}", "}<!-- -->}")

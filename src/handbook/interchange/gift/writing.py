"""GIFT, as Moodle documents it: one text file, questions between blank lines.

Ids and tags stand in comments as Moodle 3.9 and later read them, `// [id:…] [tag:…]`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from handbook.interchange.fields import fields_of
from handbook.interchange.labels import labels
from handbook.interchange.moodle.shares import WHOLE, penalty, percent
from handbook.interchange.pieces import BETWEEN_GAPS, STEP
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

MOST_WORDINGS = 60
"""Of a question with several gaps: every accepted wording with every other."""
BANK = "// handbook-bank/1 "
NOTE = "// "


def write_gift(bank: ShownBank) -> Packed:
    """Return a bank as GIFT."""
    head = [f"{BANK}{bank.topic} {_line(bank.title)}"]
    if bank.confidential:
        head.append(f"// {CONFIDENTIAL}")
    category = f"$CATEGORY: $course$/{_line(bank.title).replace('/', '//')}"
    blocks = ["\n".join(head), category, *map(_question, bank.questions)]
    return Packed(("\n\n".join(blocks) + "\n").encode(), {})


def _question(question: Question) -> str:
    item = question.item
    tags = "".join(f" [tag:{_bracketed(tag)}]" for tag in labels(fields_of(item)))
    lines = [f"// [id:{item.id}]{tags}"]
    if question.note:
        lines.append(NOTE + question.note)
    feedback = "\n".join(["", f"\t####{_text(item.rationale)}"])
    stem, answers = _body(item)
    before, _answers, after = stem.partition("\0")
    inner = "\n".join(["{", *(f"\t{line}" for line in answers)]) + feedback + "\n}"
    text = f"[plain]{_escaped(before)}{inner}{_escaped(after)}"
    lines.append(f"::{_escaped(item.id)}::{text}")
    return "\n".join(lines)


def _body(item: Item) -> tuple[str, list[str]]:
    """Return the stem, with NUL where the answers stand, and the answers by line."""
    match item:
        case TrueFalseItem():
            return item.stem, ["TRUE" if item.key == "对" else "FALSE"]
        case SingleItem() | MultipleItem():
            return item.stem, list(_choices(item))
        case BlankItem():
            before, _gap, after = item.stem.partition(GAP)
            inline = item.gaps == 1 and after.strip()
            stem = f"{before}\0{after}" if inline else item.stem
            # A bare * stands for any text.
            told = (_text(one).replace("*", "\\*") for one in wordings(item))
            return stem, [f"={one}" for one in told]
        case OrderItem():
            text = {option.id: option.text for option in item.options}
            return item.stem, [
                f"={STEP.format(n)} -> {_text(text.get(name, name))}"
                for n, name in enumerate(item.key, 1)
            ]
        case MatchItem():
            return item.stem, list(_pairs(item))


def wordings(item: BlankItem) -> list[str]:
    """Return what may be typed, gap by gap in one line; the first is the best."""
    every = itertools.product(*item.key)
    return [BETWEEN_GAPS.join(one) for one in itertools.islice(every, MOST_WORDINGS)]


def _choices(item: SingleItem | MultipleItem) -> Iterator[str]:
    share = percent(WHOLE, len(item.key))
    for option in item.options:
        right = option.id in item.key
        if isinstance(item, SingleItem):
            mark = "=" if right else "~"
        else:
            mark = f"~%{share}%" if right else f"~%-{penalty(item)}%"
        why = f"#{_text(option.rationale)}" if option.rationale else ""
        yield f"{mark}{_text(option.text)}{why}"


def _pairs(item: MatchItem) -> Iterator[str]:
    text = {option.id: option.text for option in item.options}
    for prompt in item.prompts:
        name = item.key.get(prompt.id, "")
        left = prompt.text.replace("->", "→")
        yield f"={_text(left)} -> {_text(text.get(name, name))}"
    for spare in item.options:
        if spare.id not in item.key.values():
            yield f"= -> {_text(spare.text)}"


def _text(text: str) -> str:
    """Return a text for inside the braces; one that looks like a format says its own."""
    looks = re.match(r"\[|%|(T|TRUE|F|FALSE)$", text)
    return f"{'[plain]' if looks else ''}{_escaped(text)}"


def _escaped(text: str) -> str:
    text = re.sub(r"([\\~=#{}:])", r"\\\1", text)
    return text.replace("\r", " ").replace("\n", "\\n")


def _bracketed(text: str) -> str:
    return _line(text).replace("\\", "\\\\").replace("]", "\\]")


def _line(text: str) -> str:
    return " ".join(text.split())

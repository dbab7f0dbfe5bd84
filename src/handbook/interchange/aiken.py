"""Aiken, as Moodle documents it: a stem, lettered options, and `ANSWER: B`.

It has no comments, no feedback and one right option; ids, rationales and sources have no
place in it.
"""

from __future__ import annotations

import re
from string import ascii_uppercase

from handbook.interchange.pieces import judged, lettered
from handbook.interchange.plain_text import harmless, tidy
from handbook.interchange.readings import Reading, Readout, UnreadableError
from handbook.interchange.shown import Packed, ShownBank
from handbook.model.items import Option, SingleItem, TrueFalseItem
from handbook.model.titles import ITEM_TYPES
from handbook.reading.yaml_files import Data

_OPTION = re.compile(r"([A-Za-z])[.)、）\uff0e]\s*(\S.*)")
_ANSWER = re.compile(r"(?:ANSWER|答案)\s*[:：]\s*(.*)", re.IGNORECASE)
_UNENDED = UnreadableError("选项后面没有 ANSWER 一行", "补上，例如 ANSWER: B。")
_VERDICT = ("对", "错")


def write_aiken(bank: ShownBank) -> Packed:
    """Return the single-choice and true-false items of a bank as Aiken."""
    blocks = []
    left_out = {}
    for question in bank.questions:
        item = question.item
        if isinstance(item, SingleItem):
            blocks.append(_block(item.stem, item.options, item.key[0]))
        elif isinstance(item, TrueFalseItem):
            options = tuple(
                Option(id=i, text=t) for i, t in zip("ab", _VERDICT, strict=True)
            )
            blocks.append(_block(item.stem, options, "ab"[_VERDICT.index(item.key)]))
        else:
            left_out[item.id] = f"Aiken 只有单选和判断，放不下{ITEM_TYPES[item.type]}题"
    return Packed("\n".join(blocks).encode(), left_out)


def _block(stem: str, options: tuple[Option, ...], key: str) -> str:
    letters = ascii_uppercase
    lines = [_line(stem)]
    lines += [f"{letters[n]}. {_line(o.text)}" for n, o in enumerate(options)]
    right = next((n for n, o in enumerate(options) if o.id == key), 0)
    return "\n".join([*lines, f"ANSWER: {letters[right]}", ""])


def _line(text: str) -> str:
    return " ".join(text.split())


def read_aiken(raw: str) -> Readout:
    """Return the questions of an Aiken file."""
    found = Readout()
    lines: list[str] = []
    start = 0
    for number, line in enumerate(raw.split("\n"), 1):
        text = line.strip()
        if not text:
            if any(_OPTION.fullmatch(one) for one in lines):
                found.unread.append(_UNENDED.at(f"第 {start} 行"))
                lines = []
            continue
        if not lines:
            start = number
        lines.append(text)
        if answer := _ANSWER.fullmatch(text):
            where = f"第 {start} 行"
            try:
                found.questions.append(_question(where, lines[:-1], answer[1]))
            except UnreadableError as error:
                found.unread.append(error.at(where))
            lines = []
    if lines:
        found.unread.append(_UNENDED.at(f"第 {start} 行"))
    return found


def _question(where: str, lines: list[str], answer: str) -> Reading:
    stem: list[str] = []
    options: list[str] = []
    for line in lines:
        found = _OPTION.fullmatch(line)
        expected = ascii_uppercase[len(options) : len(options) + 1]
        if found and found[1].upper() == expected:
            options.append(harmless(tidy(found[2])))
        elif options:
            raise UnreadableError(
                f"看不懂“{line[:20]}”这一行",
                "题干和每个选项各写一行，选项按 A. B. C. 的次序。",
            )
        else:
            stem.append(line)
    words = harmless(tidy("\n".join(stem)))
    letter = answer.strip().upper().rstrip(".")
    right = ord(letter) - ord("A") if len(letter) == 1 and letter.isascii() else -1
    if not 0 <= right < len(options):
        raise UnreadableError(
            f"答案“{answer.strip()[:20]}”不是这道题的选项", "写一个选项的字母。"
        )
    if tuple(options) == _VERDICT:
        return Reading(
            where, {"type": "true_false", "stem": words, "key": options[right]}
        )
    made: list[Data] = lettered(options)
    shares = [100.0 * (n == right) for n in range(len(options))]
    return Reading(where, {"stem": words} | judged(made, shares, [], single=True))

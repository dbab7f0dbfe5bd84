"""Reading GIFT as Moodle and others write it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from handbook.interchange.gift.writing import BANK
from handbook.interchange.labels import unlabelled
from handbook.interchange.moodle.shares import WHOLE
from handbook.interchange.notes import MARK
from handbook.interchange.pieces import (
    NO_PLACE_FOR_FEEDBACK,
    NO_TOLERANCE,
    ONLY_FULL_MARKS,
    STAR_IS_A_STAR,
    STEP,
    judged,
    lettered,
    matched,
    typed,
    words_of,
)
from handbook.interchange.plain_text import harmless
from handbook.interchange.readings import (
    Reading,
    Readout,
    UnreadableError,
)
from handbook.model.items import FEWEST_STEPS, GAP
from handbook.reading.yaml_files import Data

_ESCAPED = {"n": "\n"} | {c: c for c in "\\~=#{}:"}
_TAGGED = re.compile(r"\[(id|tag):((?:\\.|[^\\\]])*)\]")
_WEIGHT = re.compile(r"%(-?\d{1,3}(?:\.\d*)?)%")
_FORMAT = re.compile(r"\[(html|moodle|plain|markdown)\]")
_TRUE = {"T": "对", "TRUE": "对", "F": "错", "FALSE": "错"}
_HELD = 0xE000
"""Escaped characters are held as private ones while the marks are looked for."""


@dataclass(slots=True)
class _Block:
    line: int
    lines: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)

    @property
    def where(self) -> str:
        return f"第 {self.line} 行"


@dataclass(slots=True)
class _Answer:
    mark: str
    text: str
    weight: float | None
    why: str


def read_gift(raw: str) -> Readout:
    """Return the questions of a GIFT file; comments without a question are dropped."""
    found = Readout()
    for block in _blocks(raw):
        _about_bank(block, found)
        text = "\n".join(block.lines).strip()
        if not text:
            continue
        if text.startswith("$CATEGORY:"):
            name = text.removeprefix("$CATEGORY:").split("\n")[0].strip()
            found.title = found.title or name.replace("//", "\0").split("/")[
                -1
            ].replace("\0", "/")
            continue
        try:
            found.add(_question(block, text))
        except UnreadableError as error:
            found.unread.append(error.at(block.where))
    return found


def _blocks(raw: str) -> Iterator[_Block]:
    """Yield what stands between blank lines."""
    block: _Block | None = None
    for number, line in enumerate([*raw.split("\n"), ""], 1):
        stripped = line.strip()
        if not stripped:
            if block:
                yield block
            block = None
            continue
        block = block or _Block(number)
        if stripped.startswith("//"):
            block.comments.append(stripped)
            continue
        if not block.lines:
            block.line = number
        block.lines.append(line)


def _about_bank(block: _Block, found: Readout) -> None:
    for comment in block.comments:
        if comment.startswith(BANK.strip()):
            topic, _, title = comment.removeprefix(BANK.strip()).strip().partition(" ")
            found.topic, found.title = topic, harmless(title)


def _question(block: _Block, text: str) -> Reading:
    held = re.sub(r"\\([\\~=#{}:n])", lambda m: chr(_HELD + ord(m[1])), text)
    name = ""
    if held.startswith("::"):
        name, closed, rest = held[2:].partition("::")
        if not closed:
            raise UnreadableError(
                "题目名称没有写完", "名称前后各写两个冒号，例如 ::题 1::"
            )
        held = rest.strip()
    start, end = held.find("{"), held.find("}")
    if start < 0 and end < 0:
        raise UnreadableError("没有答案，是一段说明文字，不是题目")
    if start < 0 or end < start:
        raise UnreadableError(
            "花括号没有成对", "答案放在一对 { } 里；文字里的花括号前面加 \\。"
        )
    before, inner, after = held[:start], held[start + 1 : end], held[end + 1 :]
    inner, _, feedback = inner.partition("####")
    reading = Reading(block.where, {}, name=_free(name))
    _about_question(block, reading)
    before, html = _format(before)
    stem = before + (GAP + after if after.strip() else "")
    words = _Words(reading, html=html)
    try:
        reading.fields |= _answers(inner.strip(), words(stem), words)
    except UnreadableError as error:
        reading.trouble = error
    if rationale := words(feedback):
        reading.fields["rationale"] = rationale
    return reading


def _about_question(block: _Block, reading: Reading) -> None:
    tags: list[str] = []
    for comment in block.comments:
        body = comment.removeprefix("//").strip()
        if body.startswith(MARK):
            reading.note = body
            continue
        for kind, written in _TAGGED.findall(body):
            value = re.sub(r"\\(.)", r"\1", written)
            if kind == "id":
                reading.name = value
            else:
                tags.append(harmless(value))
    reading.fields |= unlabelled(tags)


def _answers(inner: str, stem: str, words: _Words) -> dict[str, Data]:
    if not inner:
        raise UnreadableError("是问答题，没有标准答案，手册的题库不收这种题")
    if inner.startswith("#"):
        return _numeric(inner[1:].strip(), stem, words)
    first, _, why = inner.partition("#")
    if verdict := _TRUE.get(first.strip().upper()):
        if words(why.replace("#", " ")):
            words.reading.doubts.append(NO_PLACE_FOR_FEEDBACK)
        return {"type": "true_false", "stem": stem, "key": verdict}
    answers = [*_split(inner)]
    if not answers:
        raise UnreadableError("看不懂答案", "正确答案前面写 =，错误选项前面写 ~。")
    if all(one.mark == "=" and "->" in one.text for one in answers):
        return _matched(answers, stem, words)
    if any(one.mark == "~" for one in answers):
        texts = [words(one.text) for one in answers]
        options = lettered(texts, [words(one.why) for one in answers])
        shares = [100.0 if a.mark == "=" else a.weight or 0.0 for a in answers]
        single = any(one.mark == "=" for one in answers)
        doubts = words.reading.doubts
        return {"stem": stem} | judged(options, shares, doubts, single=single)
    whole = [one for one in answers if one.weight is None or one.weight >= WHOLE]
    if len(whole) < len(answers):
        words.reading.doubts.append(ONLY_FULL_MARKS)
    if any(re.search(r"(?<!\\)\*", one.text) for one in whole):
        words.reading.doubts.append(STAR_IS_A_STAR)
    return typed([words(one.text).replace("\\*", "*") for one in whole], stem)


def _split(inner: str) -> Iterator[_Answer]:
    for mark, body in re.findall(r"([=~])([^=~]*)", inner):
        text, _, why = body.strip().partition("#")
        weight = None
        if found := _WEIGHT.match(text):
            weight, text = float(found[1]), text[found.end() :]
        yield _Answer(mark, text, weight, why)


def _matched(answers: list[_Answer], stem: str, words: _Words) -> dict[str, Data]:
    pairs = [
        (words(left), words(right))
        for left, _, right in (a.text.partition("->") for a in answers)
    ]
    lefts = [left for left, _ in pairs]
    steps = [STEP.format(n + 1) for n in range(len(pairs))]
    if len(pairs) >= FEWEST_STEPS and lefts == steps:
        options = lettered([right for _, right in pairs])
        key: list[Data] = [one["id"] for one in options if isinstance(one, dict)]
        return {"type": "order", "stem": stem, "options": options, "key": key}
    return matched(pairs, stem)


def _numeric(inner: str, stem: str, words: _Words) -> dict[str, Data]:
    values = []
    for one in re.split(r"=", inner):
        text = re.sub(_WEIGHT, "", one).partition("#")[0].strip()
        value, _, tolerance = text.partition(":" if ":" in text else "..")
        if tolerance.strip() not in {"", "0"}:
            words.reading.doubts.append(NO_TOLERANCE.format(f"（{_free(text)}）"))
        if value.strip():
            values.append(_free(value.strip()))
    return typed(values, stem)


@dataclass(slots=True)
class _Words:
    """Turns what stands in the file into words, and notes what was lost."""

    reading: Reading
    html: bool

    def __call__(self, held: str) -> str:
        text, html = _format(held.strip())
        return words_of(_free(text), html=html or self.html, doubts=self.reading.doubts)


def _format(held: str) -> tuple[str, bool]:
    """Return a text without its format, and whether it may be HTML."""
    found = _FORMAT.match(held.strip())
    if not found:
        return held, True
    return held.strip()[found.end() :], found[1] != "plain"


def _free(held: str) -> str:
    return "".join(
        _ESCAPED.get(chr(ord(c) - _HELD), c) if _HELD <= ord(c) < _HELD + 128 else c
        for c in held
    )

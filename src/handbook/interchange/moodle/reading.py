"""Reading Moodle XML as Moodle, its plug-ins and other tools write it."""

from __future__ import annotations

import re

from handbook.interchange.labels import unlabelled
from handbook.interchange.markup import Element, read_xml
from handbook.interchange.moodle.shares import WHOLE
from handbook.interchange.notes import MARK
from handbook.interchange.pieces import (
    NO_PLACE_FOR_FEEDBACK,
    NO_TOLERANCE,
    ONLY_FULL_MARKS,
    STAR_IS_A_STAR,
    judged,
    lettered,
    matched,
    typed,
    words_of,
)
from handbook.interchange.plain_text import harmless, has_markup
from handbook.interchange.readings import (
    InterchangeError,
    Reading,
    Readout,
    UnreadableError,
)
from handbook.model.items import FEWEST_STEPS, GAP, MOST
from handbook.reading.yaml_files import Data

_NO_KEY = {
    "essay": "是问答题，没有标准答案",
    "description": "是一段说明，不是题目",
    "random": "是随机抽题，里面没有题目",
    "missingtype": "题型在导出的系统里就已经缺失",
}
_FIELD = re.compile(
    r"\{\d*:(?:SHORTANSWER|SHORTANSWER_C|SA|SAC|MW|MWC|NUMERICAL|NM):((?:\\.|[^\\}])*)\}"
)
_OTHER_FIELD = re.compile(r"\{\d*:[A-Z_]+:")


def read_moodle(raw: bytes) -> Readout:
    """Return the questions of a Moodle XML file.

    Raises:
        InterchangeError: the file is no Moodle XML.
    """
    root = read_xml(raw)
    if root.tag != "quiz":
        raise InterchangeError(
            f"这不是 Moodle XML：最外层是 {root.tag}，应当是 quiz",
            "在 Moodle 的题库里选“导出 → Moodle XML 格式”。",
        )
    found = Readout()
    for element in root.all("question"):
        kind = element.attributes.get("type", "")
        if kind == "category":
            path = _plain_text(element.find("category")).replace("//", "\0")
            found.title = found.title or path.split("/")[-1].replace("\0", "/")
            found.topic = found.topic or _plain_text(element.find("idnumber"))
            continue
        name = _plain_text(element.find("name"))
        where = f"第 {element.line} 行" + (f"（{name[:30]}）" if name else "")
        try:
            found.add(_question(element, kind, where, name))
        except UnreadableError as error:
            found.unread.append(error.at(where))
    return found


def _question(element: Element, kind: str, where: str, name: str) -> Reading:
    if kind in _NO_KEY:
        raise UnreadableError(f"{_NO_KEY[kind]}，手册的题库不收")
    reader = _KINDS.get(kind)
    if reader is None:
        raise UnreadableError(
            f"题型 {kind or '（没有写）'} 在手册里没有对应的",
            "在原系统里改成单选、多选、判断、简答、匹配或排序题，再导出。",
        )
    reading = Reading(where, {}, name=_plain_text(element.find("idnumber")) or name)
    reading.note = next((c.strip() for c in element.comments if MARK in c), "")
    tags = element.find("tags")
    reading.fields |= unlabelled(
        harmless(_plain_text(tag)) for tag in (tags.all("tag") if tags else [])
    )
    stem = _words(element.find("questiontext"), reading)
    try:
        reading.fields |= reader(element, stem, reading)
    except UnreadableError as error:
        reading.trouble = error
    if why := _words(element.find("generalfeedback"), reading):
        reading.fields["rationale"] = why
    if element.find("hidden") and _plain_text(element.find("hidden")) == "1":
        reading.fields.setdefault("status", "retired")
    return reading


def _choice(element: Element, stem: str, reading: Reading) -> dict[str, Data]:
    answers = element.all("answer")
    options = lettered(
        [_words(answer, reading) for answer in answers],
        [_words(answer.find("feedback"), reading) for answer in answers],
    )
    single = _plain_text(element.find("single")).lower() not in {"false", "0"}
    shares = [_share(answer) for answer in answers]
    return {"stem": stem} | judged(options, shares, reading.doubts, single=single)


def _verdict(element: Element, stem: str, reading: Reading) -> dict[str, Data]:
    right = [
        _plain_text(answer).lower()
        for answer in element.all("answer")
        if _share(answer) >= WHOLE
    ]
    if len(right) != 1 or right[0] not in {"true", "false"}:
        raise UnreadableError("判断题没有写明对还是错")
    whys = [_words(a.find("feedback"), reading) for a in element.all("answer")]
    if any(whys):
        reading.doubts.append(NO_PLACE_FOR_FEEDBACK)
    key = "对" if right[0] == "true" else "错"
    return {"type": "true_false", "stem": stem, "key": key}


def _short(element: Element, stem: str, reading: Reading) -> dict[str, Data]:
    answers = [
        harmless(_plain_text(answer))
        for answer in element.all("answer")
        if _share(answer) >= WHOLE
    ]
    if len(answers) < len(element.all("answer")):
        reading.doubts.append(ONLY_FULL_MARKS)
    if any(re.search(r"(?<!\\)\*", one) for one in answers):
        reading.doubts.append(STAR_IS_A_STAR)
    if _plain_text(element.find("usecase")) == "1":
        reading.doubts.append("原题区分大小写，手册不区分")
    if any(
        _plain_text(answer.find("tolerance")).strip() not in {"", "0"}
        for answer in element.all("answer")
    ):
        reading.doubts.append(NO_TOLERANCE.format(""))
    return typed([one.replace("\\*", "*") for one in answers], stem)


def _embedded(_element: Element, stem: str, _reading: Reading) -> dict[str, Data]:
    key: list[Data] = []

    def gap(found: re.Match[str]) -> str:
        right: list[Data] = []
        for answer in re.split(r"(?<!\\)~", found[1]):
            text = re.split(r"(?<!\\)#", answer)[0]
            whole = text.startswith(("=", "%100%"))
            if whole:
                text = text.removeprefix("=").removeprefix("%100%")
                right.append(re.sub(r'\\([\\}#~/"*])', r"\1", text).strip())
        key.append(list(dict.fromkeys(str(one) for one in right if one)))
        return GAP

    filled = _FIELD.sub(gap, stem)
    if _OTHER_FIELD.search(filled):
        raise UnreadableError(
            "嵌入式题里有下拉或单选的空，手册的填空题没有", "改成单选题或匹配题。"
        )
    if not key or not all(key):
        raise UnreadableError("嵌入式题里找不到带满分答案的空")
    return {"type": "blank", "stem": filled, "key": key}


def _ordering(element: Element, stem: str, reading: Reading) -> dict[str, Data]:
    answers = sorted(element.all("answer"), key=_share)
    options = lettered([_words(answer, reading) for answer in answers])
    if len(options) < FEWEST_STEPS or len(options) < len(answers):
        raise UnreadableError(
            f"排序题有 {len(answers)} 步，手册里要 {FEWEST_STEPS} 到 {MOST} 步"
        )
    key: list[Data] = [one["id"] for one in options if isinstance(one, dict)]
    return {"type": "order", "stem": stem, "options": options, "key": key}


def _matching(element: Element, stem: str, reading: Reading) -> dict[str, Data]:
    pairs = [
        (_words(asked, reading), harmless(_plain_text(asked.find("answer"))))
        for asked in element.all("subquestion")
    ]
    return matched(pairs, stem)


_KINDS = {
    "multichoice": _choice,
    "multichoiceset": _choice,
    "truefalse": _verdict,
    "shortanswer": _short,
    "numerical": _short,
    "cloze": _embedded,
    "multianswer": _embedded,
    "ordering": _ordering,
    "matching": _matching,
    "match": _matching,
}


def _share(answer: Element) -> float:
    try:
        return float(answer.attributes.get("fraction", "0") or "0")
    except ValueError:
        return 0.0


def _plain_text(element: Element | None) -> str:
    """Return the text an element holds in its `text`, or right in it."""
    if element is None:
        return ""
    inner = element.find("text")
    if inner is not None:
        return inner.text.strip()
    return "".join(one for one in element.content if isinstance(one, str)).strip()


def _words(element: Element | None, reading: Reading) -> str:
    """Return the words of a text in whatever format it says it has."""
    if element is None:
        return ""
    text = _plain_text(element)
    style = element.attributes.get("format", "html")
    if element.all("file") and "【图片】" not in text and not has_markup(text):
        reading.doubts.append("附件没有带过来")
    return words_of(text, html=style != "plain_text", doubts=reading.doubts)

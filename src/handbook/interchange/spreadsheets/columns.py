"""The columns of a bank as a spreadsheet, and how answers are written in a cell."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from handbook.interchange.pieces import BETWEEN_GAPS, LETTERS, lettered, numbered
from handbook.interchange.readings import UnreadableError
from handbook.model.items import (
    FEWEST,
    GAP,
    MOST,
    BlankItem,
    Item,
    MatchItem,
    MultipleItem,
    OrderItem,
    SingleItem,
    TrueFalseItem,
)
from handbook.model.titles import ITEM_TYPES
from handbook.reading.yaml_files import Data

OPTIONS = tuple(f"选项{letter.upper()}" for letter in LETTERS)
REASONS = tuple(f"选项{letter.upper()}解析" for letter in LETTERS)
PROMPTS = tuple(f"左侧{number}" for number in range(1, MOST + 1))
NOTE = "手册备注"
"""Ours; whoever fills in a table leaves it empty."""

BANK = "题库"
"""Of CSV, which has no properties to say it in: `phone 电话接听`, id and title."""

COLUMNS = (
    "编号",
    "题型",
    "题干",
    *OPTIONS[:6],
    "答案",
    "解析",
    "依据条款",
    *REASONS[:6],
    "关键题",
    "难度",
    "用途",
    "状态",
    "标签",
    "计分",
    *PROMPTS[:6],
    *OPTIONS[6:],
    *REASONS[6:],
    *PROMPTS[6:],
    NOTE,
)
"""Of our own tables, in their order: what every trainer fills in stands first."""

CSV_COLUMNS = (*COLUMNS[:-1], BANK, NOTE)

LABELLED = {
    "关键题": "critical",
    "难度": "difficulty",
    "用途": "use",
    "状态": "status",
    "计分": "scoring",
}
"""Columns whose words are those of `labels.WORDS`, with the field they fill."""

_OTHERS = {
    "编号": ("题目编号", "id"),
    "题型": ("题目类型", "试题类型", "类型", "type"),
    "题干": ("题目", "试题", "试题内容", "题目内容", "问题", "stem", "question"),
    "答案": ("正确答案", "参考答案", "标准答案", "key", "answer"),
    "解析": ("答案解析", "试题解析", "题目解析", "rationale"),
    "依据条款": ("依据", "出处", "source"),
    "关键题": ("是否关键题", "critical"),
    "难度": ("难易度", "难易程度", "难度系数", "difficulty"),
    "用途": ("use",),
    "状态": ("status",),
    "标签": ("知识点", "分类", "试题分类", "tags"),
    "计分": ("计分方式", "scoring"),
}
"""Headings of other tools for our columns."""

_MORE_TYPES = {
    "single": ("单项选择题",),
    "multiple": ("多项选择题", "不定项选择题"),
    "true_false": ("是非题",),
    "match": ("连线题",),
}

WORD_TYPES = {
    kind: (title, f"{title}题", *_MORE_TYPES.get(kind, ()))
    for kind, title in ITEM_TYPES.items()
}
"""Types as tables name them; ours first."""

_TRUE = frozenset({"对", "正确", "是", "√", "✓", "TRUE", "T", "Y", "YES", "1"})
_FALSE = frozenset(
    {
        "错",
        "错误",
        "否",
        "\N{MULTIPLICATION SIGN}",
        "✗",
        "X",
        "FALSE",
        "F",
        "N",
        "NO",
        "0",
    }
)
_BETWEEN_WORDINGS = "|"


def column_of(heading: str) -> str:
    """Return which of our columns a heading means; empty if none."""
    plain = "".join(unicodedata.normalize("NFKC", heading).split()).strip("*:")
    plain = re.sub(r"[((].*[))]$", "", plain)
    if plain in CSV_COLUMNS:
        return plain
    lowered = plain.lower()
    for column, others in _OTHERS.items():
        if lowered in others:
            return column
    if found := re.fullmatch(r"(?:选项|答案选项)?([a-j])", lowered):
        return f"选项{found[1].upper()}"
    if found := re.fullmatch(r"选项(\d{1,2})", lowered):
        number = int(found[1])
        return OPTIONS[number - 1] if 1 <= number <= len(OPTIONS) else ""
    return ""


def answer_cell(item: Item) -> str:
    """Return the right answer as it stands in a cell."""
    match item:
        case TrueFalseItem():
            return item.key
        case SingleItem() | MultipleItem() | OrderItem():
            ids = [option.id for option in item.options]
            return "".join(LETTERS[ids.index(one)].upper() for one in item.key)
        case BlankItem():
            return BETWEEN_GAPS.join(_BETWEEN_WORDINGS.join(gap) for gap in item.key)
        case MatchItem():
            ids = [option.id for option in item.options]
            pairs = [
                f"{number}-{LETTERS[ids.index(item.key[prompt.id])].upper()}"
                for number, prompt in enumerate(item.prompts, 1)
            ]
            return " ".join(pairs)


def type_of(word: str, answer: str, options: int, stem: str) -> str:
    """Return the type a cell names; where it is empty, the one the rest looks like."""
    plain = "".join(unicodedata.normalize("NFKC", word).split())
    for kind, words in WORD_TYPES.items():
        if plain == kind or plain in words:
            return kind
    if plain:
        known = "、".join(words[0] for words in WORD_TYPES.values())
        raise UnreadableError(f"没有“{plain[:20]}”这种题型", f"可以写：{known}。")
    if not options:
        if _folded(answer) in _TRUE | _FALSE and GAP not in stem:
            return "true_false"
        return "blank"
    return "multiple" if len(_letters(answer)) > 1 else "single"


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of a row that only make sense together."""

    stem: str
    answer: str
    options: list[str]
    reasons: list[str]
    prompts: list[str]


def answered(kind: str, cells: Cells) -> dict[str, Data]:
    """Return the fields of an item that stand in several cells.

    Raises:
        UnreadableError: they do not go together.
    """
    answer = cells.answer
    if not answer.strip():
        raise UnreadableError("没有写答案", "在“答案”一列写上。")
    made = lettered(cells.options, cells.reasons)
    if kind == "true_false":
        word = _folded(answer)
        if word not in _TRUE | _FALSE:
            raise UnreadableError(f"判断题的答案写成了“{answer[:20]}”", "写 对 或 错。")
        return {"type": kind, "key": "对" if word in _TRUE else "错"}
    if kind == "blank":
        return {"type": kind, "key": _wordings(answer, cells.stem.count(GAP))}
    if len(made) < FEWEST:
        raise UnreadableError("选项不到两个", "从“选项A”起，一列写一个选项。")
    if kind == "match":
        return _matched(answer, made, cells.prompts)
    letters = _letters(answer)
    known = LETTERS[: len(made)]
    strange = [one for one in letters if one not in known]
    if strange or not letters:
        shown = "、".join(one.upper() for one in strange) or answer[:20]
        raise UnreadableError(
            f"答案“{shown}”不是这道题的选项", "写选项的字母，例如 B 或 ACD。"
        )
    if kind == "single" and len(letters) > 1:
        raise UnreadableError("单选题写了几个答案", "只留一个，或把题型改成多选。")
    return {"type": kind, "options": made, "key": list(letters)}


def _matched(answer: str, options: list[Data], prompts: list[str]) -> dict[str, Data]:
    made = numbered(prompts)
    pairs = re.findall(r"(\d+)\s*[-=:→]*\s*([A-J])", _folded(answer))
    key = {f"p{number}": letter.lower() for number, letter in pairs}
    ids = {f"p{n}" for n in range(1, len(prompts) + 1)}
    if len(made) < FEWEST or set(key) != ids or len(pairs) != len(key):
        raise UnreadableError(
            f"匹配题左侧有 {len(made)} 项，答案写了 {len(pairs)} 组",
            "答案写成 1-B 2-A 3-C：数字是左侧第几项，字母是选项。",
        )
    if strange := [o for o in key.values() if o not in LETTERS[: len(options)]]:
        raise UnreadableError(f"答案“{strange[0].upper()}”不是这道题的选项")
    return {"type": "match", "prompts": made, "options": options, "key": dict(key)}


def _wordings(answer: str, gaps: int) -> list[Data]:
    parts = re.split(f"[{BETWEEN_GAPS};]", answer) if gaps > 1 else [answer]
    if len(parts) != max(1, gaps):
        raise UnreadableError(
            f"题干有 {gaps} 个空，答案有 {len(parts)} 段",
            f"每个空的答案用“{BETWEEN_GAPS}”隔开，同一个空的几种写法用 | 隔开。",
        )
    return [
        list(dict.fromkeys(one.strip() for one in part.split(_BETWEEN_WORDINGS)))
        for part in parts
    ]


def _letters(answer: str) -> tuple[str, ...]:
    """Return the letters of an answer like ACD, A,C,D or A、C、D."""
    plain = re.sub(r"[\s,，、;；/|.和]", "", _folded(answer))
    if not re.fullmatch("[A-Z]+", plain):
        return ()
    return tuple(dict.fromkeys(plain.lower()))


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()

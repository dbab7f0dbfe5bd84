"""The fields of an item from the pieces that every format has."""

from __future__ import annotations

import re
from collections.abc import Sequence

from handbook.interchange.plain_text import harmless, has_markup, plain, tidy
from handbook.interchange.readings import UnreadableError
from handbook.model.items import FEWEST, GAP, MOST, MOST_TO_CHOOSE
from handbook.reading.yaml_files import Data

BETWEEN_GAPS = "；"
"""Parts the answers of one wording for all gaps of a question."""
STEP = "第 {} 步"
"""What an order item has on the left where it is written as a matching question."""
NO_PLACE_FOR_FEEDBACK = "判断题的逐项反馈没有地方放，没有带过来"
ONLY_FULL_MARKS = "得部分分或不得分的答案没有带过来"
STAR_IS_A_STAR = "答案里的 * 在原系统里代表任意文字，这里按星号本身处理"
NO_TOLERANCE = "数值题允许误差{}，这里只收所列的写法"
"""Doubts that several formats leave."""
_NEARLY_ALL = 99.9
"""Percent: tools write a third as 33.33333."""

LETTERS = tuple("abcdefghij")
"""Ids of options that a file does not name."""


def lettered(texts: list[str], rationales: list[str] | None = None) -> list[Data]:
    """Return options by their texts, named a, b, c and so on."""
    reasons = rationales or [""] * len(texts)
    return [
        option(name, text, why)
        for name, text, why in zip(LETTERS, texts, reasons, strict=False)
    ]


def option(name: str, text: str, why: str = "") -> Data:
    """Return an option as a bank writes it."""
    found: dict[str, Data] = {"id": name, "text": text}
    return found | {"rationale": why} if why else found


def numbered(texts: list[str]) -> list[Data]:
    """Return prompts by their texts, named p1, p2, p3 and so on."""
    return [option(f"p{n}", text) for n, text in enumerate(texts, 1)]


def judged(
    options: list[Data], shares: Sequence[float], doubts: list[str], *, single: bool
) -> dict[str, Data]:
    """Return type, options, key and scoring.

    Args:
        options: as a bank writes them; ours.
        shares: percent of the mark that each earns; a wrong one may cost some.
        doubts: gets what could only be guessed.
        single: whether only one may be chosen.

    Raises:
        UnreadableError: there are too few or too many options, or none is right.
    """
    most = MOST_TO_CHOOSE if single else MOST
    if not FEWEST <= len(shares) <= most:
        raise UnreadableError(
            f"有 {len(shares)} 个选项，手册里要 {FEWEST} 到 {most} 个",
            "合并或拆开这道题。",
        )
    ids = [str(one["id"]) for one in options if isinstance(one, dict)]
    if single:
        key = [ids[n] for n, share in enumerate(shares) if share >= _NEARLY_ALL]
        if len(key) != 1:
            raise UnreadableError(
                f"单选题有 {len(key)} 个满分的选项", "只给一个选项满分。"
            )
        if any(0 < share < _NEARLY_ALL for share in shares):
            doubts.append("有的选项原来得部分分，手册的单选题没有部分分")
        return {"type": "single", "options": options, "key": list(key)}
    key = [ids[n] for n, share in enumerate(shares) if share > 0]
    if not key:
        raise UnreadableError("多选题没有一个得分的选项", "给正确的选项分数。")
    found: dict[str, Data] = {
        "type": "multiple",
        "options": options,
        "key": list(key),
    }
    costs = [-share for share in shares if share <= 0]
    if costs and all(0 < cost < _NEARLY_ALL for cost in costs):
        found["scoring"] = "net_correct"
    elif costs and all(cost == 0 for cost in costs):
        found["scoring"] = "subset"
        doubts.append("原题选错不扣分；手册里少选得部分分，选错不得分")
    return found


def matched(pairs: list[tuple[str, str]], stem: str) -> dict[str, Data]:
    """Return a match item from its pairs; one without a left side is an option more."""
    rights = list(dict.fromkeys(right for _, right in pairs))
    options = lettered(rights)
    names = {o["text"]: o["id"] for o in options if isinstance(o, dict)}
    kept = [(left, right) for left, right in pairs if left and right in names]
    prompts = numbered([left for left, _ in kept])
    if len(prompts) < FEWEST or len(options) < FEWEST:
        raise UnreadableError("匹配题至少要有两组", "补齐左右两边的内容。")
    key = {f"p{n}": names[right] for n, (_, right) in enumerate(kept, 1)}
    return {
        "type": "match",
        "stem": stem,
        "prompts": prompts,
        "options": options,
        "key": dict(key),
    }


def typed(answers: list[str], stem: str) -> dict[str, Data]:
    """Return a blank item from wordings of the whole answer."""
    answers = [one for one in dict.fromkeys(answers) if one]
    if not answers:
        raise UnreadableError("填空题没有满分的答案", "给一个答案满分。")
    gaps = stem.count(GAP)
    if not gaps:
        stem, gaps = f"{stem}{GAP}", 1
    if gaps == 1:
        return {"type": "blank", "stem": stem, "key": [list(answers)]}
    split = [re.split(f"[{BETWEEN_GAPS};]", one) for one in answers]
    if any(len(one) != gaps for one in split):
        raise UnreadableError(
            f"题干有 {gaps} 个空，答案分不成 {gaps} 段",
            f"每个答案用“{BETWEEN_GAPS}”隔开各空。",
        )
    key: list[Data] = [
        list(dict.fromkeys(one[n].strip() for one in split)) for n in range(gaps)
    ]
    return {"type": "blank", "stem": stem, "key": key}


def words_of(text: str, *, html: bool, doubts: list[str]) -> str:
    """Return the words of a text that may be HTML."""
    if html and has_markup(text):
        text, lost = plain(text)
        doubts += [one for one in lost if one not in doubts]
        return harmless(text)
    return harmless(tidy(text))

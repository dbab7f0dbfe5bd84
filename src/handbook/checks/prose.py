"""How the prose is set: width and place of punctuation, doubled characters.

Reported, never mended: every auto-fixer tried broke macros, tabs or anchors of such
files. AutoCorrect reads the lines with their markup masked; which of its rules hold is
decided here, and nowhere else. Its rule of a space between Chinese and Latin is off:
this handbook writes 30秒 and QC小组.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from difflib import SequenceMatcher

import autocorrect_py

from handbook.handbook import Handbook
from handbook.model.pages import fold
from handbook.problems import Place, Problem
from handbook.reading.prose import MASK, ProseLine
from handbook.reading.written import Written

_RULES = {
    "space-word": 0,
    "space-punctuation": 0,
    "space-bracket": 0,
    "space-backticks": 0,
    "space-dash": 0,
    "space-dollar": 0,
    "fullwidth": 1,
    "halfwidth-word": 1,
    "halfwidth-punctuation": 1,
    "no-space-fullwidth": 1,
    "no-space-fullwidth-quote": 1,
    "spellcheck": 0,
}
autocorrect_py.load_config(  # type: ignore[attr-defined]
    json.dumps({"rules": _RULES})
)

_HAN = "\u3400-\u9fff"
_SET_WRONG = (
    (re.compile(rf"(?<=[{_HAN}]) +(?=[{_HAN}])"), "两个字之间多了空格", "删掉空格。"),
    (re.compile(rf"(?<=[{_HAN}]) +[,;!?](?=[{_HAN}\0]|$)"), "标点前面多了空格，标点是半角", "删掉空格，换成全角标点。"),
    (re.compile(rf"\([^()\0]*[{_HAN}][^()\0]*\)"), "中文里用了半角括号", "换成全角括号（）。"),
    (re.compile(rf"(?<=[{_HAN}])\.{{3,}}|(?<![.\d])\.{{3,}}(?=[{_HAN}])"), "省略号写成了点", "换成“……”。"),
    (re.compile(rf"\"[^\"\0]*[{_HAN}][^\"\0]*\""), "中文里用了直引号", "换成“”。"),
)  # fmt: skip

_DOUBTFUL = re.compile(
    r"(?<=\S):|[A-Za-z,.!?;()\"'\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]"
    r"|[^\s|>*#.\d-] +[^\s|\0]|[，。、；：！？] +\0"
)
"""What a line must have for anything to be wrong: Latin, half width, a space."""

_LATIN_SPACE = re.compile("[A-Za-z,.] | [A-Za-z]")
"""A space beside a Latin word: 【…】 stands in English sentences, too."""

_DOUBLED = re.compile(
    r"([，。、；：！？])\1+|(的的|了了|是是|和和|我我|您您|把把|被被|与与)"
)
_NOT_DOUBLED = re.compile(r"目的的|为了了|的的确确")


def prose_is_set_well(_handbook: Handbook, written: Written) -> Iterator[Problem]:
    """Punctuation has the width of what it stands among, and no stray spaces."""
    for path, said in written.lines():
        lines = [line for line in said if _DOUBTFUL.search(line.text)]
        if not lines:
            continue
        text = "\n".join(_readable(line) for line in lines)
        for found in autocorrect_py.lint_for(text, "text").lines:
            line = lines[found.line - 1]
            yield from _corrections(path, line, found.old, found.new)
        for line in lines:
            for pattern, message, remedy in _SET_WRONG:
                for one in pattern.finditer(line.text):
                    place = Place(path, line.number, one.start() + 1)
                    yield Problem(place, "L951", message, remedy)


def _readable(line: ProseLine) -> str:
    """Return a line in which what is masked reads as words do, in every column."""
    return line.text.rstrip(MASK + " ").replace(MASK, "口")


def _corrections(path: str, line: ProseLine, old: str, new: str) -> Iterator[Problem]:
    """Yield what AutoCorrect would change, each at its place."""
    start = _readable(line).find(old)
    if start < 0 or fold(old) != fold(new):
        return  # it would lose or move words: not a matter of setting
    for tag, a, b, c, d in SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        if tag == "equal":
            continue
        was, better = old[a:b], new[c:d]
        if _LATIN_SPACE.search(old[max(a - 1, 0) : b + 1]):
            continue
        yield Problem(
            Place(path, line.number, start + a + 1),
            "L951",
            f"“{was}”这里用“{better}”" if better.strip() else "标点旁边多了空格",
            f"改成“{better}”。" if better.strip() else "删掉空格。",
        )


def nothing_stands_twice(_handbook: Handbook, written: Written) -> Iterator[Problem]:
    """No mark and no particle is typed twice."""
    for path, said in written.lines():
        for line in said:
            for found in _DOUBLED.finditer(line.text):
                near = line.text[max(found.start() - 1, 0) : found.end() + 2]
                if not _NOT_DOUBLED.search(near):
                    yield Problem(
                        Place(path, line.number, found.start() + 1),
                        "L952",
                        f"“{found[0]}”重复了",
                        "删掉多的一个。",
                    )

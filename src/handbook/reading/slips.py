"""Slips of the hand that libyaml cannot name: what was typed, where, how to mend it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

NEAR = 3
"""Lines above the place libyaml stops at where a slip in a field's name shows."""


@dataclass(frozen=True, slots=True)
class Slip:
    """One slip; line and column count from 0."""

    line: int
    column: int
    message: str
    remedy: str


_CONFLICT = re.compile(r"^(?:<{7} |={7}$|>{7} )")
_WIDE_SPACE = re.compile(r"^[ \t]*([\u3000\u00a0])")
_WIDE_COLON = re.compile(r"^\s*(?:- )?[A-Za-z_][\w-]*(：)")
_TIGHT_COLON = re.compile(r"^\s*(?:- )?[A-Za-z_][\w-]*(:)(?![ \t/]|$)")
_WIDE_DASH = re.compile(r"^\s*([－—])\s*[A-Za-z_]")
_TIGHT_DASH = re.compile(r"^\s*(-)[A-Za-z_][\w-]*:(?:\s|$)")
_QUOTED = re.compile(r"^\s*(?:- )?(?:[\w-]+: +)?([\"'])")

_NEARBY = (
    (_WIDE_SPACE, "缩进里有全角空格", "删掉这一行开头的空白，改用半角空格，每层两个。"),
    (_WIDE_COLON, "字段名后面用了中文冒号", "换成英文冒号，后面空一格。"),
    (_TIGHT_COLON, "字段名的冒号后面少一个空格", "在冒号后面空一格。"),
    (_WIDE_DASH, "列表开头用了中文横线", "换成英文的“-”，后面空一格。"),
    (_TIGHT_DASH, "列表开头的“-”后面少一个空格", "在“-”后面空一格。"),
)


def find_slip(source: str, stopped_at: int, *, misaligned: bool) -> Slip | None:
    """Return the slip that best explains why reading stopped, if one does.

    Args:
        source: the text that is no YAML.
        stopped_at: the line where libyaml gave up, from 0.
        misaligned: whether it complained of fields that do not line up, which is how
            a quotation mark shows that was opened far above and never closed.
    """
    lines = source.split("\n")
    for number, line in enumerate(lines):
        if _CONFLICT.match(line):
            return Slip(
                number,
                0,
                "文件里留着合并冲突的标记",
                "在 <<<<<<< 和 >>>>>>> 之间选定一份内容，删掉这三行标记和另一份。",
            )
    for number in _upward(stopped_at, NEAR, len(lines)):
        for pattern, message, remedy in _NEARBY:
            if found := pattern.match(lines[number]):
                return Slip(number, found.start(1), message, remedy)
    if misaligned:
        for number in _upward(stopped_at - 1, len(lines), len(lines)):
            found = _QUOTED.match(lines[number])
            if found and _unclosed(lines[number][found.end() :], found[1]):
                return Slip(
                    number,
                    found.start(1),
                    "引号没有结束",
                    "在这段文字的末尾补上同样的引号。",
                )
    return None


def _upward(start: int, steps: int, lines: int) -> Iterator[int]:
    first = min(start, lines - 1)
    yield from range(first, max(first - steps, -1), -1)


def _unclosed(rest: str, quote: str) -> bool:
    """Whether what follows an opening quotation mark on its line does not close it."""
    if quote == '"':
        rest = re.sub(r"\\.", "", rest)
    return rest.count(quote) % 2 == 0

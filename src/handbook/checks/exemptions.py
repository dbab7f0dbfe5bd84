"""Exemptions: each has a reason, a code that may be judged, and something to exempt."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from handbook.problems import CODES, Problem
from handbook.reading.exemptions import Exemption

_EXAMPLE = "写成 <!-- 检查：允许 S605，理由：对孩子说的话 -->；数据文件里写在 # 后面。"

_LATER = ("P217", "R")
"""Codes whose problems only show on a day, or beside another state of the handbook."""


def exempted(
    problems: Iterable[Problem], exemptions: Collection[Exemption]
) -> Iterator[Problem]:
    """Yield the problems that no exemption covers, and what is wrong with exemptions."""
    used: set[tuple[Exemption, str]] = set()
    for problem in problems:
        by = covering(problem, exemptions)
        used |= {(one, problem.code) for one in by}
        if not by:
            yield problem
    for one in exemptions:
        yield from _faults(one, used)


def covering(problem: Problem, exemptions: Iterable[Exemption]) -> list[Exemption]:
    """Return the exemptions with a reason that set a problem aside."""
    return [
        one
        for one in exemptions
        if problem.code in one.codes
        and one.reason
        and CODES[problem.code].judged
        and one.covers(problem.place)
    ]


def _faults(
    exemption: Exemption, used: set[tuple[Exemption, str]]
) -> Iterator[Problem]:
    if not exemption.codes:
        yield Problem(exemption.place, "X983", "豁免没有写提示代码", _EXAMPLE)
        return
    if not exemption.reason:
        yield Problem(exemption.place, "X981", "豁免没有写理由", _EXAMPLE)
    for code in exemption.codes:
        if code not in CODES:
            yield Problem(
                exemption.place,
                "X983",
                f"没有 {code} 这个提示代码",
                "对照提示代码一页。",
            )
        elif not CODES[code].judged:
            yield Problem(
                exemption.place,
                "X983",
                f"{code}（{CODES[code].title}）不能豁免",
                "按那条提示的改法改好，再删掉这条豁免。",
            )
        elif (
            exemption.reason
            and (exemption, code) not in used
            and not code.startswith(_LATER)
        ):
            yield Problem(
                exemption.place,
                "X982",
                f"这里没有 {code} 的提示，豁免没有用处",
                "删掉这条豁免；挪了地方的，放到要豁免的那一段上面。",
            )

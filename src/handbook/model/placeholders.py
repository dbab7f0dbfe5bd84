"""Texts that only say what to write there; whoever begins something replaces them.

What puts them there (`scaffold`, the cure of R801) and what finds them still standing
(P218) read them here.
"""

from __future__ import annotations

from enum import StrEnum


class Placeholder(StrEnum):
    """Texts as they stand alone in a line of a page or a value of a YAML file."""

    SUMMARY = "写改了什么"
    PAGE = "这一页管什么事，写一句。"
    SCENES = "这一页的话什么时候说，写一句。"
    CLAUSE = "写明谁、做什么、什么时候做完。一条只说一件事。"
    USE = "写什么时候说"
    FOLLOW_UP = "写说完以后做什么"
    KEEP = "写谁保管、保管多久"
    RATIONALE = "写一句为什么。"
    WHY_NOT = "写为什么不对。"
    RIGHT = "写正确的做法"
    WRONG = "写常见的错误做法"
    OTHER_WRONG = "写另一种错误做法"
    ONE_RIGHT = "写一个正确的"
    OTHER_RIGHT = "写另一个正确的"
    ONE_WRONG = "写一个错误的"
    ANSWER = "写标准答案"
    ALSO = "写也算对的写法"
    FIRST = "写第一步"
    SECOND = "写第二步"
    THIRD = "写第三步"
    LEFT_ONE = "写左边第一项"
    LEFT_TWO = "写左边第二项"
    RIGHT_ONE = "写右边第一项"
    RIGHT_TWO = "写右边第二项"


GAP = "# 待补"
"""Stands behind a value that a bank from another tool came without."""


class Heading(StrEnum):
    """Headings of a new page, with ids that say nothing."""

    CLAUSE = "第一条 {#first-clause}"
    SCENE = "场景 {#scene}"
    PHRASE = "第一句 {#first-phrase}"

"""Exams: who must pass what, how papers are drawn, what a pass is worth."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from handbook.harmless import visible
from handbook.model.data import Identifier, Record, Text
from handbook.model.durations import Duration
from handbook.problems import guess


def _percent(value: object) -> Fraction:
    """Read `80%` exactly; marks are never floats."""
    if isinstance(value, Fraction):
        return value
    text = str(value).strip().replace("％", "%")
    try:
        share = Fraction(text.removesuffix("%")) / 100
    except (ValueError, ZeroDivisionError):
        share = Fraction(-1)
    if not text.endswith("%") or not 0 <= share <= 1:
        raise PydanticCustomError("percent", "要写成 0% 到 100% 之间的百分数，例如 80%")
    return share


Percent = Annotated[
    Fraction,
    PlainValidator(_percent),
    WithJsonSchema(
        {"type": "string", "pattern": r"^\s*(100(\.0+)?|\d{1,2}(\.\d+)?)\s*[%％]\s*$"}
    ),
]
"""A share between 0 and 1, written as a percentage."""


def _of_fixed_length(span: Duration) -> Duration:
    """Refuse what no clock on a page counts down: months, years, nothing."""
    if not (span.count and span.is_fixed):
        raise PydanticCustomError("duration", "考试时间要写分钟或小时，例如 40分钟")
    return span


Band = Literal["优秀", "良好", "合格"]

BANDS: tuple[Band, ...] = get_args(Band)
"""What a pass may be called, the best first."""


class Blueprint(Record):
    """How many items of each topic stand in a paper."""

    topics: Annotated[
        dict[Identifier, Annotated[int, Field(ge=1)]], Field(min_length=1)
    ]
    critical: Literal["all", "draw"] = "all"
    """`all`: every critical item of these topics is in every paper."""


class Exam(Record):
    """A file under `quizzes/exams/`."""

    id: Identifier
    title: Text
    roles: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    """Roles that must pass it."""
    blueprint: Blueprint
    pass_mark: Percent
    bands: dict[Band, Percent]
    """From which share each band starts; below the lowest is 不合格."""
    time_limit: Annotated[Duration, AfterValidator(_of_fixed_length)]
    attempts: Annotated[int, Field(ge=1)] = 3
    """How many sittings before a trainer must step in."""
    cooldown: Duration = Duration(24, "小时")
    """Wait after a failed sitting."""
    valid_for: Duration = Duration(12, "个月")
    on_change: Literal["recertify", "notify", "none"] = "recertify"
    forms: Annotated[int, Field(ge=1, le=9)] = 2
    """How many parallel papers are drawn."""
    needed_for_work: bool = True
    """Whether its roles may work only with a pass; `false` for an exam to be sat later."""
    note: str = ""

    @property
    def size(self) -> int:
        """How many items a paper has."""
        return sum(self.blueprint.topics.values())


def no_such_exam(name: str, known: Collection[str]) -> str:
    """Say that no exam has an id, which one may be meant, and which there are."""
    there = "、".join(known)
    return f"没有编号为 {visible(name)} 的考试。{guess(name, known)}现有：{there}"

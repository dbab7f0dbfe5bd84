"""What recurs in the department: how often, when exactly, who sees to it."""

from __future__ import annotations

import re
from datetime import time
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import (
    Field,
    PlainValidator,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)
from pydantic_core import PydanticCustomError

from handbook.model.data import Identifier, Record, Text
from handbook.model.durations import Duration


class Rhythm(StrEnum):
    """How often a thing is done."""

    DAILY = "每天"
    WEEKLY = "每周"
    MONTHLY = "每月"
    QUARTERLY = "每季度"
    HALF_YEARLY = "每半年"
    YEARLY = "每年"

    @property
    def months(self) -> int:
        """How many months lie between two times; 0 for what comes more often."""
        return _MONTHS.get(self, 0)


_MONTHS = {
    Rhythm.MONTHLY: 1,
    Rhythm.QUARTERLY: 3,
    Rhythm.HALF_YEARLY: 6,
    Rhythm.YEARLY: 12,
}

WEEKS = {"第一": 1, "第二": 2, "第三": 3, "第四": 4, "最后": -1}
"""Which of a month's Mondays, Tuesdays …"""

LAST_DAY = "最后一天"
_LATEST_DAY = 28


_TIME = r"([01]?\d|2[0-3]):([0-5]\d)"


def _clock(value: object) -> time:
    if isinstance(value, time):
        return value
    found = re.fullmatch(_TIME, str(value).strip())
    if not found:
        raise PydanticCustomError("clock", "写成 8:30 这样的二十四小时制钟点")
    return time(int(found[1]), int(found[2]))


def _day(value: object) -> int:
    if value in {LAST_DAY, -1}:
        return -1
    text = str(value).strip()
    if not text.isdecimal() or not 1 <= int(text) <= _LATEST_DAY:
        raise PydanticCustomError(
            "day_of_month", f"写 1 到 {_LATEST_DAY} 的日子，或写 {LAST_DAY}"
        )
    return int(text)


Clock = Annotated[
    time,
    PlainValidator(_clock),
    WithJsonSchema({"type": "string", "pattern": f"^{_TIME}$"}),
]
"""A time of day, written as 8:30."""

DayOfMonth = Annotated[
    int,
    PlainValidator(_day),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 1, "maximum": _LATEST_DAY},
                {"const": LAST_DAY},
            ]
        }
    ),
]
"""A day that every month has, or its last one."""

Weekday = Literal["周一", "周二", "周三", "周四", "周五", "周六", "周日"]


class Slot(Record):
    """Where a thing stands in the calendar."""

    weekday: Weekday | None = None
    week: Literal["第一", "第二", "第三", "第四", "最后"] | None = None
    """Which one of that weekday in the month."""
    day: DayOfMonth | None = None
    """Day of the month; -1 is the last."""
    month: Annotated[int, Field(ge=1, le=12)] | None = None
    """The first month of the year in which it is done; the rhythm tells the others."""
    time: Clock | None = None
    """When it begins; without it, any time of that day will do."""
    takes: Duration = Duration(30, "分钟")


class Event(Record):
    """Something done again and again by a rule of the handbook."""

    id: Identifier
    title: Text
    every: Rhythm
    when: Text
    """How the rule says it, in words."""
    on: Slot
    owner: Identifier
    """The role that sees to it."""
    clause: Text
    """Address of the rule behind it."""
    form: Identifier | None = None

    @field_validator("on")
    @classmethod
    def _fits(cls, on: Slot, info: ValidationInfo) -> Slot:
        every = info.data.get("every")
        wrong = _misfit(every, on) if isinstance(every, Rhythm) else ""
        if wrong:
            raise PydanticCustomError("slot", "{wrong}", {"wrong": wrong})
        return on

    @property
    def months(self) -> tuple[int, ...]:
        """Months of the year in which it is done; empty for every month."""
        step = self.every.months
        return tuple(range(self.on.month, 13, step)) if self.on.month else ()

    @property
    def slot(self) -> str:
        """The place in the calendar in words: `1、4、7、10月第一个周一 9:00`."""
        on = self.on
        parts = []
        if self.months:
            parts.append("、".join(map(str, self.months)) + "月")
        elif self.every is Rhythm.MONTHLY:
            parts.append("每月")
        if on.week and on.weekday:
            parts.append(f"{on.week}{'一' if on.week == '最后' else ''}个{on.weekday}")
        elif on.weekday:
            parts.append(f"每{on.weekday}")
        if on.day:
            parts.append(LAST_DAY if on.day < 0 else f"{on.day}日")
        if not parts:
            parts.append(str(self.every))
        clock = f" {on.time.hour}:{on.time.minute:02}" if on.time else ""
        return "".join(parts) + clock


def _misfit(every: Rhythm, on: Slot) -> str:
    """Say how a slot must be written where it does not fit its rhythm."""
    in_month = (on.day is not None) != (on.weekday is not None and on.week is not None)
    stray_week = on.week is not None and on.weekday is None
    if every is Rhythm.DAILY:
        fits = not (on.weekday or on.week or on.day or on.month)
        return "" if fits else "每天的事只写 time 和 takes"
    if every is Rhythm.WEEKLY:
        fits = bool(on.weekday) and not (on.week or on.day or on.month)
        return "" if fits else "每周的事写 weekday，不写 week、day 和 month"
    if not in_month or stray_week or (on.day and on.weekday):
        return "写 day，或者同时写 week 和 weekday"
    if every is Rhythm.MONTHLY:
        return "每月的事不写 month" if on.month else ""
    if on.month is None or on.month > every.months:
        return f"{every}的事要写 month：一年里第一次在几月，从 1 到 {every.months}"
    return ""

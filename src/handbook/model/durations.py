"""Spans of time as trainers write them: 40分钟, 24小时, 7天, 2周, 12个月, 1年."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from dateutil.relativedelta import relativedelta
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

_UNITS = {
    "分钟": "minutes",
    "小时": "hours",
    "天": "days",
    "日": "days",
    "周": "weeks",
    "个月": "months",
    "年": "years",
}
_BY_CALENDAR = frozenset({"个月", "年"})
_WITHIN_DAYS = frozenset({"分钟", "小时"})
_WRITTEN = re.compile(rf"\s*(\d{{1,4}})\s*({'|'.join(_UNITS)})\s*")

_BEGINNING, _CENTURY = date(1, 1, 1), date(101, 1, 1)

Moment = TypeVar("Moment", date, datetime)


@dataclass(frozen=True, slots=True)
class Duration:
    """A span in calendar units; months and years follow the calendar."""

    count: int
    unit: str
    """As written: one of 分钟 小时 天 日 周 个月 年."""

    @classmethod
    def parse(cls, text: str) -> Duration:
        """Read a span such as `24小时`.

        Raises:
            ValueError: the text is not a count and a unit.
        """
        found = _WRITTEN.fullmatch(text)
        if not found:
            raise ValueError(text)
        return cls(int(found[1]), found[2])

    def after(self, moment: Moment) -> Moment:
        """Return the date or time this span after another; month ends are clipped."""
        return moment + self._delta()

    def before(self, moment: Moment) -> Moment:
        """Return the date or time this span before another; month ends are clipped."""
        return moment - self._delta()

    @property
    def in_days(self) -> bool:
        """Whether it is whole days, weeks, months or years."""
        return self.unit not in _WITHIN_DAYS

    @property
    def endless(self) -> bool:
        """Whether it is longer than a century: calendars end, with the year 9999."""
        try:
            return self.after(_BEGINNING) > _CENTURY
        except (OverflowError, ValueError):
            return True

    @property
    def is_fixed(self) -> bool:
        """Whether it is as long whenever it begins."""
        return self.unit not in _BY_CALENDAR

    @property
    def seconds(self) -> int:
        """Length in seconds; only for spans of fixed length.

        Raises:
            ValueError: the span is in months or years.
        """
        if not self.is_fixed:
            raise ValueError(str(self))
        return int(timedelta(**{_UNITS[self.unit]: self.count}).total_seconds())

    def _delta(self) -> relativedelta | timedelta:
        arguments: dict[str, Any] = {_UNITS[self.unit]: self.count}
        by_calendar = self.unit in _BY_CALENDAR
        return relativedelta(**arguments) if by_calendar else timedelta(**arguments)

    def __str__(self) -> str:
        return f"{self.count}{self.unit}"

    @classmethod
    def __get_pydantic_json_schema__(
        cls, _schema: CoreSchema, _handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^{_WRITTEN.pattern}$"}

    @classmethod
    def __get_pydantic_core_schema__(
        cls, _source: object, _handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        def read(value: object) -> Duration:
            if isinstance(value, Duration):
                return value
            try:
                found = cls.parse(str(value))
            except ValueError:
                raise PydanticCustomError(
                    "duration", "要写成数字加单位，例如 40分钟、24小时、12个月"
                ) from None
            if found.endless:
                raise PydanticCustomError("duration", "写得太长了，最多 100年")
            return found

        return core_schema.no_info_plain_validator_function(
            read, serialization=core_schema.to_string_ser_schema()
        )

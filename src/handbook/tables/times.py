"""Times as form tools write them; one that can be read in two ways is read in none."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta, timezone

from handbook.tables.cells import Cell

_TIME = re.compile(
    r"(\d{1,4})[-/.年](\d{1,2})[-/.月](\d{1,4})日?[ tT]\s*(上午|下午|am|pm)?\s*"
    r"(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?\s*(上午|下午|am|pm)?\s*"
    r"(z|(?:gmt|utc)?([+-])(\d{1,2}):?(\d{2})?|gmt|utc)?"
)
_SPAN = re.compile(
    r"(?:(\d+)\s*(?:小时|时|h))?\s*(?:(\d+)\s*(?:分钟|分|m))?\s*(?:(\d+)\s*(?:秒|s)?)?"
)
_ORDERS = {"年月日": "ymd", "月日年": "mdy", "日月年": "dmy"}
_YEAR_DIGITS = 4
_SHORT_YEAR_DIGITS = 2
_LONGEST = 6
"""Digits of a span's hours, minutes or seconds."""
_NOON = 12


class TimeError(Exception):
    """A time cannot be read; the message says why, in Chinese."""


def read_time(cell: Cell, *, dates: str, offset: str) -> datetime:
    """Return a moment.

    Args:
        cell: text, or a spreadsheet's own date and time.
        dates: order of day and month where the year does not stand first; may be empty.
        offset: `+08:00`, for a time that names no zone.

    Raises:
        TimeError: it is no time, or may be two.
    """
    sign, hours, minutes = offset[0], offset[1:3], offset[4:6]
    if isinstance(cell, datetime):
        try:
            whole = cell + timedelta(microseconds=500_000)
        except OverflowError:
            raise TimeError("不是日历上有的时间") from None
        return whole.replace(microsecond=0, tzinfo=_zone(sign, hours, minutes))
    plain = unicodedata.normalize("NFKC", cell).strip()
    found = _TIME.fullmatch(plain.lower())
    if not found:
        raise TimeError("不是看得懂的时间")
    one, two, three, before, hour, minute, second, after = found.groups()[:8]
    if found[9]:
        if found[10]:
            sign, hours, minutes = found[10], found[11], found[12] or "00"
        else:
            sign, hours, minutes = "+", "00", "00"
    half = before or after or ""
    try:
        clock = (_hour(int(hour), half), int(minute), int(second or 0))
        zone = _zone(sign, hours, minutes)
    except ValueError:
        raise TimeError("不是钟面上有的时间") from None
    days = {
        day
        for order in _orders(one, three, dates)
        for day in [_day(order, (one, two, three))]
        if day
    }
    if not days:
        raise TimeError("不是日历上有的时间")
    if len(days) > 1:
        raise TimeError("月和日有两种读法")
    try:
        return datetime(*days.pop(), *clock, tzinfo=zone)
    except ValueError:
        raise TimeError("不是日历上有的时间") from None


def read_span(cell: Cell) -> timedelta:
    """Return how long a hand-in took: `123秒`, `2分3秒`.

    Raises:
        TimeError: it is no span of time.
    """
    text = cell if isinstance(cell, str) else ""
    found = _SPAN.fullmatch(unicodedata.normalize("NFKC", text).strip().lower())
    if not found or not any(found.groups()):
        raise TimeError("不是看得懂的用时")
    if any(part and len(part) > _LONGEST for part in found.groups()):
        raise TimeError("用时太长")
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)


def _orders(first: str, last: str, dates: str) -> tuple[str, ...]:
    if len(first) == _YEAR_DIGITS:
        return ("ymd",)
    if dates:
        return (_ORDERS[dates],)
    return ("mdy", "dmy") if len(last) in {_SHORT_YEAR_DIGITS, _YEAR_DIGITS} else ()


def _day(order: str, parts: tuple[str, str, str]) -> tuple[int, int, int] | None:
    by = dict(zip(order, map(int, parts), strict=True))
    short = len(parts[order.index("y")]) == _SHORT_YEAR_DIGITS
    year = by["y"] + 2000 if short else by["y"]
    try:
        datetime(year, by["m"], by["d"])  # noqa: DTZ001 - only whether there is such a day
    except ValueError:
        return None
    return year, by["m"], by["d"]


def _hour(hour: int, half: str) -> int:
    if not half:
        return hour
    if not 1 <= hour <= _NOON:
        raise ValueError(hour)
    return hour % _NOON + (_NOON if half in {"下午", "pm"} else 0)


def _zone(sign: str, hours: str, minutes: str) -> timezone:
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-offset if sign == "-" else offset)

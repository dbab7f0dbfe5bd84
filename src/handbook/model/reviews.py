"""When somebody checked a page, who, and against what."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from handbook.model.data import Day, Record, Text

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class Review(Record):
    """A check of a page; without `by` and `against` it is only a date."""

    on: Day
    by: Text
    """Who checked: a name or a post, as the reader may see it."""
    against: Text
    """What the page was compared with: a document, a system, what is really done."""

    @property
    def evident(self) -> bool:
        """Whether it says who checked and against what."""
        return True


class BareDate(Review):
    """`reviewed: 2026-11-20`: somebody set a date, and nobody says what was done."""

    by: str = ""
    against: str = ""

    @property
    def evident(self) -> bool:
        """Whether it says who checked and against what."""
        return False


def _read(value: object) -> object:
    """Read a date alone; what is no text is left to the model."""
    if not isinstance(value, str):
        return value
    if not _DATE.fullmatch(value):
        raise PydanticCustomError("date_parsing", "要写成 2026-11-20 这样的日期")
    try:
        return BareDate(on=date.fromisoformat(value))
    except ValueError:
        raise PydanticCustomError("date_parsing", "没有这一天") from None


Reviewed = Annotated[
    Review, BeforeValidator(_read, json_schema_input_type=date | Review)
]
"""A review as front matter has it: `on`, `by` and `against`, or a date alone."""


__all__ = ["BareDate", "Review", "Reviewed"]

"""The shared data of a handbook: company, figures, roles, forms, the system list."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    PlainValidator,
    StringConstraints,
    WithJsonSchema,
)
from pydantic import (
    Field as Limits,
)
from pydantic_core import PydanticCustomError

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
"""Words an author wrote; never empty."""

IDENTIFIER = r"[a-z][a-z0-9]*(-[a-z0-9]+)*"

Identifier = Annotated[str, StringConstraints(pattern=f"^{IDENTIFIER}$")]
"""A stable name: lower-case Latin words joined by hyphens."""


_EARLIEST, _LATEST = date(1900, 1, 1), date(2199, 12, 31)


def _of_our_times(day: date) -> date:
    """Refuse a slip of the year: from some of these no span can be reckoned."""
    if not _EARLIEST <= day <= _LATEST:
        raise PydanticCustomError(
            "day", f"年份写得不对，要在 {_EARLIEST.year} 到 {_LATEST.year} 之间"
        )
    return day


Day = Annotated[date, AfterValidator(_of_our_times)]
"""A day that somebody wrote down."""


class Record(BaseModel):
    """Base of everything read from YAML: unknown fields are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Figure(Record):
    """A number, deadline or limit that is written once and called everywhere."""

    id: Identifier
    name: Text
    """What it measures, e.g. 电话应答时限."""
    value: Text
    """The bare value as written, e.g. 3."""
    unit: str = ""
    wording: Text
    """How it reads in a sentence, e.g. 三声内."""
    clause: Text
    """Address of the clause that sets it."""
    promised: bool = False
    """Whether it is a promise to the customer (it then stands in 服务标准)."""
    measured: str = ""
    """How it is measured, by whom and how often."""
    basis: str = ""
    """Law or standard behind it, where there is one."""
    checked_on: Day | None = None
    """When the basis was last looked up."""


class Stage(Record):
    """One stretch of a role's path."""

    id: Identifier
    title: Text
    read: tuple[Text, ...] = ()
    """Pages, or clauses of pages, relative to `content/`."""
    practice: tuple[Identifier, ...] = ()
    """Topics of banks."""
    exams: tuple[Identifier, ...] = ()


def _account(value: object) -> str:
    text = str(value).strip()
    if not re.fullmatch(_ACCOUNT, text):
        raise PydanticCustomError(
            "account", "写成 @账号、@组/账号 或邮箱，@ 开头的要加引号，例如 '@wang'"
        )
    return text


_ACCOUNT = r"@[\w.-]+(/[\w.-]+)*|[^@\s]+@[^@\s]+"

Account = Annotated[
    str,
    PlainValidator(_account),
    WithJsonSchema({"type": "string", "pattern": f"^({_ACCOUNT})$"}),
]
"""Somebody on the code host."""


class Role(Record):
    """A post in the department and the path of whoever is new in it."""

    id: Identifier
    title: Text
    summary: Text
    path: tuple[Stage, ...] = ()
    accounts: tuple[Account, ...] = ()
    """Who holds it on the code host: `@name` or an address; CODEOWNERS is made of it."""


class Field(Record):
    """One field of a form."""

    name: Text
    kind: Literal["text", "long", "date", "time", "number", "choice", "sign"] = "text"
    hint: str = ""
    options: tuple[Text, ...] = ()
    """What may be ticked, for `choice`."""


class Form(Record):
    """A paper form; a log has one line per case, a record one sheet per case."""

    id: Identifier
    title: Text
    clause: Text
    """Address of the clause that asks for it."""
    layout: Literal["log", "record"]
    landscape: bool = False
    note: str = ""
    fields: tuple[Field, ...]
    rows: Annotated[int, Limits(ge=1, le=100)] = 15
    """Empty lines printed on a log."""
    keep: str = ""
    """Who keeps it and for how long."""


class System(Record):
    """A row of the 制度目录; coverage is counted from it."""

    id: Annotated[str, StringConstraints(pattern=r"^[A-Z][0-9]+$")]
    title: Text
    group: Text
    needs: tuple[
        Literal["page", "figures", "phrases", "forms", "items", "path"], ...
    ] = ("page", "items", "path")
    """What this system must have to count as working."""


class BankHead(Record):
    """A bank's file without its items, which are read one by one (`model.items`)."""

    topic: Identifier
    title: Text

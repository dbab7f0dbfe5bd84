"""Form tools: how each writes its exports, and what a trainer's mapping file changes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import StringConstraints

from handbook.model.data import Record, Text
from handbook.problems import Place, Problem
from handbook.reading.shapes import read_shape
from handbook.reading.sources import read_source
from handbook.reading.yaml_files import read_yaml

ToolName = Literal["问卷星", "Microsoft Forms", "Google Forms"]

PAPER = r"[a-z][a-z0-9-]{0,200}/[1-9](?:-20\d\d-\d\d-\d\d)?/[0-9a-f]{8,64}"
"""How a paper is named in a form: exam, form and digest; with the form the day of a
delta paper, `front-desk/1-2026-11-20/…`."""


class Columns(Record):
    """Headings of columns that carry no tag and are not called as the tool calls them."""

    number: Text | None = None
    name: Text | None = None
    started: Text | None = None
    submitted: Text | None = None
    taken: Text | None = None


class FormMapping(Record):
    """A mapping file: where a form differs from what its tool usually exports."""

    tool: ToolName
    paper: Annotated[str, StringConstraints(pattern=f"^{PAPER}$")] | None = None
    """Exam, form and digest, for a form whose questions lost the `[paper:…]` tag."""
    columns: Columns = Columns()
    dates: Literal["年月日", "月日年", "日月年"] | None = None
    """Order of day and month where the year does not stand first."""
    timezone: Annotated[
        str, StringConstraints(pattern=r"^[+-](0\d|1[0-4]):[0-5]\d$")
    ] = "+08:00"
    separators: tuple[Text, ...] = ()
    letters: bool | None = None
    """Whether a cell may hold the letter of an option instead of its words."""


@dataclass(frozen=True, slots=True)
class Tool:
    """How one form tool writes an export."""

    name: ToolName
    submitted: tuple[str, ...]
    """Headings of the time of handing in, in the languages of the tool."""
    started: tuple[str, ...]
    taken: tuple[str, ...]
    separators: tuple[str, ...]
    """What stands between the options chosen in a multiple-choice question."""
    letters: bool
    empty: frozenset[str] = frozenset()
    """What a cell says where nothing was answered."""
    repeats: re.Pattern[str] | None = None
    """Headings that repeat a question's words but hold the tool's own marks."""
    number: tuple[str, ...] = ("工号",)
    person: tuple[str, ...] = ("姓名",)
    dates: str = ""
    timezone: str = "+08:00"
    paper: str = ""
    mapped: tuple[tuple[str, str], ...] = ()
    """Fields and headings that a mapping file names; each must be in the table."""


TOOLS: Mapping[ToolName, Tool] = MappingProxyType(
    {
        "问卷星": Tool(
            "问卷星",
            submitted=("提交答卷时间",),
            started=(),
            taken=("所用时间",),
            separators=("┋",),
            letters=True,
            empty=frozenset({"(空)", "(跳过)"}),
        ),
        "Microsoft Forms": Tool(
            "Microsoft Forms",
            submitted=("Completion time", "完成时间"),
            started=("Start time", "开始时间"),
            taken=(),
            separators=(";",),
            letters=False,
            repeats=re.compile(
                r"^(points|feedback|得分|分数|点数|反馈) ?-", re.IGNORECASE
            ),
        ),
        "Google Forms": Tool(
            "Google Forms",
            submitted=("Timestamp", "时间戳记", "时间戳"),
            started=(),
            taken=(),
            separators=(",",),
            letters=False,
            repeats=re.compile(r"\[(score|feedback|得分|反馈)\]$", re.IGNORECASE),
        ),
    }
)


def tool_of(mapping: FormMapping) -> Tool:
    """Return the tool as a mapping file changes it."""
    tool = TOOLS[mapping.tool]
    columns = mapping.columns
    return replace(
        tool,
        number=(columns.number,) if columns.number else tool.number,
        person=(columns.name,) if columns.name else tool.person,
        started=(columns.started,) if columns.started else tool.started,
        submitted=(columns.submitted,) if columns.submitted else tool.submitted,
        taken=(columns.taken,) if columns.taken else tool.taken,
        separators=mapping.separators or tool.separators,
        letters=tool.letters if mapping.letters is None else mapping.letters,
        dates=mapping.dates or "",
        timezone=mapping.timezone,
        paper=mapping.paper or "",
        mapped=tuple(
            (field, heading) for field, heading in columns if heading is not None
        ),
    )


def read_mapping(path: Path) -> tuple[Tool | None, list[Problem]]:
    """Read a mapping file; with every mistake in it."""
    source, problems = read_source(path.parent, path.name)
    if problems:
        return None, problems
    node, problems = read_yaml(source, path.name)
    if node is None:
        empty = Problem(
            Place(path.name), "Y103", "对应文件是空的", "至少写一行 tool: 问卷星"
        )
        return None, problems or [empty]
    mapping, more = read_shape(FormMapping, node)
    problems = [*problems, *more]
    return (None if problems else tool_of(mapping)), problems

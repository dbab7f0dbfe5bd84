"""Exports of form tools as hand-ins: `read_table`, and how a table is turned down."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePath
from types import MappingProxyType

from handbook.grading.submissions import Refusal, Submission, clean
from handbook.handbook import Handbook
from handbook.tables.cells import TableError, read_cells
from handbook.tables.headings import MismatchError, match_heading, tagged_sheet
from handbook.tables.rows import read_row
from handbook.tables.tools import Tool

REFUSALS: Mapping[str, str] = MappingProxyType(
    {
        "A621": "表格读不出来",
        "A622": "表格缺少要用的列",
        "A623": "表格和试卷对不上",
        "A624": "这一行的时间看不懂",
        "A625": "答案不是这道题的选项",
        "A626": "答案有两种读法",
        "A627": "同一个人同一时间有两份不同的答卷",
        "A628": "这一行没有写完",
    }
)
"""Every way in which a table, or a row of it, is turned down before grading."""

SUFFIXES = frozenset({".csv", ".xlsx", ".xls"})
"""Names of files that are tables; `.xls` is refused with its cure."""

Read = tuple[str, Submission | tuple[Refusal, ...]]
"""What to call a row, and what became of it."""


def is_table(name: str) -> bool:
    """Whether a file is read as a table and not as an answer file."""
    return PurePath(name).suffix.lower() in SUFFIXES


def read_table(
    handbook: Handbook, raw: bytes, *, name: str, tool: Tool | None = None
) -> list[Read]:
    """Read an export, trusting nothing in it; never raises.

    Each row that can be matched with a paper is written as an answer file and read by
    the reader of those, so that a row is held to the same rules as a hand-in.

    Args:
        handbook: draws the paper.
        raw: the file as it came.
        name: what to call it in messages.
        tool: as the mapping file says; recognised by its headings if left out.
    """
    try:
        heading, rows = tagged_sheet(read_cells(raw))
        table = match_heading(handbook, heading, tool)
    except MismatchError as error:
        return _turned_down(error.code, name, error)
    except TableError as error:
        return _turned_down("A621", name, error)
    found = [(f"{name} 第 {row.number} 行", read_row(table, row, name)) for row in rows]
    return list(_without_rivals(found))


def _turned_down(code: str, name: str, error: TableError) -> list[Read]:
    place = clean(PurePath(name).name, 80)
    return [(name, (Refusal(code, place, error.message, error.remedy),))]


def _without_rivals(found: Iterable[Read]) -> Iterator[Read]:
    """Refuse rows of one person and one moment that answer differently."""
    told = list(found)
    digests: dict[str, set[str]] = defaultdict(set)
    for _, read in told:
        if isinstance(read, Submission):
            digests[read.sitting].add(read.digest)
    for label, read in told:
        if isinstance(read, Submission) and len(digests[read.sitting]) > 1:
            place = clean(PurePath(label).name, 80)
            message = f"工号 {read.person.number} 在同一时间交了不同的答卷"
            remedy = "请找学员核对哪一份算数，在表格里删去另一行，再评分。"
            fault = Refusal("A627", place, message, remedy, read.person, read.exam)
            yield label, (fault,)
        else:
            yield label, read

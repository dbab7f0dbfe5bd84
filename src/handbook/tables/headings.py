"""Matching a table with a paper: which sheet, which tool, which column is what."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from handbook.grading.marks import fold
from handbook.grading.submissions import clean
from handbook.handbook import Handbook
from handbook.papers import Paper, draw
from handbook.papers.confirmations import exam_of
from handbook.problems import guess
from handbook.tables.cells import Cell, Row, TableError
from handbook.tables.questions import Question, questions
from handbook.tables.tools import PAPER, TOOLS, Tool

_PAPER_TAG = re.compile(rf"\[ ?paper ?: ?({PAPER}) ?\]")
_ITEM_TAG = re.compile(r"\[ ?q ?: ?([0-9a-f]{12})(?:/([0-9]{1,2}))? ?\]")
_NAME_TAG = re.compile(r"\[ ?name ?\]")
_NUMBERING = re.compile(r"^\s*\d{1,3}\s*[.、]\s*")


class MismatchError(TableError):
    """A table can be read, but not matched with a paper; says by which code."""

    def __init__(self, code: str, message: str, remedy: str) -> None:
        super().__init__(message, remedy)
        self.code = code


@dataclass(frozen=True, slots=True)
class ColumnPlaces:
    """Where in a row things stand, from 0."""

    number: int
    person: int
    submitted: int
    started: int | None
    taken: int | None
    questions: Mapping[tuple[str, int], int]
    """By item token and part."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose columns are known."""

    paper: Paper
    tool: Tool
    columns: ColumnPlaces
    asked: tuple[Question, ...]
    lists: frozenset[str]
    """Tokens of order items that stand in one column, as a list."""
    width: int
    """Columns of the heading."""


def tagged_sheet(sheets: Sequence[Sequence[Row]]) -> tuple[Row, Sequence[Row]]:
    """Return heading and rows of the one sheet that has our tags.

    Raises:
        MismatchError: none has, or several have.
    """
    tagged = [
        rows
        for rows in sheets
        if any(_ITEM_TAG.search(_plain(cell)) for cell in rows[0].cells)
    ]
    if not tagged:
        raise MismatchError(
            "A622",
            "第一行里没有带 [q:…] 标记的题目",
            "题目要用 python scripts/form_text.py 印出的文字，标记留在题干里；"
            "导出时选“按文本”，不要选“按序号”或“按分数”。",
        )
    if len(tagged) > 1:
        raise MismatchError(
            "A622", "有不止一张工作表像是答卷", "请只留一张工作表，另存以后再评分。"
        )
    return tagged[0][0], tagged[0][1:]


def match_heading(handbook: Handbook, heading: Row, known: Tool | None = None) -> Table:
    """Find the paper of a table, and the column of each thing.

    Args:
        handbook: draws the paper.
        heading: the first row.
        known: the tool that wrote it; recognised by its headings if left out.

    Raises:
        MismatchError: something is missing, or there twice.
    """
    tool = known or _recognised(heading)
    cells = [
        "" if tool.repeats and tool.repeats.search(_plain(cell).strip()) else cell
        for cell in heading.cells
    ]
    _hold_mapping_against(tool, cells)
    paper = _paper(handbook, cells, tool)
    tagged = _tagged(cells)
    asked = tuple(questions(paper))
    lists = frozenset(
        q.item.token
        for q in asked
        if q.item.type == "order" and (q.item.token, 0) in tagged
    )
    wanted = {(q.item.token, 0 if q.item.token in lists else q.part) for q in asked}
    _hold_against(wanted, tagged, cells)
    columns = ColumnPlaces(
        number=_column(cells, tool.number, "工号", _PAPER_TAG),
        person=_column(cells, tool.person, "姓名", _NAME_TAG),
        submitted=_column(cells, tool.submitted, "交卷时间"),
        started=_column(cells, tool.started, "开始时间") if tool.started else None,
        taken=_column(cells, tool.taken, "所用时间") if tool.taken else None,
        questions=tagged,
    )
    return Table(paper, tool, columns, asked, lists, len(cells))


def _plain(cell: Cell) -> str:
    return unicodedata.normalize("NFKC", cell) if isinstance(cell, str) else ""


def _heading(cell: Cell) -> str:
    """Return a heading without numbering and tags, as headings are compared."""
    text = _plain(cell)
    for tag in (_PAPER_TAG, _ITEM_TAG, _NAME_TAG):
        text = tag.sub("", text)
    return fold(_NUMBERING.sub("", text))


def _recognised(heading: Row) -> Tool:
    """Return the one tool whose headings these are; never the likeliest of several."""
    there = {_heading(cell) for cell in heading.cells}
    fitting = [
        tool
        for tool in TOOLS.values()
        if all(
            there & set(map(fold, names))
            for names in (tool.submitted, tool.started, tool.taken)
            if names
        )
    ]
    if len(fitting) == 1:
        return fitting[0]
    raise MismatchError(
        "A622",
        "认不出这是哪个问卷工具导出的表格",
        f"请写一个对应文件，至少有一行 tool: {' / '.join(TOOLS)} 中的一个，"
        "评分时加上 --mapping 对应文件。",
    )


def _hold_mapping_against(tool: Tool, cells: Sequence[Cell]) -> None:
    """Refuse what a mapping file names and the table has not, tags or no tags."""
    there = {_heading(cell) for cell in cells}
    missing = [
        f"columns.{field}“{clean(heading, 40)}”"
        for field, heading in tool.mapped
        if _heading(heading) not in there
    ]
    if missing:
        raise MismatchError(
            "A622",
            f"对应文件里写了 {'、'.join(missing)}，表格第一行没有这样的标题",
            "请把对应文件里的标题改得和表格第一行一样；不用写的，删去那一行。",
        )


def _paper(handbook: Handbook, cells: Sequence[Cell], tool: Tool) -> Paper:
    named = {found[1] for c in cells for found in _PAPER_TAG.finditer(_plain(c))}
    if tool.paper:
        named.add(tool.paper)
    if len(named) != 1:
        raise MismatchError(
            "A623",
            "表格里写了不止一份试卷" if named else "表格里没有写明是哪一份试卷",
            "工号那一题要带 form_text.py 印出的 [paper:…] 标记；标记丢了，"
            "就在对应文件里写 paper: 考试/卷号/标识。",
        )
    exam_id, which, digest = named.pop().split("/")
    form, _, delta = which.partition("-")
    exam = exam_of(handbook, exam_id)
    if exam is None:
        raise MismatchError(
            "A623",
            f"手册里没有编号为 {clean(exam_id, 40)} 的考试",
            guess(exam_id, handbook.exams) or "请确认表格出自这份手册的考试。",
        )
    try:
        paper = draw(handbook, exam_id, int(form), delta)
    except (KeyError, ValueError):
        raise MismatchError(
            "A623",
            f"现在的手册组不出“{exam.title}”的第 {form} 份试卷",
            "运行 python scripts/check.py，改好题库和考试再评分。",
        ) from None
    if paper.digest != digest:
        raise MismatchError(
            "A623",
            f"问卷发出以后，“{exam.title}”的题目改过，这张表格对不上现在的试卷",
            "要给旧卷评分，先用 git 换回发卷时的手册版本；"
            "新的考试用 form_text.py 重新印问卷。",
        )
    return paper


def _tagged(cells: Sequence[Cell]) -> dict[tuple[str, int], int]:
    found: dict[tuple[str, int], int] = {}
    for place, cell in enumerate(cells):
        tags = {(t[1], int(t[2] or 0)) for t in _ITEM_TAG.finditer(_plain(cell))}
        if len(tags) > 1 or tags & found.keys():
            raise MismatchError(
                "A623",
                f"{get_column_letter(place + 1)} 列的题目标记重复，分不清是哪一题",
                "一题一列，一列一个标记；请核对问卷，删去多出来的列。",
            )
        for tag in tags:
            found[tag] = place
    return found


def _hold_against(
    wanted: set[tuple[str, int]],
    tagged: Mapping[tuple[str, int], int],
    cells: Sequence[Cell],
) -> None:
    if strangers := [tagged[tag] for tag in tagged if tag not in wanted]:
        where = "、".join(get_column_letter(place + 1) for place in strangers[:5])
        raise MismatchError(
            "A623",
            f"{where} 列的题目不在这份试卷上",
            "一张表格只能是一份试卷的答卷；请核对问卷是不是拼了两份试卷。",
        )
    if missing := len(wanted - tagged.keys()):
        raise MismatchError(
            "A623",
            f"试卷有 {len(wanted)} 列答案，表格里少了 {missing} 列"
            f"（共 {len(cells)} 列）",
            "请导出全部题目；题干里的 [q:…] 标记不能删。",
        )


def _column(
    cells: Sequence[Cell],
    names: Sequence[str],
    title: str,
    tag: re.Pattern[str] | None = None,
) -> int:
    """Return the one column with a tag, else with one of some headings."""
    places = [n for n, cell in enumerate(cells) if tag and tag.search(_plain(cell))]
    if not places:
        headings = {_heading(name) for name in names}
        places = [n for n, cell in enumerate(cells) if _heading(cell) in headings]
    if len(places) == 1:
        return places[0]
    wanted = "或".join(f"“{clean(name, 40)}”" for name in names)
    message = (
        f"像{title}的列有 {len(places)} 个"
        if places
        else f"找不到{title}那一列，标题应当是{wanted}"
    )
    raise MismatchError(
        "A622", message, "请在对应文件的 columns 里写明这一列的标题，再评分。"
    )

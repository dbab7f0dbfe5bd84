"""Reading banks from tables: ours, and those that other tools hand out."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping

import openpyxl

from handbook.harmless import armed
from handbook.interchange.labels import default_of, value_of
from handbook.interchange.notes import MARK
from handbook.interchange.plain_text import harmless, tidy
from handbook.interchange.readings import (
    InterchangeError,
    Reading,
    Readout,
    UnreadableError,
)
from handbook.interchange.spreadsheets.columns import (
    BANK,
    LABELLED,
    NOTE,
    OPTIONS,
    PROMPTS,
    REASONS,
    Cells,
    answered,
    column_of,
    type_of,
)
from handbook.model.items import GAP
from handbook.reading.yaml_files import Data
from handbook.tables.cells import Row, TableError, read_cells

_NEEDED = ("题干", "答案")
_NAMED_BANK = re.compile(r"([a-z][a-z0-9]*(?:-[a-z0-9]+)*) (.*\S.*)")
"""What we write into the column 题库; anything else there is another tool's word."""


def read_table(raw: bytes) -> Readout:
    """Return the questions of a workbook or a CSV file.

    Raises:
        InterchangeError: it is no table, or none of its sheets has a heading we know.
    """
    try:
        sheets = read_cells(raw)
    except TableError as error:
        raise InterchangeError(error.message, error.remedy) from None
    found = Readout()
    read = False
    banks: set[str] = set()
    for rows in sheets:
        head = next((row for row in rows[:10] if _is_head(row)), None)
        if head is None:
            continue
        read = True
        columns = {
            place: column
            for place, cell in enumerate(head.cells)
            if (column := column_of(str(cell)))
        }
        for row in rows:
            if row.number > head.number:
                banks.add(_read_row(row, columns, found))
    if not read:
        raise InterchangeError(
            "表里没有“题干”和“答案”两栏",
            "第一行写栏名；可以用 python scripts/interchange.py template 生成模板。",
        )
    if raw.startswith(b"PK"):
        found.title, found.topic = _properties(raw)
    elif len(banks - {""}) == 1 and (ours := _NAMED_BANK.fullmatch(max(banks))):
        found.topic, found.title = ours[1], harmless(ours[2])
    return found


def _is_head(row: Row) -> bool:
    known = {column_of(str(cell)) for cell in row.cells}
    return set(_NEEDED) <= known


def _read_row(row: Row, columns: Mapping[int, str], found: Readout) -> str:
    """Add the question of a row; return what it says of its bank."""
    cells: dict[str, str] = {}
    for place, cell in enumerate(row.cells):
        column = columns.get(place, "")
        if column and not cells.get(column):
            cells[column] = armed(str(cell))
    if not any(text.strip() for text in cells.values()):
        return ""
    where = f"第 {row.number} 行"
    try:
        found.add(_question(cells, where))
    except UnreadableError as error:
        found.unread.append(error.at(where))
    return cells.get(BANK, "")


def _question(cells: Mapping[str, str], where: str) -> Reading:
    def words(column: str) -> str:
        return harmless(tidy(cells.get(column, "")))

    reading = Reading(where, {}, name=cells.get("编号", "").strip())
    reading.note = cells.get(NOTE, "") if MARK in cells.get(NOTE, "") else ""
    try:
        reading.fields |= _answered(cells.get("题型", ""), words)
    except UnreadableError as error:
        reading.trouble = error
    if why := words("解析"):
        reading.fields["rationale"] = why
    for column, split in (("依据条款", r"[\s,，;；、]+"), ("标签", r"[,，;；、]")):
        texts: list[Data] = [
            one.strip() for one in re.split(split, words(column)) if one.strip()
        ]
        if texts:
            reading.fields["source" if column == "依据条款" else "tags"] = texts
    _label(cells, reading)
    return reading


def _answered(kind: str, words: Callable[[str], str]) -> dict[str, Data]:
    """Return the stem and what is asked of it."""
    written = words("题干")
    if not written:
        raise UnreadableError("没有写题干", "在“题干”一列写上。")
    options = _without_gaps([words(column) for column in OPTIONS], "选项")
    prompts = _without_gaps([words(column) for column in PROMPTS], "左侧")
    reasons = [words(column) for column in REASONS]
    kind = type_of(kind, words("答案"), len(options), written)
    if kind == "blank":
        stem = re.sub(r"_{2,}|[(（]\s*[)）]", GAP, written)
        stem = stem if GAP in stem else stem + GAP
    else:
        stem = re.sub(r"[(（]\s*[)）]$", "", written).strip() or written
    cells = Cells(stem, words("答案"), options, reasons, prompts)
    return {"stem": stem} | answered(kind, cells)


def _label(cells: Mapping[str, str], reading: Reading) -> None:
    for column, field in LABELLED.items():
        word = cells.get(column, "").strip()
        if not word:
            continue
        if meant := value_of(field, word):
            if meant != default_of(field):
                reading.fields[field] = meant
        else:
            reading.doubts.append(f"看不懂“{column}”一列的“{word[:20]}”，没有采用")


def _without_gaps(texts: list[str], what: str) -> list[str]:
    """Return the filled cells; an empty one between two is a mistake."""
    while texts and not texts[-1]:
        texts.pop()
    if not all(texts):
        raise UnreadableError(f"{what}中间有空格", "从第一格起连着写。")
    return texts


def _properties(raw: bytes) -> tuple[str, str]:
    """Return title and topic as a workbook of ours has them."""
    try:
        book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, keep_links=False)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return "", ""
    about = book.properties
    if about.creator != "service-handbook":
        return "", ""
    return harmless(about.title or ""), about.subject or ""

"""Cells of CSV and XLSX files, row by row, whatever is in the file."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import openpyxl

MAX_TABLE = 20 * 1024 * 1024
"""Bytes of a table; ten thousand hand-ins of forty items have fewer."""
MAX_ROWS = 20_000
MAX_COLUMNS = 1_000
_MAX_UNPACKED = 200 * 1024 * 1024
_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"

Cell = str | datetime
"""Text as written, or a spreadsheet's own date and time."""


class TableError(Exception):
    """A file is no table that can be read; what is wrong and the cure, in Chinese."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Row:
    """One row that is not empty."""

    number: int
    """As a spreadsheet program counts, from 1."""
    cells: tuple[Cell, ...]
    """Without the empty ones at the end."""
    written: int | None = None
    """How many cells stand in the file, empty ones too; None for a workbook, which
    leaves out what is empty."""


def read_cells(raw: bytes) -> tuple[tuple[Row, ...], ...]:
    """Return the sheets of a table that are not empty; a CSV file is one sheet.

    Raises:
        TableError: it cannot be read.
    """
    if len(raw) > MAX_TABLE:
        raise TableError(
            f"文件超过 {MAX_TABLE // 1024 // 1024} MB",
            "请按日期分几次导出，每次少一些。",
        )
    if raw.startswith(_OLD_EXCEL):
        raise TableError(
            "这是旧的 .xls 格式", "请用表格软件打开，另存为 .xlsx，再评分。"
        )
    sheets = (
        _workbook(raw) if raw.startswith(_ZIP) else [_rows(_text(raw), counted=True)]
    )
    found = tuple(rows for rows in sheets if rows)
    if not found:
        raise TableError("表格是空的", "请在问卷工具里重新导出。")
    return found


def _rows(lines: Iterable[Iterable[Cell]], *, counted: bool = False) -> tuple[Row, ...]:
    found: list[Row] = []
    for number, line in enumerate(lines, 1):
        cells = list(line)
        written = len(cells) if counted else None
        while cells and not _shown(cells[-1]):
            cells.pop()
        if len(cells) > MAX_COLUMNS or len(found) > MAX_ROWS:
            raise TableError(
                f"表格超过 {MAX_ROWS} 行或 {MAX_COLUMNS} 列",
                "请确认选对了文件；人多时按日期分几次导出。",
            )
        if cells:
            found.append(Row(number, tuple(cells), written))
    return tuple(found)


def _shown(cell: Cell) -> bool:
    return isinstance(cell, datetime) or bool(cell.strip())


def _text(raw: bytes) -> list[list[str]]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = raw.decode("gb18030")
        except UnicodeDecodeError:
            raise TableError(
                "文件不是 UTF-8 或 GB18030 编码的文字",
                "请在问卷工具里重新导出，选 CSV（UTF-8）或 XLSX。",
            ) from None
    if "\0" in text:
        raise TableError(
            "文件里有不是文字的内容", "请选问卷工具导出的 .csv 或 .xlsx 文件。"
        )
    try:
        return list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error:
        raise TableError(
            "CSV 的引号没有成对，分不清单元格",
            "请不要用记事本改 CSV；在问卷工具里重新导出。",
        ) from None


def _workbook(raw: bytes) -> list[tuple[Row, ...]]:
    try:
        _refuse_bomb(raw)
        # Formulas come as written: no form tool exports any, and a result that was
        # never worked out would look like a question left blank.
        book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, keep_links=False)
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # some exporters write a wrong size
        return [
            _rows(map(_cell, line) for line in sheet.values)
            for sheet in book.worksheets
        ]
    except TableError:
        raise
    except Exception:  # noqa: BLE001 - a broken file makes the reader raise anything
        raise TableError(
            "这个 .xlsx 文件打不开，可能已经损坏", "请在问卷工具里重新导出。"
        ) from None


def _refuse_bomb(raw: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        if sum(part.file_size for part in packed.infolist()) > _MAX_UNPACKED:
            raise TableError(
                "这个 .xlsx 文件展开以后太大",
                "请确认选对了文件，或在问卷工具里重新导出。",
            )


def _cell(value: object) -> Cell:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - the table says
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)

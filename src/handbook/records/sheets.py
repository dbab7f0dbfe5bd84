"""Rows with headings, as spreadsheets have them: CSV and XLSX without formulas."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from rich.table import Table
from rich.text import Text

from handbook.harmless import cell, sheet_name, visible

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""Without it a spreadsheet program reads Chinese in UTF-8 as gibberish."""

_WIDEST = 60
"""Characters of a column at most."""

_NUMBER = re.compile(r"(-?\d{1,9})(?:\.(\d{1,6}))?(%?)")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list for people."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: frozenset[str] = frozenset()
    """Headings of columns to sort and to sum; what in them is no number stays text."""

    def spare(self) -> Sheet:
        """Return it without the columns that say nothing of anyone."""
        kept = [n for n in range(len(self.columns)) if any(row[n] for row in self.rows)]
        return replace(
            self,
            columns=tuple(self.columns[n] for n in kept),
            rows=tuple(tuple(row[n] for n in kept) for row in self.rows),
        )


def csv_text(sheet: Sheet) -> str:
    """Return a sheet as CSV with a byte-order mark; no cell is a formula."""
    out = io.StringIO()
    out.write(BOM)
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(sheet.columns)
    numeric = [column in sheet.numbers for column in sheet.columns]
    writer.writerows(
        [
            text if number and _NUMBER.fullmatch(text) else cell(text)
            for text, number in zip(row, numeric, strict=True)
        ]
        for row in sheet.rows
    )
    return out.getvalue()


def xlsx_bytes(sheet: Sheet) -> bytes:
    """Return a sheet as a workbook.

    A cell is text, whatever it looks like, but for the numbers of columns of numbers.
    """
    book = Workbook()
    page = book.active or book.create_sheet()
    page.title = sheet_name(sheet.title)
    formats = [_format(sheet, place) for place in range(len(sheet.columns))]
    for number, row in enumerate([sheet.columns, *sheet.rows], 1):
        for place, text in enumerate(row, 1):
            written = page.cell(number, place)
            if (form := formats[place - 1]) and (found := _NUMBER.fullmatch(text)):
                written.value = Decimal(text.rstrip("%")) / (100 if found[3] else 1)
                written.number_format = form
                continue
            # A value that begins with = would become a formula: text is said outright.
            written.value = visible(text).replace("\n", " ")
            written.data_type = "s"
            written.quotePrefix = True
            if number == 1:
                written.font = Font(bold=True)
    for place, width in enumerate(_widths([sheet.columns, *sheet.rows]), 1):
        page.column_dimensions[get_column_letter(place)].width = width
    page.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sheet_table(sheet: Sheet, title: str | None = None) -> Table:
    """Return a sheet for a terminal; no text in it is read as markup."""
    table = Table(header_style="bold", title=title)
    for column in sheet.columns:
        table.add_column(column, overflow="fold")  # Chinese has no spaces to break at
    table.title_justify = "left"
    for row in sheet.rows:
        table.add_row(*(Text(visible(text)) for text in row))
    return table


def sheet_data(sheet: Sheet) -> list[dict[str, str]]:
    """Return a sheet for programs: an object for each row, by its headings."""
    return [dict(zip(sheet.columns, row, strict=True)) for row in sheet.rows]


def _format(sheet: Sheet, place: int) -> str:
    """Return how a column of numbers is shown, all to the same place; empty for text."""
    if sheet.columns[place] not in sheet.numbers:
        return ""
    found = [one for row in sheet.rows if (one := _NUMBER.fullmatch(row[place]))]
    places = max((len(one[2] or "") for one in found), default=0)
    mark = "%" if any(one[3] for one in found) else ""
    return f"0{'.' if places else ''}{'0' * places}{mark}"


def _widths(rows: Iterable[tuple[str, ...]]) -> list[int]:
    """Return how wide each column must be; a Han character takes two places."""
    return [
        min(_WIDEST, 2 + max(sum(1 + (c > "\u2e80") for c in text) for text in column))
        for column in zip(*rows, strict=True)
    ]

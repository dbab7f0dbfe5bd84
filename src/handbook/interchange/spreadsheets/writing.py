"""Banks as tables: a workbook with help and drop-downs, and CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from handbook.harmless import defused
from handbook.interchange.fields import fields_of
from handbook.interchange.labels import WORDS
from handbook.interchange.markup import legal
from handbook.interchange.shown import CONFIDENTIAL, Packed, Question, ShownBank
from handbook.interchange.spreadsheets.columns import (
    COLUMNS,
    CSV_COLUMNS,
    LABELLED,
    NOTE,
    OPTIONS,
    PROMPTS,
    REASONS,
    answer_cell,
)
from handbook.interchange.spreadsheets.guidance import HELP, examples
from handbook.model.items import MatchItem, MultipleItem, OrderItem, SingleItem
from handbook.model.titles import ITEM_TYPES
from handbook.timeless import EPOCH, timeless

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
QUESTIONS = "题目"
"""The sheet that is read."""

_WIDTHS = {"题干": 46, "解析": 40, "依据条款": 40, "编号": 22, NOTE: 14}
_ROWS = 1000
"""How far the drop-downs reach."""

_CHOICES = {
    "题型": list(ITEM_TYPES.values()),
    **{column: list(WORDS[field].values()) for column, field in LABELLED.items()},
}


def write_xlsx(bank: ShownBank) -> Packed:
    """Return a bank as a workbook that can be filled in further."""
    return Packed(_workbook(bank, map(_row, bank.questions)), {})


def write_csv(bank: ShownBank) -> Packed:
    """Return a bank as CSV with a byte-order mark; no cell is a formula."""
    out = io.StringIO()
    out.write(BOM)
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(CSV_COLUMNS)
    for question in bank.questions:
        *row, note = _row(question)
        cells = [*row, f"{bank.topic} {bank.title}", note]
        writer.writerow([defused(cell) for cell in cells])
    return Packed(out.getvalue().encode(), {})


def template() -> bytes:
    """Return an empty workbook to fill in, with an example of each type."""
    rows = (_row(Question(item)) for item in examples())
    # Whoever fills in the table need not think of ids.
    return _workbook(ShownBank("", "", ()), (["", *row[1:]] for row in rows))


def _row(question: Question) -> list[str]:
    item = question.item
    fields = fields_of(item)
    cells = dict.fromkeys(COLUMNS, "")
    cells |= {
        "编号": item.id,
        "题型": ITEM_TYPES[item.type],
        "题干": item.stem,
        "答案": answer_cell(item),
        "解析": item.rationale,
        "依据条款": "\n".join(item.source),
        "标签": "、".join(item.tags),
        NOTE: question.note,
    }
    for column, field in LABELLED.items():
        if field in fields:
            cells[column] = WORDS[field][str(fields[field])]
    if isinstance(item, SingleItem | MultipleItem | OrderItem | MatchItem):
        for place, option in enumerate(item.options):
            cells[OPTIONS[place]] = option.text
            cells[REASONS[place]] = option.rationale
    if isinstance(item, MatchItem):
        for place, prompt in enumerate(item.prompts):
            cells[PROMPTS[place]] = prompt.text
    return [cells[column] for column in COLUMNS]


def _workbook(bank: ShownBank, rows: Iterable[Sequence[str]]) -> bytes:
    book = Workbook()
    page = book.active or book.create_sheet()
    page.title = QUESTIONS
    for place, column in enumerate(COLUMNS, 1):
        heading = page.cell(1, place, column)
        heading.font = Font(bold=True)
        heading.fill = PatternFill("solid", fgColor="DCE6F1")
        width = _WIDTHS.get(column, 18 if column in OPTIONS + REASONS else 10)
        page.column_dimensions[get_column_letter(place)].width = width
    for number, row in enumerate(rows, 2):
        for place, text in enumerate(row, 1):
            if text:
                _put(page, number, place, text)
    _offer_choices(page)
    page.freeze_panes = "D2"
    _explain(book.create_sheet("说明"), confidential=bank.confidential)
    about = book.properties
    about.title, about.subject = legal(bank.title), bank.topic
    about.category = "机密" if bank.confidential else ""
    about.creator = "service-handbook"
    about.created = about.modified = EPOCH
    out = io.BytesIO()
    book.save(out)
    return timeless(out.getvalue())


def _put(page: Worksheet, row: int, column: int, text: str) -> None:
    cell = page.cell(row, column)
    # A value that begins with = would become a formula: text is said outright.
    cell.value = legal(text)
    cell.data_type = "s"
    cell.quotePrefix = True
    cell.alignment = Alignment(wrap_text=True, vertical="top")


def _offer_choices(page: Worksheet) -> None:
    for column, words in _CHOICES.items():
        letter = get_column_letter(COLUMNS.index(column) + 1)
        offered = DataValidation(
            type="list",
            formula1=f'"{",".join(words)}"',
            allow_blank=True,
            showErrorMessage=True,
            errorTitle=column,
            error=f"请从列表里选：{'、'.join(words)}。",
        )
        offered.add(f"{letter}2:{letter}{_ROWS}")
        page.add_data_validation(offered)


def _explain(page: Worksheet, *, confidential: bool) -> None:
    rows = [("机密", CONFIDENTIAL)] if confidential else []
    for number, (what, how) in enumerate([*rows, *HELP], 1):
        page.cell(number, 1, what).font = Font(bold=True)
        page.cell(number, 2, how).alignment = Alignment(wrap_text=True, vertical="top")
    page.column_dimensions["A"].width = 16
    page.column_dimensions["B"].width = 90

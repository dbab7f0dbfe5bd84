"""Files of a form that a spreadsheet opens: CSV and XLSX."""

from __future__ import annotations

import csv
import io

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.worksheet import Worksheet

from handbook.harmless import defused, sheet_name
from handbook.model.data import Form
from handbook.timeless import EPOCH, timeless

_KINDS = {
    "text": "文字",
    "long": "文字（可多行）",
    "date": "日期",
    "time": "时间",
    "number": "数字",
    "choice": "选择",
    "sign": "签名",
}

_HEAD = 2
"""The row of the column heads; the first row is the title."""

_WIDTHS = {"long": 32, "date": 14, "time": 12, "number": 10, "sign": 12}


def form_rows(form: Form) -> list[list[str]]:
    """Return the cells of a form: a log has a column per field, a record a line."""
    if form.layout == "log":
        return [["序号", *(field.name for field in form.fields)]]
    heads = ["项目", "内容", "填写说明"]
    return [
        heads,
        *([field.name, "", _hint(form, at)] for at, field in enumerate(form.fields)),
    ]


def _hint(form: Form, at: int) -> str:
    field = form.fields[at]
    parts = [_KINDS[field.kind]]
    if field.options:
        parts = ["／".join(field.options)]
    if field.hint:
        parts.append(field.hint)
    return "；".join(parts)


def form_csv(form: Form) -> bytes:
    """Return a form as CSV that spreadsheets open with the right characters."""
    out = io.StringIO()
    rows = [[defused(cell) for cell in row] for row in form_rows(form)]
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def form_xlsx(form: Form) -> bytes:
    """Return a form as a workbook, ready to fill in or print: title, heads, lines."""
    book = Workbook()
    book.properties.creator = ""
    book.properties.title = form.title
    book.properties.created = book.properties.modified = EPOCH
    sheet: Worksheet = book.worksheets[0]
    sheet.title = sheet_name(form.title)
    rows = form_rows(form)
    width = len(rows[0])
    _write(sheet, 1, [form.title])
    for number, row in enumerate(rows, _HEAD):
        _write(sheet, number, row)
    if form.layout == "log":
        for number in range(1, form.rows + 1):
            sheet.cell(_HEAD + number, 1, number)
    last = sheet.max_row
    _style(sheet, form, width)
    _offer_choices(book, sheet, form, last)
    _note(sheet, form, width, last)
    _set_up_print(sheet, form, width)
    raw = io.BytesIO()
    book.save(raw)
    return timeless(raw.getvalue())


def _write(sheet: Worksheet, number: int, row: list[str]) -> None:
    """Write a row as text, whatever it begins with: no cell of ours is a formula."""
    for column, text in enumerate(row, 1):
        cell = sheet.cell(number, column, text)
        cell.data_type = "s"


def _style(sheet: Worksheet, form: Form, width: int) -> None:
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=width)
    sheet["A1"].font = Font(bold=True, size=16)
    sheet["A1"].alignment = Alignment(horizontal="center", vertical="center")
    sheet.row_dimensions[1].height = 30
    thin = Side(style="thin", color="888888")
    for line in sheet.iter_rows(min_row=_HEAD, max_col=width):
        for cell in line:
            cell.border = Border(left=thin, right=thin, top=thin, bottom=thin)
            cell.alignment = Alignment(vertical="center", wrap_text=True)
        sheet.row_dimensions[line[0].row].height = 24
    for cell in sheet[_HEAD]:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="E6EFEF")
        cell.alignment = Alignment(
            horizontal="center", vertical="center", wrap_text=True
        )
    log = form.layout == "log"
    widths = (
        [6, *(_WIDTHS.get(field.kind, 16) for field in form.fields)]
        if log
        else [18, 46, 30]
    )
    for at, size in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = size
    if not log:
        for number, field in enumerate(form.fields, _HEAD + 1):
            sheet.cell(number, 1).font = Font(bold=True)
            if field.kind == "long":
                sheet.row_dimensions[number].height = 72
    sheet.freeze_panes = sheet.cell(_HEAD + 1, 2 if log else 1)


def _offer_choices(book: Workbook, sheet: Worksheet, form: Form, last: int) -> None:
    """Let the fields with options be filled in from a list; other words are warned of.

    The lists stand on a hidden sheet: written into the cell's rule itself they could
    hold no comma and no more than 255 characters.
    """
    chosen = [(at, field) for at, field in enumerate(form.fields) if field.options]
    if not chosen:
        return
    lists: Worksheet = book.create_sheet("选项")
    lists.sheet_state = "hidden"
    for column, (at, field) in enumerate(chosen, 1):
        for number, option in enumerate(field.options, 1):
            lists.cell(number, column, option).data_type = "s"
        letter = get_column_letter(column)
        rule = DataValidation(
            type="list",
            formula1=f"选项!${letter}$1:${letter}${len(field.options)}",
            allow_blank=True,
            showErrorMessage=True,
            errorStyle="warning",
            errorTitle=field.name[:32],
            error="不在选项里。确实要这样填，请选“是”。",
        )
        if form.layout == "log":
            letter = get_column_letter(at + 2)
            rule.add(f"{letter}{_HEAD + 1}:{letter}{last}")
        else:
            rule.add(f"B{_HEAD + 1 + at}")
        sheet.add_data_validation(rule)


def _note(sheet: Worksheet, form: Form, width: int, last: int) -> None:
    """Write below the form how to fill it in and who keeps it."""
    for label, text in (("说明", form.note), ("保管", form.keep)):
        if text:
            last += 1
            _write(sheet, last, [f"{label}：{text}"])
            sheet.merge_cells(
                start_row=last, start_column=1, end_row=last, end_column=width
            )
            sheet.cell(last, 1).alignment = Alignment(vertical="top", wrap_text=True)
            sheet.row_dimensions[last].height = 30


def _set_up_print(sheet: Worksheet, form: Form, width: int) -> None:
    """Set up A4: the whole width on a page, the heads on each of them."""
    sheet.page_setup.paperSize = 9
    sheet.page_setup.orientation = "landscape" if form.landscape else "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"1:{_HEAD}"
    sheet.print_area = f"A1:{get_column_letter(width)}{sheet.max_row}"
    sheet.print_options.horizontalCentered = True
    sheet.page_margins = PageMargins(
        left=0.5, right=0.5, top=0.6, bottom=0.6, header=0.3, footer=0.3
    )
    sheet.oddFooter.center.text = "第 &P 页，共 &N 页"

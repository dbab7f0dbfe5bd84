"""Files of a form that a spreadsheet opens: CSV and XLSX."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import UTC, datetime

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

from handbook.model.data import Form

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""Time stamp of every file, so that the same form gives the same bytes."""

_TIME = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")

_KINDS = {
    "text": "文字",
    "long": "文字（可多行）",
    "date": "日期",
    "time": "时间",
    "number": "数字",
    "choice": "选择",
    "sign": "签名",
}

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
    csv.writer(out, lineterminator="\r\n").writerows(form_rows(form))
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def form_xlsx(form: Form) -> bytes:
    """Return a form as a workbook of one sheet, ready to fill in or print."""
    book = Workbook()
    book.properties.creator = ""
    book.properties.created = book.properties.modified = _EPOCH
    sheet: Worksheet = book.worksheets[0]
    sheet.title = _sheet_title(form.title)
    rows = form_rows(form)
    width = len(rows[0])
    sheet.append([form.title])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=width)
    for row in rows:
        sheet.append(row)
    if form.layout == "log":
        for number in range(1, form.rows + 1):
            sheet.append([number])
    _style(sheet, form, width)
    raw = io.BytesIO()
    book.save(raw)
    return _without_times(raw.getvalue())


def _sheet_title(title: str) -> str:
    """Return a title without what a sheet's name may not hold."""
    return "".join(c for c in title if c not in r"[]:*?/\\")[:31]


def _style(sheet: Worksheet, form: Form, width: int) -> None:
    thin = Side(style="thin", color="888888")
    for line in sheet.iter_rows(min_row=2, max_col=width):
        for cell in line:
            cell.border = Border(left=thin, right=thin, top=thin, bottom=thin)
            cell.alignment = Alignment(vertical="center", wrap_text=True)
    for cell in sheet[2]:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="E6EFEF")
    sheet["A1"].font = Font(bold=True, size=16)
    sheet["A1"].alignment = Alignment(horizontal="center")
    log = form.layout == "log"
    widths = (
        [6, *(_WIDTHS.get(field.kind, 16) for field in form.fields)]
        if log
        else [18, 46, 30]
    )
    for at, size in enumerate(widths, start=1):
        sheet.column_dimensions[sheet.cell(2, at).column_letter].width = size
    sheet.freeze_panes = "A3"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.orientation = "landscape" if form.landscape else "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:2"


def _without_times(raw: bytes) -> bytes:
    """Return a zip archive with every time stamp set to the same moment."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(raw)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            stamped = zipfile.ZipInfo(entry.filename, _EPOCH.timetuple()[:6])
            stamped.compress_type = zipfile.ZIP_DEFLATED
            data = old.read(entry)
            if entry.filename == "docProps/core.xml":  # openpyxl stamps it on saving
                data = _TIME.sub(rb"\g<1>2000-01-01T00:00:00Z", data)
            new.writestr(stamped, data)
    return out.getvalue()

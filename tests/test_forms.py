"""Paper forms as files: what a spreadsheet program finds in them."""

from __future__ import annotations

import csv
import io
import zipfile

import pytest
from openpyxl import load_workbook

from handbook.model.data import Form
from handbook.publishing.form_files import form_csv, form_xlsx
from handbook.rendering.forms import _wide

FIELDS = [
    {"name": "姓名"},
    {"name": "外包装", "kind": "choice", "options": ["完好", "破损，已拍照"]},
    {"name": "情况", "kind": "long", "hint": "写原话"},
    {"name": "日期", "kind": "date"},
]


def a_form(**more):
    values = {
        "id": "a",
        "title": "邮件登记本",
        "clause": "x#y",
        "layout": "log",
        "rows": 3,
        "note": "先看外包装",
        "keep": "前台保管",
        "fields": FIELDS,
    }
    return Form.model_validate(values | more)


def opened(form):
    return load_workbook(io.BytesIO(form_xlsx(form)))


@pytest.mark.parametrize("layout", ["log", "record"])
def test_the_same_form_gives_the_same_bytes(layout):
    """Nothing of the time or the machine is in the file."""
    form = a_form(layout=layout)

    assert form_xlsx(form) == form_xlsx(form)
    with zipfile.ZipFile(io.BytesIO(form_xlsx(form))) as archive:
        assert {(2000, 1, 1, 0, 0, 0)} == {e.date_time for e in archive.infolist()}


def test_options_of_a_log_are_offered_in_every_line():
    """A list for each line of the column, an option with a comma in it kept whole."""
    book = opened(a_form())
    sheet, lists = book.worksheets
    (rule,) = sheet.data_validations.dataValidation

    assert "list" == rule.type
    assert "C3:C5" == str(rule.sqref)
    assert "选项!$A$1:$A$2" == rule.formula1
    assert ["完好", "破损，已拍照"] == [cell.value for cell in lists["A"]]
    assert "hidden" == lists.sheet_state


def test_options_of_a_record_are_offered_in_their_cell():
    """The second field of a record stands in the fourth row."""
    (rule,) = (
        opened(a_form(layout="record")).worksheets[0].data_validations.dataValidation
    )

    assert "B4" == str(rule.sqref)


def test_a_form_without_options_has_one_sheet():
    """No empty list beside it."""
    assert 1 == len(opened(a_form(fields=[{"name": "姓名"}])).worksheets)


@pytest.mark.parametrize("landscape", [True, False])
def test_prints_on_a4_with_its_heads_on_every_page(landscape):
    """The whole width on one page; the lines that scroll leave the heads in view."""
    sheet = opened(a_form(landscape=landscape)).worksheets[0]

    assert "9" == str(sheet.page_setup.paperSize)
    assert ("landscape" if landscape else "portrait") == sheet.page_setup.orientation
    assert (1, 0) == (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert "$1:$2" == sheet.print_title_rows
    assert "'邮件登记本'!$A$1:$E$7" == sheet.print_area
    assert "B3" == sheet.freeze_panes


def test_says_how_to_fill_in_and_who_keeps_it():
    """Below the lines, so that whoever prints the file has it too."""
    sheet = opened(a_form()).worksheets[0]

    assert ["说明：先看外包装", "保管：前台保管"] == [
        sheet.cell(row, 1).value for row in (6, 7)
    ]


@pytest.mark.parametrize("start", ["=1+1", "+86", "-5", "@sum", "\tx", "＝1", " =1"])
@pytest.mark.parametrize("layout", ["log", "record"])
def test_no_cell_is_taken_for_a_formula(start, layout):
    """A field's name may begin as a formula does; it stays text in both files."""
    form = Form.model_construct(
        **dict(a_form(layout=layout))
        | {
            "title": start,
            "fields": (a_form().fields[0].model_copy(update={"name": start}),),
        }
    )
    rows = list(csv.reader(io.StringIO(form_csv(form).decode("utf-8-sig"))))
    sheet = opened(form).worksheets[0]

    assert [f"'{start}"] == [cell for row in rows for cell in row if start in cell]
    written = [cell for row in sheet for cell in row if isinstance(cell.value, str)]
    assert {"s"} == {cell.data_type for cell in written}
    assert start in [cell.value for cell in written]


@pytest.mark.parametrize("title", ["[甲]:*?/\\'", "很长" * 40])
def test_any_title_makes_a_sheet(title):
    """Signs that a sheet's name may not hold are left out of it, not of the form."""
    sheet = opened(a_form(title=title)).worksheets[0]

    assert title == sheet["A1"].value
    assert len(sheet.title) <= 31


def test_no_field_of_a_record_leaves_a_gap():
    """A field without a partner in its line takes the whole of it, as long ones do."""
    form = a_form(
        layout="record",
        fields=[
            {"name": name, "kind": "long" if name.isupper() else "text"}
            for name in ("a", "b", "c", "D", "E", "f", "g", "h")
        ],
    )

    assert {2, 3, 4, 7} == _wide(form)

"""What stands beside the pages: finder data, browser code, form files."""

from __future__ import annotations

import csv
import io

import pytest
from openpyxl import load_workbook
from small_site import write_handbook

from handbook.loading import load
from handbook.model.data import Form
from handbook.publishing import files, publish
from handbook.publishing.form_files import form_csv, form_xlsx


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return load(write_handbook(tmp_path_factory.mktemp("small")))


def a_form(**more):
    fields = [
        {"name": "姓名"},
        {"name": "类别", "kind": "choice", "options": ["甲", "乙"]},
    ]
    values = {
        "id": "a",
        "title": "登记：表",
        "clause": "x#y",
        "layout": "log",
        "rows": 2,
    }
    return Form.model_validate(values | {"fields": fields} | more)


def read_csv(data):
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def test_publish_writes_all_files(small, tmp_path):
    """Every form twice, the finder's data, the browser code."""
    publish(small, tmp_path)

    written = {p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*.*")}
    assert {
        "assets/finder-data.js",
        "assets/handbook.js",
        "assets/finder.webmanifest",
        "finder.html",
        "forms/visit.csv",
        "forms/visit.xlsx",
        "forms/message.csv",
        "forms/message.xlsx",
        "recent.json",
        "recent.xml",
    } == written


def test_publishing_again_touches_nothing(small, tmp_path):
    """The same handbook gives the same bytes, and the same bytes are not rewritten."""
    publish(small, tmp_path)
    before = {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*.*")}

    publish(small, tmp_path)

    assert before == {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*.*")}


def test_what_was_changed_by_hand_is_written_again(small, tmp_path):
    """A file that differs is replaced whole."""
    publish(small, tmp_path)
    (tmp_path / "forms/visit.csv").write_text("x")

    publish(small, tmp_path)

    assert (
        dict(files(small))["forms/visit.csv"]
        == (tmp_path / "forms/visit.csv").read_bytes()
    )


def test_csv_of_a_log_has_a_column_per_field():
    """It opens with the right characters in a spreadsheet: a mark of UTF-8 leads."""
    data = form_csv(a_form())

    assert data.startswith(b"\xef\xbb\xbf")
    assert [["序号", "姓名", "类别"]] == read_csv(data)


def test_csv_of_a_record_has_a_line_per_field():
    """With what to fill in, and how."""
    assert [
        ["项目", "内容", "填写说明"],
        ["姓名", "", "文字"],
        ["类别", "", "甲／乙"],
    ] == read_csv(form_csv(a_form(layout="record")))


def test_workbook_has_the_fields_and_the_empty_lines():
    """A title line, the heads, and numbered lines to fill in; no time of writing."""
    data = form_xlsx(a_form(landscape=True))
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]

    assert "登记：表" == sheet["A1"].value
    assert ["序号", "姓名", "类别"] == [cell.value for cell in sheet[2]]
    assert [1, 2] == [sheet.cell(row, 1).value for row in (3, 4)]
    assert "landscape" == sheet.page_setup.orientation
    assert data == form_xlsx(a_form(landscape=True))

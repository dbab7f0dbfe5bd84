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

from handbook.interchange.columns import (
    COLUMNS,
    NOTE,
    OPTIONS,
    PROMPTS,
    REASONS,
    WORD_TYPES,
    answer_cell,
)
from handbook.interchange.fields import fields_of
from handbook.interchange.labels import WORDS
from handbook.interchange.markup import legal
from handbook.interchange.shown import CONFIDENTIAL, Packed, Question, ShownBank
from handbook.model.items import MatchItem, MultipleItem, OrderItem, SingleItem
from handbook.timeless import EPOCH, timeless

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
QUESTIONS = "题目"
"""The sheet that is read."""
FORMULA = tuple("=+-@\t\r＝＋－＠")  # noqa: RUF001 - a spreadsheet takes both widths
"""What makes a program of spreadsheets take a cell for a formula."""

_WIDTHS = {"题干": 46, "解析": 40, "依据条款": 40, "编号": 22, NOTE: 14}
_ROWS = 1000
"""How far the drop-downs reach."""

_HELP = (
    ("怎么填", "一行一道题。填“题目”这张表；第一行是栏名，不要改。"),
    ("编号", "小写英文、数字和连字符，例如 phone-rings。不写，导入时自动起一个。"),
    ("题型", "单选、多选、判断、填空、排序、匹配，点开单元格选。"),
    ("题干", "填空题在要填的地方写四个下划线：电话响铃____接听。"),
    ("从选项A起", "一格一个选项，从 A 起不要空格。判断题和填空题不写选项。"),
    ("答案", "单选写 B；多选写 ACD；判断写 对 或 错；排序按正确次序写 BDAC；"),
    ("", "填空写答案，几种写法都对就用 | 隔开：三声内|3声内；几个空用；隔开；"),
    ("", "匹配写 1-B 2-A 3-C：数字是左侧第几项，字母是选项。"),
    ("解析", "为什么这个答案对。必填。"),
    (
        "依据条款",
        "考的是哪一条，例如 policies/complaints.md#three-nots；几条分行写。必填。",
    ),
    ("从选项A解析起", "单选和多选的每个错误选项，写它错在哪里。"),
    ("关键题", "错了这道整场就不合格，写 是；一般不写。"),
    ("难度", "易、中、难；不写就是易。"),
    ("用途", "考试：只进考卷，答案不公开；练习：进练习页。不写就是练习。"),
    ("状态", "草稿、试用、在用、停用；不写就是在用。"),
    ("从左侧1起", "只有匹配题要写：左边要配对的内容，一格一项。"),
    (NOTE, "程序用来记住原来的写法，不要填，也不要改。"),
    ("填好以后", "运行 python scripts/interchange.py import 文件名，生成题库文件。"),
)
"""Rows of the sheet with help."""

_CHOICES = {
    "题型": [words[0] for words in WORD_TYPES.values()],
    "关键题": ["是", "否"],
    "难度": list(WORDS["difficulty"].values()),
    "用途": list(WORDS["use"].values()),
    "状态": list(WORDS["status"].values()),
    "计分": list(WORDS["scoring"].values()),
}


def write_xlsx(bank: ShownBank) -> Packed:
    """Return a bank as a workbook that can be filled in further."""
    return Packed(_workbook(bank, map(_row, bank.questions)), {})


def write_csv(bank: ShownBank) -> Packed:
    """Return a bank as CSV with a byte-order mark; no cell is a formula."""
    out = io.StringIO()
    out.write(BOM)
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for question in bank.questions:
        writer.writerow([defused(cell) for cell in _row(question)])
    return Packed(out.getvalue().encode(), {})


def template() -> bytes:
    """Return an empty workbook to fill in, with an example of each type."""
    bank = ShownBank("", "", ())
    return _workbook(bank, _EXAMPLES)


def defused(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula; `armed` undoes it."""
    risky = text.lstrip(" '").startswith(FORMULA)
    return f"'{text}" if risky else text


def armed(text: str) -> str:
    """Return what a cell said before it was defused."""
    risky = text.startswith("'") and text.lstrip(" '").startswith(FORMULA)
    return text[1:] if risky else text


def _row(question: Question) -> list[str]:
    item = question.item
    fields = fields_of(item)
    cells = dict.fromkeys(COLUMNS, "")
    cells |= {
        "编号": item.id,
        "题型": WORD_TYPES[item.type][0],
        "题干": item.stem,
        "答案": answer_cell(item),
        "解析": item.rationale,
        "依据条款": "\n".join(item.source),
        "标签": "、".join(item.tags),
        NOTE: question.note,
    }
    for column, field in (
        ("关键题", "critical"),
        ("难度", "difficulty"),
        ("用途", "use"),
        ("状态", "status"),
        ("计分", "scoring"),
    ):
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
    for number, (what, how) in enumerate([*rows, *_HELP], 1):
        page.cell(number, 1, what).font = Font(bold=True)
        page.cell(number, 2, how).alignment = Alignment(wrap_text=True, vertical="top")
    page.column_dimensions["A"].width = 16
    page.column_dimensions["B"].width = 90


def _example(**cells: str) -> list[str]:
    return [cells.get(column, "") for column in COLUMNS]


_EXAMPLES = (
    _example(
        题型="单选",
        题干="（例）电话响了，最迟什么时候接起？",
        选项A="响五声后",
        选项B="三声内",
        选项C="手上的事做完后",
        答案="B",
        解析="铃声一多，客户就会挂断。",
        依据条款="workflows/phone.md#answer-in-rings",
        选项A解析="客户等得太久。",
        选项C解析="来电优先。",
    ),
    _example(
        题型="多选",
        题干="（例）留言要记下什么？",
        选项A="姓名",
        选项B="联系方式",
        选项C="收入",
        答案="AB",
        解析="够回电就行。",
        依据条款="workflows/phone.md#message",
        选项C解析="与来电无关，不该问。",
    ),
    _example(
        题型="判断",
        题干="（例）接起电话先报公司名称。",
        答案="对",
        解析="让客户知道没有打错。",
        依据条款="workflows/phone.md#opening",
    ),
    _example(
        题型="填空",
        题干="（例）电话响铃____接听。",
        答案="三声内|3声内",
        解析="见接听时限。",
        依据条款="workflows/phone.md#answer-in-rings",
    ),
    _example(
        题型="排序",
        题干="（例）接起电话以后，按先后排好。",
        选项A="问客户需要什么",
        选项B="问好",
        选项C="报公司名称",
        答案="BCA",
        解析="先问好，再报名称，最后问需要。",
        依据条款="workflows/phone.md#opening",
    ),
    _example(
        题型="匹配",
        题干="（例）各用哪句话？",
        选项A="请稍等",
        选项B="您好",
        答案="1-B 2-A",
        解析="见话术。",
        依据条款="workflows/phone.md#opening",
        左侧1="接起",
        左侧2="转接",
    ),
)
"""A row for each type; read like any other, so nobody learns a wrong way to fill in."""

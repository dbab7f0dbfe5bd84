"""What a workbook says to whoever fills it in: help, and an example of each type."""

from __future__ import annotations

from importlib.resources import files

from handbook.interchange.spreadsheets.columns import NOTE
from handbook.model.items import BankFile, Item
from handbook.reading.yaml_files import read_yaml, to_data

HELP = (
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
    ("用途", "考试：只进试卷，答案不公开；练习：进练习页。不写就是练习。"),
    ("状态", "草稿、试用、在用、停用；不写就是在用。"),
    ("从左侧1起", "只有匹配题要写：左边要配对的内容，一格一项。"),
    (NOTE, "程序用来记住原来的写法，不要填，也不要改。"),
    ("填好以后", "运行 python scripts/interchange.py import 文件名，生成题库文件。"),
)
"""Rows of the sheet with help."""


def examples() -> tuple[Item, ...]:
    """Return an item of each type: they are written as any other, so none is wrong."""
    source = (files(__package__) / "examples.yml").read_text(encoding="utf-8")
    node, _problems = read_yaml(source, "examples.yml")
    return BankFile.model_validate(to_data(node)).items if node else ()

"""What a workbook says to whoever fills it in: help, and an example of each type."""

from __future__ import annotations

from handbook.interchange.spreadsheets.columns import COLUMNS, NOTE

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


def _example(**cells: str) -> list[str]:
    return [cells.get(column, "") for column in COLUMNS]


EXAMPLES = (
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

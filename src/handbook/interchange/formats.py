"""Every format there is: what it is called, how it is written and read."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from handbook.interchange.aiken import read_aiken, write_aiken
from handbook.interchange.anki import write_anki
from handbook.interchange.gift.reading import read_gift
from handbook.interchange.gift.writing import MOST_WORDINGS, write_gift
from handbook.interchange.markup import LARGEST
from handbook.interchange.moodle.reading import read_moodle
from handbook.interchange.moodle.writing import write_moodle
from handbook.interchange.pieces import BETWEEN_GAPS
from handbook.interchange.qti.reading import read_qti
from handbook.interchange.qti.writing import write_qti_21, write_qti_22
from handbook.interchange.readings import InterchangeError, Readout
from handbook.interchange.shown import Packed, ShownBank
from handbook.interchange.spreadsheets.reading import read_table
from handbook.interchange.spreadsheets.writing import write_csv, write_xlsx
from handbook.model.items import BlankItem, Item, MatchItem, MultipleItem, OrderItem


@dataclass(frozen=True, slots=True)
class Format:
    """One of them."""

    name: str
    title: str
    suffix: str
    write: Callable[[ShownBank], Packed]
    read: Callable[[bytes], Readout] | None
    """None where it only goes out."""
    notes: bool = True
    """Whether it has a place for our notes."""
    remark: Callable[[Item], str] = lambda _item: ""
    """What its users get otherwise than the handbook means it, in Chinese."""
    about: str = ""
    """The same, of every item."""


def _text(read: Callable[[str], Readout]) -> Callable[[bytes], Readout]:
    """Return a reader of texts as a reader of files, in the usual encodings."""

    def reader(raw: bytes) -> Readout:
        if len(raw) > LARGEST:
            raise InterchangeError(
                f"文件超过 {LARGEST // 1024 // 1024} MB", "请分几次导出。"
            )
        for encoding in _encodings(raw):
            try:
                text = raw.decode(encoding)
            except UnicodeDecodeError:
                continue
            return read(text.replace("\r\n", "\n").replace("\r", "\n"))
        raise InterchangeError(
            "文件不是 UTF-8 或 GB18030 编码的文字", "请另存为 UTF-8 编码的文本文件。"
        )

    return reader


def _encodings(raw: bytes) -> tuple[str, ...]:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    return ("utf-8-sig", "gb18030")


def _gift_remark(item: Item) -> str:
    if isinstance(item, OrderItem):
        return "排序题写成匹配题：第几步配哪一项"
    if isinstance(item, BlankItem) and len(item.key) > 1:
        most = "" if _has_all(item) else f"，只写前 {MOST_WORDINGS} 种写法"
        return f"几个空合成一个空，各空用“{BETWEEN_GAPS}”隔开填写{most}"
    return _moodle_remark(item)


def _moodle_remark(item: Item) -> str:
    if isinstance(item, MultipleItem) and len(item.key) > 1:
        if item.scoring == "all_or_nothing":
            return "计分：那边少选会得部分分"
    elif isinstance(item, MatchItem) and item.scoring == "all_or_nothing":
        return "计分：那边配对几组得几组的分"
    elif isinstance(item, BlankItem) and len(item.key) > 1:
        return "计分：那边填对几空得几空的分" * (item.scoring == "all_or_nothing")
    return ""


def _has_all(item: BlankItem) -> bool:
    return math.prod(len(gap) for gap in item.key) <= MOST_WORDINGS


_LABELLED = (
    "难度、关键题、用途、状态、计分和依据没有专门的栏，写成{}；那边不按它们计分。"
)

_ALL = (
    Format(
        "gift",
        "GIFT",
        ".gift.txt",
        write_gift,
        _text(read_gift),
        remark=_gift_remark,
        about=_LABELLED.format("标签"),
    ),
    Format(
        "moodle",
        "Moodle XML",
        ".moodle.xml",
        write_moodle,
        read_moodle,
        remark=_moodle_remark,
        about=_LABELLED.format("标签"),
    ),
    Format(
        "aiken",
        "Aiken",
        ".aiken.txt",
        write_aiken,
        _text(read_aiken),
        notes=False,
    ),
    Format(
        "qti21",
        "QTI 2.1",
        ".qti21.zip",
        write_qti_21,
        read_qti,
        about=_LABELLED.format("关键词"),
    ),
    Format(
        "qti22",
        "QTI 2.2",
        ".qti22.zip",
        write_qti_22,
        read_qti,
        about=_LABELLED.format("关键词"),
    ),
    Format("xlsx", "Excel 表格", ".xlsx", write_xlsx, read_table),
    Format("csv", "CSV 表格", ".csv", write_csv, read_table),
    Format("anki", "Anki 牌组", ".apkg", write_anki, None, notes=False),
)

FORMATS: Mapping[str, Format] = MappingProxyType({one.name: one for one in _ALL})
"""By name."""

READ = tuple(one.name for one in _ALL if one.read)
"""Names of those that are read."""


def format_of(name: str, raw: bytes) -> Format:
    """Return the format of a file by what is in it, then by its name.

    Raises:
        InterchangeError: it is none of ours.
    """
    lower = name.lower()
    start = raw[:4000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if raw.startswith(b"PK"):
        return FORMATS["xlsx" if lower.endswith((".xlsx", ".xlsm")) else "qti21"]
    if start.startswith(b"<"):
        return FORMATS["qti21" if b"assessmentItem" in start else "moodle"]
    if lower.endswith((".csv", ".tsv")) or raw.startswith(b"\xd0\xcf\x11\xe0"):
        return FORMATS["csv"]
    if lower.endswith((".txt", ".gift", ".aiken")):
        aiken = b"ANSWER:" in raw.upper() or "答案".encode() in raw
        return FORMATS["aiken" if aiken and b"{" not in raw else "gift"]
    known = "、".join(FORMATS[one].title for one in READ)
    raise InterchangeError(
        f"认不出 {name} 是什么格式", f"用 --format 写明；能读的有：{known}。"
    )

"""A bank in: a YAML file for a trainer to review, and all there is to say of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from handbook.checks.items import unsourced
from handbook.interchange.bank_files import bank_text
from handbook.interchange.exporting import with_id
from handbook.interchange.fields import fields_of
from handbook.interchange.formats import Format
from handbook.interchange.notes import Restored, restore
from handbook.interchange.readings import InterchangeError, Notice, Reading
from handbook.model.data import IDENTIFIER
from handbook.model.items import BankFile, Item
from handbook.model.placeholders import Placeholder
from handbook.model.titles import ITEM_FIELDS
from handbook.problems import Problem
from handbook.reading.shapes import read_shape
from handbook.reading.yaml_files import Data, place_of, read_yaml

_NAMED = re.compile(IDENTIFIER)
_LONGEST_ID = 60
_REMARK = "从 {file} 导入。标“待补”的要补全，草稿看过以后把 status 改成 active。"


@dataclass(frozen=True, slots=True)
class Imported:
    """A bank made from a file of another tool."""

    text: str
    """Of the YAML file."""
    topic: str
    items: int
    whole: int
    """How many came with all they need; the others are drafts."""
    notices: tuple[Notice, ...]
    """What was guessed, left out or could not be read."""
    missing: tuple[Problem, ...]
    """What the YAML file still lacks, as `check.py` will say it."""

    @property
    def sound(self) -> bool:
        """Whether nothing is left to do."""
        return not self.notices and not self.missing

    def lacking(self, file: str) -> list[Notice]:
        """Return what is missing as notices with the lines of the new file."""
        return [
            Notice(f"{file}:{one.place.line}", one.message, one.remedy)
            for one in self.missing
        ]

    def summary(self, path: str) -> str:
        """Return the last line for a trainer."""
        drafts = self.items - self.whole
        told = f"已写入 {self.items} 道题：{path}"
        if drafts:
            told += f"。其中 {drafts} 道是草稿，补全“待补”的内容、看过以后再改成 active"
        return told + "。接着运行 python scripts/check.py。"


def bring_in(  # noqa: PLR0913 - what a bank consists of
    raw: bytes,
    form: Format,
    *,
    file: str,
    topic: str = "",
    title: str = "",
    source: Sequence[str] = (),
) -> Imported:
    """Return a file of another tool as a bank.

    Args:
        raw: the file.
        form: its format.
        file: its name, for the remark at the top.
        topic: of the bank; that of the file if empty.
        title: likewise.
        source: clauses for the questions that name none.

    Raises:
        InterchangeError: the file cannot be read, or says no topic and none is given.
    """
    if form.read is None:
        raise InterchangeError(f"{form.title} 只能导出", "导入请用别的格式。")
    readout = form.read(raw)
    topic = topic or readout.topic
    if not _NAMED.fullmatch(topic):
        raise InterchangeError(
            f"题库编号“{topic}”写得不对" if topic else "文件里没有写明是哪一个题库",
            "用 --topic 写一个，小写英文、数字和连字符，例如 --topic phone。",
        )
    notices = [_unread(one) for one in readout.unread]
    items: list[dict[str, Data]] = []
    whole = 0
    taken: set[str] = set()
    for reading in readout.questions:
        restored = restore(with_id(reading), reading.note)
        if reading.trouble and "key" not in restored.fields:
            notices.append(_unread(reading.trouble.at(reading.where)))
            continue
        name = _id(str(restored.fields.get("id", "")), topic, taken)
        taken.add(name)
        item, complete = _item(reading, restored, name, source, notices)
        items.append(item)
        whole += complete
    if not items:
        first = f"第一个问题：{str(notices[0]).rstrip('。')}。" if notices else ""
        raise InterchangeError("文件里没有一道能读的题", first + "请确认选对了格式。")
    given = title or readout.title or topic
    foreign = whole < len(items)
    remark = _REMARK.format(file=" ".join(file.split())) if foreign else ""
    text = bank_text(topic, given, items, remark)
    return Imported(
        text, topic, len(items), whole, tuple(notices), tuple(_missing(text, topic))
    )


def _item(
    reading: Reading,
    restored: Restored,
    name: str,
    source: Sequence[str],
    notices: list[Notice],
) -> tuple[dict[str, Data], bool]:
    """Return a question as an item of a bank, and whether it lacks nothing."""
    fields = restored.fields
    wanted = str(fields.get("id", ""))
    fields["id"] = name
    notices += [Notice(reading.where, doubt) for doubt in reading.doubts]
    if reading.note and wanted != name:
        notices.append(Notice(reading.where, f"编号 {wanted} 已经用过，改成 {name}"))
    notices += [_changed(reading.where, unit) for unit in restored.changed]
    if source and not fields.get("source"):
        fields["source"] = list(source)
    item, _problems = _shaped(fields)
    written = fields.get("rationale") and (reading.note or fields.get("source"))
    if item is None or not written:
        fields.setdefault("status", "draft")
        _ask_why_not(fields)
        return fields, False
    return fields_of(item), True


def _ask_why_not(fields: dict[str, Data]) -> None:
    """Say at each wrong option that is without one that an explanation belongs there."""
    options, key = fields.get("options"), fields.get("key")
    if fields.get("type") in {"single", "multiple"} and isinstance(options, list):
        for option in options:
            if isinstance(option, dict) and option.get("id") not in (key or ()):
                option.setdefault("rationale", Placeholder.WHY_NOT.value)


def _unread(notice: Notice) -> Notice:
    return replace(notice, message=f"没有导入：{notice.message}")


def _changed(where: str, unit: str) -> Notice:
    name = "选项或答案" if unit in {"answers", "options"} else ITEM_FIELDS[unit]
    return Notice(
        where,
        f"{name}在别的系统里改过，用改后的；原来引用的数值没有还原",
        "里面有数字和期限的，请换回 {{ fig(…) }}。",
    )


def _id(wanted: str, topic: str, taken: set[str]) -> str:
    """Return an id that nobody has: the one wanted, or one proposed."""
    name = re.sub(r"[^a-z0-9]+", "-", wanted.lower()).strip("-")
    if not wanted.isascii() or not _NAMED.fullmatch(name) or len(name) > _LONGEST_ID:
        number = len(taken) + 1
        while (name := f"{topic}-q{number}") in taken:
            number += 1
        return name
    number, base = 2, name
    while name in taken:
        name = f"{base}-{number}"
        number += 1
    return name


def _shaped(fields: dict[str, Data]) -> tuple[Item | None, list[Problem]]:
    node, problems = read_yaml(bank_text("x", "x", [fields]), "")
    if node is None:
        return None, problems
    bank, more = read_shape(BankFile, node)
    return (bank.items[0] if bank else None), [*problems, *more]


def _missing(text: str, topic: str) -> list[Problem]:
    path = f"quizzes/banks/{topic}.yml"
    node, problems = read_yaml(text, path)
    if node is None:
        return problems
    bank, more = read_shape(BankFile, node)
    without = [
        unsourced(item, place_of(node, ("items", number, "source")))
        for number, item in enumerate(bank.items if bank else ())
        if not item.source
    ]
    return [*problems, *more, *without]

"""A JSON object that a stranger sent, taken apart field by field; every fault is noted."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from handbook.grading.submissions import MAX_BYTES, MAX_REFUSALS, Refusal, clean

SAVE_AGAIN = "请学员在考试页面重新保存答卷，直接交原文件，不要打开修改。"
"""The cure where a file was edited or damaged."""

USE_OUR_PAGE = "请学员用手册的考试页面交卷；文件若是别的程序做的，请对照格式改正。"
"""The cure where a file was made by something else."""

_LONGEST_INTEGER = 9
"""Digits of the longest number worth reading; no field holds a longer one."""
_MOST = 99
"""Largest number that a field holds."""


class OddNumber:
    """Stands for a JSON number that no field of the format can hold."""

    def __init__(self, written: str) -> None:
        self.written = written


class JsonObject(dict[str, object]):
    """A JSON object that remembers which of its names came twice."""

    repeated: tuple[str, ...] = ()


def _object(pairs: list[tuple[str, object]]) -> JsonObject:
    made = JsonObject(pairs)
    if len(made) != len(pairs):
        times = Counter(name for name, _ in pairs)
        made.repeated = tuple(name for name, count in times.items() if count > 1)
    return made


@dataclass(slots=True)
class Faults:
    """Collects what is wrong with one file."""

    name: str
    """What to call it in messages; empty for what came without a file."""
    found: list[Refusal] = field(default_factory=list)

    def add(self, code: str, pointer: str, message: str, remedy: str) -> None:
        """Note a fault at a JSON pointer; empty for the whole file."""
        place = f"{self.name} {pointer}".strip()
        self.found.append(Refusal(code, place, message, remedy))

    def told(self) -> tuple[Refusal, ...]:
        """Return what was found; of very many faults the rest as a number."""
        left = len(self.found) - MAX_REFUSALS
        if left <= 0:
            return tuple(self.found)
        more = Refusal("A605", self.name, f"同一个文件还有 {left} 处不对", SAVE_AGAIN)
        return (*self.found[:MAX_REFUSALS], more)

    def __bool__(self) -> bool:
        return bool(self.found)


def parse(raw: bytes, faults: Faults) -> JsonObject | None:
    """Return the JSON object in a file, or None after noting why there is none."""
    remedy = SAVE_AGAIN
    document: object = None
    if len(raw) > MAX_BYTES:
        message = "文件超过 1 MB，不是考试页面保存的答卷"
        remedy = "请确认选对了文件：答卷是考试页面保存的 .json 文件。"
    elif not raw.strip():
        message = "文件是空的"
    else:
        try:
            document = json.loads(
                raw.decode("utf-8-sig"),
                object_pairs_hook=_object,
                parse_int=_integer,
                parse_float=OddNumber,
                parse_constant=OddNumber,
            )
        except UnicodeDecodeError:
            message = "文件不是 UTF-8 编码的文字"
        except json.JSONDecodeError as error:
            message = f"第 {error.lineno} 行第 {error.colno} 个字起不是正确的 JSON"
        except RecursionError:
            message = "文件里的括号套得太深"
        else:
            if isinstance(document, JsonObject):
                return document
            message = f"文件里应当是一个对象，这里是{kind_of(document)}"
    faults.add("A601", "", message, remedy)
    return None


def _integer(written: str) -> int | OddNumber:
    return int(written) if len(written) <= _LONGEST_INTEGER else OddNumber(written)


@dataclass(frozen=True, slots=True)
class Fields:
    """Takes fields out of one JSON object, noting each that is not as it must be."""

    faults: Faults
    source: JsonObject
    at: str
    """The JSON pointer of the object; empty for the outermost."""

    def only(self, *names: str) -> None:
        """Note names that do not belong here, and names that came twice."""
        for name in self.source:
            if name not in names:
                self.refuse(
                    "A604", name, f"不认识的字段 {clean(name, 40)}", USE_OUR_PAGE
                )
        self.once()

    def once(self) -> None:
        """Note names that came twice."""
        for name in self.source.repeated:
            self.refuse("A604", name, f"字段 {clean(name, 40)} 出现了两次", SAVE_AGAIN)

    def refuse(self, code: str, name: str, message: str, remedy: str) -> None:
        """Note what is wrong with a field."""
        # `/` and `~` in a name are written as a JSON pointer writes them.
        step = clean(name, 40).replace("~", "~0").replace("/", "~1")
        self.faults.add(code, f"{self.at}/{step}", message, remedy)

    def take(self, name: str, title: str) -> object:
        """Return a field's value; None, noted, where there is none."""
        if name not in self.source:
            self.refuse("A603", name, f"缺少{title}（{name}）", USE_OUR_PAGE)
            return None
        value = self.source[name]
        if value is None:
            self.refuse("A605", name, f"{title}（{name}）是空值", USE_OUR_PAGE)
        return value

    def plain_text(self, name: str, title: str) -> str:
        """Return a field's text; empty, noted, if it is none."""
        value = self.take(name, title)
        if value is None:
            return ""
        if not isinstance(value, str):
            message = f"{title}（{name}）应当是文字，这里是{kind_of(value)}"
            self.refuse("A605", name, message, USE_OUR_PAGE)
            return ""
        if is_broken(value):
            message = f"{title}（{name}）里有残缺的字符"
            self.refuse("A605", name, message, SAVE_AGAIN)
            return ""
        return value

    def text(
        self, name: str, title: str, pattern: re.Pattern[str], example: str
    ) -> str:
        """Return a field's text where it follows a pattern."""
        faults = len(self.faults.found)
        value = self.plain_text(name, title)
        if pattern.fullmatch(value) or len(self.faults.found) > faults:
            return value
        message = f"{title}（{name}）应当是{example}，这里是“{clean(value, 40)}”"
        self.refuse("A605", name, message, SAVE_AGAIN)
        return ""

    def small_number(self, name: str, title: str) -> int:
        """Return a field's whole number from 1 to `_MOST`; 0, noted, if it is none."""
        value = self.take(name, title)
        if value is None:
            return 0
        if type(value) is int and 1 <= value <= _MOST:
            return value
        found = value if type(value) is int else kind_of(value)
        message = f"{title}（{name}）应当是 1 到 {_MOST} 的整数，这里是{found}"
        self.refuse("A605", name, message, SAVE_AGAIN)
        return 0

    def inner(self, name: str, title: str) -> Fields | None:
        """Return a reading of an object within this one."""
        value = self.take(name, title)
        if isinstance(value, JsonObject):
            return Fields(self.faults, value, f"{self.at}/{name}")
        if value is not None:
            message = f"{title}（{name}）应当是一个对象，这里是{kind_of(value)}"
            self.refuse("A605", name, message, USE_OUR_PAGE)
        return None


def kind_of(value: object) -> str:
    """Return in Chinese what kind of JSON value something is."""
    if isinstance(value, OddNumber):
        return f"数字 {clean(value.written, 20)}"
    names: Mapping[type, str] = {
        type(None): "空值", bool: "是非值", int: "数字", str: "文字", list: "列表",
    }  # fmt: skip
    return names.get(type(value), "对象")


def is_broken(text: str) -> bool:
    """Whether a text holds half a character, which nothing can write as UTF-8."""
    return not text.isascii() and any("\ud800" <= c <= "\udfff" for c in text)

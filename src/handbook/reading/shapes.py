"""From a YAML tree to typed values: every error of shape, in Chinese, with its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from handbook.model.data import Record
from handbook.problems import Problem, guess
from handbook.reading.yaml_files import Location, Node, place_of, to_data

T = TypeVar("T")


def read_shape(shape: Any, node: Node) -> tuple[Any, list[Problem]]:  # noqa: ANN401 — unions are no types
    """Check a tree against a model (or a union of models) and build it."""
    try:
        return _adapter(shape).validate_python(to_data(node)), []
    except ValidationError as error:
        return None, [
            _problem(node, one)
            for one in _without_echoes(error.errors(include_url=False))
        ]


def _without_echoes(errors: list[ErrorDetails]) -> Iterator[ErrorDetails]:
    """Drop what only follows from another error, so that one mistake is told once.

    A field is not “missing” where it stands misspelt; a list is not too short where
    what it holds could not be read.
    """
    misspelt = {
        (
            *error["loc"][:-1],
            *get_close_matches(str(error["loc"][-1]), _field_names(), 1),
        )
        for error in errors
        if error["type"] == "extra_forbidden"
    }
    for error in errors:
        if error["type"] == "missing" and error["loc"] in misspelt:
            continue
        depth = len(error["loc"])
        if error["type"] == "too_short" and any(
            len(other["loc"]) > depth and other["loc"][:depth] == error["loc"]
            for other in errors
        ):
            continue
        yield error


@cache
def _adapter(shape: Any) -> TypeAdapter[Any]:  # noqa: ANN401 — unions are no types
    return TypeAdapter(shape)


def _problem(node: Node, error: ErrorDetails) -> Problem:
    location: Location = error["loc"]
    name = next((str(step) for step in reversed(location) if step != "[key]"), "")
    kind = error["type"]
    context = error.get("ctx", {})
    if kind == "missing":
        return Problem(
            place_of(node, location),
            "Y103",
            f"缺少必填字段“{name}”",
            f"在这一层加上 {name}: …",
        )
    if kind == "extra_forbidden":
        hint = guess(name, _field_names())
        return Problem(
            place_of(node, location, key=True),
            "Y104",
            f"不认识的字段“{name}”",
            hint or "删掉它，或对照指南检查字段名和缩进。",
        )
    if kind in {"union_tag_not_found", "union_tag_invalid"}:
        known = str(context.get("expected_tags", "")).replace("'", "")
        if kind == "union_tag_not_found":
            return Problem(
                place_of(node, location),
                "Y103",
                "缺少必填字段“type”",
                "写明题型：single、multiple、true_false、blank、order 或 match。",
            )
        written = str(context.get("tag", ""))
        return Problem(
            place_of(node, (*location, "type")),
            "Y105",
            f"没有“{written}”这种题型",
            guess(written, known.split(", ")) or f"可以写：{known}。",
        )
    written = error["input"]
    if kind == "string_pattern_mismatch" and re.search("[，、；]", str(written)):
        return Problem(
            place_of(node, location),
            "Y105",
            f"“{written}”里用了中文标点",
            "几个编号之间用英文逗号，例如 [front-desk, hotline-agent]。",
        )
    if name.isdecimal():  # a place in a list: the value says more than its number
        name = str(written)
    message, remedy = _WORDS.get(kind, _unknown)(name, context, error)
    if not name:  # of what stands at the top, or is empty
        message = message.replace("“”要写成下一层的", "“”要写成").replace("“”", "这里")
    return Problem(place_of(node, location), "Y105", message, remedy)


@cache
def _field_names() -> tuple[str, ...]:
    """Names of all fields of all models, for guesses."""

    def models(of: type[BaseModel]) -> Iterator[type[BaseModel]]:
        yield of
        for below in of.__subclasses__():
            yield from models(below)

    return tuple({name for model in models(Record) for name in model.model_fields})


_Wording = Callable[[str, dict[str, Any], ErrorDetails], tuple[str, str]]


def _unknown(
    name: str, _context: dict[str, Any], error: ErrorDetails
) -> tuple[str, str]:
    return f"“{name}”的内容不符合要求（{error['msg']}）", "对照指南里的例子修改。"


def _choices(
    name: str, context: dict[str, Any], error: ErrorDetails
) -> tuple[str, str]:
    known = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ")
    written = str(error["input"])
    hint = guess(written, known.split(", "))
    return f"“{name}”不能写“{written}”", hint or f"可以写：{known}。"


def _says(message: str, remedy: str) -> _Wording:
    return lambda name, _context, _error: (message.format(name=name), remedy)


_LIST = _says("“{name}”要写成列表", "写成 [甲, 乙]，或每行一个“- ”。")
_TEXT = _says("“{name}”要写成一段文字", "这里不能是列表或下一层字段；检查缩进和括号。")
_DICT = _says("“{name}”要写成下一层的“字段: 内容”", "检查缩进，或对照指南里的例子。")
_DATE = _says("“{name}”不是日期", "写成 2026-11-20 这样的年-月-日。")
_WHOLE = _says("“{name}”要写成整数", "只写阿拉伯数字，例如 3。")
_WORDS: dict[str, _Wording] = {
    "literal_error": _choices,
    "enum": _choices,
    "tuple_type": _LIST,
    "list_type": _LIST,
    "string_type": _TEXT,
    "dict_type": _DICT,
    "model_type": _DICT,
    "model_attributes_type": _DICT,
    "string_too_short": _says("“{name}”是空的", "写上内容，或删掉这个字段。"),
    "string_pattern_mismatch": _says(
        "编号“{name}”的写法不对",
        "编号用小写英文字母、数字和连字符，例如 same-day-check。",
    ),
    "too_short": lambda name, context, _error: (
        f"“{name}”里的内容太少",
        f"至少写 {context.get('min_length', 1)} 项。",
    ),
    "too_long": lambda name, context, _error: (
        f"“{name}”里的内容太多",
        f"最多写 {context.get('max_length', 1)} 项。",
    ),
    "int_parsing": _WHOLE,
    "int_type": _WHOLE,
    "int_from_float": _WHOLE,
    "bool_parsing": _says(
        "“{name}”只能写 true 或 false", "需要写 true，不需要写 false。"
    ),
    "date_from_datetime_parsing": _DATE,
    "date_parsing": _DATE,
    "date_type": _DATE,
    "date_from_datetime_inexact": _DATE,
    "greater_than_equal": lambda name, context, _error: (
        f"“{name}”太小",
        f"最小是 {context.get('ge')}。",
    ),
    "less_than_equal": lambda name, context, _error: (
        f"“{name}”太大",
        f"最大是 {context.get('le')}。",
    ),
    "day": lambda name, _context, error: (
        f"“{name}”不是日期",
        error["msg"] + "。",
    ),
    "duration": lambda name, _context, error: (
        f"“{name}”不是时长",
        error["msg"] + "。",
    ),
    "account": lambda name, _context, error: (
        f"“{name}”不是代码托管平台的账号",
        error["msg"] + "。",
    ),
    "clock": lambda name, _context, error: (
        f"“{name}”不是钟点",
        error["msg"] + "。",
    ),
    "day_of_month": lambda name, _context, error: (
        f"“{name}”不是日历里每个月都有的日子",
        error["msg"] + "。",
    ),
    "slot": lambda name, _context, error: (
        f"“{name}”和 every 对不上",
        error["msg"] + "。",
    ),
    "percent": lambda name, _context, error: (
        f"“{name}”不是百分数",
        error["msg"] + "。",
    ),
}

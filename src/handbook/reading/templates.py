"""Macro calls in authors' texts: found with their place, and filled in.

Pages and data may call macros with text in quotes, and nothing else: no conditions, no
loops, no variables. So whoever checks a page knows all that it calls without running
the host. Jinja's own lexer does the reading.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from jinja2 import Environment, TemplateSyntaxError

_LEXER = Environment(
    autoescape=True, comment_start_string="{##", comment_end_string="##}"
)
"""Comment markers as in mkdocs.yml: `{#` begins a heading's id."""


@dataclass(frozen=True, slots=True)
class FoundCall:
    """`{{ name("argument", …) }}` in a text."""

    name: str
    arguments: tuple[str, ...]
    start: int
    """Offset of the `{{`."""
    end: int
    """Offset behind the `}}`."""
    at: int
    """Offset of the name."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something between braces that is no call."""

    at: int
    message: str
    remedy: str


_EXAMPLE = '写成 {{ fig("answer-rings") }} 这样：功能名，括号里是引号括起来的编号。'

_BRACES = re.compile(
    r"(?P<raw>\{%-?\s*raw\s*-?%\}.*?\{%-?\s*endraw\s*-?%\})"
    r"|(?P<comment>\{##.*?##\})"
    r"|(?P<call>\{\{(?:(?!\{\{|\}\}).)*\}\})"
    r"|(?P<block>\{%(?!-?\s*end))"
    r"|(?P<open>\{\{)",
    re.DOTALL,
)


def find_calls(text: str) -> tuple[list[FoundCall], list[Fault]]:
    """Return the calls of a text in order, and what is wrong with the rest."""
    if "{{" not in text and "{%" not in text:
        return [], []
    calls, faults = _find(text)
    return list(calls), list(faults)


@lru_cache(maxsize=64)
def _find(text: str) -> tuple[tuple[FoundCall, ...], tuple[Fault, ...]]:
    """Find the calls; cached, for who fills a text in has just asked what it calls."""
    calls: list[FoundCall] = []
    faults: list[Fault] = []
    for found in _BRACES.finditer(text):
        start, end = found.span()
        match found.lastgroup:
            case "call":
                read = _call(text, start, end)
                if isinstance(read, FoundCall):
                    calls.append(read)
                else:
                    faults.append(read)
            case "block":
                faults.append(
                    Fault(
                        start,
                        "页面里不能写 {% … %} 这样的程序",
                        "只调用功能；" + _EXAMPLE,
                    )
                )
            case "open":
                faults.append(Fault(start, "花括号 {{ 没有成对", _EXAMPLE))
    return tuple(calls), tuple(faults)


def fill(text: str, value: Callable[[FoundCall], str]) -> str:
    """Return the text with each call replaced by its value."""
    calls, _faults = find_calls(text)
    if not calls:
        return text
    parts = []
    done = 0
    for call in calls:
        parts += [text[done : call.start], value(call)]
        done = call.end
    return "".join([*parts, text[done:]])


def _call(text: str, start: int, end: int) -> FoundCall | Fault:
    """Read what stands between two pairs of braces, and place it in its text."""
    read = _read_call(text[start:end])
    if isinstance(read, Fault):
        return Fault(start + read.at, read.message, read.remedy)
    return FoundCall(read.name, read.arguments, start, end, start + read.at)


@lru_cache(maxsize=4096)
def _read_call(braces: str) -> FoundCall | Fault:
    """Read `{{ name("text", …) }}`; cached, for the same few calls come all the time."""
    try:
        tokens = [
            (kind, value)
            for _line, kind, value in _LEXER.lex(braces)
            if kind not in {"whitespace", "variable_begin", "variable_end"}
        ]
    except TemplateSyntaxError:
        return Fault(0, "花括号里的写法不对", _EXAMPLE)
    match tokens:
        case [("name", name), ("operator", "("), *middle, ("operator", ")")]:
            at = braces.index(name)
            arguments, commas = middle[::2], middle[1::2]
            if all(kind == "string" for kind, _ in arguments) and all(
                value == "," for _, value in commas
            ):
                texts = tuple(value[1:-1] for _, value in arguments)
                return FoundCall(name, texts, 0, len(braces), at)
            return Fault(at, f"{name} 的括号里只能是引号括起来的文字", _EXAMPLE)
        case [("name", name)]:
            return Fault(braces.index(name), f"“{name}”后面少了括号和编号", _EXAMPLE)
        case []:
            return Fault(0, "花括号里是空的", _EXAMPLE)
    return Fault(0, "花括号里不是对功能的调用", _EXAMPLE)

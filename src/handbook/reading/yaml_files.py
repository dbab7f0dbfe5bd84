"""YAML read with line and column, every scalar as the author wrote it.

Plain YAML loading turns `9:30` into 570, `0755` into 493 and `No` into False. Nothing
here converts: a tree of texts goes to the models, which read what they expect.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from handbook.problems import Place, Problem
from handbook.reading.slips import find_slip

DEEPEST = 20
"""Levels of nesting that no file of ours comes near; more is a mistake or an attack."""


@dataclass(slots=True)
class Placed:
    """Where a node begins. Its `Place` is made when somebody asks: few do."""

    path: str
    line: int
    column: int

    @property
    def place(self) -> Place:
        """The place of the node's first character."""
        return Place(self.path, self.line, self.column)


@dataclass(slots=True)
class Scalar(Placed):
    """A text; its place is that of its quote, if it has one."""

    text: str
    start: int
    """Offset in the source, in characters."""
    end: int


@dataclass(slots=True)
class Sequence(Placed):
    """A list."""

    items: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class Mapping(Placed):
    """Fields with their values; `keys` knows where each field's name stands."""

    entries: dict[str, Node] = field(default_factory=dict)
    keys: dict[str, Scalar] = field(default_factory=dict)


_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
"""What YAML lets nobody write as it is, and everybody by an escape."""

Node = Scalar | Sequence | Mapping

Data = str | list["Data"] | dict[str, "Data"]
"""What a tree looks like without its places."""

Location = tuple[str | int, ...]
"""A way down a tree: field names and list positions."""


def read_yaml(
    source: str, path: str, *, first_line: int = 1
) -> tuple[Node | None, list[Problem]]:
    """Read one document; an empty one is None.

    Args:
        source: the text of the file, or of a page's front matter.
        path: for the places, relative to the handbook's root.
        first_line: where the source begins in its file.
    """
    reader = _Reader(path, first_line)
    try:
        return reader.document(source), reader.problems
    except yaml.YAMLError as error:
        reader.problems.append(_syntax_problem(error, source, path, first_line))
        return None, reader.problems


class _Reader:
    """Turns libyaml's events into a tree, keeping what YAML would throw away."""

    def __init__(self, path: str, first_line: int) -> None:
        self.path = path
        self.first_line = first_line
        self.problems: list[Problem] = []
        self.events: Iterator[yaml.Event] = iter(())

    def document(self, source: str) -> Node | None:
        self.events = iter(yaml.CSafeLoader(source).get_event, None)
        root: Node | None = None
        for event in self.events:
            if not isinstance(event, yaml.DocumentStartEvent):
                continue
            if root is not None:
                mark: Any = event.start_mark
                self._complain(
                    Place(self.path, mark.line + self.first_line, mark.column + 1),
                    "一个文件里有两份 YAML（中间用 --- 隔开了）",
                    "删掉多余的 ---，或拆成两个文件。",
                )
                break
            root = self._node(next(self.events), 0)
        if isinstance(root, Scalar) and not root.text:
            return None
        return root

    def _node(self, event: yaml.Event, depth: int) -> Node:
        mark: Any = event.start_mark  # libyaml's own class, with the same attributes
        line, column = mark.line + self.first_line, mark.column + 1
        if depth > DEEPEST:
            raise yaml.MarkedYAMLError(problem="nested too deep", problem_mark=mark)
        if isinstance(event, yaml.ScalarEvent):  # nine in ten
            end: Any = event.end_mark
            if event.anchor is not None or event.tag is not None:
                self._refuse(event, line, column)
            if event.style == '"' and _CONTROL.search(event.value):
                self._complain(
                    Place(self.path, line, column),
                    "这里用转义写了看不见的控制字符",
                    r"删掉 \0、\x1b 这样的写法。",
                )
            return Scalar(self.path, line, column, event.value, mark.index, end.index)
        self._refuse(event, line, column)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(Sequence(self.path, line, column), depth)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(Mapping(self.path, line, column), depth)
        return Scalar(self.path, line, column, "", mark.index, mark.index)

    def _refuse(self, event: yaml.Event, line: int, column: int) -> None:
        """Complain of what makes one text stand for another, or for code."""
        if getattr(event, "anchor", None) is not None:
            self._complain(
                Place(self.path, line, column),
                "这里用了 YAML 的 & 或 * 引用",
                "把内容直接写出来；文字以 & 或 * 开头时，整段用英文双引号括起来。",
            )
        if getattr(event, "tag", None) is not None:
            self._complain(
                Place(self.path, line, column),
                "这里用了 YAML 的 ! 标签",
                "去掉它；文字以 ! 开头时，整段用英文双引号括起来。",
            )

    def _sequence(self, found: Sequence, depth: int) -> Sequence:
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            found.items.append(self._node(event, depth + 1))
        return found

    def _mapping(self, found: Mapping, depth: int) -> Mapping:
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self._node(event, depth + 1)
            value = self._node(next(self.events), depth + 1)
            if not isinstance(key, Scalar):
                self._complain(
                    key.place, "字段名必须是文字", "检查这里的花括号或方括号。"
                )
            elif key.text in found.entries:
                first = found.keys[key.text]
                self.problems.append(
                    Problem(
                        key.place,
                        "Y102",
                        f"字段“{key.text}”写了两次，第一次在第 {first.line} 行",
                        "只保留一个；后写的这个没有被采用。",
                    )
                )
            else:
                found.entries[key.text] = value
                found.keys[key.text] = key
        return found

    def _complain(self, place: Place, message: str, remedy: str) -> None:
        self.problems.append(Problem(place, "Y106", message, remedy))


_SYNTAX: dict[str, tuple[str, str]] = {
    "mapping values are not allowed": (
        "这一行多了一个“冒号加空格”",
        '文字里有冒号时，整段用英文双引号括起来，例如 stem: "请选择: 甲"；'
        "也检查这一行和上一行的缩进是否对齐。",
    ),
    "found character that cannot start any token": (
        "这里有一个 YAML 不允许开头的字符（常见的是 Tab、@、` 或 %）",
        "缩进只用空格；文字以这些符号开头时，整段用英文双引号括起来。",
    ),
    "could not find expected ':'": (
        "这一行缺少冒号，或引号没有成对",
        "字段写成“名称: 内容”，冒号是英文的，后面要有一个空格。",
    ),
    "did not find expected key": (
        "这里的缩进和上面对不齐，或引号提前结束了",
        "同一层的字段左边要对齐；文字里有英文引号时，外面换用单引号。",
    ),
    "did not find expected '-' indicator": (
        "列表里这一行的缩进和上面对不齐",
        "同一个列表的每个“- ”左边要对齐。",
    ),
    "did not find expected ',' or": (
        "方括号或花括号没有写完，或中间少了逗号",
        "每一项之间用英文逗号隔开，最后补上 ] 或 }。",
    ),
    "found unexpected end of stream": (
        "引号没有结束",
        "在这段文字的末尾补上同样的引号。",
    ),
    "found unexpected document indicator": ("引号没有结束", "补上同样的引号。"),
    "found a tab character": ("缩进里有 Tab", "改用空格，每层两个。"),
    "control characters are not allowed": (
        "文件里有看不见的控制字符",
        "删掉这个字符，重新输入这一行。",
    ),
    "found unknown escape character": (
        "双引号里的反斜杠 \\ 写法不对",
        "把双引号换成单引号，或把 \\ 写成 \\\\。",
    ),
    "found undefined alias": (
        "文字以 * 开头，被当成了引用",
        "整段用英文双引号括起来。",
    ),
    "block sequence entries are not allowed": (
        "列表不能写在这里",
        "“- ”要另起一行，不跟在“名称:”后面；文字以“- ”开头时，整段用英文双引号括起来。",
    ),
    "did not find expected <document start>": (
        "这一行接不上前面的内容",
        "检查这一行和上一行的缩进、冒号和引号。",
    ),
    "scanning a directive": (
        "这一行以 % 开头，被当成了 YAML 的指令",
        "整段用英文双引号括起来。",
    ),
    "scanning a %": ("这一行以 % 开头，被当成了 YAML 的指令", "删掉这一行。"),
    "a tag": (
        "文字以英文感叹号 ! 开头，被当成了标签",
        "整段用英文双引号括起来。",
    ),
    "undefined tag handle": (
        "文字以英文感叹号 ! 开头，被当成了标签",
        "整段用英文双引号括起来。",
    ),
    "scanning an anchor": (
        "文字以 & 开头，被当成了标记",
        "整段用英文双引号括起来。",
    ),
    "scanning an alias": (
        "文字以 * 开头，被当成了引用",
        "整段用英文双引号括起来。",
    ),
    "scanning a block scalar": (
        "| 或 > 后面多了内容",
        "文字从下一行写起，缩进两个空格；不分行的，整段用英文双引号括起来。",
    ),
    "nested too deep": ("嵌套太深", f"最多 {DEEPEST} 层，检查这里的括号。"),
}


def _syntax_problem(
    error: yaml.YAMLError, source: str, path: str, first_line: int
) -> Problem:
    """Say in Chinese what libyaml says in English; its readers may know none, so it is never quoted."""
    said = str(getattr(error, "problem", None) or error)
    mark = getattr(error, "problem_mark", None)
    if "unexpected end of stream" in said or mark is None:
        mark = getattr(error, "context_mark", None) or mark  # where the quote began
    slip = (
        find_slip(source, mark.line, misaligned="did not find expected key" in said)
        if mark
        else None
    )
    if slip:
        at = Place(path, slip.line + first_line, slip.column + 1)
        return Problem(at, "Y101", slip.message, slip.remedy)
    if "could not find expected ':'" in said:
        # libyaml finds out one line below the name that has none.
        mark = getattr(error, "context_mark", None) or mark
    place = (
        Place(path, mark.line + first_line, mark.column + 1)
        if mark
        else Place(path, first_line)
    )
    full = f"{said} {getattr(error, 'context', None) or ''}"
    for part, (message, remedy) in _SYNTAX.items():
        if part in full:
            return Problem(place, "Y101", message, remedy)
    return Problem(
        place,
        "Y101",
        "这里不符合 YAML 语法",
        "检查这一行和上一行的缩进、冒号和引号。",
    )


def to_data(node: Node) -> Data:
    """Return the tree without its places."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [to_data(item) for item in node.items]
    return {key: to_data(value) for key, value in node.entries.items()}


def scalars(node: Node) -> Iterator[Scalar]:
    """Yield every value of the tree, in the author's order."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Scalar):
            yield one
        elif isinstance(one, Sequence):
            waiting += reversed(one.items)
        else:
            waiting += reversed(one.entries.values())


def place_of(node: Node, location: Location, *, key: bool = False) -> Place:
    """Return where a location stands; as deep as the tree goes.

    Steps that the tree does not have are skipped: pydantic puts the tag of a union
    into its locations, and what is missing has no place but its parent's.

    Args:
        node: the root of the tree.
        location: the way down.
        key: whether the name of the last field is meant, not its value.
    """
    place = node.place
    for number, step in enumerate(location):
        last = number == len(location) - 1
        if isinstance(node, Mapping) and isinstance(step, str) and step in node.entries:
            named = node.keys[step] if key and last else node.entries[step]
            place = named.place
            node = node.entries[step]
        elif (
            isinstance(node, Sequence)
            and isinstance(step, int)
            and step < len(node.items)
        ):
            node = node.items[step]
            place = node.place
    return place

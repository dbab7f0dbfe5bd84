"""A YAML file of the handbook: opened, its macro calls filled in, its entries typed."""

from __future__ import annotations

import os
from typing import Any

from handbook.loading.gathered import Gathered
from handbook.model.pages import Call
from handbook.problems import Problem
from handbook.reading.exemptions import in_yaml
from handbook.reading.shapes import read_shape
from handbook.reading.sources import Lines, read_source
from handbook.reading.templates import FoundCall, fill, find_calls
from handbook.reading.yaml_files import Mapping, Node, Sequence, read_yaml, scalars


def open_data(
    gathered: Gathered, path: str, kind: str, name: str = "*"
) -> tuple[Node | None, list[Call]]:
    """Read a data file, if there is one, and fill in its macro calls.

    Args:
        gathered: what was read so far; calls are filled in from it.
        path: relative to the root.
        kind: what the file holds.
        name: which one of them, where it holds only one.

    Returns:
        Its tree, and its calls with their places.
    """
    if not os.path.lexists(gathered.root / path):
        return None, []
    source, problems = read_source(gathered.root, path)
    gathered.tell(kind, name, problems)
    if problems:
        return None, []
    node, problems = read_yaml(source, path)
    gathered.problems += problems
    gathered.note_unread(kind, name, problems if node is None else [])
    gathered.written.sources[path] = source
    gathered.written.exemptions += in_yaml(source, node, path)
    calls = _filled(gathered, node, source, path) if node is not None else []
    gathered.written.calls += calls
    return node, calls


def entries(gathered: Gathered, root: Node | None, field: str) -> list[Node]:
    """Return the list under a file's one field; say so where it is not one."""
    if root is None:
        return []
    value = root.entries.get(field) if isinstance(root, Mapping) else None
    if isinstance(root, Mapping):
        gathered.problems += [
            Problem(
                root.keys[other].place,
                "Y104",
                f"不认识的字段“{other}”",
                f"这个文件只有一个字段 {field}。",
            )
            for other in root.entries
            if other != field
        ]
    if isinstance(value, Sequence):
        return value.items
    if value is None:
        gathered.problems.append(
            Problem(
                root.place,
                "Y103",
                f"缺少必填字段“{field}”",
                f"文件第一行写 {field}:，下面是列表。",
            )
        )
    elif getattr(value, "text", None) != "":
        gathered.problems.append(
            Problem(value.place, "Y105", f"“{field}”要写成列表", "每一项以“- ”开头。")
        )
    return []


def typed(gathered: Gathered, shape: Any, node: Node) -> tuple[Any, list[Problem]]:  # noqa: ANN401 — unions are no types
    """Read a shape; what hangs on an unknown figure is told there, not here too.

    Returns:
        The value, or `None`; and what is wrong with it, which is told already.
    """
    value, problems = read_shape(shape, node)
    gathered.problems += [
        problem
        for problem in problems
        if problem.code != "Y105" or problem.place not in gathered.unfilled
    ]
    return value, problems


def _filled(gathered: Gathered, node: Node, source: str, path: str) -> list[Call]:
    """Fill in the calls in every scalar, and return them with their places."""
    calls: list[Call] = []
    lines: Lines | None = None
    for scalar in scalars(node):
        if "{{" not in scalar.text and "{%" not in scalar.text:
            continue
        lines = lines or Lines(source, path)
        found, faults = find_calls(scalar.text)
        at = scalar.start
        for call in found:
            at = max(source.find(f"{call.name}(", at, scalar.end), at)
            calls.append(Call(call.name, call.arguments, lines.place(at)))
            at += 1
        gathered.problems += [
            Problem(scalar.place, "M304", fault.message, fault.remedy)
            for fault in faults
        ]
        if any(_lacks(gathered, call) for call in found):
            gathered.unfilled.add(scalar.place)
        scalar.text = fill(scalar.text, gathered.value)
    return calls


def _lacks(gathered: Gathered, call: FoundCall) -> bool:
    return (
        call.name == "fig"
        and bool(call.arguments)
        and call.arguments[0] not in gathered.figures
    )

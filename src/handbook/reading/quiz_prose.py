"""What banks and exams say to learners, line by line, as pages are read.

Each line is one of the file in which all but the words is masked, so that what a check
finds there has its place.
"""

from __future__ import annotations

from collections.abc import Iterator

from handbook.reading.prose import MASK, ProseLine, mask
from handbook.reading.yaml_files import Node, Scalar, Sequence

ROLES = {
    "title": "标题",
    "note": "说明",
    "stem": "题干",
    "text": "选项",
    "rationale": "解析",
}
"""Fields that learners read, with the role of their lines."""

_QUOTES = "'\""
_BLOCKS = "|>"


def quiz_prose(source: str, node: Node, field: str = "") -> Iterator[ProseLine]:
    """Yield the lines of an item, a bank's head or an exam that are words.

    Args:
        source: the file it stands in.
        node: its tree.
        field: the field that the tree is the value of.
    """
    if isinstance(node, Scalar):
        if field in ROLES:
            yield from _lines(source, node, ROLES[field])
    elif isinstance(node, Sequence):
        for one in node.items:
            yield from quiz_prose(source, one, field)
    else:
        for name, value in node.entries.items():
            yield from quiz_prose(source, value, name)


def _lines(source: str, scalar: Scalar, role: str) -> Iterator[ProseLine]:
    written = source[scalar.start : scalar.end]
    if written[:1] in _QUOTES:
        written = f"{MASK}{written[1:-1]}{MASK}"
    number, before = scalar.line, MASK * (scalar.column - 1)
    for line in written.split("\n"):
        if line.strip() and line[0] not in _BLOCKS:
            text = f"{before}{line}"
            yield ProseLine(number, text, mask(text), role, "")
        number, before = number + 1, ""

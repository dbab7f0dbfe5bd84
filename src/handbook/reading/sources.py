"""Text files as authors save them, and the places of offsets in them."""

from __future__ import annotations

from bisect import bisect_right
from pathlib import Path

from handbook.problems import Place, Problem
from handbook.problems.files import reason

LARGEST = 4 * 1024 * 1024
"""Bytes; a larger page or bank is no handwritten file."""


class Lines:
    """Turns offsets of a text into places."""

    def __init__(self, text: str, path: str, *, first_line: int = 1) -> None:
        self._path = path
        self._first_line = first_line
        self._starts = [0]
        at = text.find("\n")
        while at >= 0:
            self._starts.append(at + 1)
            at = text.find("\n", at + 1)

    def place(self, offset: int) -> Place:
        """Return the place of an offset, in characters."""
        line = bisect_right(self._starts, offset) - 1
        column = offset - self._starts[line] + 1
        return Place(self._path, line + self._first_line, column)


def read_source(root: Path, path: str) -> tuple[str, list[Problem]]:
    """Return a file's text with plain line ends; unreadable files give a problem."""
    here = Place(path)
    try:
        raw = (root / path).read_bytes()
    except OSError as error:
        return "", [
            Problem(
                here,
                "Y107",
                f"文件打不开（{reason(error)}）",
                "检查文件是否存在、能否读取。",
            )
        ]
    if len(raw) > LARGEST:
        return "", [
            Problem(
                here, "Y107", "文件超过 4 MB", "拆成几个小文件，或检查是否放错了文件。"
            )
        ]
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return "", [
            Problem(
                Place(path, line),
                "Y107",
                "文件不是 UTF-8 编码",
                "用编辑器“另存为”，编码选 UTF-8。",
            )
        ]
    return text.replace("\r\n", "\n").replace("\r", "\n"), []

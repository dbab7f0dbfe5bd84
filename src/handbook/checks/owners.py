"""CODEOWNERS says what the pages' owners and the roles' accounts say."""

from __future__ import annotations

from collections.abc import Iterator

from handbook.code_owners import COMMAND, PATH, code_owners
from handbook.handbook import Handbook
from handbook.problems import Place, Problem
from handbook.reading.written import Written


def code_owners_are_current(handbook: Handbook, _written: Written) -> Iterator[Problem]:
    """Whoever owns a page now is asked, not whoever owned it once."""
    wanted = code_owners(handbook)
    if not wanted:
        return
    path = handbook.root / PATH
    lines = wanted.splitlines()
    there = (
        path.read_text(encoding="utf-8", errors="replace").splitlines()
        if path.is_file()
        else []
    )
    if there == lines:
        return
    at = next(
        (n for n, (a, b) in enumerate(zip(there, lines, strict=False), 1) if a != b),
        min(len(there), len(lines)) + 1,
    )
    what = "和各页的负责人、岗位的账号对不上" if there else "还没有生成"
    yield Problem(
        Place(PATH, at if there else 1),
        "P216",
        f"CODEOWNERS {what}",
        f"运行 {COMMAND}，把写出来的文件一起提交。",
    )

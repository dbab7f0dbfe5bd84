"""What is made, and what must hold before anything is."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import indent

from handbook.handbook import Handbook
from handbook.model.data import IDENTIFIER
from handbook.problems import guess
from handbook.reading.yaml_texts import scalar

_ID = re.compile(IDENTIFIER)
_ENTRY = re.compile(r"^( *)- (?:id:|\{)", re.MULTILINE)


class ScaffoldError(Exception):
    """It cannot be made; says why and what would do, in Chinese."""


@dataclass(slots=True)
class Made:
    """Files to be written, by path below the root, and what a trainer does next."""

    files: dict[str, str] = field(default_factory=dict)
    next: list[str] = field(default_factory=list)


def page_of_call(title: str, kind: str, owner: str, call: str) -> str:
    """Return a page that only calls the macro of what it shows."""
    return f"---\ntitle: {scalar(title)}\nkind: {kind}\nowner: {owner}\n---\n\n{{{{ {call} }}}}\n"


def with_entry(old: str, entry: str) -> str:
    """Return a YAML file with an entry behind its list, as far in as the others."""
    found = _ENTRY.search(old)
    return f"{old.rstrip()}\n{indent(entry, found[1] if found else '  ')}\n"


def text_of(root: Path, path: str) -> str:
    """Return a file of the handbook; empty where there is none."""
    file = root / path
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def check_id(name: str) -> None:
    """Hold an id to the shape that all ids have.

    Raises:
        ScaffoldError: it has another.
    """
    if not _ID.fullmatch(name):
        raise ScaffoldError(
            f"“{name}”不能作编号：用小写英文、数字和连字符，例如 same-day-check。"
        )


def check_new(what: str, name: str, known: Collection[str]) -> None:
    """Hold an id to its shape, and to be nobody's yet.

    Raises:
        ScaffoldError: it is none, or taken.
    """
    check_id(name)
    if name in known:
        raise ScaffoldError(f"已经有编号是 {name} 的{what}。换一个。")


def check_absent(book: Handbook, path: str) -> None:
    """Hold a file to be new.

    Raises:
        ScaffoldError: it is there.
    """
    if (book.root / path).exists():
        raise ScaffoldError(f"{path} 已经有了，没有动它。换一个名字。")


def check_known(what: str, name: str, known: Collection[str]) -> None:
    """Hold a name to be that of something in the handbook.

    Raises:
        ScaffoldError: it is not; says what may have been meant.
    """
    if name not in known:
        near = guess(name, known)
        listed = "、".join(list(known)[:12])
        raise ScaffoldError(f"没有“{name}”这个{what}。{near or f'可以写：{listed}。'}")

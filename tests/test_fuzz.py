"""Damaged files: whatever an author's editor, merge or mail client does to them.

Real files of this handbook are damaged by a seeded hand and loaded. A mistake of an
author is a problem with a place, never a traceback. CI tries a few hundred; for all
10,000 set HANDBOOK_FUZZ=10000.
"""

from __future__ import annotations

import os
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from handbook.loading import load
from handbook.problems import CODES
from handbook.problems.formats import FORMATS

ROOT = Path(__file__).parents[1]
SMALL = Path(__file__).parent / "cases/handbook"
TRIES = int(os.environ.get("HANDBOOK_FUZZ", "300"))
PARTS = 4

# What breaks parsers, and what people paste.
SHARDS = (
    *"{}[]()<>|>#&*!%@`\"'\\:-?,~_^$=\t\0\x07\x7f\u00a0\u3000\u200b\ufeff\u2028\u202e😀𠀀",
    "---", "```", "{{", "}}", "{%", "%}", "{##", "##}", "{#a}", "{: #b .c}", "<!--", "-->",
    "![](", "](", "[a][b]", "[b]: c", "<a id=", "<img src=x>", "【", "】", "> ", ": ", "    : ",
    "- ", "? ", "&a ", "*a", "!!python/object:os.system ", "|\n", ">-\n", "#" * 7, "# x", "##",
    "{{ fig() }}", '{{ fig("a", "b") }}', "{{ fig(x) }}", '{{ exam("no") }}', "0" * 5000,
    "检查：允许", "<!-- 检查：允许 S603，理由：x -->", "# 检查：允许 D651", "____", "9" * 400,
    "138 1234 5678", "11010519491231002X", "(" * 200, "[" * 200, "{" * 200, "> " * 50, "\r", "\r\n",
    "reviewed: {on: 2026-02-30}", "2026-99-99", "99999999999天", "1e999%", "0/0%", "null", "~",
    "http://[", "//[::1", "#%E4%B8", "%", "../" * 30, "/../../x.md", "\ud7ff", "١٢天", "²声", "三百十两",
)  # fmt: skip


def swapped(chance: random.Random, lines: list[str]) -> list[str]:
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return lines


def deleted(chance: random.Random, lines: list[str]) -> list[str]:
    at = chance.randrange(len(lines))
    return lines[:at] + lines[at + chance.randint(1, 4) :]


def doubled(chance: random.Random, lines: list[str]) -> list[str]:
    at = chance.randrange(len(lines))
    return lines[:at] + lines[at : at + chance.randint(1, 5)] + lines[at:]


def shifted(chance: random.Random, lines: list[str]) -> list[str]:
    at = chance.randrange(len(lines))
    lines[at] = chance.choice((" ", "  ", "\t", "    ")) + lines[at]
    return lines


def outdented(chance: random.Random, lines: list[str]) -> list[str]:
    at = chance.randrange(len(lines))
    lines[at] = lines[at].lstrip()
    return lines


def inserted(chance: random.Random, lines: list[str]) -> list[str]:
    at = chance.randrange(len(lines))
    line = lines[at]
    column = chance.randint(0, len(line))
    lines[at] = line[:column] + chance.choice(SHARDS) + line[column:]
    return lines


def removed(chance: random.Random, lines: list[str]) -> list[str]:
    at = chance.randrange(len(lines))
    line = lines[at]
    column = chance.randint(0, len(line))
    lines[at] = line[:column] + line[column + chance.randint(1, 6) :]
    return lines


def moved_in(chance: random.Random, lines: list[str]) -> list[str]:
    """A piece of the file pasted into the middle of a line."""
    at, start = chance.randrange(len(lines)), chance.randrange(len(lines))
    column = chance.randint(0, len(lines[at]))
    piece = "\n".join(lines[start : start + chance.randint(1, 3)])
    lines[at] = lines[at][:column] + piece + lines[at][column:]
    return lines


BY_LINES: tuple[Callable[[random.Random, list[str]], list[str]], ...] = (
    swapped, deleted, doubled, shifted, outdented, inserted, inserted, removed, moved_in,
)  # fmt: skip


def damaged(chance: random.Random, source: bytes) -> bytes:
    """Return a file after one to four accidents."""
    if chance.random() < 0.1:
        raw = bytearray(source)
        for _ in range(chance.randint(1, 8)):
            raw[chance.randrange(len(raw))] = chance.randrange(256)
        return bytes(raw)
    if chance.random() < 0.08:
        return source[: chance.randrange(len(source))]
    lines = source.decode().split("\n")
    for _ in range(chance.randint(1, 4)):
        lines = chance.choice(BY_LINES)(chance, lines) or [""]
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def victims() -> list[tuple[str, bytes]]:
    """Return real files by the path at which the small handbook has one like them."""
    found = [
        (path.relative_to(SMALL).as_posix(), path.read_bytes())
        for path in sorted(SMALL.rglob("*"))
        if path.is_file()
    ]
    homes = {
        "content/policies/complaints.md": "content/workflows/phone.md",
        "content/policies/onboarding.md": "content/workflows/phone.md",
        "content/workflows/phone.md": "content/workflows/phone.md",
        "content/scripts/mail.md": "content/scripts/phone.md",
        "content/scripts/letters.md": "content/scripts/phone.md",
        "content/_data/flows.yml": "content/_data/flows.yml",
        "content/_data/calendar.yml": "content/_data/calendar.yml",
        "content/_data/forms.yml": "content/_data/forms.yml",
        "content/_data/figures.yml": "content/_data/figures.yml",
        "content/_data/terms.yml": "content/_data/terms.yml",
        "quizzes/banks/access.yml": "quizzes/banks/phone.yml",
        "quizzes/banks/training.yml": "quizzes/banks/phone.yml",
        "quizzes/exams/front-desk.yml": "quizzes/exams/front-desk.yml",
    }
    found += [(home, (ROOT / path).read_bytes()) for path, home in homes.items()]
    return found


@pytest.fixture
def tree() -> Iterator[Path]:
    """The small handbook in memory, where there is such a place."""
    memory = Path("/dev/shm")  # noqa: S108 - a private folder is made in it
    where = memory if os.access(memory, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=where) as folder:
        yield Path(shutil.copytree(SMALL, Path(folder) / "tree"))


@pytest.mark.parametrize("part", range(PARTS))
def test_no_damage_is_a_traceback(part, tree):
    """Whatever happened to a file: problems with a code, a place and a cure."""
    files = victims()
    for number in range(part, TRIES, PARTS):
        chance = random.Random(number)  # noqa: S311 - damage, not secrets
        path, source = chance.choice(files)
        healthy = (SMALL / path).read_bytes()
        broken = damaged(chance, source)
        (tree / path).write_bytes(broken)
        try:
            found = load(tree).problems
            for style in FORMATS.values():
                style(found).encode()
        except Exception as error:  # noqa: BLE001 - that there is none is the test
            pytest.fail(f"try {number}, {path}: {error!r}\n{broken!r}")
        finally:
            (tree / path).write_bytes(healthy)
        for problem in found:
            assert problem.code in CODES, number
            assert problem.place.line >= 1, number
            assert problem.place.column >= 1, number
            assert problem.message, number
            assert problem.remedy, number

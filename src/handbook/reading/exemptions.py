"""Exemptions as authors write them: which check does not hold here, and why.

In a page `<!-- 检查：允许 S605，理由：对孩子说的话 -->`, in YAML the same words behind `#`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from handbook.problems import Place
from handbook.reading.markdown_files import MarkdownFile
from handbook.reading.yaml_files import Node, scalars

SIGN = "检查：允许"
"""What every exemption begins with; quick to look for."""

_WORDS = re.compile(
    r"检查：允许\s*(?P<codes>[A-Z]\d{3}(?:[、，, ]+[A-Z]\d{3})*)?"
    r"[，,；; ]*(?:理由[：:]\s*(?P<reason>.*?))?\s*$"
)
_COMMENT = re.compile(r"<!--\s*(.*?)\s*-->")


@dataclass(frozen=True, slots=True)
class Exemption:
    """Some codes that an author sets aside on some lines of a file."""

    codes: tuple[str, ...]
    reason: str
    place: Place
    first: int
    """The lines it covers, both counted."""
    last: int

    def covers(self, place: Place) -> bool:
        """Whether a place lies on its lines."""
        return place.path == self.place.path and self.first <= place.line <= self.last


def in_page(file: MarkdownFile, path: str) -> Iterator[Exemption]:
    """Yield the exemptions in the body of a page.

    Beside a text, a comment covers its line; alone, the paragraph below it; above a
    heading, the whole section.
    """
    if SIGN not in file.body:
        return
    lines = file.body.split("\n")
    code = {line.number for s in file.sections for line in s.lines if line.code}
    headings = [s.place.line for s in file.sections if s.level]
    for number, text in enumerate(lines, file.body_line):
        if SIGN not in text or number in code:
            continue
        found = _COMMENT.search(text)
        if found is None or SIGN not in found[1]:
            continue
        place = Place(path, number, found.start() + 1)
        if text.strip() != found[0]:
            first = last = number
        else:
            first, last = _below(lines, file.body_line, number, headings)
        yield _exemption(found[1], place, first, last)


def _below(
    lines: list[str], start: int, number: int, headings: list[int]
) -> tuple[int, int]:
    """Return the first and last line of what stands below a comment."""
    end = start + len(lines) - 1
    first = number + 1
    while first < end and not lines[first - start].strip():
        first += 1
    if first in headings:
        return first, next((h - 1 for h in headings if h > first), end)
    last = first
    while last < end and lines[last + 1 - start].strip():
        last += 1
    return first, last


def in_yaml(
    source: str, node: Node | None, path: str, *, first_line: int = 1
) -> Iterator[Exemption]:
    """Yield the exemptions in a data file or in the front matter of a page.

    Behind a field a comment covers its line; alone on a line, the field or the entry
    below it.
    """
    if SIGN not in source or node is None:
        return
    texts = [(scalar.start, scalar.end) for scalar in scalars(node)]
    lines = source.split("\n")
    offset = 0
    for number, text in enumerate(lines, first_line):
        begun, offset = offset, offset + len(text) + 1
        at = text.find("#", max(text.rfind("#", 0, text.find(SIGN)), 0))
        if SIGN not in text or at < 0 or text[at + 1 :].strip()[:5] != SIGN:
            continue
        if any(start < begun + at < end for start, end in texts):
            continue
        first = last = number
        if not text[:at].strip():
            first = number + 1
            last = first_line + _entry_end(lines, number - first_line, at)
        place = Place(path, number, at + 1)
        yield _exemption(text[at + 1 :].strip(), place, first, last)


def _entry_end(lines: list[str], comment: int, indentation: int) -> int:
    """Return the last line of the entry below a comment; lines count from 0."""
    last = min(comment + 1, len(lines) - 1)
    for number in range(comment + 2, len(lines)):
        text = lines[number]
        if text.strip() and len(text) - len(text.lstrip()) <= indentation:
            break
        if text.strip():
            last = number
    return last


def _exemption(words: str, place: Place, first: int, last: int) -> Exemption:
    found = _WORDS.match(words)
    codes = re.findall(r"[A-Z]\d{3}", found["codes"] or "") if found else []
    reason = (found["reason"] or "") if found else ""
    return Exemption(tuple(codes), reason.strip(), place, first, last)

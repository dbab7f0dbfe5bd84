"""The lines of a page that say something, with their role, markup masked out.

Masking keeps every character in its column, so that whatever a check finds in a masked
line has its place in the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from handbook.reading.markdown_files import MarkdownFile, Section

MASK = "\0"
"""Stands for each character that is no word of the handbook."""

SAY = "说"
"""Role of a phrase's block quote. Definitions have their term as their role."""
VARIANT = "换个说法"
NEVER = "不要说"
KEYWORDS = "关键词"
BASIS = "依据"
HEADING = "标题"
BODY = ""

TO_CUSTOMERS = frozenset({SAY, VARIANT})
"""Roles of what a customer hears or reads."""

OF_OTHERS = frozenset({NEVER, KEYWORDS})
"""Roles of what others say: wrongly, or looking for it."""

_UNREAD = re.compile(
    r"(`+)(?!`).*?(?<!`)\1(?!`)"  # code
    r"|\{\{.*?\}\}|\{%.*?%\}|\{[^{}]*\}"  # calls and attributes
    r"|</?[a-zA-Z][^<>]*>"  # tags
    r"|<!--.*?-->"
    r"|(?<=\])\([^)]*\)"  # where a link leads
    r"|^\s*(?:===|!!!|\?\?\?).*"  # tabs and admonitions
    r"|https?://[^\s，。；、）”]+"
)

_NEEDS_MASK = re.compile(r"[`{<]|\]\(|://|^\s*(?:===|!!!|\?\?\?)")


class ProseLine(NamedTuple):
    """One line that speaks to a reader."""

    number: int
    """In the file, from 1."""
    written: str
    """As it stands in the file."""
    text: str
    """The same, of the same length, without markup."""
    role: str
    section: str
    """Id of the section it stands in; empty where that has none."""


def mask(line: str) -> str:
    """Return a line with its markup masked, every character in its column."""
    if not _NEEDS_MASK.search(line):
        return line
    return _UNREAD.sub(lambda found: MASK * len(found[0]), line)


def prose(file: MarkdownFile, *, script: bool) -> tuple[ProseLine, ...]:
    """Return the lines of a page that speak to a reader.

    Args:
        file: the page.
        script: whether block quotes are words for customers.
    """
    return tuple(
        line for section in file.sections for line in _lines(section, script=script)
    )


def _lines(section: Section, *, script: bool) -> Iterator[ProseLine]:
    here = section.id
    if section.level:
        written = section.heading
        yield ProseLine(section.place.line, written, mask(written), HEADING, here)
    roles = _roles(section)
    begun = ended = False  # the first block quote
    for line in section.lines:
        if line.code or not line.text.strip():
            ended = begun
            continue
        quoted = begun or line.text.lstrip(" ").startswith(">")
        if script and quoted and not ended:
            begun = True
            role = SAY
        else:
            role = roles.get(line.number, BODY) if roles else BODY
        yield ProseLine(line.number, line.text, mask(line.text), role, here)


def _roles(section: Section) -> dict[int, str]:
    return {
        number: definition.term
        for definition in section.definitions()
        for number in range(
            definition.line, definition.line + definition.text.count("\n") + 1
        )
    }

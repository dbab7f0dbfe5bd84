"""Markdown read for its structure: front matter, sections, quotes, definitions, links.

The site's Markdown engine decides what a page says; this reader only knows where things
stand. `tests/test_agreement.py` holds the two against each other on the whole handbook.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from handbook.problems import Place, Problem
from handbook.reading.plain import LINK, plain
from handbook.reading.yaml_files import Mapping, read_yaml

_HEADING = re.compile(r"(#{1,6})\s*(.*?)\s*#*\s*$")
_ATTRIBUTES = re.compile(r"\s*\{:?\s*([^{}]*)\}\s*$")
_ID = re.compile(r"(?:^|\s)#([^\s}]+)")
_CLASS = re.compile(r"(?:^|\s)\.([^\s.#}]+)")
_FENCE = re.compile(r"\s*(`{3,}|~{3,})")
_IMAGE = re.compile(r"!\[([^\[\]]*)\]\(\s*<?([^\s()<>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
_HTML_IMAGE = re.compile(r"<img\s[^<>]*>")
_REFERENCE = re.compile(r" {0,3}\[[^\[\]^]+\]:\s+<?([^\s<>]+)")
_HTML_VALUE = re.compile(r"\b(src|alt)=[\"']([^\"'<>]*)[\"']")
_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
_DEFINITION = re.compile(r" {0,3}: {1,3}(\S.*)$")


class Line(NamedTuple):
    """One line of the body."""

    number: int
    """In the file, from 1."""
    text: str
    code: bool
    """Whether it stands in a fence."""


@dataclass(frozen=True, slots=True)
class Definition:
    """`: text` under a term of a definition list."""

    term: str
    text: str
    line: int


@dataclass(slots=True)
class Section:
    """A heading and everything below it, up to the next heading."""

    level: int
    """0 for what stands before the first heading."""
    title: str
    id: str
    place: Place
    classes: tuple[str, ...] = ()
    """Written in the heading's braces with a dot: `{#close .C5}`."""
    heading: str = ""
    """The line as it is written."""
    lines: list[Line] = field(default_factory=list)
    _definitions: tuple[Definition, ...] | None = None
    _words: str | None = None

    @property
    def words(self) -> str:
        """Its title without markup."""
        if self._words is None:
            self._words = plain(self.title)
        return self._words

    def text(self) -> str:
        """Return the Markdown below the heading."""
        return "\n".join(line.text for line in self.lines)

    def quote(self) -> str:
        """Return the Markdown of the first block quote, without its marks."""
        found: list[str] = []
        for line in self.lines:
            if not line.code and line.text.lstrip(" ").startswith(">"):
                found.append(line.text.lstrip(" ")[1:].strip())
            elif found and not line.text.strip():
                break
            elif found:
                found.append(line.text.strip())
        return "\n".join(found).strip()

    def definitions(self) -> tuple[Definition, ...]:
        """Return the definitions of all definition lists, in order."""
        if self._definitions is None:  # a section does not change once it is read
            self._definitions = tuple(self._read_definitions())
        return self._definitions

    def _read_definitions(self) -> Iterator[Definition]:
        if not any(":" in line.text for line in self.lines):
            return
        term = ""
        pending: list[str] = []
        start = 0
        for line in [*self.lines, Line(0, "", code=False)]:
            found = None if line.code else _DEFINITION.match(line.text)
            continues = pending and (line.text.startswith("    ") and line.text.strip())
            if continues:
                pending.append(line.text.strip())
                continue
            if pending and (found or line.text.strip() or not line.number):
                yield Definition(term, "\n".join(pending), start)
                pending = []
            if found:
                pending, start = [found[1].strip()], line.number
            elif line.text.strip() and not line.code:
                term = line.text.strip()


@dataclass(frozen=True, slots=True)
class RawLink:
    """A link's target as written, with its place."""

    target: str
    place: Place


@dataclass(frozen=True, slots=True)
class Image:
    """A picture on a page; `alt` says in words what it shows."""

    target: str
    alt: str
    place: Place


@dataclass(slots=True)
class MarkdownFile:
    """What a page's file is made of."""

    front: Mapping | None
    head: str
    """The front matter as it is written; it begins on line 2."""
    body: str
    """Everything below the front matter."""
    body_line: int
    """The line of the file on which the body begins."""
    sections: list[Section]
    links: list[RawLink]
    images: list[Image]
    problems: list[Problem]


def read_markdown(source: str, path: str) -> MarkdownFile:
    """Read a page's structure.

    Args:
        source: the whole file, with plain line ends.
        path: for the places, relative to the handbook's root.
    """
    front, head, body, body_line, problems = _front_matter(source, path)
    lines = list(_lines(body, body_line))
    return MarkdownFile(
        front,
        head,
        body,
        body_line,
        _sections(lines, path),
        _links(lines, path),
        _images(lines, path),
        problems,
    )


def _front_matter(
    source: str, path: str
) -> tuple[Mapping | None, str, str, int, list[Problem]]:
    if not source.startswith("---\n"):
        return None, "", source, 1, []
    end = source.find("\n---", 3)
    if end < 0 or source[end + 4 : end + 5] not in {"", "\n"}:
        return (
            None,
            "",
            source,
            1,
            [
                Problem(
                    Place(path),
                    "P201",
                    "文件头没有结束",
                    "在文件头的最后一行下面加一行 ---",
                )
            ],
        )
    head = source[4 : end + 1]
    body = source[end + 5 :]
    node, problems = read_yaml(head, path, first_line=2)
    if node is not None and not isinstance(node, Mapping):
        problems.append(
            Problem(
                node.place, "Y105", "文件头要写成“字段: 内容”", "对照指南里的例子修改。"
            )
        )
        node = None
    return node, head, body, head.count("\n") + 3, problems


def _lines(body: str, first: int) -> Iterator[Line]:
    if not ("```" in body or "~~~" in body or "<!--" in body):
        for number, text in enumerate(body.split("\n"), first):
            yield Line(number, text, False)  # noqa: FBT003 - a keyword costs a tenth
        return
    fence = ""
    comment = False
    for number, text in enumerate(body.split("\n"), first):
        found = None if comment else _FENCE.match(text)
        if fence:
            yield Line(number, text, code=True)
            closes = found and found[1].startswith(fence) and not text.strip("`~ ")
            fence = "" if closes else fence
            continue
        if found:
            fence = found[1]
            yield Line(number, text, code=True)
            continue
        if comment or text.lstrip().startswith("<!--"):
            comment = "-->" not in text
            yield Line(number, "", code=False)
            continue
        yield Line(number, text, code=False)


def _sections(lines: list[Line], path: str) -> list[Section]:
    sections = [Section(0, "", "", Place(path))]
    for line in lines:
        if line.code or not line.text.startswith("#"):
            sections[-1].lines.append(line)
            continue
        found = _HEADING.match(line.text)
        if found is None or not found[2]:
            sections[-1].lines.append(line)
            continue
        title, identifier, column = found[2], "", 1
        classes: tuple[str, ...] = ()
        attributes = _ATTRIBUTES.search(title)
        if attributes and (written := _ID.search(attributes[1])):
            identifier = written[1]
            column = line.text.index("#" + identifier, len(found[1])) + 1
        if attributes:
            title = title[: attributes.start()]
            classes = tuple(_CLASS.findall(attributes[1]))
        place = Place(path, line.number, column)
        sections.append(
            Section(len(found[1]), title, identifier, place, classes, line.text)
        )
    return sections


def _links(lines: list[Line], path: str) -> list[RawLink]:
    links = []
    for line in lines:
        if line.code or not ("](" in line.text or "]:" in line.text):
            continue
        text = _without_code(line.text)
        found = list(LINK.finditer(text))
        if reference := _REFERENCE.match(text):
            found.append(reference)
        links += [
            RawLink(one[1], Place(path, line.number, one.start(1) + 1))
            for one in found
            if one[1]
        ]
    return links


def _images(lines: list[Line], path: str) -> list[Image]:
    images = []
    for line in lines:
        if line.code or not ("![" in line.text or "<img" in line.text):
            continue
        text = _without_code(line.text)
        for found in _IMAGE.finditer(text):
            place = Place(path, line.number, found.start() + 1)
            images.append(Image(found[2], found[1].strip(), place))
        for found in _HTML_IMAGE.finditer(text):
            values = dict(_HTML_VALUE.findall(found[0]))
            place = Place(path, line.number, found.start() + 1)
            images.append(
                Image(values.get("src", ""), values.get("alt", "").strip(), place)
            )
    return images


def _without_code(text: str) -> str:
    return _CODE.sub(lambda code: " " * len(code[0]), text)


def link_targets(markdown: str) -> list[str]:
    """Return the targets of a fragment's links, in order."""
    return [found[1] for found in LINK.finditer(markdown) if found[1]]

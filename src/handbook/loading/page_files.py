"""A page's file: opened, and its front matter typed."""

from __future__ import annotations

from dataclasses import dataclass

from handbook.loading.gathered import Gathered
from handbook.model.pages import FrontMatter, Kind
from handbook.problems import Place, Problem
from handbook.reading.exemptions import in_page, in_yaml
from handbook.reading.markdown_files import MarkdownFile, read_markdown
from handbook.reading.shapes import read_shape
from handbook.reading.sources import read_source
from handbook.reading.templates import find_calls


@dataclass(frozen=True, slots=True)
class PageFile:
    """A page as it is written."""

    path: str
    """Relative to `content/`."""
    file: MarkdownFile
    front: FrontMatter


def open_page(gathered: Gathered, path: str) -> PageFile | None:
    """Read a page's file; `None` where too much is wrong with it.

    Args:
        gathered: takes the source, the tree, and what is wrong.
        path: relative to `content/`.
    """
    where = f"content/{path}"
    source, problems = read_source(gathered.root, where)
    gathered.problems += problems
    if problems:
        return None
    file = read_markdown(source, where)
    gathered.problems += file.problems
    written = gathered.written
    written.sources[where] = source
    written.exemptions += in_page(file, where)
    written.exemptions += in_yaml(file.head, file.front, where, first_line=2)
    if file.front is None:
        if not file.problems:
            gathered.problems.append(
                Problem(
                    Place(where),
                    "P201",
                    "页面没有文件头",
                    "在第一行写 ---，下面写 title、kind、owner、reviewed，再写一行 ---。",
                )
            )
        return None
    front, problems = read_shape(FrontMatter, file.front)
    gathered.problems += problems
    if front is None:
        return None
    written.trees["page", path] = file.front
    written.pages[path] = file
    if front.kind is Kind.SCRIPT:
        written.scripts.add(path)
    return PageFile(path, file, front)


def figures_called(markdown: str) -> frozenset[str]:
    """Return the ids of the figures that a fragment calls."""
    calls, _faults = find_calls(markdown)
    return frozenset(
        call.arguments[0] for call in calls if call.name == "fig" and call.arguments
    )

"""Where a link into a page can land: ids as written, and those the site makes."""

from __future__ import annotations

import re

from markdown.extensions.toc import unique
from pymdownx.slugs import slugify

from handbook.reading.markdown_files import MarkdownFile
from handbook.reading.plain import plain

_slug = slugify(case="lower")
"""As in mkdocs.yml: `toc` makes ids of headings by it."""

_ATTRIBUTE = re.compile(r"\{:?\s[^{}]*?#([^\s}]+)[^{}]*\}|\{:?#([^\s}]+)[^{}]*\}")
_HTML = re.compile(r"<[a-zA-Z][^<>]*?\s(?:id|name)=[\"']?([^\s\"'>]+)")


def anchors(file: MarkdownFile) -> set[str]:
    """Return every id on a page that a link can name."""
    used = {section.id for section in file.sections if section.id}
    for section in file.sections:
        if section.level and not section.id:
            unique(_slug(plain(section.title), "-"), used)
        for line in section.lines:
            if line.code or not ("{" in line.text or "<" in line.text):
                continue
            used |= {a or b for a, b in _ATTRIBUTE.findall(line.text)}
            used |= set(_HTML.findall(line.text))
    return used

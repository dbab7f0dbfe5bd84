"""HTML of other tools as plain text: nothing of it ever reaches a page of ours."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from handbook.model.items import GAP

_BREAKS = frozenset(
    {"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "pre"}
)
_SILENT = frozenset({"script", "style", "head", "title", "template"})
_MEDIA = {
    "img": "图片",
    "audio": "录音",
    "video": "视频",
    "object": "附件",
    "iframe": "嵌入的网页",
    "svg": "图片",
    "math": "公式",
}
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]+);")
_MANY_GAPS = re.compile(r"_{4,}")


def has_markup(text: str) -> bool:
    """Whether a text that may or may not be HTML looks like it."""
    return _TAG.search(text) is not None


def plain(html: str) -> tuple[str, list[str]]:
    """Return the words of a fragment of HTML, and in Chinese what was left out of it."""
    reader = _Words()
    reader.feed(html)
    reader.close()
    return tidy("".join(reader.words)), [
        f"里面有{what}，没有带过来" for what in sorted(reader.lost)
    ]


def tidy(text: str) -> str:
    """Return a text without stray white space, with gaps as banks write them."""
    lines = [" ".join(line.replace("\xa0", " ").split()) for line in text.split("\n")]
    joined = re.sub(r"\n{2,}", "\n", "\n".join(lines)).strip()
    return _MANY_GAPS.sub(GAP, joined)


def harmless(text: str) -> str:
    """Return a text in which no template is called and nothing controls a terminal.

    Banks are filled in as templates: braces that another tool wrote would call one.
    """
    text = "".join(
        c if c >= " " and c not in _CONTROLS and not "\ud800" <= c <= "\udfff" else " "
        for c in text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\x1e")
    ).replace("\x00", " ")
    return re.sub(r"\{(?=[{%#])", "{ ", text)


_CONTROLS = frozenset(
    map(chr, [*range(0x7F, 0xA0), 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF])
)


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.lost: set[str] = set()
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        if tag in _BREAKS:
            self.words.append("\n")
        if tag in _MEDIA:
            what = _MEDIA[tag]
            self.lost.add(what)
            said = dict(attrs).get("alt") or ""
            self.words.append(f"【{what}{'：' + said if said else ''}】")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT and self._silent:
            self._silent -= 1
        if tag in _BREAKS:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(" ".join(data.split("\n")))

"""How a phrase's heading, quote and definitions become one card in the page."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

from handbook.model.pages import BLANK

_HEADING = re.compile(r"h[2-6]")
_MARKS = frozenset({"适用", "接着", "关键词"})
"""Terms by which a definition list shows that the quote above is a phrase."""

_TONES = {
    "适用": "when",
    "渠道": "channels",
    "不要说": "never",
    "接着": "next",
    "依据": "basis",
    "关键词": "keywords",
    "换个说法": "variants",
}


class _Cards(Treeprocessor):  # type: ignore[misc]  # Markdown ships no types
    """Wraps what stands between a phrase's heading and the next one.

    Runs after `toc`, so headings have their ids and their places in the contents.
    """

    def run(self, root: ET.Element) -> None:
        for parent in list(root.iter()):
            if any(child.tag == "blockquote" for child in parent):
                _wrap(parent)


def _wrap(parent: ET.Element) -> None:
    """Replace each run of heading, quote and definitions among the children."""
    runs: list[list[ET.Element]] = [[]]
    for child in list(parent):
        if isinstance(child.tag, str) and _HEADING.fullmatch(child.tag):
            runs.append([])
        runs[-1].append(child)
    for run in runs[1:]:
        quote = next((e for e in run if e.tag == "blockquote"), None)
        lists = [e for e in run if e.tag == "dl" and _MARKS & _terms(e)]
        if quote is None or not lists or not run[0].get("id"):
            continue
        card = ET.Element("section", {"class": "hb-phrase"})
        card.set("data-id", run[0].get("id", ""))
        card.text = card.tail = "\n"
        parent.insert(list(parent).index(run[0]), card)
        for element in run:
            parent.remove(element)
            card.append(element)
        quote.set("class", "hb-words")
        for element in [quote, *lists]:
            _mark_blanks(element)
        for element in lists:
            _group(element)


def _terms(definitions: ET.Element) -> set[str]:
    return {"".join(e.itertext()).strip() for e in definitions if e.tag == "dt"}


def _group(definitions: ET.Element) -> None:
    """Put each term and its definitions into one box, so that they can stand side by side."""
    definitions.set("class", "hb-facts")
    box: ET.Element | None = None
    for child in list(definitions):
        definitions.remove(child)
        if child.tag == "dt" or box is None:
            tone = _TONES.get("".join(child.itertext()).strip(), "note")
            box = ET.SubElement(definitions, "div")
            box.set("class", f"hb-fact hb-fact--{tone}")
            box.tail = "\n"
        box.append(child)


def _mark_blanks(element: ET.Element) -> None:
    """Wrap every 【…】 below an element in a span."""
    for node in list(element.iter()):
        if node.tag in {"code", "pre"}:
            continue
        children = list(node)
        _split(node, node.text, 0, node)
        for child in children:
            _split(node, child.tail, list(node).index(child) + 1, child)


def _split(parent: ET.Element, text: str | None, at: int, before: ET.Element) -> None:
    """Cut a stretch of text at its blanks; `before` carries what precedes the first."""
    if not text or not BLANK.search(text):
        return
    pieces = BLANK.split(text)
    if before is parent:
        parent.text = pieces[0]
    else:
        before.tail = pieces[0]
    for offset, (blank, rest) in enumerate(
        zip(BLANK.findall(text), pieces[1:], strict=True)
    ):
        span = ET.Element("span", {"class": "hb-blank"})
        span.text, span.tail = blank, rest
        parent.insert(at + offset, span)


class PhraseCards(Extension):  # type: ignore[misc]  # Markdown ships no types
    """Makes phrase cards; add it as `handbook.rendering.markdown_cards`."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - Python-Markdown's name
        """Run after `toc` (5), which gives headings their ids."""
        md.treeprocessors.register(_Cards(md), "handbook-cards", 4)


def makeExtension(**settings: object) -> PhraseCards:  # noqa: N802 - Python-Markdown's name
    """Return the extension; Python-Markdown looks for this name."""
    return PhraseCards(**settings)

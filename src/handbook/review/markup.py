"""Markdown that every code host shows alike, from words that nobody vouched for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote

from handbook.records.plain import visible
from handbook.review.comparing import How
from handbook.wordings import pieces

_JOINER = "\u2060"
"""Shows nothing, and parts what a host would take for a name or an address."""

_MARKUP = re.compile(r"[\\`*_\[\]{}<>&|=+~^#!\"'@$()-]")
_SPOKEN = re.compile(
    r"(?<=[@#!~$&])(?=\S)|(?<=(?<!\d)%)(?=\S)|(?<=:)(?=//)|(?<=www)(?=\.)",
    re.IGNORECASE,
)
"""Where a host would begin to read a name or an address; 100% and 9:00 are none."""


def escape(text: str) -> str:
    """Return text so that every host shows exactly it: no markup, no mention, no link."""
    parted = _SPOKEN.sub(_JOINER, visible(text))
    marked = _MARKUP.sub(lambda found: f"&#{ord(found[0])};", parted)
    return "<br>".join(" ".join(line.split()) for line in marked.split("\n"))


def heading(title: str) -> tuple[str, str, str]:
    """Return the lines of a heading of a part."""
    return "", f"### {title}", ""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table of cells that are markup already."""
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def more(things: Sequence[object], limit: int) -> Iterator[str]:
    """Yield how many things are left out, where some are."""
    if len(things) > limit:
        yield ""
        yield f"还有 {len(things) - limit} 项没有列出。"


def code(text: str) -> str:
    """Return a name or a path in code; one with a mark in it as escaped text."""
    return f"`{text}`" if re.fullmatch(r"[\w./:-]+", text) else escape(text)


def link(site: str, target: str, title: str, how: How = How.CHANGED) -> str:
    """Return a link into the preview; only the title where there is none."""
    if not site or how is How.REMOVED:
        return escape(title)
    page, hash_, anchor = target.partition("#")
    url = quote(page.removesuffix(".md") + ".html") + hash_ + quote(anchor)
    return f"[{escape(title)}](<{quote(site.rstrip('/'), safe=':/?=&%~@.-_')}/{url}>)"


def side_by_side(before: str, after: str) -> tuple[str, str]:
    """Return both wordings with what differs marked, long stretches of the same cut."""
    if not before or not after:
        return escape(before) or "—", escape(after) or "—"
    was, now = [], []
    for piece in pieces(before, after):
        if piece.same:
            same = escape(_shortened(piece.before))
            was.append(same)
            now.append(same)
            continue
        if piece.before:
            was.append(f"<del>{escape(piece.before)}</del>")
        if piece.after:
            now.append(f"<ins>{escape(piece.after)}</ins>")
    return "".join(was), "".join(now)


_AROUND = 60


def _shortened(same: str) -> str:
    if len(same) <= 3 * _AROUND:
        return same
    return f"{same[:_AROUND]}……{same[-_AROUND:]}"

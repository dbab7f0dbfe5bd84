"""How a review is set: what its parts ask for, and Markdown for every code host."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol
from urllib.parse import quote

from handbook.harmless import visible
from handbook.problems import Problem
from handbook.review.comparing import How
from handbook.wordings import pieces

MARK = "<!-- handbook-review -->"
"""First line of the comment: by it a host's job finds the one to update in place."""

LONGEST = 60_000
"""Characters of a comment; the shortest limit of a host is 65,536."""

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


class Setting(Protocol):
    """A way to set a review; words that come in are nobody's markup."""

    longest: int
    """Characters that a review may have."""
    empty: str
    """Stands in a cell where there was nothing."""

    def escape(self, text: str) -> str:
        """Return words so that they are shown and nothing more."""

    def strong(self, text: str) -> str:
        """Return what was set already so that it is not overlooked."""

    def code(self, text: str) -> str:
        """Return a name, a path or a line to type."""

    def link(self, target: str, title: str, how: How = How.CHANGED) -> str:
        """Return a title, leading to its address where that can be."""

    def lines(self, parts: Iterable[str]) -> str:
        """Return parts of one cell, one below the other."""

    def title(self, text: str) -> Iterator[str]:
        """Yield the lines above everything."""

    def heading(self, text: str) -> Iterator[str]:
        """Yield the lines of a heading of a part."""

    def table(
        self, head: Sequence[str], rows: Iterable[Sequence[str]]
    ) -> Iterator[str]:
        """Yield the lines of a table of cells that were set already."""

    def problem(self, one: Problem) -> str:
        """Return a problem with its place and its cure."""

    def side_by_side(self, before: str, after: str) -> tuple[str, str]:
        """Return both wordings with what differs marked."""


class Markdown:
    """Markdown that every code host shows alike.

    Args:
        site: address of a built preview, to link into; empty where there is none.
    """

    longest = LONGEST
    empty = "—"

    def __init__(self, site: str = "") -> None:
        self._site = site

    def escape(self, text: str) -> str:
        """Return text so that every host shows exactly it."""
        return escape(text)

    def strong(self, text: str) -> str:
        """Return it bold."""
        return f"**{text}**"

    def code(self, text: str) -> str:
        """Return a name or a path in code; one with a mark in it as escaped text."""
        return f"`{text}`" if re.fullmatch(r"[\w./: -]+", text) else escape(text)

    def link(self, target: str, title: str, how: How = How.CHANGED) -> str:
        """Return a link into the preview; only the title where there is none."""
        if not self._site or how is How.REMOVED:
            return escape(title)
        page, hash_, anchor = target.partition("#")
        url = quote(page.removesuffix(".md") + ".html") + hash_ + quote(anchor)
        root = quote(self._site.rstrip("/"), safe=":/?=&%~@.-_")
        return f"[{escape(title)}](<{root}/{url}>)"

    def lines(self, parts: Iterable[str]) -> str:
        """Return them with breaks, which a cell may hold."""
        return "<br>".join(parts)

    def title(self, text: str) -> Iterator[str]:
        """Yield the mark by which a job finds the comment, then the title."""
        yield from (MARK, f"## {text}", "")

    def heading(self, text: str) -> Iterator[str]:
        """Yield a heading of the third level."""
        yield from ("", f"### {text}", "")

    def table(
        self, head: Sequence[str], rows: Iterable[Sequence[str]]
    ) -> Iterator[str]:
        """Yield the lines of a table of cells that are markup already."""
        yield f"| {' | '.join(head)} |"
        yield f"|{'---|' * len(head)}"
        for row in rows:
            yield f"| {' | '.join(row)} |"

    def problem(self, one: Problem) -> str:
        """Return an entry of a list."""
        return (
            f"- **{one.level}** {self.code(str(one.place))} {one.code} "
            f"{escape(one.message)}<br>改法：{escape(one.remedy)}"
        )

    def side_by_side(self, before: str, after: str) -> tuple[str, str]:
        """Return both wordings with what differs in `del` and `ins`."""
        gone, new = ("<del>", "</del>"), ("<ins>", "</ins>")
        was, now = differing(before, after, gone, new, escape)
        return was or self.empty, now or self.empty


def more(things: Sequence[object], limit: int) -> Iterator[str]:
    """Yield how many things are left out, where some are."""
    if len(things) > limit:
        yield ""
        yield f"还有 {len(things) - limit} 项没有列出。"


def differing(
    before: str,
    after: str,
    gone: tuple[str, str],
    new: tuple[str, str],
    escape: Callable[[str], str],
) -> tuple[str, str]:
    """Return both wordings with what differs marked, long stretches of the same cut.

    Args:
        before: the old wording; where it or the new one is empty nothing is marked.
        after: the new wording.
        gone: what stands before and behind words that went.
        new: what stands before and behind words that came.
        escape: makes words safe to show.
    """
    if not before or not after:
        return escape(before), escape(after)
    was, now = [], []
    for piece in pieces(before, after):
        if piece.same:
            same = escape(_shortened(piece.before))
            was.append(same)
            now.append(same)
            continue
        if piece.before:
            was.append(escape(piece.before).join(gone))
        if piece.after:
            now.append(escape(piece.after).join(new))
    return "".join(was), "".join(now)


_AROUND = 60


def _shortened(same: str) -> str:
    if len(same) <= 3 * _AROUND:
        return same
    return f"{same[:_AROUND]}……{same[-_AROUND:]}"

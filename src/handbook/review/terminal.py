"""A review set for a terminal: no markup, tables as wide as the screen."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from handbook.harmless import visible
from handbook.problems import Problem
from handbook.review.comparing import How
from handbook.review.markup import differing


class Terminal:
    """Plain words for whoever reads a review on a screen.

    Args:
        width: columns of the screen.
    """

    longest = sys.maxsize
    empty = "—"

    def __init__(self, width: int) -> None:
        self._width = width

    def escape(self, text: str) -> str:
        """Return text that cannot steer the terminal."""
        return visible(text)

    def strong(self, text: str) -> str:
        """Return it as it is."""
        return text

    def code(self, text: str) -> str:
        """Return it as it is."""
        return visible(text)

    def link(self, target: str, title: str, how: How = How.CHANGED) -> str:  # noqa: ARG002 - others lead there
        """Return the title."""
        return visible(title)

    def lines(self, parts: Iterable[str]) -> str:
        """Return them line by line."""
        return "\n".join(parts)

    def title(self, text: str) -> Iterator[str]:
        """Yield it above an empty line."""
        yield from (text, "")

    def heading(self, text: str) -> Iterator[str]:
        """Yield it with a mark that a quick eye finds."""
        yield from ("", f"■ {text}")

    def table(
        self, head: Sequence[str], rows: Iterable[Sequence[str]]
    ) -> Iterator[str]:
        """Yield the lines of a table whose cells break within their columns."""
        table = Table(*head, header_style="", show_lines=True)
        for row in rows:
            table.add_row(*(Text(cell, overflow="fold") for cell in row))
        console = Console(width=self._width, color_system=None)
        with console.capture() as shown:
            console.print(table)
        yield from (line.rstrip() for line in shown.get().splitlines())

    def problem(self, one: Problem) -> str:
        """Return it as the check does."""
        return visible(str(one))

    def side_by_side(self, before: str, after: str) -> tuple[str, str]:
        """Return both wordings; what differs between brackets, as `git diff` has them."""
        was, now = differing(before, after, ("[-", "-]"), ("{+", "+}"), visible)
        return was or self.empty, now or self.empty

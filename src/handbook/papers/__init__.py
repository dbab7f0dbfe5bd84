"""Papers: which items each holds, and what a learner sees of them.

`drawing` chooses the items of a whole exam, `deltas` of the part whose rules changed,
`confirmations` of a change that must have been read. `drawn` makes papers of them,
`shown` takes off what no learner may see.
"""

from __future__ import annotations

from handbook.papers.drawn import Paper, draw, drawn_items, papers_of
from handbook.papers.shown import (
    PaperItem,
    PaperOption,
    item_token,
    option_token,
    scoring,
    shown,
)

__all__ = [
    "Paper",
    "PaperItem",
    "PaperOption",
    "draw",
    "drawn_items",
    "item_token",
    "option_token",
    "papers_of",
    "scoring",
    "shown",
]

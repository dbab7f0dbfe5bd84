"""What differs between an old wording and a new one, in sentences and in characters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

_SENTENCE = re.compile(r"[^。！？；\n]*[。！？；]+[”’）》]*|[^。！？；\n]+")
_SHORTEST = 2
"""Fewer equal characters between two differences are read as part of them."""


class Piece(NamedTuple):
    """A stretch of both wordings; equal where `before == after`."""

    before: str
    after: str

    @property
    def same(self) -> bool:
        """Whether nothing differs here."""
        return self.before == self.after


def pieces(before: str, after: str) -> tuple[Piece, ...]:
    """Return both wordings cut into what is the same and what is not, in order."""
    found: list[Piece] = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    codes = matcher.get_opcodes()
    for number, (what, i, j, k, m) in enumerate(codes):
        piece = Piece(before[i:j], after[k:m])
        inside = 0 < number < len(codes) - 1
        slight = what == "equal" and inside and j - i < _SHORTEST
        if found and not found[-1].same and (what != "equal" or slight):
            last = found.pop()
            piece = Piece(last.before + piece.before, last.after + piece.after)
        found.append(piece)
    return tuple(found)


def changed(before: str, after: str) -> tuple[str, str]:
    """Return of both wordings only the sentences that are not in the other.

    `before` may be only the sentences that were changed: then of `after` those are taken
    that come nearest to them.
    """
    old, new = _sentences(before), _sentences(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    whole = any(size for _, _, size in matcher.get_matching_blocks())
    if not whole and old and len(old) < len(new):
        return before, "".join(_nearest(before, new, len(old)))
    parts = [
        ("".join(old[i:j]), "".join(new[k:m]))
        for what, i, j, k, m in matcher.get_opcodes()
        if what != "equal"
    ]
    return "".join(a for a, _ in parts), "".join(b for _, b in parts)


def _nearest(text: str, sentences: list[str], size: int) -> list[str]:
    """Return the run of so many sentences that is most like a text."""
    return max(
        (sentences[at : at + size] for at in range(len(sentences) - size + 1)),
        key=lambda run: SequenceMatcher(None, text, "".join(run)).ratio(),
    )


def _sentences(text: str) -> list[str]:
    return [one for one in _split(text) if one.strip()]


def _split(text: str) -> Iterator[str]:
    for found in _SENTENCE.finditer(text):
        yield found[0].strip()

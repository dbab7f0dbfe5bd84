"""What a cell chose: options by their words or letters, and never by a guess."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from handbook.grading.marks import fold
from handbook.papers import PaperOption

T = TypeVar("T")

TRUE_FALSE = (PaperOption("true", "对"), PaperOption("false", "错"))
"""The options of a true_false item in a form, in this order."""

_ALSO = {"true": ("正确", "true"), "false": ("错误", "false")}
_LETTER = re.compile(  # in both widths
    r"\s*([A-Za-z\uff21-\uff3a\uff41-\uff5a])\s*(?:[.\uff0e、:：)）]\s*(.*))?",
    re.DOTALL,
)
_LONGEST = 60
"""Pieces between separators; no item has so many options."""


class UnclearError(Exception):
    """A cell has no reading, or several."""

    def __init__(self, *, several: bool) -> None:
        super().__init__()
        self.several = several


@dataclass(frozen=True, slots=True)
class Choices:
    """The options of one question and how a cell may name them."""

    options: tuple[PaperOption, ...]
    """In the order in which the form shows them."""
    letters: bool
    separators: tuple[str, ...]

    def one(self, text: str) -> str:
        """Return the token of the one option a cell names.

        Raises:
            UnclearError: it names none, or may name several.
        """
        return _only(self._readings(text))

    def some(self, text: str) -> tuple[str, ...]:
        """Return the tokens of the options a cell lists, sorted.

        Raises:
            UnclearError: it cannot be read as a list of options, or in several ways.
        """
        return _only({tuple(sorted(tokens)) for tokens in self._lists(text)})

    def ordered(self, text: str) -> tuple[str, ...]:
        """Return the tokens of the options a cell lists, in its order.

        Raises:
            UnclearError: it cannot be read as a list of options, or in several ways.
        """
        return _only(set(self._lists(text)))

    def _readings(self, text: str) -> set[str]:
        said = fold(text)
        found = {o.token for o in self.options if said in self._names(o)}
        letter = _LETTER.fullmatch(text)
        if self.letters and letter:
            place = ord(unicodedata.normalize("NFKC", letter[1]).upper()) - ord("A")
            named = self.options[place : place + 1]
            found |= {
                o.token
                for o in named
                if letter[2] is None or fold(letter[2]) in self._names(o)
            }
        return found

    def _names(self, option: PaperOption) -> tuple[str, ...]:
        also = _ALSO.get(option.token, ()) if self.options is TRUE_FALSE else ()
        return (fold(option.text), *also)

    def _lists(self, text: str) -> Iterator[tuple[str, ...]]:
        """Yield every way to read a cell as options; their words may hold separators."""
        between = "|".join(map(re.escape, self.separators))
        pieces = re.split(f"({between})", text)
        while len(pieces) > 1 and not pieces[-1].strip():
            pieces = pieces[:-2]  # Microsoft Forms also writes one at the end
        if len(pieces) <= _LONGEST * 2:
            yield from self._from(pieces, ())

    def _from(
        self, pieces: Sequence[str], chosen: tuple[str, ...]
    ) -> Iterator[tuple[str, ...]]:
        if not pieces:
            yield chosen
        for end in range(1, len(pieces) + 1, 2):
            for token in self._readings("".join(pieces[:end])):
                if token not in chosen:
                    yield from self._from(pieces[end + 1 :], (*chosen, token))


def _only(readings: Iterable[T]) -> T:
    found = list(readings)
    if len(found) != 1:
        raise UnclearError(several=bool(found))
    return found[0]
